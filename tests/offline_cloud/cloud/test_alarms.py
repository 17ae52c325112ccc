"""An alarm looks at a metric that is published, of a resource and a rule that exist."""

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from settings.arithmetic.metrics import PUBLISHED
from tests.offline_cloud.cloud.memory import Memory, diagnostics


def alarm(namespace: str, metric: str, **dimensions: Value) -> Properties:
    return {
        "name": "alarm",
        "namespace": namespace,
        "metricName": metric,
        "dimensions": dimensions,
        "statistic": "Sum",
        "period": 60,
        "evaluationPeriods": 5,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1,
    }


def checked(inputs: Properties, region: str = "us-east-1") -> set[str]:
    return {diagnostic.path for diagnostic in rules.check(facts.METRIC_ALARM, inputs, region)}


@pytest.mark.parametrize(
    "inputs",
    [
        alarm("AWS/RDS", "ReplicaLag", DBInstanceIdentifier="shop"),
        alarm("AWS/Logs", "LogEventsWithFindings", LogGroupName=UNKNOWN, DataProtectionOperation="Audit"),
        alarm("AWS/WAFV2", "BlockedRequests", WebACL="shop", Rule="ALL"),
        alarm("AWS/CloudFront", "5xxErrorRate", DistributionId="E1", Region="Global"),
        alarm("AWS/EC2", "CPUUtilization"),
        alarm("AWS/NetworkELB", "HealthyHostCount", LoadBalancer="net/shop/1", TargetGroup="targetgroup/shop/1"),
        alarm("Shop", "Orders", Anything="at all"),
    ],
)
def test_a_metric_that_is_published_is_taken(inputs: Properties) -> None:
    assert checked(inputs) == set()


@pytest.mark.parametrize(
    ("inputs", "at_fault"),
    [
        (alarm("AWS/RDS", "Replicalag", DBInstanceIdentifier="shop"), "metricName"),
        (alarm("AWS/RDS", "ReplicaLag"), "dimensions"),
        (alarm("AWS/Logs", "LogEventsWithFindings", LogGroupName="/shop"), "dimensions"),
        (
            alarm("AWS/Logs", "LogEventsWithFindings", LogGroupName="/shop", DataProtectionOperation="audit"),
            "dimensions.DataProtectionOperation",
        ),
        (alarm("AWS/CloudFront", "Requests", DistributionId="E1", Region="us-east-1"), "dimensions.Region"),
        (alarm("AWS/ApplicationELB", "HealthyHostCount", LoadBalancer="app/shop/1"), "dimensions"),
        (alarm("AWS/NetworkELB", "TargetResponseTime", LoadBalancer="net/shop/1"), "metricName"),
        (alarm("AWS/NetworkELB", "HealthyHostCount", LoadBalancer="net/shop/1"), "dimensions"),
        (alarm("ECS/ContainerInsights", "RunningTaskCount", ClusterName="shop"), "dimensions"),
    ],
)
def test_a_metric_that_nobody_publishes_is_refused(inputs: Properties, at_fault: str) -> None:
    assert checked(inputs) == {at_fault}


@pytest.mark.parametrize("namespace", PUBLISHED)
def test_every_namespace_that_the_platform_looks_at_is_judged(namespace: str) -> None:
    assert checked(alarm(namespace, "NobodyPublishesThis")) >= {"metricName"}
    for published in PUBLISHED[namespace]:
        dimensions: dict[str, Value] = {name: published.values.get(name, UNKNOWN) for name in published.dimensions}
        for metric in published.metrics:
            assert checked(alarm(namespace, metric, **dimensions)) == set(), metric


def test_metrics_in_an_expression_are_judged_too() -> None:
    metric: Properties = {"namespace": "AWS/ApplicationELB", "metricName": "Requests", "dimensions": {}}
    inputs = alarm("", "")
    for key in ("namespace", "metricName", "dimensions", "statistic", "period"):
        del inputs[key]
    queries: list[Value] = [{"id": "all", "metric": {**metric, "period": 60, "stat": "Sum"}}]
    assert checked({**inputs, "metricQueries": queries}) == {"metricQueries[0].metric.metricName"}


def test_metrics_of_global_services_are_in_one_region() -> None:
    assert checked(alarm("AWS/Route53", "HealthCheckStatus", HealthCheckId="1"), "eu-west-1") == {"region"}
    assert checked(alarm("AWS/CloudFront", "Requests", DistributionId="E1", Region="Global"), "eu-west-1") == {"region"}


@pytest.mark.parametrize(
    ("period", "periods", "taken"), [(60, 1440, True), (60, 1441, False), (3600, 168, True), (3600, 169, False)]
)
def test_an_alarm_looks_back_for_a_day_or_for_seven_by_the_hour(period: int, periods: int, *, taken: bool) -> None:
    inputs = {**alarm("AWS/SQS", "NumberOfMessagesSent", QueueName="q"), "period": period, "evaluationPeriods": periods}
    assert checked(inputs) == (set() if taken else {"period"})


