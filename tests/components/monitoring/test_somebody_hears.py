"""Whatever holds data or serves traffic has an alarm, and the alarm reaches somebody: every product's resource graph.

Each type of resource in the graphs is either watched, by the dimension that its metrics have, or stands in a table of
those that are not, with the reason. A type that is in neither fails.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from components.platform import Platform
from tests.charts.whole_platform import RELEASE
from tests.components.graphs import FORMS, Form, graph
from tests.components.recording import Recorder, Registration

METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
EVENT_RULE, EVENT_TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"

WATCHED: Mapping[str, tuple[str, str]] = {
    "aws:rds/instance:Instance": ("DBInstanceIdentifier", "identifier"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("CacheClusterId", "replicationGroupId"),
    "aws:efs/fileSystem:FileSystem": ("FileSystemId", "id"),
    "aws:dynamodb/table:Table": ("TableName", "name"),
    "aws:sqs/queue:Queue": ("QueueName", "name"),
    "aws:backup/vault:Vault": ("BackupVaultName", "name"),
    "aws:lb/loadBalancer:LoadBalancer": ("LoadBalancer", "arnSuffix"),
    "aws:lb/targetGroup:TargetGroup": ("TargetGroup", "arnSuffix"),
    "aws:cloudfront/distribution:Distribution": ("DistributionId", "id"),
    "aws:acm/certificate:Certificate": ("CertificateArn", "arn"),
    "aws:ec2/natGateway:NatGateway": ("NatGatewayId", "id"),
    "aws:eks/cluster:Cluster": ("ClusterName", "name"),
    "aws:ecs/cluster:Cluster": ("ClusterName", "name"),
    "aws:ecs/service:Service": ("ServiceName", "name"),
    "aws:route53/healthCheck:HealthCheck": ("HealthCheckId", "id"),
    "aws:wafv2/webAcl:WebAcl": ("WebACL", "visibilityConfig.metricName"),
}
"""The dimension by which metrics speak of a type, and where a resource says its value."""

UNWATCHED: Mapping[str, str] = {
    "aws:s3/bucket:Bucket": "S3 keeps objects in three zones; a dump that is late, or a copy that failed, has an alarm",
    "aws:secretsmanager/secret:Secret": "a secret that cannot be read, and a rotation that failed, have theirs",
    "aws:amp/workspace:Workspace": "an objective whose metric is gone has an alert; Amazon keeps the workspace",
    "aws:sns/topic:Topic": "it is how people are told",
    "aws:eks/nodeGroup:NodeGroup": "its nodes are the cluster's: failed ones and pods without a node have alarms",
    "aws:route53/zone:Zone": "answers for names have the health check and the probe of each public address",
}
"""Types that hold or serve something and have no alarm of their own, with the reason."""

_HOLDS_OR_SERVES = (
    "rds/instance:", "elasticache/replicationGroup:", "elasticache/serverlessCache:", "efs/fileSystem:", "sqs/queue:",
    "dynamodb/table:", "s3/bucket:", "lb/loadBalancer:", "lb/targetGroup:", "cloudfront/distribution:", "ecs/service:",
    "acm/certificate:", "ec2/natGateway:", "eks/cluster:", "ecs/cluster:", "eks/nodeGroup:", "backup/vault:",
    "secretsmanager/secret:", "amp/workspace:", "sns/topic:", "route53/zone:", "route53/healthCheck:", "wafv2/webAcl:",
    "kinesis/", "msk/", "opensearch/", "docdb/", "neptune/", "apigateway", "mq/", "timestreamwrite/", "memorydb/",
)  # fmt: skip
"""What holds data or serves traffic, by the beginning of its type."""


@cache
def _people(form: Form) -> frozenset[str]:
    """The topics that somebody is subscribed to, by their ARN: by mail, by a function, or in a chat channel."""
    recorder = graph(form)
    told = {each.inputs["topic"] for each in recorder.of_type(SUBSCRIPTION)}
    for channel in recorder.of_type("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"):
        told |= set(channel.inputs["snsTopicArns"])
    return frozenset(told)


def _alarms(recorder: Recorder[Platform]) -> Iterator[tuple[dict[str, str], Registration]]:
    """Each alarm once for each metric that it looks at, with the dimensions of that."""
    for alarm in recorder.of_type(METRIC_ALARM):
        queried = (query.get("metric") for query in alarm.inputs.get("metricQueries", ()))
        for metric in (alarm.inputs, *queried):
            if metric and "dimensions" in metric:
                yield metric["dimensions"], alarm


def _actions(recorder: Recorder[Platform], alarm: Registration) -> set[str]:
    """Where an alarm is sent: by itself, or by the composite alarm that speaks for it."""
    found = set[str]()
    if alarm.inputs.get("actionsEnabled") is not False:
        found |= set(alarm.inputs.get("alarmActions") or ())
    for whole in recorder.of_type(COMPOSITE_ALARM):
        if f'"{alarm.inputs["name"]}"' in whole.inputs["alarmRule"]:
            found |= set(whole.inputs.get("alarmActions") or ())
    return found


def _probed(recorder: Recorder[Platform]) -> set[str]:
    """The hosts that the cluster asks for by their names: PublicCertificateExpires tells of their certificates."""
    probes = (each.inputs["values"].get("exporters", {}).get("public-probe") for each in recorder.of_type(RELEASE))
    targets = (scrape["targets"] for probe in probes if probe for scrape in probe["scrapes"])
    return {urlsplit(url).hostname or "" for each in targets for url in str(each).split(",")}


def _is(resource: Registration, value: str) -> bool:
    """Tell whether a dimension's value is this resource; a node of a cache is named after its group."""
    dimension, property = WATCHED[resource.type]
    stated: Any = {**resource.outputs, **resource.inputs}
    for part in property.split("."):
        stated = resource.id if part == "id" else stated[part]
    return value.startswith(f"{stated}-") if dimension == "CacheClusterId" else value == stated


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_type_is_watched_or_has_a_reason_not_to_be(form: Form) -> None:
    types = {each.type for each in graph(form).registrations}
    relevant = {each for each in types if each.startswith("aws:") and each[4:].startswith(_HOLDS_OR_SERVES)}
    assert relevant - set(WATCHED) - set(UNWATCHED) == set()


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_holds_data_or_serves_traffic_has_an_alarm_that_is_sent_somewhere(form: Form) -> None:
    recorder, missing = graph(form), list[str]()
    alarms = [(dimensions, alarm) for dimensions, alarm in _alarms(recorder) if _actions(recorder, alarm)]
    for resource in (each for each in recorder.registrations if each.type in WATCHED):
        dimension = WATCHED[resource.type][0]
        if resource.inputs.get("domainName") in _probed(recorder):
            continue
        if not any(dimension in each and _is(resource, each[dimension]) for each, _ in alarms):
            missing.append(f"{resource.type} {resource.name}")
    assert missing == []


