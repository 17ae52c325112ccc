"""Rules over who may do what."""

from collections.abc import Iterator
from typing import Any

from policies.about import critical, high
from policies.documents import IDENTITY_POLICIES, ROLE, granted
from policies.rule import resource_rule
from policies.view import Resource, listed

_ATTACHMENTS = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)
# Actions that take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
_WITHOUT_RESOURCE = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_BROAD_POLICIES = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")


@resource_rule(
    "policy-names-actions",
    "A policy names the actions it allows",
    *IDENTITY_POLICIES,
    about=high(
        "A role may do what nobody thought of when it was granted.",
        "Name the actions that are used.",
        "CKV_AWS_62",
        "CKV_AWS_63",
        "CIS AWS 1.15",
        "SOC 2 CC6.3",
    ),
)
def policy_names_actions(policy: Resource) -> Iterator[str]:
    for statement in granted(policy):
        for action in listed(statement.get("Action", [])):
            if action == "*" or action.endswith(":*"):
                yield f"action {action} allows everything; name the actions that are used"


@resource_rule(
    "policy-names-resources",
    "A policy that may change things names what it may change",
    *IDENTITY_POLICIES,
    about=high(
        "A role of one thing can change every other.",
        "Name the resources, or add a condition.",
        "CKV_AWS_355",
        "CKV_AWS_290",
    ),
)
def policy_names_resources(policy: Resource) -> Iterator[str]:
    for statement in granted(policy):
        if "*" not in listed(statement.get("Resource", [])):
            continue
        changing = [action for action in listed(statement.get("Action", [])) if not _only_reads(action)]
        if changing and not statement.get("Condition"):
            yield f"{', '.join(changing)} on every resource; name the resources or add a condition"


def _only_reads(action: str) -> bool:
    return action in _WITHOUT_RESOURCE or action.partition(":")[2].startswith(("Describe", "Get", "List", "BatchGet"))


@resource_rule(
    "no-broad-managed-policy",
    "No role gets one of AWS's administrator policies",
    *_ATTACHMENTS,
    ROLE,
    about=critical(
        "Whoever takes over the role takes over the account.",
        "Grant the actions that are used.",
        "CKV_AWS_274",
        "CKV2_AWS_56",
        "CIS AWS 1.15",
        "SOC 2 CC6.3",
    ),
)
def no_broad_managed_policy(attachment: Resource) -> Iterator[str]:
    for arn in (attachment.value("policyArn"), *attachment.items("managedPolicyArns")):
        name = str(arn).rsplit("/", 1)[-1]
        if name in _BROAD_POLICIES:
            yield f"{name} is attached; grant the actions that are used"


@resource_rule(
    "role-trust-named",
    "A role says who may assume it",
    ROLE,
    about=critical(
        "Any account of AWS can take the role.",
        "Name the service or the account in Principal.",
        "CKV_AWS_60",
    ),
)
def role_trust_named(role: Resource) -> Iterator[str]:
    for statement in role.statements("assumeRolePolicy"):
        principal = statement.get("Principal", {})
        if statement.get("Effect") == "Allow" and "*" in (principal, *listed(_accounts(principal))):
            yield "anybody may assume it; name the service or account in Principal"


def _accounts(principal: str | dict[str, Any]) -> Any:
    return principal if isinstance(principal, str) else principal.get("AWS", [])


RULES = (policy_names_actions, policy_names_resources, no_broad_managed_policy, role_trust_named)
