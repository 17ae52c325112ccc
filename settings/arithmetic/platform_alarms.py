"""Alarms of what the platform runs on: the cluster, its interruption queue, backups, logs."""

from settings.arithmetic.alarms import GIB, HOUR, MINUTE, Alarm, Ratio


def cluster_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of an EKS cluster: what every control plane reports, and failed nodes from Container Insights.

    https://docs.aws.amazon.com/eks/latest/userguide/cloudwatch.html
    """
    eks = "AWS/EKS"
    return (
        Alarm(
            key="failed-nodes",
            meaning="A node has failed for 15 minutes and was not repaired or replaced",
            severity="critical",
            namespace="ContainerInsights",
            metric="cluster_failed_node_count",
            statistic="Minimum",
            threshold=0,
        ),
        Alarm(
            key="unschedulable-pods",
            meaning="Pods found no node for 15 minutes: Karpenter is at its limit or cannot launch",
            severity="critical",
            namespace=eks,
            metric="scheduler_pending_pods_UNSCHEDULABLE",
            statistic="Minimum",
            threshold=0,
        ),
        Alarm(
            key="api-errors",
            meaning="More than 5 % of the Kubernetes API's answers are 5xx",
            namespace=eks,
            metric="apiserver_request_total_5XX",
            statistic="Sum",
            threshold=5,
            ratio=Ratio(of="apiserver_request_total", minimum=100),
        ),
        Alarm(
            key="storage",
            meaning="etcd holds more than 6 of its 8 GiB: the API goes read-only when it is full; find what piles up",
            severity="critical",
            namespace=eks,
            metric="apiserver_storage_size_bytes",
            statistic="Maximum",
            threshold=6 * GIB,
        ),
    )


def queue_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of the interruption queue: a Spot node goes 2 minutes after its notice."""
    return (
        Alarm(
            key="age",
            meaning="Notices of interruptions wait for more than 2 minutes: Karpenter is not running",
            severity="critical",
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            statistic="Maximum",
            threshold=120,
            period_seconds=MINUTE,
            periods=5,
            missing="notBreaching",
        ),
    )


BACKUP_HOURS = 36
"""A daily job starts within an hour and ends within six: two ends are at most 31 hours apart, counted by the hour."""


def backup_alarms(*, silent: bool) -> tuple[Alarm, ...]:
    """Give the alarms of a backup vault: no event reports a job that never ran.

    The hours slide, so a whole day would be without an end whenever a backup takes longer than the day before. With
    `silent`, another alarm asks first whether there was anything to back up for that long.
    """
    return (
        Alarm(
            key="none-completed",
            meaning=f"No backup was completed within {BACKUP_HOURS} hours: see the jobs of AWS Backup",
            severity="critical",
            namespace="AWS/Backup",
            metric="NumberOfBackupJobsCompleted",
            statistic="Sum",
            side="below",
            threshold=1,
            period_seconds=HOUR,
            periods=BACKUP_HOURS,
            missing="breaching",
            silent=silent,
        ),
    )


def age_alarms(namespace: str, metric: str) -> tuple[Alarm, ...]:
    """Give the alarm that tells nobody, and is well once a metric that always reports did so for the same hours."""
    return (
        Alarm(
            key="young",
            meaning=f"What is backed up stands, or runs, for less than {BACKUP_HOURS} hours: no backup is missed yet",
            namespace=namespace,
            metric=metric,
            statistic="SampleCount",
            side="below",
            threshold=1,
            period_seconds=HOUR,
            periods=BACKUP_HOURS,
            sufficient=1,
            missing="breaching",
            silent=True,
        ),
    )


def log_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of a log group with a data protection policy."""
    return (
        Alarm(
            key="credentials",
            meaning="Log lines held credentials; they were masked: find the pod that writes them, change them (OB-65)",
            severity="critical",
            namespace="AWS/Logs",
            metric="LogEventsWithFindings",
            statistic="Sum",
            threshold=0,
            periods=1,
            missing="notBreaching",
            dimensions={"DataProtectionOperation": "Audit"},
        ),
    )
