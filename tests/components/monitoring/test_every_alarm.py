"""Every alarm of every product on every stack: on a metric that AWS publishes, of a resource and a rule that exist."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml
from pulumi import Output

from components.platform import Platform
from settings.arithmetic.metrics import PUBLISHED
from settings.load import load
from settings.raw import Raw
from tests.charts.rendering import ROOT
from tests.components.capabilities.tables.test_tables import platform as with_tables
from tests.components.graphs import Form, graph
from tests.components.monitoring.test_alarms import of_tcp_ports
from tests.components.recording import Recorder, Registration, build
from tests.components.runtimes.ecs.test_scaling import POLICY, scaled
from tests.platform.plan import PRIMARY, REFUSED, SECONDARY, pairs

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
FRONT = "us-east-1"

Dimensions = Mapping[str, str]

FORMS = [
    *((workload, stack, None) for workload, stack in pairs() if (workload, stack) not in REFUSED),
    ("gridtokenx", PRIMARY, "ecs"),
]


COPIED = Form("ai-trading", PRIMARY, copied=True)


@dataclass(frozen=True)
class Watched:
    """One metric that an alarm looks at."""

    alarm: Registration
    namespace: str
    metric: str
    dimensions: Dimensions


@cache
def platform(workload: str, stack: str, runtime: str | None) -> Recorder[Platform]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    stated: dict[str, Raw] = {key.partition(":")[2]: value for key, value in config.items()}
    stated["workload"] = workload
    if runtime:
        stated["runtime"] = runtime
    given = load(stack, stated, ROOT / "workloads", ROOT)
    stacks: dict[str, Mapping[str, Any]] = {}
    if stack == SECONDARY:
        first = platform(workload, PRIMARY, None)
        stacks = {f"organization/groundwork/{PRIMARY}": first.value(first.result.exports)}
    values = Output.secret(dict.fromkeys(given.stack.provided_secrets, "value"))
    return build(lambda: Platform("platform", given, values), stacks=stacks)


def watched(recorder: Recorder[Any]) -> Iterator[Watched]:
    for alarm in recorder.of_type(ALARM):
        plain = [alarm.inputs] if "metricName" in alarm.inputs else []
        queried = [query["metric"] for query in alarm.inputs.get("metricQueries", ()) if "metric" in query]
        for metric in (*plain, *queried):
            yield Watched(alarm, metric["namespace"], metric["metricName"], metric["dimensions"])


def is_published(metric: Watched) -> bool:
    """Tell whether the metric is in the table, under exactly these dimensions and with their fixed values."""
    return any(
        metric.metric in each.metrics
        and frozenset(metric.dimensions) == each.dimensions
        and all(metric.dimensions[name] == value for name, value in each.values.items())
        for each in PUBLISHED.get(metric.namespace, ())
    )


class Cloud:
    """What a stack made, by the words in which metrics speak of it."""

    def __init__(self, recorder: Recorder[Platform], region: str) -> None:
        self._recorder = recorder
        self._region = region

    def has(self, metric: Watched) -> bool:
        """Tell whether every dimension names something that exists, where the alarm looks for it."""
        if metric.namespace == "AWS/WAFV2":
            return self._has_rule(metric)
        here = metric.alarm.inputs.get("region", self._region)
        fixed = {name for each in PUBLISHED[metric.namespace] for name in each.values}
        return all(
            value in self._names(name, here, metric.dimensions)
            for name, value in metric.dimensions.items()
            if name not in fixed
        )

    def _all(self, token: str, region: str) -> Iterator[Registration]:
        for each in self._recorder.of_type(token):
            if each.inputs.get("region", self._region) == region:
                yield each

    def _names(self, dimension: str, region: str, of: Dimensions) -> set[str]:
        if dimension in ("DistributionId", "HealthCheckId"):
            token = {
                "DistributionId": "aws:cloudfront/distribution:Distribution",
                "HealthCheckId": "aws:route53/healthCheck:HealthCheck",
            }[dimension]
            assert region == FRONT
            return {f"{each.name}-id" for each in self._recorder.of_type(token)}
        if dimension == "CacheClusterId":
            return {
                f"{group.inputs['replicationGroupId']}-{shard:04d}-{node:03d}"
                for group in self._all("aws:elasticache/replicationGroup:ReplicationGroup", region)
                for shard in range(1, int(group.inputs["numNodeGroups"]) + 1)
                for node in range(1, int(group.inputs["replicasPerNodeGroup"]) + 2)
            }
        if dimension == "LogGroupName":
            policies = self._all("aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", region)
            counted = {each.inputs["logGroupName"] for each in policies if '"Audit"' in each.inputs["policyDocument"]}
            return counted & self._inputs("aws:cloudwatch/logGroup:LogGroup", "name", region)
        if dimension == "ClusterName" and "ServiceName" not in of:
            return self._inputs("aws:eks/cluster:Cluster", "name", region)
        return self._plain(dimension, region)

    def _plain(self, dimension: str, region: str) -> set[str]:
        token, property, computed = {
            "DBInstanceIdentifier": ("aws:rds/instance:Instance", "identifier", False),
            "LoadBalancer": ("aws:lb/loadBalancer:LoadBalancer", "arnSuffix", True),
            "TargetGroup": ("aws:lb/targetGroup:TargetGroup", "arnSuffix", True),
            "NatGatewayId": ("aws:ec2/natGateway:NatGateway", "id", True),
            "QueueName": ("aws:sqs/queue:Queue", "name", False),
            "FileSystemId": ("aws:efs/fileSystem:FileSystem", "id", True),
            "FunctionName": ("aws:lambda/function:Function", "name", False),
            "BackupVaultName": ("aws:backup/vault:Vault", "name", False),
            "ClusterName": ("aws:ecs/cluster:Cluster", "name", False),
            "ServiceName": ("aws:ecs/service:Service", "name", False),
            "CertificateArn": ("aws:acm/certificate:Certificate", "arn", True),
        }[dimension]
        if dimension == "CertificateArn":
            return {f"arn:aws:acm:us-east-1:111122223333:{each.name}-arn" for each in self._all(token, region)}
        if computed:
            return {f"{each.name}-{property}" for each in self._all(token, region)}
        return self._inputs(token, property, region)

    def _inputs(self, token: str, property: str, region: str) -> set[str]:
        return {str(each.inputs[property]) for each in self._all(token, region)}

    def _has_rule(self, metric: Watched) -> bool:
        scope = "REGIONAL" if "Region" in metric.dimensions else "CLOUDFRONT"
        looked_at = metric.alarm.inputs.get("region", self._region)
        if looked_at != metric.dimensions.get("Region", FRONT):
            return False
        for acl in self._recorder.of_type("aws:wafv2/webAcl:WebAcl"):
            of_it = acl.inputs["visibilityConfig"]["metricName"] == metric.dimensions["WebACL"]
            rules = {"ALL", *(rule["visibilityConfig"]["metricName"] for rule in acl.inputs["rules"])}
            if of_it and acl.inputs["scope"] == scope and metric.dimensions["Rule"] in rules:
                return True
        return False


def region_of(stack: str) -> str:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    return str(config["groundwork:region"])


@pytest.mark.parametrize(("workload", "stack", "runtime"), FORMS)
def test_every_alarm_can_leave_insufficient_data(workload: str, stack: str, runtime: str | None) -> None:
    recorder = platform(workload, stack, runtime)
    cloud = Cloud(recorder, region_of(stack))
    metrics = list(watched(recorder))
    assert metrics
    dead = {
        each.alarm.name: (each.namespace, each.metric, dict(each.dimensions))
        for each in metrics
        if not (is_published(each) and cloud.has(each))
    }
    assert dead == {}


def test_an_alarm_on_copies_names_both_buckets_and_their_rule() -> None:
    recorder = graph(COPIED)
    names = {each.inputs["bucket"] for each in recorder.of_type("aws:s3/bucket:Bucket")}
    rules = recorder.of_type("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    ids = {rule["id"] for each in rules for rule in each.inputs["rules"]}
    found = [each for each in watched(recorder) if each.namespace == "AWS/S3"]
    assert len(found) == len(rules) == 2
    for each in found:
        assert is_published(each)
        assert {each.dimensions["SourceBucket"], each.dimensions["DestinationBucket"]} <= names
        assert each.dimensions["RuleId"] in ids


def test_the_figure_over_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    alarms, alive = 0, 0
    for workload, stack, runtime in FORMS:
        recorder = platform(workload, stack, runtime)
        cloud = Cloud(recorder, region_of(stack))
        dead = {each.alarm.urn for each in watched(recorder) if not (is_published(each) and cloud.has(each))}
        alarms += len(recorder.of_type(ALARM))
        alive += len(recorder.of_type(ALARM)) - len(dead)
    with capsys.disabled():
        sys.stdout.write(
            f"\nalarms that can leave INSUFFICIENT_DATA and whose resource and rule exist: {alive} of {alarms}\n"
        )
    assert alive == alarms > 1000


@pytest.mark.parametrize(("workload", "stack", "runtime"), FORMS)
def test_every_alarm_tells_a_topic_of_its_own_region(workload: str, stack: str, runtime: str | None) -> None:
    recorder, region = platform(workload, stack, runtime), region_of(stack)
    topics = {
        f"arn:aws:sns:us-east-1:111122223333:{each.name}-arn": each.inputs.get("region", region)
        for each in recorder.of_type("aws:sns/topic:Topic")
    }
    for alarm in recorder.of_type(ALARM):
        for topic in alarm.inputs["alarmActions"]:
            assert topics[topic] == alarm.inputs.get("region", region), alarm.name


@pytest.mark.parametrize(("workload", "stack", "runtime"), FORMS)
def test_every_firewall_and_distribution_has_an_alarm(workload: str, stack: str, runtime: str | None) -> None:
    recorder = platform(workload, stack, runtime)
    seen = [each.dimensions for each in watched(recorder)]
    acls = recorder.of_type("aws:wafv2/webAcl:WebAcl")
    assert {acl.inputs["visibilityConfig"]["metricName"] for acl in acls} == {
        dimensions["WebACL"] for dimensions in seen if "WebACL" in dimensions
    }
    limits = {
        (acl.inputs["visibilityConfig"]["metricName"], rule["visibilityConfig"]["metricName"])
        for acl in acls
        for rule in acl.inputs["rules"]
        if "rateBasedStatement" in rule["statement"]
    }
    assert limits <= {(dimensions["WebACL"], dimensions["Rule"]) for dimensions in seen if "WebACL" in dimensions}
    distributions = recorder.of_type("aws:cloudfront/distribution:Distribution")
    assert {f"{each.name}-id" for each in distributions} == {
        dimensions["DistributionId"] for dimensions in seen if "DistributionId" in dimensions
    }


def _scaled_by() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Name what a service scales by where work waits for it."""
    for policy in scaled().of_type(POLICY):
        configuration = policy.inputs["targetTrackingScalingPolicyConfiguration"]
        for each in configuration.get("customizedMetricSpecification", {}).get("metrics", ()):
            if "metricStat" in each:
                metric = each["metricStat"]["metric"]
                names = frozenset(dimension["name"] for dimension in metric["dimensions"])
                yield metric["namespace"], metric["metricName"], names


def test_the_table_holds_nothing_that_no_alarm_dashboard_or_scaling_uses() -> None:
    used = set(_scaled_by())
    used |= {(each.namespace, each.metric, frozenset(each.dimensions)) for each in watched(of_tcp_ports())}
    used |= {(each.namespace, each.metric, frozenset(each.dimensions)) for each in watched(graph(COPIED))}
    for recorder in (*(platform(*form) for form in FORMS), with_tables("eks")):
        used |= {(each.namespace, each.metric, frozenset(each.dimensions)) for each in watched(recorder)}
        for widget in recorder.one(DASHBOARD).document("dashboardBody")["widgets"]:
            for namespace, metric, *pairs_of in widget["properties"].get("metrics", ()):
                names = [part for part in pairs_of if not isinstance(part, dict)][::2]
                used.add((namespace, metric, frozenset(names)))
    listed = {
        (namespace, metric, each.dimensions)
        for namespace, published in PUBLISHED.items()
        for each in published
        for metric in each.metrics
    }
    assert used == listed
