"""What a product asks of its database and its cache in production. Other environments scale it down."""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.types import CacheNodeType, Cron, DatabaseClass, VariableName


class DatabaseNeeds(Settings):
    """A PostgreSQL database and the role that owns it."""

    engine: Literal["postgres"] = "postgres"
    version: str = Field(pattern=r"^1[4-9](\.[0-9]+)?$")
    name: str = Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    role: str = Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$")
    instance_class: DatabaseClass
    read_replicas: int = Field(default=0, ge=0, le=15)
    storage_gib: int = Field(default=100, ge=20, le=65536)
    maximum_storage_gib: int = Field(default=500, ge=20, le=65536)
    storage_type: Literal["gp3", "io2"] = "gp3"
    iops: int | None = Field(default=None, ge=1000, le=256000)
    slow_query_milliseconds: int = Field(default=500, ge=1)


class CacheNeeds(Settings):
    """A Redis or Valkey replication group in cluster mode."""

    engine: Literal["redis", "valkey"] = "redis"
    version: str = Field(pattern=r"^[78]\.[0-9]+$")
    node_type: CacheNodeType
    shards: int = Field(default=1, ge=1, le=500)
    replicas_per_shard: int = Field(default=1, ge=0, le=5)
    eviction: Literal["noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-lfu"] = (
        "volatile-lru"
    )


class Migration(Settings):
    """A Job that runs to its end before a new version is rolled out."""

    service: str
    command: tuple[str, ...] = Field(min_length=1)
    image_repository: str | None = None
    deadline_seconds: int = Field(default=600, ge=10, le=86400)
    secrets: tuple[VariableName, ...] = ()


class Dump(Settings):
    """A scheduled logical backup of the database to S3."""

    schedule: Cron
    retention_days: int = Field(ge=1, le=3650)


class Backups(Settings):
    dump: Dump | None = None