@pytest.mark.parametrize("form", [form for form in FORMS if form.stack.startswith("prod")], ids=str)
def test_in_production_everything_that_is_sent_reaches_somebody(form: Form) -> None:
    """Alarms, and events such as a fail-over: whatever has an action has one at a topic with a subscriber."""
    recorder, people = graph(form), _people(form)
    assert people
    for kind in (METRIC_ALARM, COMPOSITE_ALARM):
        for alarm in recorder.of_type(kind):
            actions = set(alarm.inputs.get("alarmActions") or ())
            assert not actions or actions & people, alarm.name
    for target in recorder.of_type(EVENT_TARGET):
        if ":sns:" in target.inputs["arn"]:
            assert target.inputs["arn"] in people, target.name


@pytest.mark.parametrize("form", [form for form in FORMS if form.stack.startswith("prod")], ids=str)
def test_every_subscriber_of_production_may_hear_of_a_critical_alarm(form: Form) -> None:
    """CloudWatch's messages carry no attribute: one subscriber at least must take them without a filter."""
    recorder = graph(form)
    for topic in {
        action for alarm in recorder.of_type(METRIC_ALARM) for action in alarm.inputs.get("alarmActions") or ()
    }:
        filters = [
            json.loads(each.inputs.get("filterPolicy") or "{}")
            for each in recorder.of_type(SUBSCRIPTION)
            if each.inputs["topic"] == topic
        ]
        assert {} in filters, topic
