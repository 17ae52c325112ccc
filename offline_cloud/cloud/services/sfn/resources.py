"""What is known of each type of Step Functions, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.services.sfn import rules

RESOURCES: Resources = {
    "aws:sfn/stateMachine:StateMachine": Resource(checks=(rules.check_states,)),
}  # fmt: skip
