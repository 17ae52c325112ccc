"""What one stack states: where it runs, how big each component is, who may enter.

A stack file holds only what differs from its environment's row in `settings.environments`; the models here describe the
complete result of laying the stack's keys over that row.
"""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.types import (
    Arn,
    CacheNodeType,
    DatabaseClass,
    DomainName,
    Email,
    InstanceType,
    Name,
    Network,
)

EnvironmentName = Literal["dev", "staging", "production", "budget"]
NatMode = Literal["none", "single", "per-zone", "regional"]


class NetworkSettings(Settings):
    cidr: Network
    nat: NatMode
    interface_endpoints: bool
    flow_log_retention_days: int


class SystemNodes(Settings):
    """The managed node group that carries the platform's own pods."""

    instance_types: tuple[InstanceType, ...] = Field(min_length=1)
    minimum: int = Field(ge=1, le=50)
    maximum: int = Field(ge=1, le=50)
    disk_gib: int = Field(ge=20, le=1000)


class WorkloadNodes(Settings):
    """What Karpenter may launch for the product's pods. Limits default to the product's peak plus head-room."""

    instance_categories: tuple[str, ...] = ("c", "m", "r")
    minimum_generation: int = Field(default=6, ge=1, le=20)
    architecture: Literal["amd64", "arm64"] = "amd64"
    capacity_types: tuple[Literal["on-demand", "spot"], ...] = Field(default=("on-demand",), min_length=1)
    cpu_limit: int | None = Field(default=None, ge=2, le=10000, description="vCPU over all nodes of the pool")
    memory_limit_gib: int | None = Field(default=None, ge=4, le=100000)
    disk_gib: int = Field(default=50, ge=20, le=2000)
    expire_after_hours: int = Field(default=336, ge=1, le=8760)


class ClusterSettings(Settings):
    version: str = Field(pattern=r"^1\.[0-9]{2}$")
    public_access_cidrs: tuple[Network, ...] = Field(default=(), description="empty: the API is private")
    log_retention_days: int
    deletion_protection: bool
    support: Literal["STANDARD", "EXTENDED"]
    zonal_shift: bool
    system_nodes: SystemNodes
    workload_nodes: WorkloadNodes = WorkloadNodes()


class AccessEntry(Settings):
    """A person's or pipeline's role, and what it may do in the cluster."""

    name: Name
    principal: Arn
    policy: Literal["cluster-admin", "admin", "edit", "view"]
    namespaces: tuple[Name, ...] = Field(default=(), description="empty: the whole cluster")


class DatabaseSettings(Settings):
    instance_class: DatabaseClass
    multi_az: bool
    read_replicas: int = Field(ge=0, le=15)
    storage_gib: int = Field(ge=20, le=65536)
    maximum_storage_gib: int = Field(ge=20, le=65536)
    storage_type: Literal["gp3", "io2"]
    iops: int | None = Field(default=None, ge=1000, le=256000)
    backup_retention_days: int = Field(ge=0, le=35)
    backup_window: str = Field(default="01:00-01:45", pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$")
    maintenance_window: str = Field(
        default="sun:03:00-sun:04:00", pattern=r"^[a-z]{3}:[0-2][0-9]:[0-5][0-9]-[a-z]{3}:[0-2][0-9]:[0-5][0-9]$"
    )
    deletion_protection: bool
    insights: Literal["standard", "advanced"]
    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60]
    certificate_authority: str = "rds-ca-rsa2048-g1"


class CacheSettings(Settings):
    node_type: CacheNodeType
    shards: int = Field(ge=1, le=500)
    replicas_per_shard: int = Field(ge=0, le=5)
    snapshot_retention_days: int = Field(ge=0, le=35)
    snapshot_window: str = Field(default="02:30-03:30", pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$")
    maintenance_window: str = Field(
        default="sun:04:30-sun:05:30", pattern=r"^[a-z]{3}:[0-2][0-9]:[0-5][0-9]-[a-z]{3}:[0-2][0-9]:[0-5][0-9]$"
    )


class IngressSettings(Settings):
    deletion_protection: bool
    access_log_retention_days: int = Field(ge=1, le=3650)
    waf: bool
    allowed_cidrs: tuple[Network, ...] = ("0.0.0.0/0",)
    zone_id: str | None = Field(
        default=None, pattern=r"^Z[A-Z0-9]{1,31}$", description="hosted zone of the domain; without it one is made"
    )
    routing: Literal["latency", "primary", "secondary"] | None = Field(
        default=None, description="how this region shares its hosts with another; none: it serves them alone"
    )


class BackupSettings(Settings):
    """The AWS Backup plan and the dump bucket."""

    retention_days: int = Field(ge=1, le=3650)
    vault_lock: bool
    object_lock_days: int = Field(ge=0, le=3650, description="0: no object lock")


class MonitoringSettings(Settings):
    log_retention_days: int
    metrics_retention_days: int = Field(ge=1, le=730)
    metrics_storage_gib: int = Field(ge=10, le=16384)
    emails: tuple[Email, ...] = ()
    slack_workspace: str | None = Field(default=None, pattern=r"^T[A-Z0-9]{6,}$")
    slack_channel: str | None = Field(default=None, pattern=r"^C[A-Z0-9]{6,}$")


class ApplicationSettings(Settings):
    scale: Literal["workload", "single"] = Field(description="the product's replica figures, or one pod of each")
    images_from: str | None = Field(default=None, description="registry prefix that replaces the image's own")


class ProtectionSettings(Settings):
    """Whether stateful resources refuse to be destroyed. Releasing production is a deliberate, separate step."""

    stateful: bool
    allow_unsafe: bool = Field(default=False, description="accept weaker data protection in production")


class StackSettings(Settings):
    environment: EnvironmentName
    region: str
    zones: tuple[str, ...] = Field(min_length=2, max_length=6)
    domain: DomainName
    workload: Name
    primary_stack: str | None = Field(default=None, description="the stack of the primary region, org/project/stack")
    replica_regions: tuple[str, ...] = Field(default=(), description="regions that receive copies of the secrets")
    network: NetworkSettings
    cluster: ClusterSettings
    access: tuple[AccessEntry, ...] = ()
    database: DatabaseSettings | None
    cache: CacheSettings | None
    ingress: IngressSettings
    backup: BackupSettings
    monitoring: MonitoringSettings
    application: ApplicationSettings
    protection: ProtectionSettings
    provided_secrets: tuple[str, ...] = Field(default=(), description="names of the values under `secrets`")
