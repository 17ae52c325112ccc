"""Whether an alarm looks at a metric that somebody publishes, of something that exists.

CloudWatch takes any namespace, name and dimensions, and an alarm on what nobody publishes stays in INSUFFICIENT_DATA
for ever, so these refusals are this cloud's own. The table was put together on 2026-11-29 from the metrics of AWS's
service specification (https://github.com/cdklabs/awscdk-service-spec), and for AWS/Backup, AWS/CertificateManager,
AWS/Logs, AWS/WAFV2 and ContainerInsights from "AWS services that publish CloudWatch metrics":
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html
A metric is named by all of its dimensions: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sandbox.cloud.identity.regions import is_global
from sandbox.cloud.model import UNKNOWN, Properties, Record, Refusal, Value, World, items, number, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_CODE: Final = "InsufficientData"
_DAY, _WEEK, _HOUR = 86_400, 604_800, 3_600
_MAIN_REGION: Final = "us-east-1"
_WAF: Final = "AWS/WAFV2"
_ECS: Final = "AWS/ECS"

_METRICS: Final[Mapping[str, Mapping[str, str]]] = {
    "AWS/ApplicationELB": {
        "LoadBalancer": """
            ActiveConnectionCount ClientTLSNegotiationErrorCount ConsumedLCUs HTTPCode_ELB_3XX_Count
            HTTPCode_ELB_4XX_Count HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count HTTPCode_ELB_503_Count
            HTTPCode_ELB_504_Count HTTPCode_ELB_5XX_Count HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count
            HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count NewConnectionCount ProcessedBytes
            RejectedConnectionCount RequestCount RuleEvaluations TargetConnectionErrorCount TargetResponseTime
            TargetTLSNegotiationErrorCount
        """,
        "LoadBalancer TargetGroup": """
            HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count
            HealthyHostCount RequestCount RequestCountPerTarget TargetConnectionErrorCount TargetResponseTime
            TargetTLSNegotiationErrorCount UnHealthyHostCount
        """,
    },
    "AWS/Backup": {
        "BackupVaultName": """
            NumberOfBackupJobsAborted NumberOfBackupJobsCompleted NumberOfBackupJobsCreated NumberOfBackupJobsExpired
            NumberOfBackupJobsFailed NumberOfBackupJobsRunning NumberOfRecoveryPointsCompleted
            NumberOfRecoveryPointsExpired NumberOfRestoreJobsCompleted NumberOfRestoreJobsFailed
        """,
        "BackupVaultName ResourceType": "NumberOfBackupJobsCompleted NumberOfBackupJobsFailed",
    },
    "AWS/CertificateManager": {"CertificateArn": "DaysToExpiry"},
    "AWS/CloudFront": {
        "DistributionId Region": """
            4xxErrorRate 5xxErrorRate BytesDownloaded BytesUploaded Requests TotalErrorRate
        """,
    },
    "AWS/EC2": {
        "InstanceId": "CPUCreditBalance CPUUtilization NetworkIn NetworkOut StatusCheckFailed StatusCheckFailed_System",
        "AutoScalingGroupName": "CPUCreditBalance CPUUtilization NetworkIn NetworkOut StatusCheckFailed",
        # Over all instances of the account, where detailed monitoring is on:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/GetSingleMetricAllDimensions.html
        "": "CPUUtilization NetworkIn NetworkOut",
    },
    _ECS: {
        "ClusterName": "CPUReservation CPUUtilization MemoryReservation MemoryUtilization",
        "ClusterName ServiceName": "CPUUtilization MemoryUtilization",
    },
    "AWS/EFS": {"FileSystemId": "BurstCreditBalance ClientConnections PercentIOLimit PermittedThroughput StorageBytes"},
    "AWS/EKS": {
        "ClusterName": """
            apiserver_admission_webhook_request_total apiserver_current_inflight_requests_MUTATING
            apiserver_current_inflight_requests_READONLY apiserver_request_total apiserver_request_total_429
            apiserver_request_total_4XX apiserver_request_total_5XX apiserver_storage_size_bytes scheduler_pending_pods
            scheduler_pending_pods_ACTIVEQ scheduler_pending_pods_UNSCHEDULABLE
        """,
    },
    "AWS/ElastiCache": dict.fromkeys(
        ("CacheClusterId", "CacheClusterId CacheNodeId"),
        """
            AuthenticationFailures CPUUtilization CurrConnections DatabaseMemoryUsagePercentage EngineCPUUtilization
            Evictions FreeableMemory NewConnections ReplicationLag SwapUsage
        """,
    ),
    "AWS/Events": {"RuleName": "FailedInvocations Invocations ThrottledRules TriggeredRules"},
    "AWS/Lambda": {"FunctionName": "ConcurrentExecutions Duration Errors Invocations Throttles"},
    "AWS/Logs": {
        "LogGroupName": "IncomingBytes IncomingLogEvents",
        # Findings are counted by operation: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
        "DataProtectionOperation LogGroupName": "LogEventsWithFindings",
    },
    "AWS/NATGateway": {
        "NatGatewayId": """
            ActiveConnectionCount BytesInFromDestination BytesInFromSource BytesOutToDestination BytesOutToSource
            ConnectionAttemptCount ErrorPortAllocation IdleTimeoutCount PacketsDropCount
        """,
    },
    "AWS/RDS": {
        "DBInstanceIdentifier": """
            BurstBalance CPUCreditBalance CPUUtilization DBLoad DatabaseConnections DiskQueueDepth FreeStorageSpace
            FreeableMemory MaximumUsedTransactionIDs OldestReplicationSlotLag ReadIOPS ReadLatency ReadThroughput
            ReplicaLag SwapUsage TransactionLogsDiskUsage WriteIOPS WriteLatency WriteThroughput
        """,
    },
    "AWS/Route53": {"HealthCheckId": "ChildHealthCheckHealthyCount HealthCheckPercentageHealthy HealthCheckStatus"},
    "AWS/SNS": {"TopicName": "NumberOfMessagesPublished NumberOfNotificationsDelivered NumberOfNotificationsFailed"},
    "AWS/SQS": {
        "QueueName": """
            ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesVisible
            NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent
        """,
    },
    _WAF: dict.fromkeys(
        # Of a web ACL for CloudFront there is no Region: https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
        ("Region Rule WebACL", "Rule WebACL"),
        "AllowedRequests BlockedRequests CountedRequests",
    ),
    "ContainerInsights": {
        "ClusterName": "cluster_failed_node_count cluster_node_count namespace_number_of_running_pods"
    },
}


@dataclass(frozen=True)
class _Owner:
    """The resources that a dimension names, and the property that it holds."""

    type: str
    path: str


_OWNERS: Final[Mapping[str, _Owner]] = {
    "BackupVaultName": _Owner(facts.VAULT, "name"),
    "CacheClusterId": _Owner(facts.CACHE, "memberClusters"),
    "CertificateArn": _Owner(facts.CERTIFICATE, "arn"),
    "DBInstanceIdentifier": _Owner(facts.DATABASE, "identifier"),
    "DistributionId": _Owner(facts.DISTRIBUTION, "id"),
    "FunctionName": _Owner(facts.FUNCTION, "name"),
    "HealthCheckId": _Owner(facts.HEALTH_CHECK, "id"),
    "LoadBalancer": _Owner(facts.LOAD_BALANCER, "arnSuffix"),
    "LogGroupName": _Owner(facts.LOG_GROUP, "name"),
    "NatGatewayId": _Owner(facts.NAT_GATEWAY, "id"),
    "QueueName": _Owner(facts.QUEUE, "name"),
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


def check_metrics(inputs: Properties, region: str) -> Iterator[Refusal]:
    """Say which metrics of an alarm nobody publishes, here or at all; metrics of the user's own are not judged."""
    for where, metric in _metrics(inputs):
        namespace, name = text(metric, "namespace"), text(metric, "metricName")
        sets = _METRICS.get(namespace or "")
        dimensions = metric.get("dimensions")
        if namespace is None or name is None or sets is None or not isinstance(dimensions, dict | None):
            continue
        known = [each.split() for each, metrics in sets.items() if name in metrics.split()]
        if not known:
            yield refusal(f"{where}metricName", _CODE, f"{namespace} has no metric {name}", "see the service's metrics")
        elif sorted(dimensions or {}) not in [sorted(each) for each in known]:
            said, wanted = ", ".join(sorted(dimensions or {})), " or ".join(", ".join(each) for each in known)
            yield refusal(
                f"{where}dimensions",
                _CODE,
                f"{namespace} {name} is not kept under {said or 'no dimension'}",
                f"give {wanted}",
            )
        yield from _values(f"{where}dimensions", namespace, dimensions or {})
        if namespace in _IN_MAIN_REGION and region != _MAIN_REGION:
            message = f"{namespace} is published in {_MAIN_REGION}, not in {region}"
            yield refusal("region", _CODE, message, f"put the alarm in {_MAIN_REGION}")


