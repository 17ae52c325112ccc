"""What is known of each type of EC2 Auto Scaling, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import ordered, when
from offline_cloud.cloud.services.kms import key_use

RESOURCES: Resources = {
    facts.INSTANCE_GROUP: Resource(
        id="{name}",
        outputs={"arn": "arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}"},
        unique=once("name", "AlreadyExists"),
        checks=(
            ordered("minSize", "desiredCapacity", "maxSize"),
            when("launchTemplate").excludes("launchConfiguration", "mixedInstancesPolicy"),
            when("launchConfiguration").excludes("mixedInstancesPolicy"),
        ),
        creates=(
            key_use.machines_start(
                "launchTemplate.id",
                "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId",
            ),
        ),
    ),
}  # fmt: skip
