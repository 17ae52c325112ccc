"""Rules over tables of DynamoDB, over caches of one machine, and over messages that fail."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, low, medium
from policies.graph import of_type
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_TABLE, _QUEUE = "aws:dynamodb/table:Table", "aws:sqs/queue:Queue"
_MACHINE, _GROUP = "aws:elasticache/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup"
_SHORT_SECONDS: Final = 900


@resource_rule(
    "table-history",
    "A table can go back to any second",
    _TABLE,
    about=medium(
        "What a fault wrote over is lost.",
        "Set pointInTimeRecovery.enabled.",
        "CKV_AWS_28",
        "PCI DSS 10.3.3",
        "SOC 2 A1.1",
        "SOC 2 CC7.4",
    ),
    # A product may state `recovery_days: 0`.
    level=Level.ADVISORY,
)
def table_history(table: Resource) -> Iterator[str]:
    if not table.is_set("pointInTimeRecovery.enabled") and table.value("pointInTimeRecovery") is not UNKNOWN:
        yield "pointInTimeRecovery.enabled is off; switch it on"


@resource_rule(
    "table-customer-key",
    "A table is encrypted with a customer key",
    _TABLE,
    about=low(
        "Nothing but IAM stands between an identity of the account and the table.",
        "Set serverSideEncryption.enabled and kmsKeyArn.",
        "CKV_AWS_119",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.5",
    ),
)
def table_customer_key(table: Resource) -> Iterator[str]:
    if not table.has("serverSideEncryption.kmsKeyArn") and table.value("serverSideEncryption") is not UNKNOWN:
        yield "serverSideEncryption.kmsKeyArn is not set; name a customer key"


@resource_rule(
    "table-deletion-protection",
    "A production table refuses to be deleted",
    _TABLE,
    environments=PRODUCTION,
    about=high(
        "One wrong command deletes the table.",
        "Switch deletionProtectionEnabled on.",
    ),
)
def table_deletion_protection(table: Resource) -> Iterator[str]:
    if not table.is_set("deletionProtectionEnabled"):
        yield "deletionProtectionEnabled is off; switch it on"


@resource_rule(
    "cache-machine-encrypted",
    "A cache of single machines speaks TLS too",
    _MACHINE,
    about=high(
        "Sessions cross the network in clear.",
        "Switch transitEncryptionEnabled on, or use a replication group.",
    ),
)
def cache_machine_encrypted(cache: Resource) -> Iterator[str]:
    if not cache.has("replicationGroupId") and not cache.is_set("transitEncryptionEnabled"):
        yield "transitEncryptionEnabled is off; switch it on"


@resource_rule(
    "cache-minor-upgrades",
    "Caches take fixes of their version by themselves",
    _MACHINE,
    _GROUP,
    about=medium(
        "A known flaw stays until somebody thinks of it.",
        "Leave autoMinorVersionUpgrade on.",
        "CKV_AWS_322",
        "PCI DSS 6.3.3",
    ),
)
def cache_minor_upgrades(cache: Resource) -> Iterator[str]:
    if cache.value("autoMinorVersionUpgrade") in (False, "false"):
        yield "autoMinorVersionUpgrade is off; switch it on"


@resource_rule(
    "cache-logs-delivered",
    "A production cache's logs are kept",
    _GROUP,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "Commands that were slow or refused are never seen.",
        "State logDeliveryConfigurations for slow-log and engine-log.",
    ),
)
def cache_logs_delivered(group: Resource) -> Iterator[str]:
    if not group.has("logDeliveryConfigurations"):
        yield "logDeliveryConfigurations is empty; state the slow log and the engine's"


@stack_rule(
    "queue-failures-kept",
    "A message that fails again and again is put aside",
    level=Level.ADVISORY,
    about=medium(
        "It is tried until its time is over, and is then lost without a trace.",
        "State redrivePolicy with a queue for failed messages.",
    ),
)
def queue_failures_kept(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A queue that takes the failed ones has none itself, and news of minutes are not worth keeping."""
    queues = list(of_type(resources, _QUEUE))
    redrives = of_type(resources, "aws:sqs/redrivePolicy:RedrivePolicy")
    stated = frozenset[str]().union(*(each.refers("queueUrl") for each in redrives))
    last = frozenset[str]().union(*(each.refers("redrivePolicy") for each in resources))
    for queue in queues:
        seconds = queue.value("messageRetentionSeconds")
        short = isinstance(seconds, int | float) and seconds <= _SHORT_SECONDS
        takes = queue.has("redriveAllowPolicy") or queue.urn in last or queue.urn in stated
        if not (short or takes or queue.has("redrivePolicy") or seconds is UNKNOWN):
            yield queue, "redrivePolicy is not set; name a queue for failed messages"


@resource_rule(
    "subscription-tls",
    "Notifications leave over TLS",
    "aws:sns/topicSubscription:TopicSubscription",
    about=high(
        "Alerts cross the internet in clear, and can be forged.",
        "Use the protocol https.",
    ),
)
def subscription_tls(subscription: Resource) -> Iterator[str]:
    if subscription.value("protocol") == "http":
        yield "protocol is http; use https"


RULES = (
    table_history,
    table_customer_key,
    table_deletion_protection,
    cache_machine_encrypted,
    cache_minor_upgrades,
    cache_logs_delivered,
    queue_failures_kept,
    subscription_tls,
)
