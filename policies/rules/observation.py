"""Rules over logs, alarms and notifications."""

from collections.abc import Iterator, Sequence

from policies.about import high, low, medium
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
LEAST_LOG_DAYS = 7


@resource_rule(
    "log-retention",
    "Logs are kept for a stated time",
    _LOG_GROUP,
    about=low(
        "Logs are kept and paid for without end.",
        "Set retentionInDays.",
        "CKV_AWS_66",
        "PCI DSS 10.5.1",
        "SOC 2 CC7.2",
    ),
)
def log_retention(group: Resource) -> Iterator[str]:
    if not group.at_least("retentionInDays", 1):
        yield "retentionInDays is not set, so logs are kept and paid for without end"


@resource_rule(
    "log-encrypted",
    "Logs are encrypted with a customer key",
    _LOG_GROUP,
    about=low(
        "Nothing but IAM stands between an identity of the account and the logs.",
        "Set kmsKeyId to the platform's logs key.",
        "CKV_AWS_158",
        "PCI DSS 10.3.2",
    ),
)
def log_encrypted(group: Resource) -> Iterator[str]:
    if not group.has("kmsKeyId"):
        yield "kmsKeyId is not set; name the platform's logs key"


@stack_rule(
    "alarm-tells-somebody",
    "An alarm reaches somebody, by itself or through a composite alarm",
    about=high(
        "Something fails and nobody hears of it.",
        "Name the notifications topic in alarmActions, or watch the alarm by a composite alarm.",
        "PCI DSS 10.4.1",
    ),
)
def alarm_tells_somebody(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    rules = [item.value("alarmRule") for item in resources if item.type == _COMPOSITE]
    for alarm in resources:
        if alarm.type != _ALARM or alarm.has("alarmActions") or UNKNOWN in rules:
            continue
        if not any(f'"{alarm.value("name")}"' in str(rule) for rule in rules):
            yield alarm, "alarmActions is empty and no composite alarm watches it; name the notifications topic"


@resource_rule(
    "topic-encrypted",
    "Notifications are encrypted with a customer key",
    "aws:sns/topic:Topic",
    about=medium(
        "Notifications lie in the topic in clear.",
        "Set kmsMasterKeyId to the platform's notifications key.",
        "CKV_AWS_26",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.4",
    ),
)
def topic_encrypted(topic: Resource) -> Iterator[str]:
    if not topic.has("kmsMasterKeyId"):
        yield "kmsMasterKeyId is not set; name the platform's notifications key"


@resource_rule(
    "log-retention-production",
    "A production's logs are kept for a week at least",
    _LOG_GROUP,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "What happened before somebody noticed is gone.",
        "Set retentionInDays to 7 or more.",
        "PCI DSS 10.5.1",
        "SOC 2 CC7.3",
    ),
)
def log_retention_production(group: Resource) -> Iterator[str]:
    """That it is stated is a rule of its own; 0 keeps logs without end."""
    days = group.value("retentionInDays")
    if isinstance(days, int | float) and 0 < days < LEAST_LOG_DAYS:
        yield f"retentionInDays is {days:g}; set {LEAST_LOG_DAYS} or more"


RULES = (
    log_retention,
    log_retention_production,
    log_encrypted,
    alarm_tells_somebody,
    topic_encrypted,
)
