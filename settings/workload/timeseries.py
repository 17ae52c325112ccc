"""What a product asks of its time-series database in production. Other environments scale it down."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import Cpu, Memory, Name
from settings.vocabulary import Means
from settings.workload.data import SqlName
from settings.workload.service import Image


class TimeseriesPooler(Settings):
    """PgBouncer in transaction mode in front of the primary."""

    instances: int = Field(default=2, ge=1, le=10)
    """PgBouncer pods."""
    pool_size: int = Field(default=20, ge=1, le=1000)
    """Server connections that each pod opens at most."""
    maximum_clients: int = Field(default=1000, ge=1, le=10000)
    """Client connections that each pod takes at most."""


class Ingest(Settings):
    """The write rate that the volumes are held against."""

    points_per_second: int = Field(ge=1, le=100_000_000)
    """Data points written in a second."""
    bytes_per_point: int = Field(default=100, ge=8, le=10_000)
    """Size of one row, without its indexes."""


class TimeseriesNeeds(Settings):
    """TimescaleDB on the cluster: a primary, its replicas, and the role that owns the database."""

    engine: Literal["timescale"] = "timescale"
    """The database's engine."""
    version: Annotated[str, Field(pattern=r"^1[4-9]$"), Means("a PostgreSQL major version from 14, in quotes", "17")]
    """PostgreSQL's major version."""
    image: Image
    """PostgreSQL of that version with TimescaleDB."""
    image_user: int = Field(default=1000, ge=1, le=65535)
    """User and group id of `postgres` in the image."""
    edition: Literal["timescale", "apache"] = "timescale"
    """TimescaleDB's licence: `timescale` has compression and continuous aggregates, `apache` does not."""
    name: SqlName
    """The database's name."""
    role: SqlName
    """The role that owns the database; its password is generated."""
    instances: int = Field(default=3, ge=1, le=9)
    """The primary and its replicas."""
    cpu: Cpu
    """CPU of each instance, set aside and never exceeded."""
    memory: Memory
    """Memory of each instance, set aside and never exceeded."""
    storage_gib: int = Field(ge=10, le=65536)
    """Data volume of each instance."""
    wal_storage_gib: int = Field(default=50, ge=5, le=16384)
    """Volume of each instance's write-ahead log."""
    storage_type: Literal["gp3", "io2"] = "gp3"
    """EBS volume type."""
    iops: int = Field(default=3000, ge=100, le=256000)
    """Provisioned I/O operations a second of each volume."""
    throughput_mib: int | None = Field(default=None, ge=125, le=2000)
    """Provisioned MiB a second of each gp3 volume; without it 125."""
    connections: int = Field(default=200, ge=20, le=5000)
    """Connections that an instance takes."""
    ingest: Ingest | None = None
    """The write rate that the volumes are held against."""
    node_pool: Name | None = None
    """The product's node pool that carries the instances; without it, the common one."""
    pooler: TimeseriesPooler | None = None
    """PgBouncer in front of the primary; without it, clients connect to the primary."""