def said(world: Memory, inputs: Properties, region: str = "us-east-1") -> set[str]:
    return {each.path for each in diagnostics(world, facts.METRIC_ALARM, "alarm", region, **inputs)}


def test_an_alarm_on_what_is_not_there_is_refused() -> None:
    world = Memory()
    world.add(facts.DATABASE, "db", identifier="shop")
    world.add(facts.QUEUE, "queue", "eu-west-1", name="q")
    assert said(world, alarm("AWS/RDS", "ReplicaLag", DBInstanceIdentifier="shop")) == set()
    assert said(world, alarm("AWS/RDS", "ReplicaLag", DBInstanceIdentifier=UNKNOWN)) == set()
    missing = {"dimensions.DBInstanceIdentifier"}
    assert said(world, alarm("AWS/RDS", "ReplicaLag", DBInstanceIdentifier="shop-replica")) == missing
    sent = alarm("AWS/SQS", "NumberOfMessagesSent", QueueName="q")
    assert said(world, sent, "eu-west-1") == set()
    assert said(world, sent) == {"dimensions.QueueName"}


@pytest.mark.parametrize(
    ("type", "property", "watching", "dimension"),
    [
        (facts.FILE_SYSTEM, "creationToken", ("AWS/EFS", "PercentIOLimit"), "FileSystemId"),
        (facts.EVENT_RULE, "name", ("AWS/Events", "FailedInvocations"), "RuleName"),
        (facts.INSTANCE_GROUP, "name", ("AWS/EC2", "CPUCreditBalance"), "AutoScalingGroupName"),
        (facts.ECS_CLUSTER, "name", ("ECS/ContainerInsights", "TaskCount"), "ClusterName"),
    ],
)
def test_whatever_a_dimension_names_has_to_be_there(
    type: str, property: str, watching: tuple[str, str], dimension: str
) -> None:
    world = Memory()
    made = world.add(type, "it", **{property: "shop"})
    name = made.id if dimension == "FileSystemId" else "shop"
    assert said(world, alarm(*watching, **{dimension: name})) == set()
    assert said(world, alarm(*watching, **{dimension: "another"})) == {f"dimensions.{dimension}"}


def test_the_members_of_a_cache_that_a_preview_would_make_are_not_judged() -> None:
    world = Memory()
    member = alarm("AWS/ElastiCache", "EngineCPUUtilization", CacheClusterId="shop-0001-001")
    assert said(world, member) == {"dimensions.CacheClusterId"}
    world.preview(facts.CACHE, "cache", replicationGroupId="shop", numNodeGroups=1)
    assert said(world, member) == set()


def test_a_load_balancer_is_named_by_the_end_of_its_arn() -> None:
    world = Memory()
    balancer = world.add(facts.LOAD_BALANCER, "lb", name="shop")
    suffix = balancer.outputs["arnSuffix"]
    assert said(world, alarm("AWS/ApplicationELB", "RequestCount", LoadBalancer=suffix)) == set()
    assert said(world, alarm("AWS/ApplicationELB", "RequestCount", LoadBalancer=balancer.arn)) == {
        "dimensions.LoadBalancer"
    }


def web_acl(world: Memory, scope: str, metric: str, *metrics: str) -> None:
    visible: list[Value] = [{"visibilityConfig": {"metricName": each}} for each in metrics]
    world.add(facts.WEB_ACL, metric, name="acl", scope=scope, visibilityConfig={"metricName": metric}, rules=visible)


def test_a_rule_is_one_of_the_web_acl_and_called_as_its_metric_is() -> None:
    world = Memory()
    web_acl(world, "REGIONAL", "shop", "common")
    web_acl(world, "CLOUDFRONT", "shop-cdn", "rate-limit")

    def blocked(rule: str, acl: str, **region: str) -> set[str]:
        return said(world, alarm("AWS/WAFV2", "BlockedRequests", Rule=rule, WebACL=acl, **region))

    assert blocked("common", "shop", Region="us-east-1") == set()
    assert blocked("ALL", "shop", Region="us-east-1") == set()
    assert blocked("rate-limit", "shop-cdn") == set()
    # The limit is in the CDN's web ACL, and the regional one is not kept without its region.
    assert blocked("rate-limit", "shop", Region="us-east-1") == {"dimensions.Rule"}
    assert blocked("common", "shop") == {"dimensions.WebACL"}
    assert blocked("common", "acl", Region="us-east-1") == {"dimensions.WebACL"}
    assert blocked("common", "shop", Region="eu-west-1") == {"region"}
