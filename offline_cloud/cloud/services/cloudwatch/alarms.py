"""Whether an alarm looks at a metric that somebody publishes, of something that exists.

CloudWatch takes any namespace, name and dimensions, and an alarm on what nobody publishes stays in INSUFFICIENT_DATA
for ever, so these diagnostics are this cloud's own. `metrics.json` was put together on 2026-11-29 from the metrics of
AWS's service specification (https://github.com/cdklabs/awscdk-service-spec), and for AWS/Backup, AWS/S3, AWS/WAFV2,
AWS/Logs, AWS/CertificateManager, AWS/NetworkELB and both ContainerInsights from "AWS services that publish CloudWatch
metrics":
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
Of a web ACL for CloudFront there is no Region; AWS/EC2 without a dimension is over all instances of the account.
A metric is named by all of its dimensions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, cast

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.regions import is_global
from offline_cloud.cloud.model import (
    UNKNOWN,
    Diagnostic,
    Properties,
    Record,
    Value,
    World,
    items,
    number,
    objects,
    text,
)

_CODE: Final = "InsufficientData"
_DAY, _WEEK, _HOUR = 86_400, 604_800, 3_600
_MAIN_REGION: Final = "us-east-1"
_WAF: Final = "AWS/WAFV2"
_ECS: Final = ("AWS/ECS", "ECS/ContainerInsights")


@cache
def _metrics_of(namespace: str) -> Mapping[str, Sequence[str]]:
    """Give the metrics of a namespace of AWS: the dimensions that name them together → their names."""
    table = json.loads(
        resources.files("offline_cloud.cloud.services.cloudwatch").joinpath("metrics.json").read_text("utf-8")
    )
    return cast("Mapping[str, Sequence[str]]", table.get(namespace, {}))


@dataclass(frozen=True)
class _Owner:
    """The resources that a dimension names, and the property that it holds."""

    type: str
    path: str


_OWNERS: Final[Mapping[str, _Owner]] = {
    "AutoScalingGroupName": _Owner(facts.INSTANCE_GROUP, "name"),
    "BackupVaultName": _Owner(facts.VAULT, "name"),
    "CacheClusterId": _Owner(facts.CACHE, "memberClusters"),
    "CertificateArn": _Owner(facts.CERTIFICATE, "arn"),
    "DBInstanceIdentifier": _Owner(facts.DATABASE, "identifier"),
    "DistributionId": _Owner(facts.DISTRIBUTION, "id"),
    "FileSystemId": _Owner(facts.FILE_SYSTEM, "id"),
    "FunctionName": _Owner(facts.FUNCTION, "name"),
    "HealthCheckId": _Owner(facts.HEALTH_CHECK, "id"),
    "LoadBalancer": _Owner(facts.LOAD_BALANCER, "arnSuffix"),
    "LogGroupName": _Owner(facts.LOG_GROUP, "name"),
    "NatGatewayId": _Owner(facts.NAT_GATEWAY, "id"),
    "QueueName": _Owner(facts.QUEUE, "name"),
    "RuleName": _Owner(facts.EVENT_RULE, "name"),
    "TargetGroup": _Owner(facts.TARGET_GROUP, "arnSuffix"),
    "TopicName": _Owner(facts.TOPIC, "name"),
}
"""Services on ECS are left out: they are often made after what watches them."""
_FIXED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("AWS/CloudFront", "Region"): frozenset({"Global"}),
    ("AWS/Logs", "DataProtectionOperation"): frozenset({"Audit", "Deidentify"}),
}
_IN_MAIN_REGION: Final = ("AWS/CloudFront", "AWS/Route53")


def _metrics(inputs: Properties) -> Iterator[tuple[str, Properties]]:
    """Give each metric that an alarm looks at, with where it stands."""
    if inputs.get("metricName") is not None:
        yield "", inputs
    for index, query in enumerate(objects(inputs, "metricQueries")):
        metric = query.get("metric")
        if isinstance(metric, dict):
            yield f"metricQueries[{index}].metric.", cast("Properties", metric)


def check_metrics(inputs: Properties, region: str) -> Iterator[Diagnostic]:
    """Say which metrics of an alarm nobody publishes, here or at all; metrics of the user's own are not judged."""
    for where, metric in _metrics(inputs):
        namespace, name = text(metric, "namespace"), text(metric, "metricName")
        sets = _metrics_of(namespace or "")
        dimensions = metric.get("dimensions")
        if namespace is None or name is None or not sets or not isinstance(dimensions, dict | None):
            continue
        known = [each.split() for each, metrics in sets.items() if name in metrics]
        if not known:
            yield reject(f"{where}metricName", _CODE, f"{namespace} has no metric {name}", "see the service's metrics")
        elif sorted(dimensions or {}) not in [sorted(each) for each in known]:
            said, wanted = ", ".join(sorted(dimensions or {})), " or ".join(", ".join(each) for each in known)
            reason = f"{namespace} {name} is not kept under {said or 'no dimension'}"
            yield reject(f"{where}dimensions", _CODE, reason, f"give {wanted}")
        yield from _values(f"{where}dimensions", namespace, dimensions or {})
        if namespace in _IN_MAIN_REGION and region != _MAIN_REGION:
            message = f"{namespace} is published in {_MAIN_REGION}, not in {region}"
            yield reject("region", _CODE, message, f"put the alarm in {_MAIN_REGION}")


