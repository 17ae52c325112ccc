"""What is worth waking a person for: CloudWatch alarms and their thresholds, from the size of the database and cache.

Where AWS recommends an alarm, its values are taken:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""

from dataclasses import dataclass, field
from typing import Literal

from settings.arithmetic.connections import CACHE_CLIENTS, max_connections
from settings.arithmetic.instance_classes import database_class

Severity = Literal["critical", "warning"]
Missing = Literal["missing", "notBreaching", "breaching"]
"""What no data means: unknown, all well (a counter nobody moved), or trouble (what should always report).

Trouble is only right where silence is the failure itself, and is one at a first `up` too.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
GIB = 2**30


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Judge the metric as a percentage of another one, once that other one reaches `minimum` in a period."""

    of: str
    minimum: int


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One condition: datapoints of the last `periods` periods are above (or below) the threshold.

    `key` names it within what is watched, for good. `meaning` is what a person who is woken by it reads first.
    """

    key: str
    meaning: str
    namespace: str
    metric: str
    statistic: str
    threshold: float
    severity: Severity = "warning"
    side: Literal["above", "below"] = "above"
    period_seconds: int = 5 * MINUTE
    periods: int = 3
    sufficient: int | None = None
    """Datapoints beyond the threshold that suffice; without it one in each of `periods`."""
    missing: Missing = "missing"
    ratio: Ratio | None = None
    combined: bool = False
    """Reported by the alarm "the product is down" alone, so that one failure is one message."""
    silent: bool = False
    """Heard by another alarm alone."""
    told_without_data: bool = False
    """Tell when data stop that came before; a new alarm has none yet, and says nothing."""
    dimensions: dict[str, str] = field(default_factory=dict[str, str])
    """Fixed dimensions, beside those that say which resource is watched."""

    @property
    def datapoints(self) -> int:
        """Of the last `periods`, how many datapoints have to be beyond the threshold."""
        return self.periods if self.sufficient is None else self.sufficient


@dataclass(frozen=True, kw_only=True)
class DatabaseScale:
    """An RDS instance: its class, its storage, and whether it follows a primary."""

    instance_class: str
    storage_gib: int
    replica: bool


def database_alarms(scale: DatabaseScale) -> tuple[Alarm, ...]:
    """Give the alarms of one RDS for PostgreSQL instance. Raises ValueError for an unknown class."""
    size = database_class(scale.instance_class)
    connections = max_connections(scale.instance_class)
    rds = "AWS/RDS"
    alarms = [
        Alarm(
            key="cpu",
            meaning="CPU above 90 % for 15 minutes: look at the top statements in Database Insights",
            namespace=rds,
            metric="CPUUtilization",
            statistic="Average",
            threshold=90,
        ),
        Alarm(
            key="load",
            meaning=f"More than {size.vcpus} sessions are active: statements wait for CPU, I/O or locks (OB-120)",
            namespace=rds,
            metric="DBLoad",
            statistic="Average",
            threshold=size.vcpus,
            missing="notBreaching",
        ),
        Alarm(
            key="memory",
            meaning="Less than a tenth of the memory is free: connections or work_mem outgrow the class",
            namespace=rds,
            metric="FreeableMemory",
            statistic="Average",
            side="below",
            threshold=size.memory_gib * GIB * 0.1,
        ),
        Alarm(
            key="storage",
            # Storage autoscaling acts after 5 minutes below a tenth, unless it did within 6 hours or is at its limit.
            meaning="Less than a tenth of the storage is free and autoscaling did not help: raise its limit",
            severity="critical",
            namespace=rds,
            metric="FreeStorageSpace",
            statistic="Minimum",
            side="below",
            threshold=scale.storage_gib * GIB * 0.1,
            periods=4,
        ),
        Alarm(
            key="connections",
            meaning=f"Above 90 % of the {connections} connections that the class accepts",
            severity="critical",
            namespace=rds,
            metric="DatabaseConnections",
            statistic="Maximum",
            threshold=int(connections * 0.9),
            period_seconds=MINUTE,
            periods=5,
        ),
        Alarm(
            key="transaction-ids",
            # PostgreSQL stops accepting writes at about 2.1 billion.
            meaning="A billion transaction identifiers are in use: autovacuum does not keep up, find what holds it",
            severity="critical",
            namespace=rds,
            metric="MaximumUsedTransactionIDs",
            statistic="Maximum",
            threshold=1_000_000_000,
            period_seconds=MINUTE,
            periods=1,
            missing="notBreaching",
        ),
        *(_latency(rds, kind) for kind in ("Read", "Write")),
        Alarm(
            key="disk-queue",
            meaning="More than 64 operations wait for the volume: it is at its IOPS or throughput limit",
            namespace=rds,
            metric="DiskQueueDepth",
            statistic="Average",
            threshold=64,
        ),
    ]
    if scale.replica:
        alarms.append(
            Alarm(
                key="replica-lag",
                # Without writes the lag of PostgreSQL rises to five minutes and falls again, so one minute in five is
                # below: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html
                meaning="The replica is more than a minute behind: readers see old data, and it cannot take over",
                namespace=rds,
                metric="ReplicaLag",
                statistic="Maximum",
                threshold=60,
                period_seconds=MINUTE,
                periods=10,
                # A replica that is being made reports nothing, and this alarm may start a takeover. One that is cut off
                # measures its own lag and goes on reporting.
                told_without_data=True,
            )
        )
    if scale.instance_class.split(".")[1].startswith("t"):
        alarms.append(
            Alarm(
                key="cpu-credits",
                meaning="The burstable class has had no CPU credits for three hours: what it takes beyond is billed",
                namespace=rds,
                metric="CPUCreditBalance",
                statistic="Maximum",
                side="below",
                threshold=20,
                # A T3 or T4g instance starts with none (launch credits are T2's alone) and earns 12 or more an hour, so
                # that even the smallest has 20 before two hours are over. In RDS both run in unlimited mode.
                # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html
                period_seconds=30 * MINUTE,
                periods=6,
            )
        )
    return tuple(alarms)


