"""What is known of each type of Managed Prometheus, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources

RESOURCES: Resources = {
    "aws:amp/alertManagerDefinition:AlertManagerDefinition": Resource(
        id="{workspaceId}", ids={"workspaceId": facts.WORKSPACE},
    ),
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": Resource(
        id="arn:aws:aps:{region}:{account}:rulegroupsnamespace/{workspaceId}/{name}", outputs={"arn": "{id}"},
        ids={"workspaceId": facts.WORKSPACE},
    ),
    facts.WORKSPACE: Resource(
        id="ws-{uuid}",
        outputs={"prometheusEndpoint": "https://aps-workspaces.{region}.amazonaws.com/workspaces/{id}/"},
    ),
}  # fmt: skip
