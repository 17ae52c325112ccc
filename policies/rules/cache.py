"""Rules over Redis and Valkey."""

from collections.abc import Iterator

from policies.about import high, medium
from policies.rule import PRODUCTION, resource_rule
from policies.view import Resource

_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"


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


RULES = (cache_encrypted_in_transit, cache_encrypted_at_rest, cache_authenticated, cache_multi_az, cache_snapshots)
