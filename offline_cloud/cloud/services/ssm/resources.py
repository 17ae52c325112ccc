"""What is known of each type of Systems Manager, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches
from offline_cloud.cloud.services.ssm import outputs, rules

RESOURCES: Resources = {
    facts.SSM_DOCUMENT: Resource(
        id="{name}", outputs=outputs.ssm_document, unique=once("name", "DocumentAlreadyExists"),
        checks=(rules.check_document,),
    ),
    "aws:ssm/parameter:Parameter": Resource(
        id="{name}", outputs=outputs.parameter, unique=once("name", "ParameterAlreadyExists"),
        checks=(matches("name", r"(?i)(?!/?(aws|ssm)).+", "a name that does not begin with aws or ssm"),),
    ),
}  # fmt: skip
