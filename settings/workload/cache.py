"""What a product asks of its cache in production. Other environments scale it down."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import CacheNodeType
from settings.vocabulary import Means

Shards = Annotated[int, Field(ge=1, le=500)]
ReplicasPerShard = Annotated[int, Field(ge=0, le=5)]
"""https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""


class CacheNeeds(Settings):
    """A Redis or Valkey replication group."""

    engine: Literal["redis", "valkey"] = "redis"
    """The cache's engine."""
    version: Annotated[
        str, Field(pattern=r"^[78]\.[0-9]+$"), Means("a Redis or Valkey version as major.minor, in quotes", "7.1")
    ]
    """Engine version."""
    cluster_mode: Literal["enabled", "disabled"] = "enabled"
    """Enabled: shards, for clients that speak the cluster's protocol, and commands over the keys of one slot. Disabled:
    one shard, for clients that do not, and commands over any keys, as Sidekiq and Celery use them. ElastiCache does not
    disable it later, so a change builds a new, empty replication group beside the old one."""
    node_type: CacheNodeType
    """ElastiCache node type."""
    shards: Shards = 1
    """Shards, over which the keys are spread; one with cluster mode disabled."""
    replicas_per_shard: ReplicasPerShard = 1
    """Replicas of each shard; without one there is no automatic failover."""
    eviction: Literal["noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-lfu"] = (
        "volatile-lru"
    )
    """Which keys leave when the memory is full."""

    @property
    def sharded(self) -> bool:
        """Whether clients speak the cluster's protocol."""
        return self.cluster_mode == "enabled"
