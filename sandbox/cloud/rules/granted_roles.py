"""Whether a role has its permissions when a service is given it: some try it at once, some begin to work with it.

Sources of what is refused: the errors that the AWS provider waits out in `eks/cluster.go`, `rds/instance.go` and
`backup/selection.go` below https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service. It waits in
the hope that the permission comes by itself; where nothing orders it before, an `up` fails after minutes, or does not.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, cast

from sandbox.cloud.model import Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Table, refusal

_PERMISSIONS: Final = (facts.ROLE_POLICY, facts.ROLE_ATTACHMENT)


@dataclass(frozen=True)
class Tried:
    """An input that holds a role's ARN, and what the service says to a role that may do nothing."""

    path: str
    code: str
    message: str


TRIED: Final[dict[str, Tried]] = {
    facts.CLUSTER: Tried(
        "roleArn",
        "InvalidParameterException",
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it",
    ),
    facts.DATABASE: Tried(
        "monitoringRoleArn",
        "InvalidParameterValue",
        "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
    ),
    facts.BACKUP_SELECTION: Tried(
        "iamRoleArn", "InvalidParameterValueException", "The IAM role is not authorized to call tag:GetResources"
    ),
}
BEGUN: Final[dict[str, str]] = {
    facts.FLOW_LOG: "iamRoleArn",
    facts.POD_IDENTITY: "roleArn",
    facts.FUNCTION: "role",
    facts.EVENT_TARGET: "roleArn",
    "aws:scheduler/schedule:Schedule": "target.roleArn",
    "aws:ecs/taskDefinition:TaskDefinition": "executionRoleArn",
}
"""What takes a role that may do nothing without a word, and then fails at its first deed."""


# https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    facts.FLOW_LOG: (
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
    ),
}
"""Actions without which a service fails at its first deed ("Access error"), though it is made."""


def may_do_something(record: Record, world: World) -> Iterator[Refusal]:
    """Refuse a role that has no permission yet."""
    rule = TRIED[record.type]
    role = bare_role(record, rule.path, world)
    if role is not None:
        mend = f"attach its policies first: depend on every RolePolicy and RolePolicyAttachment of {role.id}"
        yield refusal(rule.path, rule.code, rule.message, mend)


def notes(record: Record, world: World) -> list[str]:
    """Say that a role had no permission when it was handed over."""
    path = BEGUN.get(record.type)
    role = bare_role(record, path, world) if path else None
    if role is not None:
        return [f"{path}: role {role.id} had no permission yet when it was handed over"]
    missing = _missing(record, path, world) if path else []
    return [f"{path}: the role may not {', '.join(missing)}: Access error"] if missing else []


def _missing(record: Record, path: str, world: World) -> list[str]:
    """Give what a role needs and no inline policy allows; one with managed policies or unknown ones is not judged."""
    needed = NEEDED.get(record.type, ())
    role = world.by_arn(text(record.inputs, path) or "") if needed else None
    own = [each for each in world.mentioning(role.id) if each.type in _PERMISSIONS] if role else []
    documents = [text(each.inputs, "policy") for each in own]
    if role is None or not own or None in documents:
        return []
    return [action for action in needed if not any(_allows(document or "", action) for document in documents)]


def _allows(document: str, action: str) -> bool:
    stated = cast("list[dict[str, object]]", json.loads(document)["Statement"])
    for statement in stated:
        actions = statement.get("Action")
        listed = cast("list[str]", actions) if isinstance(actions, list) else [str(actions)]
        if statement.get("Effect") == "Allow" and any(fnmatchcase(action, each) for each in listed):
            return True
    return False


def bare_role(record: Record, path: str, world: World) -> Record | None:
    """Give the role that an input names, if nothing says what it may do."""
    role = world.by_arn(text(record.inputs, path) or "")
    if role is None or role.type != facts.ROLE or "inlinePolicies" in role.inputs or "managedPolicyArns" in role.inputs:
        return None
    own = (each for each in world.mentioning(role.id) if each.type in _PERMISSIONS)
    return None if any(text(each.inputs, "role") == role.id for each in own) else role


CREATES: Final[Table] = dict.fromkeys(TRIED, (may_do_something,))