def _values(where: str, namespace: str, dimensions: Mapping[str, Value]) -> Iterator[Diagnostic]:
    for name, value in dimensions.items():
        fixed = _FIXED.get((namespace, name))
        if fixed and isinstance(value, str) and value not in fixed:
            message = f"{namespace} is not kept under {name} {value}"
            yield reject(f"{where}.{name}", _CODE, message, f"give {' or '.join(sorted(fixed))}")


def check_look_back(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """An alarm looks back for a day, or for seven with periods of an hour or more. Source: PutMetricAlarm."""
    periods = number(inputs, "evaluationPeriods")
    for where, given in (("", inputs), *_metrics(inputs)):
        period = number(given, "period")
        if period is None or periods is None:
            continue
        limit = _WEEK if period >= _HOUR else _DAY
        if period * periods > limit:
            message = f"Metrics cannot be checked across more than {limit} seconds: {periods} periods of {period}"
            yield reject(f"{where}period", "ValidationError", message, "take fewer or shorter periods")


def watches_what_exists(record: Record, world: World) -> Iterator[Diagnostic]:
    """Whatever the dimensions of an alarm name exists in the alarm's region, down to the rule of a web ACL."""
    for where, metric in _metrics(record.inputs):
        namespace, dimensions = text(metric, "namespace") or "", metric.get("dimensions")
        if not _metrics_of(namespace) or not isinstance(dimensions, dict):
            continue
        given = cast("Properties", dimensions)
        if namespace == _WAF:
            yield from _rule_exists(f"{where}dimensions", given, record, world)
            continue
        for name, value in given.items():
            owner = _owner(namespace, name)
            if owner and isinstance(value, str) and value and not _is_there(owner, value, record.region, world):
                message = f"{name} {value} names no {owner.type.rpartition(':')[2]} in {record.region}"
                yield reject(f"{where}dimensions.{name}", _CODE, message, "take it from the resource's output")


def _owner(namespace: str, dimension: str) -> _Owner | None:
    if dimension == "ClusterName":
        return _Owner(facts.ECS_CLUSTER if namespace in _ECS else facts.CLUSTER, "name")
    return _OWNERS.get(dimension)


def _is_there(owner: _Owner, value: str, region: str, world: World) -> bool:
    for resource in world.of_type(owner.type):
        if not is_global(owner.type) and resource.region != region:
            continue
        stated = (
            resource.id if owner.path == "id" else resource.outputs.get(owner.path, resource.inputs.get(owner.path))
        )
        # A preview cannot know yet what AWS will say of a resource that it is to make.
        unknown = stated is UNKNOWN or (stated is None and not resource.id)
        if unknown or stated == value or (isinstance(stated, list) and value in stated):
            return True
    return False


def _rule_exists(where: str, dimensions: Properties, record: Record, world: World) -> Iterator[Diagnostic]:
    acl, rule = text(dimensions, "WebACL"), text(dimensions, "Rule")
    region = text(dimensions, "Region")
    if acl is None or rule is None:
        return
    scope, looked_at = ("REGIONAL", region) if "Region" in dimensions else ("CLOUDFRONT", _MAIN_REGION)
    if looked_at is not None and looked_at != record.region:
        message = f"WAF publishes the metrics of {acl} in {looked_at}, not in {record.region}"
        yield reject("region", _CODE, message, f"put the alarm in {looked_at}")
        return
    found = [
        each
        for each in facts.peers(record, world, facts.WEB_ACL)
        if text(each.inputs, "scope") == scope and text(each.inputs, "visibilityConfig.metricName") == acl
    ]
    if not found:
        message = f"no web ACL of scope {scope} in {record.region} calls its metrics {acl}"
        yield reject(f"{where}.WebACL", _CODE, message, "take metricName from its visibilityConfig")
    elif rule != "ALL" and not any(rule in _rules(each) for each in found):
        message = f"the web ACL {acl} has no rule that calls its metrics {rule}"
        yield reject(f"{where}.Rule", _CODE, message, f"take ALL, or one of {', '.join(sorted(_rules(found[0])))}")


def _rules(acl: Record) -> set[str]:
    rules = (text(cast("Properties", rule), "visibilityConfig.metricName") for rule in items(acl.inputs, "rules"))
    return {name for name in rules if name is not None}
