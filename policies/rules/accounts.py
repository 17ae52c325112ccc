"""Rules over people who sign in, over sessions, and over roles that change themselves."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from policies.about import critical, high, low, medium
from policies.documents import ROLE, covers, granted
from policies.documents import resources as named
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import Level, resource_rule, stack_rule
from policies.view import Resource

_LEAST_CHARACTERS, _REMEMBERED = 14, 24
LONGEST_SESSION = Parameter("role-session-short", "hours", 4.0, "how long a session of a role may last")
_CHANGES: Final = (
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
)
"""By each of these a role changes what it, or who takes it, may do."""
_ROLE_ARN = re.compile(r"arn:[\w*-]+:iam::[\d*]+:role/(?P<name>.+)")


@resource_rule(
    "no-users",
    "Nobody has a user in the account",
    "aws:iam/user:User",
    about=medium(
        "Its credentials do not end, and stay when the person goes.",
        "Let people sign in through IAM Identity Center, and programs assume a role.",
        "CKV_AWS_273",
    ),
)
def no_users(user: Resource) -> Iterator[str]:
    yield f"user {user.value('name')} is made; use Identity Center for people, and a role for programs"


@resource_rule(
    "user-no-console",
    "No user signs in to the console with a password",
    "aws:iam/userLoginProfile:UserLoginProfile",
    about=high(
        "A password that is guessed or reused is enough to enter.",
        "Let people sign in through IAM Identity Center, with a second factor.",
        "CKV2_AWS_22",
    ),
)
def user_no_console(profile: Resource) -> Iterator[str]:
    yield f"user {profile.value('user')} gets a password for the console; use Identity Center"


@resource_rule(
    "passwords-long",
    "The account's passwords are long, and not used again",
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    about=medium(
        "A password is guessed, or is one that leaked elsewhere.",
        "Set minimumPasswordLength to 14 and passwordReusePrevention to 24.",
        "CKV_AWS_10",
        "CKV_AWS_13",
        "CIS AWS 1.7",
        "CIS AWS 1.8",
    ),
)
def passwords_long(policy: Resource) -> Iterator[str]:
    if not policy.at_least("minimumPasswordLength", _LEAST_CHARACTERS):
        yield f"minimumPasswordLength is less than {_LEAST_CHARACTERS}; set {_LEAST_CHARACTERS}"
    elif not policy.at_least("passwordReusePrevention", _REMEMBERED):
        yield f"passwordReusePrevention is less than {_REMEMBERED}; set {_REMEMBERED}"


@resource_rule(
    "role-session-short",
    "A session of a role ends within a working day's half",
    ROLE,
    level=Level.ADVISORY,
    about=low(
        "Credentials that were stolen are good for half a day.",
        "Leave maxSessionDuration out, which is an hour.",
    ),
)
def role_session_short(role: Resource) -> Iterator[str]:
    if role.above("maxSessionDuration", LONGEST_SESSION.value * 3600):
        hours = role.value("maxSessionDuration") / 3600
        yield f"maxSessionDuration is {hours:g} hours; {LONGEST_SESSION.value:g} are enough"


@stack_rule(
    "role-cannot-raise-itself",
    "No role may change its own rights",
    about=critical(
        "Whoever takes over the role makes an administrator of it.",
        "Take the role out of what it may change, or ask for a permissions boundary.",
        "CKV_AWS_286",
        "SOC 2 CC3.3",
    ),
)
def role_cannot_raise_itself(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """What names no role at all is refused by policy-no-escalation."""
    names = {role.urn: role.value("name") for role in of_type(resources, ROLE)}
    attached = _attached(resources)
    for policy in resources:
        if not policy.type.startswith("aws:iam/"):
            continue
        roles = _holders(policy, names, attached)
        for statement in granted(policy):
            changed = [name for name in roles if any(_matches(each, name) for each in named(statement))]
            actions = covers(statement, *_CHANGES)
            if changed and actions:
                yield policy, f"{actions[0]} on {changed[0]}, the role that has the policy; take it out"


def _attached(resources: Sequence[Resource]) -> dict[str, frozenset[str]]:
    """Give the roles that each managed policy of the stack is attached to, all by their URNs."""
    found: dict[str, frozenset[str]] = {}
    for attachment in of_type(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment"):
        for policy in attachment.refers("policyArn"):
            found[policy] = found.get(policy, frozenset()) | attachment.refers("role")
    return found


def _holders(policy: Resource, names: dict[str, object], attached: dict[str, frozenset[str]]) -> list[str]:
    """Name the roles that have a policy, as far as the names are known."""
    urns = {policy.urn} | policy.refers("role") | attached.get(policy.urn, frozenset())
    stated = policy.value("role")
    found = [names.get(urn) for urn in urns]
    return sorted({str(name) for name in (*found, stated) if isinstance(name, str)})


def _matches(resource: str, role: str) -> bool:
    """Whether an ARN, with its wildcards, is that role's; one that is a wildcard alone is not meant here."""
    found = _ROLE_ARN.fullmatch(resource)
    if found is None or not found["name"].strip("*"):
        return False
    return fnmatchcase(role, found["name"].rpartition("/")[2])


RULES = (no_users, user_no_console, passwords_long, role_session_short, role_cannot_raise_itself)
