"""What a product asks of its time-series database in production. Other environments scale it down."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.facts.volumes import GP3_IOPS, GP3_MIB, IO2_IOPS
from settings.types import Cpu, Memory, Name
from settings.vocabulary import Means
from settings.workload.database import PostgresNeeds
from settings.workload.service import Image

Instances = Annotated[int, Field(ge=1, le=9)]
DataGib = Annotated[int, Field(ge=10, le=65536)]
WalGib = Annotated[int, Field(ge=5, le=16384)]
VolumeIops = Annotated[int, Field(ge=IO2_IOPS[0], le=IO2_IOPS[1])]
VolumeMib = Annotated[int, Field(ge=GP3_MIB[0], le=GP3_MIB[1])]


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


class TimeseriesNeeds(PostgresNeeds):
    """TimescaleDB on the cluster: a primary, its replicas, and the database's roles."""

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
    instances: Instances = 3
    """The primary and its replicas."""
    cpu: Cpu
    """CPU of each instance, set aside and never exceeded."""
    memory: Memory
    """Memory of each instance, set aside and never exceeded."""
    storage_gib: DataGib
    """Data volume of each instance."""
    wal_storage_gib: WalGib = 50
    """Volume of each instance's write-ahead log."""
    storage_type: Literal["gp3", "io2"] = "gp3"
    """EBS volume type."""
    iops: VolumeIops = GP3_IOPS[0]
    """Provisioned I/O operations a second of each volume."""
    throughput_mib: VolumeMib | None = None
    """Provisioned MiB a second of each gp3 volume; without it 125."""
    connections: int = Field(default=200, ge=20, le=5000)
    """Connections that an instance takes."""
    ingest: Ingest | None = None
    """The write rate that the volumes are held against."""
    node_pool: Name | None = None
    """The product's node pool that carries the instances; without it, the common one."""
    pooler: TimeseriesPooler | None = None
    """PgBouncer in front of the primary; without it, clients connect to the primary."""
