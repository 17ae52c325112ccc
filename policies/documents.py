"""What a policy document allows, and to whom: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from policies.view import Resource, listed

Statement = Mapping[str, Any]

ROLE: Final = "aws:iam/role:Role"
IDENTITY_POLICIES: Final = (
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/policy:Policy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    ROLE,
)
"""Resources whose documents say what an identity may do."""

_SAYS_WHO: Final = (
    "aws:principal",
    "aws:source",
    "aws:calledvia",
    "kms:calleraccount",
    "kms:viaservice",
    "elasticfilesystem:accesspointarn",
)
"""How the keys of conditions begin that tell who asks, or through what of the account."""
_NARROWS: Final = ("stringequals", "stringlike", "arnequals", "arnlike", "ipaddress")


def granted(policy: Resource) -> Iterator[Statement]:
    """Yield the statements by which an identity's documents allow something; none while these are not known."""
    if policy.type != ROLE:
        yield from allowing(policy, "policy")
        return
    for inline in policy.places("inlinePolicies"):
        yield from allowing(policy, f"{inline}.policy")


def allowing(resource: Resource, path: str) -> Iterator[Statement]:
    """Yield the statements of a document that allow something."""
    yield from (each for each in resource.statements(path) if each.get("Effect") == "Allow")


def actions(statement: Statement) -> list[str]:
    """List the actions of a statement, which IAM compares without regard to case."""
    return [str(action).lower() for action in listed(statement.get("Action", []))]


def resources(statement: Statement) -> list[str]:
    """List the resources of a statement."""
    return [str(resource) for resource in listed(statement.get("Resource", []))]


def covers(statement: Statement, *wanted: str) -> list[str]:
    """List those of the wanted actions that a statement's patterns cover."""
    patterns = actions(statement)
    return [each for each in wanted if any(fnmatchcase(each.lower(), pattern) for pattern in patterns)]


def principals(statement: Statement, kind: str) -> list[str]:
    """List the principals of a kind (`AWS`, `Service`, `Federated`); `*` by itself stands for every AWS principal."""
    stated: object = statement.get("Principal", {})
    if isinstance(stated, str):
        return [stated] if kind == "AWS" else []
    return [str(each) for each in listed(cast("Statement", stated).get(kind, []))]


def conditions(statement: Statement) -> Iterator[tuple[str, str, list[str]]]:
    """Yield operator, key (both in lower case) and values of each condition."""
    operators: Mapping[str, Statement] = statement.get("Condition") or {}
    for operator, keys in operators.items():
        for key, values in keys.items():
            yield operator.lower(), key.lower(), [str(value) for value in listed(values)]


def narrowed(statement: Statement, *keys: str) -> bool:
    """Whether a condition holds for some values only of a key that begins like one of these."""
    return any(
        operator.rpartition(":")[2].removesuffix("ifexists").startswith(_NARROWS)
        and key.startswith(keys)
        and not any(value.strip("*:") == "" for value in values)
        for operator, key, values in conditions(statement)
    )


def open_to_anybody(statement: Statement) -> bool:
    """Whether a statement of a resource's policy allows something to principals of every account."""
    return "*" in principals(statement, "AWS") and not narrowed(statement, *_SAYS_WHO)
