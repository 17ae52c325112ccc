"""Rules over what an identity's policies allow: data, keys, and rights over rights."""

from collections.abc import Iterator
from typing import Final

from policies.about import critical, high, medium
from policies.documents import IDENTITY_POLICIES, Statement, covers, granted, resources
from policies.rule import resource_rule
from policies.view import Resource

_SECRETS = (
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
)
_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
_KEYS = ("kms:Decrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
_RIGHTS: Final = (
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
)
"""By each of these an identity gets the rights of another one, or writes its own."""


def _everything(resource: str) -> bool:
    """Whether it names nothing: `*`, or an ARN whose last part is one (arn:aws:secretsmanager:us-east-1:1:secret:*)."""
    *_, last = resource.split(":", 5)
    return last.removeprefix("secret:").removeprefix("parameter/").removeprefix("role/").removeprefix("key/") in (
        "*",
        "*/*",
    )


def _on_everything(policy: Resource, *wanted: str) -> Iterator[str]:
    """Yield the actions among those wanted that a policy allows on resources that it does not name."""
    for statement in granted(policy):
        found = covers(statement, *wanted)
        if found and not statement.get("Condition") and any(map(_everything, _resources(statement))):
            yield ", ".join(found)


def _resources(statement: Statement) -> list[str]:
    return resources(statement) or ["*"]  # With NotResource nearly all of them.


@resource_rule(
    "policy-no-exceptions",
    "A policy names what it allows, and not what it leaves out",
    *IDENTITY_POLICIES,
    about=high(
        "Whatever AWS adds tomorrow is allowed without anybody's decision.",
        "Replace NotAction by Action, and NotResource by Resource.",
    ),
)
def policy_no_exceptions(policy: Resource) -> Iterator[str]:
    for statement in granted(policy):
        for key in ("NotAction", "NotResource"):
            if key in statement:
                yield f"a statement allows by {key} everything but a few; name what is used"


@resource_rule(
    "policy-secrets-named",
    "Who reads secrets or parameters reads those that are named",
    *IDENTITY_POLICIES,
    about=high(
        "One program that is taken over gives away every secret of the account.",
        "Name the secrets, by the product's prefix at least.",
        "CKV_AWS_287",
    ),
)
def policy_secrets_named(policy: Resource) -> Iterator[str]:
    for found in _on_everything(policy, *_SECRETS):
        yield f"{found} on every secret; name the secrets"


@resource_rule(
    "policy-objects-named",
    "Who reads or writes objects does so in buckets that are named",
    *IDENTITY_POLICIES,
    about=high(
        "One program that is taken over copies, or deletes, every bucket of the account.",
        "Name the buckets.",
        "CKV_AWS_288",
    ),
)
def policy_objects_named(policy: Resource) -> Iterator[str]:
    for found in _on_everything(policy, *_OBJECTS):
        yield f"{found} in every bucket; name the buckets"


@resource_rule(
    "policy-keys-named",
    "Who uses or manages keys does so with keys that are named",
    *IDENTITY_POLICIES,
    about=high(
        "Encryption keeps nothing from that identity, and it can make data unreadable for ever.",
        "Name the keys, or add a condition on kms:ViaService.",
        "PCI DSS 3.5.1.1",
        "PCI DSS 3.6.1.2",
    ),
)
def policy_keys_named(policy: Resource) -> Iterator[str]:
    for found in _on_everything(policy, *_KEYS):
        yield f"{found} with every key; name the keys, or the service by kms:ViaService"


@resource_rule(
    "policy-no-escalation",
    "No policy lets an identity raise its own rights",
    *IDENTITY_POLICIES,
    about=critical(
        "Whoever takes over the role makes an administrator of it.",
        "Name the roles that it may pass or change, without a wildcard for all of them.",
        "CKV_AWS_286",
        "SOC 2 CC3.3",
    ),
)
def policy_no_escalation(policy: Resource) -> Iterator[str]:
    for found in _on_everything(policy, *_RIGHTS):
        yield f"{found} on every role or user: the identity can raise its own rights; name the roles"


@resource_rule(
    "no-user-policies",
    "Rights are given to roles and not to users",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    about=medium(
        "Nobody sees any more who may do what.",
        "Give the policy to a role that people assume.",
        "CKV_AWS_40",
        "CIS AWS 1.14",
        "PCI DSS 7.2.1",
        "SOC 2 CC1.3",
    ),
)
def no_user_policies(policy: Resource) -> Iterator[str]:
    yield f"user {policy.value('user')} gets rights of its own; give them to a role"


@resource_rule(
    "no-access-keys",
    "Nothing signs in with a key that does not expire",
    "aws:iam/accessKey:AccessKey",
    about=high(
        "The key stands in the state, and opens the account until somebody notices.",
        "Let programs assume a role: Pod Identity, a task role, or OIDC.",
    ),
)
def no_access_keys(key: Resource) -> Iterator[str]:
    yield f"an access key is made for user {key.value('user')}; let the program assume a role"


RULES = (
    policy_no_exceptions,
    policy_secrets_named,
    policy_objects_named,
    policy_keys_named,
    policy_no_escalation,
    no_user_policies,
    no_access_keys,
)