def _latency(namespace: str, kind: str) -> Alarm:
    return Alarm(
        key=f"{kind.lower()}-latency",
        meaning=f"{kind}s take longer than 20 ms on average: the volume is slow or overloaded (OB-120)",
        namespace=namespace,
        metric=f"{kind}Latency",
        statistic="Average",
        threshold=0.02,
    )


def cache_alarms(*, replicated: bool, dispensable: bool = False) -> tuple[Alarm, ...]:
    """Give the alarms of one ElastiCache node; `replicated` when shards have replicas.

    What may drop any of its keys is `dispensable`: it is there for the reads that it answers (WX-30).
    """
    cache = "AWS/ElastiCache"
    alarms = [
        Alarm(
            key="engine-cpu",
            meaning="The engine's one thread is above 90 %: commands queue; add shards or find the slow ones",
            namespace=cache,
            metric="EngineCPUUtilization",
            statistic="Average",
            threshold=90,
        ),
        Alarm(
            key="memory",
            meaning="Above 80 % of the node's memory: keys are evicted at 100 %; add shards or take a larger node",
            severity="critical",
            namespace=cache,
            metric="DatabaseMemoryUsagePercentage",
            statistic="Average",
            threshold=80,
        ),
        Alarm(
            key="evictions",
            meaning="Keys are evicted without pause: sessions and rate counters are being lost",
            namespace=cache,
            metric="Evictions",
            statistic="Sum",
            threshold=0,
            missing="notBreaching",
        ),
        Alarm(
            key="connections",
            meaning=f"Above 80 % of the {CACHE_CLIENTS} clients that a node accepts: a pool leaks",
            namespace=cache,
            metric="CurrConnections",
            statistic="Maximum",
            threshold=int(CACHE_CLIENTS * 0.8),
        ),
        Alarm(
            key="authentication",
            meaning="Log-ins fail: somebody guesses, or a pod runs with an old password",
            severity="critical",
            namespace=cache,
            metric="AuthenticationFailures",
            statistic="Sum",
            threshold=10,
            periods=1,
            missing="notBreaching",
        ),
    ]
    if dispensable:
        alarms.append(
            Alarm(
                key="misses",
                meaning="For an hour more than half of the reads find nothing: keys end too early, or it is too small",
                namespace=cache,
                metric="CacheMisses",
                statistic="Sum",
                threshold=50,
                ratio=Ratio(of="GetTypeCmds", minimum=100),
                periods=12,
                missing="notBreaching",
            )
        )
    if replicated:
        alarms.append(
            Alarm(
                key="replication-lag",
                meaning="The replica is more than 30 s behind: a fail-over would lose what is missing",
                namespace=cache,
                metric="ReplicationLag",
                statistic="Maximum",
                threshold=30,
                # A primary reports none.
                missing="notBreaching",
            )
        )
    return tuple(alarms)


def rotation_alarms() -> tuple[Alarm, ...]:
    """Give the alarm of a function that rotates secrets; what was valid before a failure is valid after it."""
    return (
        Alarm(
            key="errors",
            meaning="A secret was not rotated; the value in use stays valid. Read the function's log, then rotate it",
            namespace="AWS/Lambda",
            metric="Errors",
            statistic="Sum",
            threshold=0,
            periods=1,
            missing="notBreaching",
        ),
    )


def copy_alarms() -> tuple[Alarm, ...]:
    """Give the alarm of a bucket that is copied into another region.

    The metric is the source's region's, unlike how late a copy is, which S3 reports in the other one:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
    """
    return (
        Alarm(
            key="failed",
            meaning="Objects were not copied into the other region: see the role and both keys, then copy them anew",
            severity="critical",
            namespace="AWS/S3",
            metric="OperationsFailedReplication",
            statistic="Sum",
            threshold=0,
            periods=1,
            missing="notBreaching",
        ),
    )