def _values(where: str, namespace: str, dimensions: Mapping[str, Value]) -> Iterator[Refusal]:
    for name, value in dimensions.items():
        fixed = _FIXED.get((namespace, name))
        if fixed and isinstance(value, str) and value not in fixed:
            message = f"{namespace} is not kept under {name} {value}"
            yield refusal(f"{where}.{name}", _CODE, message, f"give {' or '.join(sorted(fixed))}")


def check_look_back(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """An alarm looks back for a day, or for seven with periods of an hour or more. Source: PutMetricAlarm."""
    periods = number(inputs, "evaluationPeriods")
    for where, given in (("", inputs), *_metrics(inputs)):
        period = number(given, "period")
        if period is None or periods is None:
            continue
        limit = _WEEK if period >= _HOUR else _DAY
        if period * periods > limit:
            message = f"Metrics cannot be checked across more than {limit} seconds: {periods} periods of {period}"
            yield refusal(f"{where}period", "ValidationError", message, "take fewer or shorter periods")


def watches_what_exists(record: Record, world: World) -> Iterator[Refusal]:
    """Whatever the dimensions of an alarm name exists in the alarm's region, down to the rule of a web ACL."""
    for where, metric in _metrics(record.inputs):
        namespace, dimensions = text(metric, "namespace") or "", metric.get("dimensions")
        if namespace not in _METRICS or not isinstance(dimensions, dict):
            continue
        given = cast("Properties", dimensions)
        if namespace == _WAF:
            yield from _rule_exists(f"{where}dimensions", given, record, world)
            continue
        for name, value in given.items():
            owner = _owner(namespace, name)
            if owner and isinstance(value, str) and value and not _is_there(owner, value, record.region, world):
                message = f"{name} {value} names no {owner.type.rpartition(':')[2]} in {record.region}"
                yield refusal(f"{where}dimensions.{name}", _CODE, message, "take it from the resource's output")


def _owner(namespace: str, dimension: str) -> _Owner | None:
    if dimension == "ClusterName":
        return _Owner("aws:ecs/cluster:Cluster" if namespace == _ECS else facts.CLUSTER, "name")
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


def _rule_exists(where: str, dimensions: Properties, record: Record, world: World) -> Iterator[Refusal]:
    acl, rule = text(dimensions, "WebACL"), text(dimensions, "Rule")
    region = text(dimensions, "Region")
    if acl is None or rule is None:
        return
    scope, looked_at = ("REGIONAL", region) if "Region" in dimensions else ("CLOUDFRONT", _MAIN_REGION)
    if looked_at is not None and looked_at != record.region:
        message = f"WAF publishes the metrics of {acl} in {looked_at}, not in {record.region}"
        yield refusal("region", _CODE, message, f"put the alarm in {looked_at}")
        return
    found = [
        each
        for each in facts.peers(record, world, facts.WEB_ACL)
        if text(each.inputs, "scope") == scope and text(each.inputs, "visibilityConfig.metricName") == acl
    ]
    if not found:
        message = f"no web ACL of scope {scope} in {record.region} calls its metrics {acl}"
        yield refusal(f"{where}.WebACL", _CODE, message, "take metricName from its visibilityConfig")
    elif rule != "ALL" and not any(rule in _rules(each) for each in found):
        message = f"the web ACL {acl} has no rule that calls its metrics {rule}"
        yield refusal(f"{where}.Rule", _CODE, message, f"take ALL, or one of {', '.join(sorted(_rules(found[0])))}")


def _rules(acl: Record) -> set[str]:
    rules = (text(cast("Properties", rule), "visibilityConfig.metricName") for rule in items(acl.inputs, "rules"))
    return {name for name in rules if name is not None}


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {facts.METRIC_ALARM: (check_metrics, check_look_back)}
STATES: Final[Table] = {facts.METRIC_ALARM: (watches_what_exists,)}
