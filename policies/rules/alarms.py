"""Rules over alarms that are silent, and news that reach nobody."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, medium
from policies.graph import of_type, through
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_ALARMS: Final = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_TOPIC, _SUBSCRIPTION = "aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"


@resource_rule(
    "alarm-not-switched-off",
    "An alarm that is there speaks",
    *_ALARMS,
    level=Level.ADVISORY,
    about=high(
        "Something fails and nobody hears of it, though there is an alarm.",
        "Leave actionsEnabled on.",
        "CKV_AWS_319",
    ),
)
def alarm_not_switched_off(alarm: Resource) -> Iterator[str]:
    if alarm.value("actionsEnabled") is False:
        yield "actionsEnabled is off; switch it on"


@stack_rule(
    "topic-has-reader",
    "In production somebody reads the topic that alarms are sent to",
    level=Level.ADVISORY,
    about=high(
        "Every alarm is sent, and nobody receives one.",
        "Add a sns.TopicSubscription, or a channel of a chat.",
        "PCI DSS 10.4.1",
    ),
)
def topic_has_reader(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    told = frozenset[str]().union(*(alarm.refers("alarmActions") for alarm in of_type(resources, *_ALARMS)))
    read = frozenset[str]().union(*(each.refers("topic") for each in of_type(resources, _SUBSCRIPTION)))
    chats = frozenset[str]().union(*(each.refers("snsTopicArns") for each in resources))
    told, read = through(resources, told, _POLICY), through(resources, read | chats, _POLICY)
    for topic in of_type(resources, _TOPIC):
        if topic.held_to(PRODUCTION) and topic.urn in told - read:
            yield topic, "alarms are sent to it, and nothing subscribes to it; add a TopicSubscription"


@resource_rule(
    "events-told",
    "What happens to a database is told",
    "aws:rds/eventSubscription:EventSubscription",
    about=medium(
        "A failover, or a disk that fills, is noticed by the clients.",
        "Leave enabled on.",
    ),
)
def events_told(subscription: Resource) -> Iterator[str]:
    if subscription.value("enabled") is False:
        yield "enabled is off; switch it on"


@resource_rule(
    "event-rule-on",
    "A rule over events that is there acts",
    "aws:cloudwatch/eventRule:EventRule",
    about=medium(
        "What should follow an event, such as a drain or a notice, does not.",
        "Set state to ENABLED, or delete the rule.",
    ),
)
def event_rule_on(rule: Resource) -> Iterator[str]:
    if rule.value("state") == "DISABLED":
        yield "state is DISABLED; enable it, or delete it"


@resource_rule(
    "schedule-on",
    "A schedule that is there runs",
    "aws:scheduler/schedule:Schedule",
    level=Level.ADVISORY,
    about=medium(
        "A backup or a check that everybody counts on is never made.",
        "Set state to ENABLED, or delete the schedule.",
    ),
)
def schedule_on(schedule: Resource) -> Iterator[str]:
    if schedule.value("state") == "DISABLED":
        yield "state is DISABLED; enable it, or delete it"


@resource_rule(
    "alarm-missing-data-said",
    "An alarm says what the lack of data means",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    about=medium(
        "What is down sends no data, and the alarm waits for some.",
        "State treatMissingData.",
    ),
)
def alarm_missing_data_said(alarm: Resource) -> Iterator[str]:
    stated = alarm.value("treatMissingData")
    if stated is not UNKNOWN and not alarm.has("treatMissingData"):
        yield "treatMissingData is not set; say what no data means"


RULES = (
    alarm_not_switched_off,
    topic_has_reader,
    events_told,
    event_rule_on,
    schedule_on,
    alarm_missing_data_said,
)
