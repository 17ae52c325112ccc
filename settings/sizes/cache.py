"""The cache in one stack: its size and its windows."""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.cells import WORKLOAD, Cells
from settings.types import CacheNodeType, DailyWindow, WeeklyWindow
from settings.workload.cache import ReplicasPerShard, Shards


class CacheSettings(Settings):
    """The size and care of the Redis or Valkey replication group."""

    node_type: CacheNodeType
    """ElastiCache node type."""
    shards: Shards
    """Shards, over which the keys are spread; one with cluster mode disabled."""
    replicas_per_shard: ReplicasPerShard
    """Replicas of each shard; without one there is no automatic failover."""
    apply_changes: Literal["now", "window"]
    """When a new node type, version or parameter is applied: at once, or in the maintenance window."""
    snapshot_retention_days: int = Field(ge=0, le=35)
    """Daily snapshots kept; 0 switches them off."""
    snapshot_window: DailyWindow = "02:30-03:30"
    """Daily snapshot window, at least 60 minutes."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """Weekly maintenance window, at least 60 minutes, apart from the snapshot window."""


ROWS: dict[str, Cells] = {
    # setting                               dev             staging          production       budget
    "node_type":                         ("cache.t4g.small", "cache.t4g.medium", WORKLOAD,  "cache.t4g.micro"),
    "shards":                            (1,              WORKLOAD,        WORKLOAD,        1),
    "replicas_per_shard":                (0,              1,               WORKLOAD,        0),
    "apply_changes":                     ("now",          "now",           "window",        "window"),
    "snapshot_retention_days":           (1,              3,               7,               1),
}  # fmt: skip
"""What each environment starts from; see settings/environments.py."""
