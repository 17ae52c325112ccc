"""Rules over Redis and Valkey."""

from collections.abc import Iterator

from policies.about import critical, high, low, medium
from policies.rule import PRODUCTION, resource_rule
from policies.view import MISSING, Resource

_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
_USER = "aws:elasticache/user:User"


@resource_rule(
    "cache-encrypted-in-transit",
    "Clients reach the cache over TLS",
    _GROUP,
    about=high(
        "Passwords and sessions cross the network in clear.",
        "Switch transitEncryptionEnabled on.",
        "CKV_AWS_30",
        "PCI DSS 4.2.1",
        "SOC 2 CC6.7",
    ),
)
def cache_encrypted_in_transit(group: Resource) -> Iterator[str]:
    if not group.is_set("transitEncryptionEnabled"):
        yield "transitEncryptionEnabled is off; switch it on"


@resource_rule(
    "cache-encrypted-at-rest",
    "The cache is encrypted at rest",
    _GROUP,
    about=medium(
        "Whoever gets hold of a snapshot reads it.",
        "Switch atRestEncryptionEnabled on.",
        "CKV_AWS_29",
        "PCI DSS 3.5.1",
    ),
)
def cache_encrypted_at_rest(group: Resource) -> Iterator[str]:
    if group.value("atRestEncryptionEnabled") not in (True, "true") and not group.is_set("atRestEncryptionEnabled"):
        yield "atRestEncryptionEnabled is off; switch it on"


@resource_rule(
    "cache-authenticated",
    "Clients of the cache prove who they are",
    _GROUP,
    about=high(
        "Everything in the network can read and empty the cache.",
        "Name a user group in userGroupIds.",
        "CKV_AWS_31",
    ),
)
def cache_authenticated(group: Resource) -> Iterator[str]:
    if not (group.has("userGroupIds") or group.has("authToken")):
        yield "neither userGroupIds nor authToken is set; add a user group"


@resource_rule(
    "cache-multi-az",
    "A production cache survives the loss of a zone",
    _GROUP,
    about=medium(
        "One zone that fails takes the cache with it.",
        "Switch multiAzEnabled and automaticFailoverEnabled on.",
        "CKV2_AWS_50",
    ),
    environments=PRODUCTION,
)
def cache_multi_az(group: Resource) -> Iterator[str]:
    if not (group.is_set("multiAzEnabled") and group.is_set("automaticFailoverEnabled")):
        yield "multiAzEnabled and automaticFailoverEnabled must both be on"


@resource_rule(
    "cache-snapshots",
    "A production cache is snapshotted every day",
    _GROUP,
    about=medium(
        "What only the cache holds is lost with its nodes.",
        "Set snapshotRetentionLimit to 1 day or more.",
        "CKV_AWS_134",
        "PCI DSS 10.3.3",
    ),
    environments=PRODUCTION,
)
def cache_snapshots(group: Resource) -> Iterator[str]:
    if not group.at_least("snapshotRetentionLimit", 1):
        yield "snapshotRetentionLimit is 0; keep at least one day"


@resource_rule(
    "cache-tls-required",
    "The cache takes no connection without TLS",
    _GROUP,
    about=high(
        "A client that forgot TLS sends its password in clear, and nobody notices.",
        "Set transitEncryptionMode to required once every client speaks TLS.",
        "PCI DSS 4.2.1",
        "SOC 2 CC6.7",
    ),
)
def cache_tls_required(group: Resource) -> Iterator[str]:
    if group.value("transitEncryptionMode") == "preferred":
        yield "transitEncryptionMode is preferred, which takes plain connections too; set required"


@resource_rule(
    "cache-parameters-own",
    "Caches have a parameter group of their own",
    _GROUP,
    about=low(
        "The defaults cannot be changed without moving the cache to another group.",
        "Name a parameter group of your own in parameterGroupName.",
    ),
)
def cache_parameters_own(group: Resource) -> Iterator[str]:
    name = group.value("parameterGroupName")
    if name is MISSING or (isinstance(name, str) and name.startswith("default.")):
        yield "AWS's default parameter group holds; name one of your own in parameterGroupName"


@resource_rule(
    "cache-customer-key",
    "The cache is encrypted with a customer key",
    _GROUP,
    about=low(
        "Nothing but IAM stands between an identity of the account and a snapshot.",
        "Set kmsKeyId to the platform's data key.",
        "CKV_AWS_191",
    ),
)
def cache_customer_key(group: Resource) -> Iterator[str]:
    if not group.has("kmsKeyId"):
        yield "kmsKeyId is not set; name the platform's data key"


@resource_rule(
    "cache-user-confined",
    "No user of the cache may do everything",
    _USER,
    about=high(
        "A program that is taken over empties the cache and changes how it runs.",
        "Name commands in accessString, and take @dangerous away.",
    ),
)
def cache_user_confined(user: Resource) -> Iterator[str]:
    words = str(user.value("accessString")).split()
    everything = "+@all" in words and not any(word.startswith("-") for word in words)
    if "on" in words and everything and "~*" in words:
        yield "accessString allows every command on every key; name commands, and take @dangerous away"


@resource_rule(
    "cache-user-password",
    "Every user of the cache proves who it is",
    _USER,
    about=critical(
        "Everything in the network is that user.",
        "State passwords, or authenticationMode iam.",
    ),
)
def cache_user_password(user: Resource) -> Iterator[str]:
    without = user.value("noPasswordRequired") is True
    if without or user.value("authenticationMode.type") == "no-password-required":
        yield "no password is required; state passwords, or authenticationMode iam"


RULES = (
    cache_encrypted_in_transit,
    cache_encrypted_at_rest,
    cache_authenticated,
    cache_multi_az,
    cache_snapshots,
    cache_tls_required,
    cache_parameters_own,
    cache_customer_key,
    cache_user_confined,
    cache_user_password,
)
