"""Rules over who may assume a role."""

import re
from collections.abc import Iterator
from typing import Final

from policies.about import critical, high, medium
from policies.documents import ROLE, Statement, allowing, conditions, narrowed, principals
from policies.rule import resource_rule
from policies.view import Resource

_ACCOUNT = re.compile(r"(arn:[\w-]+:iam::)?\d{12}(:.*)?")
_SHARED_SERVICES: Final = (
    "chatbot.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "scheduler.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
"""Services that act with a role on what their caller names, and whose pages ask for aws:SourceAccount in its trust:
https://docs.aws.amazon.com/chatbot/latest/adminguide/cross-service-confused-deputy-prevention.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"""


def _trust(role: Resource) -> Iterator[Statement]:
    yield from allowing(role, "assumeRolePolicy")


@resource_rule(
    "role-trust-accounts-confined",
    "An account that may assume a role says who of it, or why it asks",
    ROLE,
    about=high(
        "Everything in the other account can take the role, or a partner is tricked into using it for a stranger.",
        "Add a condition on sts:ExternalId, aws:PrincipalOrgID or aws:PrincipalArn.",
    ),
)
def role_trust_accounts_confined(role: Resource) -> Iterator[str]:
    for statement in _trust(role):
        for account in principals(statement, "AWS"):
            if _ACCOUNT.fullmatch(account) and not narrowed(statement, "sts:externalid", "aws:principal"):
                yield f"{account} may assume it without a condition; ask for sts:ExternalId or aws:PrincipalOrgID"


@resource_rule(
    "role-trust-oidc-confined",
    "An identity provider's tokens are taken for one subject and one audience",
    ROLE,
    about=critical(
        "Any pipeline or pod that the provider knows can take the role.",
        "Add conditions on the provider's :sub and :aud.",
        "CKV_AWS_393",
    ),
)
def role_trust_oidc_confined(role: Resource) -> Iterator[str]:
    for statement in _trust(role):
        if "sts:AssumeRoleWithWebIdentity" not in str(statement.get("Action")):
            continue
        asked = {key.rpartition(":")[2] for operator, key, values in conditions(statement) if _narrow(operator, values)}
        missing = {"sub", "aud"} - asked
        if missing:
            yield f"tokens of any {' and any '.join(sorted(missing))} are taken; add a condition on each"


def _narrow(operator: str, values: list[str]) -> bool:
    """Whether not every value passes; `repo:*` is every repository of GitHub."""
    positive = operator.rpartition(":")[2].startswith(("stringequals", "stringlike"))
    return positive and not any(value in ("*", "repo:*", "system:serviceaccount:*") for value in values)


@resource_rule(
    "role-trust-of-own-account",
    "A service that acts for many accounts takes a role for its own account alone",
    ROLE,
    about=medium(
        "Another customer of the service has it act with this role.",
        "Add a condition on aws:SourceAccount or aws:SourceArn.",
    ),
)
def role_trust_of_own_account(role: Resource) -> Iterator[str]:
    for statement in _trust(role):
        for service in principals(statement, "Service"):
            if service in _SHARED_SERVICES and not narrowed(statement, "aws:sourceaccount", "aws:sourcearn"):
                yield f"{service} may assume it for any account; add a condition on aws:SourceAccount"


RULES = (role_trust_accounts_confined, role_trust_oidc_confined, role_trust_of_own_account)
