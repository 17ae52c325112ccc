"""What is known of each type of CloudWatch Synthetics, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.services.synthetics import outputs

RESOURCES: Resources = {
    facts.CANARY: Resource(id="{name}", outputs=outputs.canary, unique=once("name", "ConflictException")),
}  # fmt: skip
