"""What is known of each type of ECR, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Document, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once

RESOURCES: Resources = {
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Resource(id="{repository}", names={"repository": facts.REPOSITORY}),
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": Resource(id="{account}"),
    facts.REPOSITORY: Resource(
        id="{name}", outputs={"repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}"},
        missing=Missing("RepositoryNotFoundException"), unique=once("name", "RepositoryAlreadyExistsException"),
    ),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Resource(
        id="{repository}", names={"repository": facts.REPOSITORY},
        document=Document("policy", "resource", 10_240, "InvalidParameterException", names_resources=False),
    ),
}  # fmt: skip
