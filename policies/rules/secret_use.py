"""Rules over how secrets and keys are used: who reads them, how long they hold, and how they end."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from policies.about import high, low, medium
from policies.credentials import is_secret
from policies.documents import IDENTITY_POLICIES, allowing, covers, granted
from policies.documents import resources as named
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_SECRET, _ROTATION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretRotation:SecretRotation"
_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
_OWN: Final = (_VERSION, _ROTATION, "aws:secretsmanager/secretPolicy:SecretPolicy")
_PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105 -- a resource's type
_LEAST_DELETION_DAYS = 14
LONGEST_ROTATION = Parameter("secret-rotated-often", "days", 90, "days after which a secret is changed at the latest")


@stack_rule(
    "secret-rotated",
    "In production the passwords of stores change by themselves",
    level=Level.ADVISORY,
    about=medium(
        "A password that leaked is good for ever.",
        "Add a SecretRotation for the secret.",
        "CKV2_AWS_57",
        "PCI DSS 8.6.3",
    ),
)
def secret_rotated(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """One breach names all: a password that several secrets hold is rotated where one of them is."""
    rotated = frozenset[str]().union(*(each.refers("secretId") for each in of_type(resources, _ROTATION)))
    secrets = {each.urn: each for each in of_type(resources, _SECRET) if each.held_to(PRODUCTION)}
    versions = list(of_type(resources, _VERSION))
    found: list[Resource] = []
    for password in of_type(resources, _PASSWORD):
        holders = frozenset[str]().union(
            *(each.refers("secretId") for each in versions if password.urn in each.refers())
        )
        if not holders & rotated:
            found += [secrets[urn] for urn in sorted(holders) if urn in secrets][:1]
    if found:
        names = ", ".join(sorted({each.name for each in found}))
        yield found[0], f"passwords that no SecretRotation changes: {names}; add one for each"


@resource_rule(
    "secret-rotated-often",
    "A rotated secret changes every quarter",
    _ROTATION,
    level=Level.ADVISORY,
    about=medium(
        "A password that leaked is good for years.",
        "Set rotationRules.automaticallyAfterDays to 90 or less.",
        "CKV_AWS_304",
        "PCI DSS 8.6.3",
    ),
)
def secret_rotated_often(rotation: Resource) -> Iterator[str]:
    often = "rotationRules.automaticallyAfterDays"
    if rotation.above(often, LONGEST_ROTATION.value):
        yield f"{often} is {rotation.value(often):g}; set {LONGEST_ROTATION.value} or less"


@stack_rule(
    "secret-has-reader",
    "Somebody reads every secret",
    level=Level.ADVISORY,
    about=low(
        "A credential is left over, good for something, and paid for each month.",
        "Delete it, or give its reader a policy that names it.",
        "PCI DSS 7.2.4",
        "PCI DSS 8.2.6",
    ),
)
def secret_has_reader(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A policy's pattern over names counts, as External Secrets' has one; one that is not known may name any."""
    used = frozenset[str]().union(*(each.refers() for each in resources if each.type not in _OWN))
    patterns = list(_readable(resources))
    for secret in of_type(resources, _SECRET):
        name = secret.value("name")
        if secret.urn in used or name is UNKNOWN or None in patterns:
            continue
        if not any(fnmatchcase(f"{name}-abcdef", str(pattern)) for pattern in patterns):
            yield secret, "no policy of the stack lets anybody read it; delete it, or name its reader"


_SECRET_ARN = re.compile(r"arn:[\w*-]+:secretsmanager:[^:]*:[^:]*:secret:(.+)")


def _readable(resources: Sequence[Resource]) -> Iterator[str | None]:
    """Yield the patterns of secrets' names that identities read; None for a policy that is not known yet."""
    for policy in of_type(resources, *IDENTITY_POLICIES):
        if policy.value("policy") is UNKNOWN:
            yield None
        readers = (each for each in granted(policy) if covers(each, "secretsmanager:GetSecretValue"))
        for statement in readers:
            for resource in named(statement):
                found = _SECRET_ARN.fullmatch(resource)
                if found is not None or resource == "*":
                    yield found[1] if found else "*"


@resource_rule(
    "parameter-not-plain",
    "A parameter that holds a credential is encrypted",
    "aws:ssm/parameter:Parameter",
    about=high(
        "Whoever may list parameters reads the credential.",
        "Set type to SecureString, or keep it in Secrets Manager.",
        "CKV2_AWS_34",
    ),
)
def parameter_not_plain(parameter: Resource) -> Iterator[str]:
    name = str(parameter.value("name")).rpartition("/")[2].replace("-", "_")
    secret = is_secret(name, parameter.value("value")) or is_secret(name, parameter.value("insecureValue"))
    if secret and not parameter.is_set("type", "SecureString"):
        yield "it holds a credential in clear; set type to SecureString"


@resource_rule(
    "key-deleted-slowly",
    "A production key is deleted after two weeks at the earliest",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    environments=PRODUCTION,
    about=medium(
        "What the key encrypts is lost before anybody notices.",
        "Leave deletionWindowInDays at 30.",
    ),
)
def key_deleted_slowly(key: Resource) -> Iterator[str]:
    if key.below("deletionWindowInDays", _LEAST_DELETION_DAYS):
        yield f"deletionWindowInDays is {key.value('deletionWindowInDays'):g}; set {_LEAST_DELETION_DAYS} to 30"


@resource_rule(
    "key-enabled",
    "A key can be used",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    about=high(
        "Nothing that it encrypts can be read, and what needs it fails one after the other.",
        "Leave isEnabled on.",
        "CKV_AWS_227",
    ),
)
def key_enabled(key: Resource) -> Iterator[str]:
    if key.value("isEnabled") is False or key.value("enabled") is False:
        yield "the key is switched off; switch it on, or schedule its deletion"


@resource_rule(
    "key-policy-keeps-owner",
    "Somebody may change a key's policy",
    "aws:kms/keyPolicy:KeyPolicy",
    about=high(
        "The key can never be changed or deleted again, by nobody.",
        "Let the account, or a role of it, administer the key: kms:PutKeyPolicy.",
    ),
)
def key_policy_keeps_owner(policy: Resource) -> Iterator[str]:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html."""
    statements = list(allowing(policy, "policy"))
    if statements and not any(covers(each, "kms:PutKeyPolicy") for each in statements):
        yield "no statement allows kms:PutKeyPolicy; let the account administer the key"


RULES = (
    secret_rotated,
    secret_rotated_often,
    secret_has_reader,
    parameter_not_plain,
    key_deleted_slowly,
    key_enabled,
    key_policy_keeps_owner,
)
