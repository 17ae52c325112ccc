"""How long AWS and CloudNativePG take to recover: what they state, and assumptions where they state nothing.

A drill that measures another figure replaces it here, and `make recovery` reckons with it.
"""

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_RDS: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
_REDIS: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html"
_CLUSTER: Final = "https://cloudnative-pg.io/docs/1.29/failover"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One term of a sum, in seconds. `assumed`: the source, where there is one, states no such figure."""

    what: str
    seconds: int
    source: str = ""
    assumed: bool = False


PERSON: Final = Figure(what="somebody is called and acts", seconds=15 * MINUTE, assumed=True)

RDS_FAILOVER: Final = Figure(
    # Typically 60 to 120 s; the standby is synchronous.
    what="the standby takes over",
    seconds=120,
    source=f"{_RDS}Concepts.MultiAZSingleStandby.html",
)
RDS_LOG: Final = Figure(
    what="the latest restorable time is this old", seconds=5 * MINUTE, source=f"{_RDS}USER_PIT.html"
)
RDS_CREATION: Final = Figure(
    # With the replay of at most a day's log.
    what="an instance is made",
    seconds=20 * MINUTE,
    source=f"{_RDS}USER_PIT.html",
    assumed=True,
)
RDS_PROMOTION: Final = Figure(
    # "Several minutes or longer", with a reboot.
    what="the copy is promoted",
    seconds=15 * MINUTE,
    source=f"{_RDS}USER_ReadRepl.Promote.html",
    assumed=True,
)

RDS_COPIED: Final = Figure(
    # "5-30 minutes".
    what="the copied log is behind by this",
    seconds=30 * MINUTE,
    source="https://docs.aws.amazon.com/prescriptive-guidance/latest/dr-standard-edition-amazon-rds/rds-pitr-snapshot.html",
)
COPY_MINUTES: Final = 15
"""S3 copies 99.99 % of objects into another region within this time, with Replication Time Control."""
COPY_SOURCE: Final = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html"

POINT_COPY_SECONDS: Final = HOUR
"""Until AWS Backup has copied a point into another region; an assumption."""
STACK_CREATION: Final = Figure(
    # Network, cluster, nodes, stores and releases, one after another.
    what="another stack is brought up",
    seconds=45 * MINUTE,
    assumed=True,
)

RESTORE_MIB_PER_SECOND: Final = 100
"""The least of EBS's provisioned rates, 100 to 300 MiB/s: its default rate is called unpredictable, and until all is
read from the snapshot a volume is slow."""
RESTORE_SOURCE: Final = "https://docs.aws.amazon.com/ebs/latest/userguide/initalize-volume.html"
DUMP_MIB_PER_SECOND: Final = 25
"""What pg_restore loads, with its indexes; an assumption."""

CACHE_FAILOVER: Final = Figure(
    # "Just a few minutes"; replication is asynchronous.
    what="a replica is promoted",
    seconds=5 * MINUTE,
    source=_REDIS,
)
CACHE_CREATION: Final = Figure(what="nodes are made", seconds=20 * MINUTE, source=_REDIS, assumed=True)

CLUSTER_FAILOVER: Final = Figure(
    # Readiness fails three times in 30 s, or Kubernetes has waited 50 s for a silent node; then a replica is promoted.
    what="a replica is promoted",
    seconds=2 * MINUTE,
    source=_CLUSTER,
    assumed=True,
)
CLUSTER_MOVE: Final = Figure(
    # A pod leaves a dead node after 5 minutes, its volume 6 minutes later (kube-controller-manager).
    what="the pod starts on another node",
    seconds=15 * MINUTE,
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions",
    assumed=True,
)
CLUSTER_CREATION: Final = Figure(
    what="a second cluster is declared, and replays the archive", seconds=30 * MINUTE, source=_CLUSTER, assumed=True
)

FILES_RESTORE: Final = Figure(
    # No setting says how much the folders hold.
    what="AWS Backup restores the folders",
    seconds=HOUR,
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-efs.html",
    assumed=True,
)

TABLE_LOG: Final = Figure(
    what="the latest restorable second is this old",
    seconds=5 * MINUTE,
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html",
)
TABLE_RESTORE: Final = Figure(
    # No setting says how much a table holds; the items are copied back afterwards.
    what="DynamoDB restores the table beside it",
    seconds=HOUR,
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html",
    assumed=True,
)

ARCHIVE_SECONDS: Final = 5 * MINUTE
"""A segment of the time-series database's log is archived when it is full, and at the latest after this time."""

ARCHIVE_STUCK_SECONDS: Final = 15 * MINUTE
"""From here somebody is told that nothing reaches the archive, of a product without a recovery point objective."""

REPLICA_BEHIND_SECONDS: Final = 5 * MINUTE
"""From here somebody is told that a replica of the time-series database is behind."""

POINT_START_SECONDS: Final = HOUR
"""The vault's daily points are begun within this time, after RDS's own window."""
