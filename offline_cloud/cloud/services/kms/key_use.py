"""Whether somebody may use a key for a volume: its policy, and the caller's own where the key's leaves it to IAM.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html for who decides, and
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html for what a launch or a volume asks of
KMS. EC2 asks in the caller's name, so that the caller is who needs it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, cast

from offline_cloud.cloud.core import documents, facts
from offline_cloud.cloud.core.documents import Statement
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.resource import Rule
from offline_cloud.cloud.model import ACCOUNT_ID, UNKNOWN, Diagnostic, Properties, Record, World, objects, text

VOLUME_ACTIONS: Final = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext")
"""What EC2 asks of KMS for a new encrypted volume that is attached to a machine."""

AUTO_SCALING: Final = (
    f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
)
SPOT: Final = f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"
_ROOT: Final = (f"arn:aws:iam::{ACCOUNT_ID}:root", ACCOUNT_ID)
_KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
_EVERYTHING: Final = frozenset({"AdministratorAccess", "PowerUserAccess"})
"""Policies of AWS's own that let their holder use every key; no other one names a customer's key."""


def denied(key: str, principal: str, world: World) -> list[str]:
    """Name the actions of a new volume that nobody allows a principal; empty too when that cannot be told yet.

    `key` is an ARN or an id; a service-linked role has no permissions but the key's own policy.
    """
    found = world.by_arn(key) or world.by_id(key, facts.KEY) or world.by_id(key, facts.REPLICA_KEY)
    own = None if found is None else _key_policy(found, world)
    if found is None or own is None:
        return []
    theirs = _role_policies(principal, world)
    if theirs is None:
        return []
    context = {
        "kms:ViaService": f"ec2.{found.region}.amazonaws.com",
        "kms:CallerAccount": ACCOUNT_ID,
        "kms:GrantIsForAWSResource": "true",
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": ACCOUNT_ID,
    }
    return [action for action in VOLUME_ACTIONS if not _allowed(action, found, context, own, theirs)]


def _allowed(
    action: str, key: Record, context: Mapping[str, str], own: Sequence[Statement], theirs: Sequence[Statement]
) -> bool:
    principal = context["aws:PrincipalArn"]
    asked = [it for it in own if documents.covers(it, action) and _holds(it, context)]
    if any(it.get("Effect") == "Deny" and _names(it, principal) for it in asked):
        return False
    allowing = [it for it in asked if it.get("Effect") == "Allow"]
    if any(_names(it, principal) for it in allowing):
        return True
    left_to_iam = any(name in _ROOT for it in allowing for name in documents.principals(it, "AWS"))
    return left_to_iam and any(
        documents.allows(it, action) and _holds(it, context) and documents.concerns(it, key.arn or "") for it in theirs
    )


def _names(statement: Statement, principal: str) -> bool:
    return any(name in ("*", principal) for name in documents.principals(statement, "AWS"))


def _holds(statement: Statement, context: Mapping[str, str]) -> bool:
    """Tell whether the conditions are met; one of an operator that is not known here counts as met."""
    stated = statement.get("Condition")
    conditions = cast("dict[str, dict[str, object]]", stated) if isinstance(stated, dict) else {}
    return all(
        _meets(operator, context.get(key), documents.strings(values))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _meets(operator: str, actual: str | None, wanted: list[str]) -> bool:
    plain = operator.removesuffix("IfExists")
    if plain not in ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"):
        return True
    if actual is None:
        return plain != operator
    if plain in ("StringEquals", "Bool"):
        return actual in wanted
    return any(fnmatchcase(actual, pattern) for pattern in wanted)


def _key_policy(key: Record, world: World) -> list[Statement] | None:
    """Give the statements in force; without a policy of its own a key leaves everything to the account's IAM."""
    default: list[Statement] = [{"Effect": "Allow", "Principal": {"AWS": _ROOT[0]}, "Action": "kms:*", "Resource": "*"}]
    names = {key.id, key.arn}
    for record in world.of_type(_KEY_POLICY):
        if text(record.inputs, "keyId") in names:
            return _statements(record.inputs)
    return default if key.inputs.get("policy") is None else _statements(key.inputs)


def _role_policies(principal: str, world: World) -> list[Statement] | None:
    """Give what a role's own policies state; ``None`` when one of them is not known."""
    role = world.by_arn(principal)
    found: list[Statement] = []
    for inputs in _documents(role, world) if role is not None else ():
        read = _statements(inputs)
        if read is None:
            return None
        found += read
    return found


def _documents(role: Record, world: World) -> Iterator[Properties]:
    yield from objects(role.inputs, "inlinePolicies")
    attached = documents.strings(role.inputs.get("managedPolicyArns"))
    for user in world.mentioning(role.id):
        if user.type == facts.ROLE_POLICY:
            yield user.inputs
        elif user.type == facts.ROLE_ATTACHMENT:
            attached += documents.strings(user.inputs.get("policyArn"))
    for arn in attached:
        policy = world.by_arn(arn)
        if policy is not None:
            yield policy.inputs
        elif arn.rsplit("/", 1)[-1] in _EVERYTHING:
            yield {"policy": json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})}


def _statements(inputs: Properties) -> list[Statement] | None:
    """Read a policy; ``None`` when it is not known, and none for what is no policy."""
    return None if inputs.get("policy") is UNKNOWN else documents.read(inputs) or []


def machines_start(*templates: str) -> Rule:
    """Make the rule that Auto Scaling may use the keys of a launch template's volumes; paths hold its id."""

    def rule(record: Record, world: World) -> Iterator[Diagnostic]:
        for path in templates:
            template = world.by_id(text(record.inputs, path) or "", facts.LAUNCH_TEMPLATE)
            for mapping in objects(template.inputs, "blockDeviceMappings") if template is not None else ():
                key = text(mapping, "ebs.kmsKeyId")
                missing = denied(key, AUTO_SCALING, world) if key is not None else []
                if missing:
                    reason = (
                        f"Client.InvalidKMSKey.InvalidState: {AUTO_SCALING} may not {', '.join(missing)} with {key}, "
                        "so the machines end before they start"
                    )
                    fix = "let it use the key for EC2 in the key's policy, and make the template wait for that policy"
                    yield reject(path.partition(".")[0], "AsgInstanceLaunchFailures", reason, fix)

    return rule
