"""What is known of each type of IAM, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Document, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import ever
from offline_cloud.cloud.services.iam import managed_policies, outputs, roles

RESOURCES: Resources = {
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": Resource(checks=(managed_policies.check,)),
    facts.INSTANCE_PROFILE: Resource(
        id="{name}",
        outputs={
            "arn": "arn:aws:iam::{account}:instance-profile{path:/}{name}", "createDate": "2026-01-01T00:00:00Z",
            "uniqueId": "AIPA{capitals17}",
        },
        names={"role": facts.ROLE}, missing=Missing("NoSuchEntity"), unique=ever("name", "EntityAlreadyExists"),
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Resource(
        id=outputs.open_id_connect_provider_id, outputs=outputs.open_id_connect_provider,
        unique=ever("url", "EntityAlreadyExists"),
    ),
    facts.POLICY: Resource(
        id="arn:aws:iam::{account}:policy{path:/}{name}",
        outputs={"arn": "{id}", "policyId": "ANPA{capitals17}", "attachmentCount": 0},
        unique=ever("name", "EntityAlreadyExists"), document=Document("policy", "identity", 6_144),
        held_by=Dependents("DeleteConflict", {facts.ROLE_ATTACHMENT: "policyArn"}),
    ),
    "aws:iam/policyAttachment:PolicyAttachment": Resource(checks=(managed_policies.check,)),
    facts.ROLE: Resource(
        id="{name}",
        outputs={
            "arn": "arn:aws:iam::{account}:role{path:/}{name}", "createDate": "2026-01-01T00:00:00Z",
            "uniqueId": "AROA{capitals17}",
        },
        missing=Missing("NoSuchEntity"), unique=ever("name", "EntityAlreadyExists"),
        document=Document("assumeRolePolicy", "trust", 2_048, principals_exist=True), checks=(managed_policies.check,),
        deletes=(roles.role_is_bare,),
    ),
    facts.ROLE_POLICY: Resource(
        id="{role}:{name}", names={"role": facts.ROLE}, unique=ever("role name", "EntityAlreadyExists"),
        document=Document("policy", "identity", 10_240),
    ),
    facts.ROLE_ATTACHMENT: Resource(
        id="{role}-{digits26}", names={"role": facts.ROLE}, checks=(managed_policies.check,),
    ),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": Resource(
        id=outputs.service_linked_role_id, outputs=outputs.service_linked_role,
        unique=ever(
            "awsServiceName customSuffix?", "InvalidInput",
            "The service-linked role of {awsServiceName} has been taken",
        ),
    ),
    "aws:iam/user:User": Resource(checks=(managed_policies.check,)),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": Resource(checks=(managed_policies.check,)),
}  # fmt: skip
