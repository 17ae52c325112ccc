"""What AWS publishes of what the platform alarms on and shows: metrics, and the sets of dimensions each is kept under.

CloudWatch takes an alarm on a metric that nobody publishes, and such an alarm never says a word. A metric is named by
its whole set of dimensions: one too many or too few is another metric. Each entry was held against the page beside it
on the day named, and against the metrics of AWS's own service specification where that has the namespace:
https://github.com/cdklabs/awscdk-service-spec
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CHECKED = "2026-11-29"


@dataclass(frozen=True, kw_only=True)
class Published:
    """Metrics kept under the same dimensions. `values` are those that a dimension has in every metric of a kind."""

    source: str
    dimensions: frozenset[str]
    metrics: frozenset[str]
    values: Mapping[str, str] = field(default_factory=dict[str, str])


def _published(source: str, dimensions: str, metrics: str, **values: str) -> Published:
    return Published(
        source=f"https://docs.aws.amazon.com/{source}",
        dimensions=frozenset(dimensions.split()),
        metrics=frozenset(metrics.split()),
        values=values,
    )


PUBLISHED: Mapping[str, tuple[Published, ...]] = {
    "AWS/RDS": (
        _published(
            "AmazonRDS/latest/UserGuide/rds-metrics.html",
            "DBInstanceIdentifier",
            """CPUUtilization CPUCreditBalance DatabaseConnections DiskQueueDepth FreeStorageSpace FreeableMemory
            MaximumUsedTransactionIDs ReadLatency ReplicaLag WriteLatency""",
        ),
        _published("AmazonRDS/latest/UserGuide/USER_PerfInsights.Cloudwatch.html", "DBInstanceIdentifier", "DBLoad"),
    ),
    "AWS/ElastiCache": (
        _published(
            "AmazonElastiCache/latest/dg/CacheMetrics.Redis.html",
            "CacheClusterId",
            """AuthenticationFailures CacheHitRate CacheMisses CurrConnections DatabaseMemoryUsagePercentage
            EngineCPUUtilization Evictions GetTypeCmds ReplicationLag""",
        ),
    ),
    "AWS/ApplicationELB": (
        _published(
            "elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
            "LoadBalancer",
            """HTTPCode_ELB_5XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count RejectedConnectionCount
            RequestCount TargetConnectionErrorCount TargetResponseTime""",
        ),
        _published(
            "elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
            "LoadBalancer TargetGroup",
            "HealthyHostCount UnHealthyHostCount",
        ),
    ),
    "AWS/NetworkELB": (
        _published(
            "elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html",
            "LoadBalancer",
            "PortAllocationErrorCount TCP_Target_Reset_Count",
        ),
        _published(
            "elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html",
            "LoadBalancer TargetGroup",
            "HealthyHostCount UnHealthyHostCount",
        ),
    ),
    "AWS/WAFV2": (
        # Of a web ACL for CloudFront there is no Region.
        _published("waf/latest/developerguide/waf-metrics.html", "Region Rule WebACL", "BlockedRequests"),
        _published("waf/latest/developerguide/waf-metrics.html", "Rule WebACL", "BlockedRequests"),
    ),
    "AWS/CloudFront": (
        _published(
            "AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html",
            "DistributionId Region",
            "5xxErrorRate Requests",
            Region="Global",
        ),
    ),
    "AWS/CertificateManager": (
        _published("acm/latest/userguide/cloudwatch-metrics.html", "CertificateArn", "DaysToExpiry"),
    ),
    "AWS/Route53": (
        _published(
            "Route53/latest/DeveloperGuide/monitoring-health-checks.html",
            "HealthCheckId",
            "HealthCheckStatus SSLHandshakeTime TimeToFirstByte",
        ),
    ),
    "AWS/NATGateway": (
        _published(
            "vpc/latest/userguide/metrics-dimensions-nat-gateway.html",
            "NatGatewayId",
            "BytesOutToDestination ErrorPortAllocation PacketsDropCount",
        ),
    ),
    "AWS/EKS": (
        _published(
            "eks/latest/userguide/cloudwatch.html",
            "ClusterName",
            """apiserver_request_total apiserver_request_total_5XX apiserver_storage_size_bytes scheduler_pending_pods
            scheduler_pending_pods_UNSCHEDULABLE""",
        ),
    ),
    "ContainerInsights": (
        _published(
            "AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html",
            "ClusterName",
            "cluster_failed_node_count",
        ),
    ),
    "AWS/ECS": (
        _published(
            "AmazonECS/latest/developerguide/available-metrics.html",
            "ClusterName ServiceName",
            "CPUUtilization MemoryUtilization",
        ),
    ),
    "ECS/ContainerInsights": (
        _published(
            "AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html",
            "ClusterName ServiceName",
            "RunningTaskCount",
        ),
    ),
    "AWS/SQS": (
        _published(
            "AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
            "QueueName",
            "ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesVisible",
        ),
    ),
    "AWS/DynamoDB": (
        _published(
            "amazondynamodb/latest/developerguide/metrics-dimensions.html",
            "TableName",
            "ConsumedReadCapacityUnits ConsumedWriteCapacityUnits ReadThrottleEvents WriteThrottleEvents",
        ),
    ),
    "AWS/EFS": (_published("efs/latest/ug/efs-metrics.html", "FileSystemId", "PercentIOLimit"),),
    "AWS/Lambda": (_published("lambda/latest/dg/monitoring-metrics-types.html", "FunctionName", "Errors"),),
    "AWS/S3": (
        _published(
            "AmazonS3/latest/userguide/metrics-dimensions.html",
            "SourceBucket DestinationBucket RuleId",
            "OperationsFailedReplication",
        ),
    ),
    "AWS/Backup": (
        _published("aws-backup/latest/devguide/cloudwatch.html", "BackupVaultName", "NumberOfBackupJobsCompleted"),
    ),
    "AWS/Logs": (
        # Findings are counted by the operation that found them, of which an audit is the one that counts.
        _published(
            "AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html",
            "DataProtectionOperation LogGroupName",
            "LogEventsWithFindings",
            DataProtectionOperation="Audit",
        ),
    ),
}
"""Namespace → what is published in it."""


def must_be_published(namespace: str, metric: str, dimensions: Iterable[str]) -> None:
    """Raise ValueError for a metric, or a set of dimensions, that the table does not hold."""
    named = frozenset(dimensions)
    sets = [each.dimensions for each in PUBLISHED.get(namespace, ()) if metric in each.metrics]
    if named not in sets:
        known = " or ".join(", ".join(sorted(each)) for each in sets) or "nothing"
        raise ValueError(f"{namespace} {metric} is published by {known}, not by {', '.join(sorted(named))}")
