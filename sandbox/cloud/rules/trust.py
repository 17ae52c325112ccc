"""Whether a service may assume the role it is given, and invoke the function it is given."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from sandbox.cloud.model import Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Table, refusal
from sandbox.cloud.rules.policies import statements, strings

_SECRETS_MANAGER: Final = "secretsmanager.amazonaws.com"


@dataclass(frozen=True)
class Trust:
    """An input that holds a role's ARN, the principal that must be able to assume it, and the error code."""

    path: str
    principal: str
    code: str


TRUSTS: Final[dict[str, Trust]] = {
    facts.CLUSTER: Trust("roleArn", "eks.amazonaws.com", "InvalidParameterException"),
    facts.NODE_GROUP: Trust("nodeRoleArn", "ec2.amazonaws.com", "InvalidParameterException"),
    facts.POD_IDENTITY: Trust("roleArn", "pods.eks.amazonaws.com", "InvalidParameterException"),
    facts.DATABASE: Trust("monitoringRoleArn", "monitoring.rds.amazonaws.com", "InvalidParameterValue"),
    facts.EVENT_TARGET: Trust("roleArn", "events.amazonaws.com", "ValidationException"),
    facts.BACKUP_SELECTION: Trust("iamRoleArn", "backup.amazonaws.com", "InvalidParameterValueException"),
    "aws:ecs/taskDefinition:TaskDefinition": Trust("executionRoleArn", "ecs-tasks.amazonaws.com", "ClientException"),
    "aws:scheduler/schedule:Schedule": Trust("target.roleArn", "scheduler.amazonaws.com", "ValidationException"),
    facts.FUNCTION: Trust("role", "lambda.amazonaws.com", "InvalidParameterValueException"),
}


def trusted(record: Record, world: World) -> Iterator[Refusal]:
    """The trust policy of a role names the service that is to assume it."""
    rule = TRUSTS[record.type]
    role = world.by_arn(text(record.inputs, rule.path) or "")
    if role is None or role.type != facts.ROLE:
        return
    principals = _principals(role)
    if principals is None or rule.principal in principals or "*" in principals:
        return
    yield refusal(
        rule.path,
        rule.code,
        f"The role {role.id} cannot be assumed by {rule.principal}: its trust policy names "
        f"{', '.join(sorted(principals)) or 'nobody'}",
        f'add the principal {{"Service": "{rule.principal}"}} to assumeRolePolicy',
    )


def _principals(role: Record) -> set[str] | None:
    """Give whom a role trusts; ``None`` when the policy is not known, or no policy at all."""
    try:
        document = json.loads(text(role.inputs, "assumeRolePolicy") or "null")
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    found: set[str] = set()
    for statement in statements(cast("dict[str, object]", document)):
        principal = statement.get("Principal")
        kinds = cast("dict[str, object]", principal).values() if isinstance(principal, dict) else [principal]
        found |= {name for kind in kinds for name in strings(kind)}
    return found


def may_rotate(record: Record, world: World) -> Iterator[Refusal]:
    """Secrets Manager rotates by a function that lets it in."""
    arn = text(record.inputs, "rotationLambdaArn")
    function = world.by_arn(arn) if arn else None
    if function is None:
        return
    for permission in world.of_type(facts.PERMISSION):
        of_it = permission.inputs.get("function") in (function.id, function.arn)
        unknown = any(facts.is_unknown(permission.inputs, path) for path in ("function", "principal"))
        if unknown or (of_it and text(permission.inputs, "principal") == _SECRETS_MANAGER):
            return
    yield refusal(
        "rotationLambdaArn",
        "AccessDeniedException",
        f"Secrets Manager cannot invoke the specified Lambda function {function.id}: no permission names it",
        "add a lambda.Permission for secretsmanager.amazonaws.com, and depends_on=[permission]",
    )


STATES: Final[Table] = {
    **dict.fromkeys(TRUSTS, (trusted,)),
    "aws:secretsmanager/secretRotation:SecretRotation": (may_rotate,),
}
