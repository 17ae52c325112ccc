"""What is known of each type of Secrets Manager, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Document, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches
from offline_cloud.cloud.services.secretsmanager import deletion, outputs, rules

RESOURCES: Resources = {
    facts.SECRET: Resource(
        id="arn:aws:secretsmanager:{region}:{account}:secret:{name}-{letters6}", outputs=outputs.secret,
        unique=once("name", "ResourceExistsException"), creates=(deletion.name_is_free,), leaves=deletion.leaves,
        document=Document("policy", "resource", 20_480, "MalformedPolicyDocumentException", principals_exist=True),
        checks=(matches("name", r"[a-zA-Z0-9/_+=.@-]{1,512}", "letters, digits and /_+=.@-"), rules.check_secret),
    ),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Resource(
        id="{secretArn}",
        document=Document("policy", "resource", 20_480, "MalformedPolicyDocumentException", principals_exist=True),
    ),
    "aws:secretsmanager/secretRotation:SecretRotation": Resource(id="{secretId}", states=(rules.may_rotate,)),
    "aws:secretsmanager/secretVersion:SecretVersion": Resource(
        id="{secretId}|terraform-{hex26}", outputs=outputs.secret_version,
    ),
}  # fmt: skip
