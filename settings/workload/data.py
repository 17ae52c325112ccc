"""What a product asks of its database and its cache in production. Other environments scale it down."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import CacheNodeType, Cron, DatabaseClass, ImageRepository, Name, PortNumber, VariableName
from settings.vocabulary import Means

SqlName = Annotated[
    str,
    Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$"),
    Means("at most 63 lower-case letters, digits and underscores, no digit first", "orders"),
]


class Pooler(Settings):
    """PgBouncer in transaction mode: many clients share few connections.

    What a client sets for its session is gone after its transaction: migrations and advisory locks go past it.
    """

    port: PortNumber = 6432
    """Port that it listens on."""
    replicas: int = Field(default=2, ge=1, le=20)
    """Pods of it."""
    clients: int = Field(default=1000, ge=10, le=10_000)
    """Client connections that each pod accepts (max_client_conn)."""
    pool: int = Field(default=20, ge=1, le=1000)
    """Connections to the database that each pod opens (default_pool_size)."""


class DatabaseNeeds(Settings):
    """A PostgreSQL database and the role that owns it."""

    engine: Literal["postgres"] = "postgres"
    """The database's engine."""
    version: Annotated[
        str, Field(pattern=r"^1[4-9](\.[0-9]+)?$"), Means("a PostgreSQL version from 14, in quotes", "16")
    ]
    """PostgreSQL version: major, or major.minor."""
    name: SqlName
    """The database's name."""
    role: SqlName
    """The role that owns the database; its password is generated."""
    instance_class: DatabaseClass
    """RDS instance class of the primary and of every replica."""
    read_replicas: int = Field(default=0, ge=0, le=15)
    """Read replicas."""
    storage_gib: int = Field(default=100, ge=20, le=65536)
    """Storage at first."""
    maximum_storage_gib: int = Field(default=500, ge=20, le=65536)
    """Storage up to which RDS grows by itself."""
    storage_type: Literal["gp3", "io2"] = "gp3"
    """EBS volume type."""
    iops: int | None = Field(default=None, ge=1000, le=256000)
    """Provisioned I/O operations a second; io2 needs them, gp3 takes them from 400 GiB."""
    slow_query_milliseconds: int = Field(default=500, ge=1)
    """Queries that take longer are logged."""
    pooler: Pooler | None = None
    """A connection pooler in the cluster, whose address is the output `database.pooled_url`."""


class CacheNeeds(Settings):
    """A Redis or Valkey replication group in cluster mode."""

    engine: Literal["redis", "valkey"] = "redis"
    """The cache's engine."""
    version: Annotated[
        str, Field(pattern=r"^[78]\.[0-9]+$"), Means("a Redis or Valkey version as major.minor, in quotes", "7.1")
    ]
    """Engine version."""
    node_type: CacheNodeType
    """ElastiCache node type."""
    shards: int = Field(default=1, ge=1, le=500)
    """Shards, over which the keys are spread."""
    replicas_per_shard: int = Field(default=1, ge=0, le=5)
    """Replicas of each shard; without one there is no automatic failover."""
    eviction: Literal["noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-lfu"] = (
        "volatile-lru"
    )
    """Which keys leave when the memory is full."""


class Migration(Settings):
    """A Job that runs to its end before a new version is rolled out."""

    service: Name
    """Service whose image, unless another is given, and whose settings the Job gets."""
    command: tuple[str, ...] = Field(min_length=1)
    """What the Job runs."""
    image_repository: ImageRepository | None = None
    """Image of the Job, with the service's tag; without it, the service's own image."""
    deadline_seconds: int = Field(default=600, ge=10, le=86400)
    """The Job fails, and the release with it, after this time."""
    secrets: tuple[VariableName, ...] = ()
    """Secrets that the Job gets as environment variables."""


class Dump(Settings):
    """A scheduled logical backup of the database to S3."""

    schedule: Cron
    """When, in UTC."""
    retention_days: int = Field(ge=1, le=3650)
    """How long a dump is kept."""


class RestoreTest(Settings):
    """The newest dump is restored into a database made for the test, migrated, and served by the product itself.

    The test reaches the object store and nothing else: what is restored can neither write nor send anywhere.
    """

    schedule: Cron
    """When, in UTC: weekly, such as "0 4 * * 0", or monthly, "0 4 1 * *"."""
    oldest_hours: int = Field(default=26, ge=1, le=24 * 31)
    """The newest dump may be this old; an older one fails the test."""
    service: Name | None = None
    """Service that is started on what was restored and must become ready; without it the migration is the last step."""


class Backups(Settings):
    dump: Dump | None = None
    """A scheduled logical backup of the database to S3."""
    restore_test: RestoreTest | None = None
    """Proof, on a schedule, that the newest dump can be restored."""
