"""Rules over keys and secrets."""

from collections.abc import Iterator

from policies.about import medium
from policies.rule import PRODUCTION, resource_rule
from policies.view import Resource

_STORED = "aws:secretsmanager/secret:Secret"
_LEAST_RECOVERY_DAYS = 7


@resource_rule(
    "key-rotation",
    "Customer keys are rotated every year",
    "aws:kms/key:Key",
    about=medium(
        "A key that leaked opens everything that was ever written with it.",
        "Switch enableKeyRotation on.",
        "CKV_AWS_7",
        "CIS AWS 3.6",
        "PCI DSS 3.7.4",
        "SOC 2 PI1.5",
    ),
)
def key_rotation(key: Resource) -> Iterator[str]:
    symmetric = not key.has("customerMasterKeySpec") or key.is_set("customerMasterKeySpec", "SYMMETRIC_DEFAULT")
    if symmetric and not key.is_set("enableKeyRotation"):
        yield "enableKeyRotation is off; switch it on"


@resource_rule(
    "secret-customer-key",
    "Secrets are encrypted with a customer key",
    _STORED,
    about=medium(
        "Nothing but IAM stands between an identity of the account and the secret.",
        "Set kmsKeyId to the platform's secrets key.",
        "CKV_AWS_149",
    ),
)
def secret_customer_key(secret: Resource) -> Iterator[str]:
    if not secret.has("kmsKeyId"):
        yield "kmsKeyId is not set; name the platform's secrets key"


@resource_rule(
    "secret-recovery",
    "A deleted production secret can be brought back for a week",
    _STORED,
    about=medium(
        "A secret that was deleted by mistake is gone at once.",
        "Set recoveryWindowInDays to 7 or more.",
    ),
    environments=PRODUCTION,
)
def secret_recovery(secret: Resource) -> Iterator[str]:
    if secret.has("recoveryWindowInDays") and not secret.at_least("recoveryWindowInDays", _LEAST_RECOVERY_DAYS):
        yield f"recoveryWindowInDays is {secret.value('recoveryWindowInDays')}; set 7 to 30"


RULES = (key_rotation, secret_customer_key, secret_recovery)
