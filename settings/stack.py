"""What one stack states: where it runs, how big each component is, who may enter.

A stack file holds only what differs from its environment's row in `settings.environments`; the models here describe the
complete result of laying the stack's keys over that row. Rules that span several fields are in `settings.checks`.
"""

from typing import Annotated, Literal

from pydantic import Field

from settings.api_access import ApiAccess, NetworkAccess
from settings.application import ApplicationSettings
from settings.base import Settings
from settings.consoles import ConsolesSettings
from settings.sign_on import SignOn
from settings.types import (
    Arn,
    CacheNodeType,
    Cpu,
    Cron,
    DailyWindow,
    DatabaseClass,
    DomainName,
    Email,
    Endpoint,
    InstanceType,
    LogRetentionDays,
    Memory,
    Name,
    Network,
    Region,
    VariableName,
    WeeklyWindow,
    Zone,
)
from settings.vocabulary import Means

EnvironmentName = Literal["dev", "staging", "production", "budget"]
Runtime = Literal["eks", "ecs"]
Routing = Literal["latency", "primary", "secondary"]
NatMode = Literal["none", "single", "per-zone", "regional"]


class NetworkSettings(Settings):
    cidr: Network
    """The VPC's private range, from /16 to /20; no other region of the product may overlap it."""
    nat: NatMode
    """NAT gateways: none, one for all zones, one per zone, or one regional gateway."""
    interface_endpoints: bool
    """Reach AWS services over private endpoints instead of the NAT gateway."""
    flow_log_retention_days: LogRetentionDays
    """How long VPC flow logs are kept."""


class SystemNodes(Settings):
    """The managed node group that carries the platform's own pods."""

    instance_types: tuple[InstanceType, ...] = Field(min_length=1)
    """EC2 instance types, best first."""
    minimum: int = Field(ge=1, le=50)
    """Nodes at least; more where the platform's own pods need them."""
    maximum: int = Field(ge=1, le=50)
    """Nodes at most."""
    spare: int = Field(default=0, ge=0, le=10)
    """Nodes that may be missing while the platform's own pods still fit on the others."""
    disk_gib: int = Field(ge=20, le=1000)
    """Encrypted root volume of each node."""


class WorkloadNodes(Settings):
    """What Karpenter may launch for the product's pods. Limits default to the product's peak plus head-room."""

    instance_categories: tuple[
        Annotated[str, Field(pattern=r"^[a-z]{1,4}$"), Means("an EC2 instance category: c, m, r, t …", "m")], ...
    ] = Field(default=("c", "m", "r"), min_length=1)
    """EC2 instance categories to choose from."""
    minimum_generation: int = Field(default=6, ge=1, le=20)
    """Oldest instance generation to choose."""
    architecture: Literal["amd64", "arm64"] = "amd64"
    """Processor architecture of the nodes."""
    capacity_types: tuple[Literal["on-demand", "spot"], ...] = Field(default=("on-demand",), min_length=1)
    """Purchase options to choose from."""
    cpu_limit: int | None = Field(default=None, ge=2, le=10000)
    """vCPU over all nodes of the pool; without it, the product's peak plus head-room."""
    memory_limit_gib: int | None = Field(default=None, ge=4, le=100000)
    """Memory over all nodes of the pool; without it, the product's peak plus head-room."""
    disk_gib: int = Field(default=50, ge=20, le=2000)
    """Encrypted root volume of each node."""
    expire_after_hours: int = Field(default=336, ge=1, le=8760)
    """Age at which a node is replaced, so that it runs a recent machine image."""


class ClusterSettings(Settings):
    version: Annotated[str, Field(pattern=r"^1\.[0-9]{2}$"), Means("a Kubernetes version that EKS runs", "1.35")]
    """Kubernetes version; raised one minor version at a time."""
    api_access: ApiAccess | None = None
    """How `up` reaches the Kubernetes API: public_access_cidrs, a tunnel by Session Manager, or network_access."""
    public_access_cidrs: tuple[Network, ...] = ()
    """Ranges that may reach the Kubernetes API from outside; empty: the API is private."""
    network_access: NetworkAccess | None = None
    """Private ranges that may reach the Kubernetes API: a runner's subnets, a VPN."""
    log_retention_days: LogRetentionDays
    """How long the control plane's logs are kept."""
    deletion_protection: bool
    """EKS refuses to delete the cluster."""
    support: Literal["STANDARD", "EXTENDED"]
    """STANDARD upgrades the cluster when its version leaves standard support; EXTENDED pays to stay."""
    zonal_shift: bool
    """Let Application Recovery Controller move traffic out of an impaired zone."""
    system_nodes: SystemNodes
    """The managed node group that carries the platform's own pods."""
    workload_nodes: WorkloadNodes = WorkloadNodes()
    """What Karpenter may launch for the product's pods."""


class HostSettings(Settings):
    """One EC2 instance that carries all tasks of a small product."""

    instance_type: InstanceType
    """EC2 instance type, of the tasks' architecture."""
    disk_gib: int = Field(default=50, ge=30, le=1000)
    """Encrypted root volume, gp3."""


class EcsSettings(Settings):
    """Where a product's tasks run, for a stack with `runtime: ecs`."""

    architecture: Literal["amd64", "arm64"]
    """Processor architecture of the tasks, and so of every image; arm64 is Graviton."""
    capacity_types: tuple[Literal["on-demand", "spot"], ...] = Field(min_length=1, max_length=2)
    """Purchase options to choose from; with both, half of a service's least number of tasks stays off Spot."""
    insights: Literal["disabled", "enabled", "enhanced"]
    """Container Insights: CloudWatch charges for each metric."""
    prometheus: bool
    """Collect the product's figures in Amazon Managed Service for Prometheus, where its alerts are rules."""
    host: HostSettings | None = None
    """One machine for all tasks; without it they run on Fargate."""


class AccessEntry(Settings):
    """A person's or pipeline's role, and what it may do in the cluster."""

    name: Name
    """Short name of the entry."""
    principal: Arn
    """The IAM role."""
    policy: Literal["cluster-admin", "admin", "edit", "view", "operator"]
    """The EKS access policy; `operator` is view, and a shell and forwarded ports in the product's namespace."""
    namespaces: tuple[Name, ...] = ()
    """Namespaces that the policy covers; empty: the whole cluster."""


class RestoredDatabase(Settings):
    """A copy of the database that was restored beside it, in its subnets and with its security group."""

    host: DomainName
    """Address of the instance."""
    master_secret: Arn | None = None
    """Secret with its administrator's user name and password; without it the stack's own, which a copy keeps."""


class DatabaseSettings(Settings):
    """The size and care of PostgreSQL; what the product asks for is in its workload file."""

    source: Literal["own", "primary", "promoted"] = "own"
    """Whose data it holds: its own, a live copy of the primary region's, or what was such a copy until it took over."""
    failover: Literal["manual", "fenced", "always"] = "manual"
    """What promotes a copy: a person alone, the alarm if it can close the old database, or the alarm in any case."""
    instance_class: DatabaseClass
    """RDS instance class of the primary and of every replica."""
    multi_az: bool
    """Keep a standby in a second zone."""
    read_replicas: int = Field(ge=0, le=15)
    """Read replicas; they need automated backups."""
    storage_gib: int = Field(ge=20, le=65536)
    """Storage at first."""
    maximum_storage_gib: int = Field(ge=20, le=65536)
    """Storage up to which RDS grows by itself."""
    storage_type: Literal["gp3", "io2"]
    """EBS volume type."""
    iops: int | None = Field(default=None, ge=1000, le=256000)
    """Provisioned I/O operations a second; io2 needs them, gp3 takes them from 400 GiB."""
    backup_retention_days: int = Field(ge=0, le=35)
    """Days to which the database can be restored, to the second; 0 switches backups off."""
    backup_window: DailyWindow = "01:00-01:45"
    """Daily backup window, at least 30 minutes."""
    maintenance_window: WeeklyWindow = "sun:03:00-sun:04:00"
    """Weekly maintenance window, at least 30 minutes, apart from the backup window."""
    deletion_protection: bool
    """RDS refuses to delete the database."""
    insights: Literal["standard", "advanced"]
    """Database Insights mode."""
    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60]
    """Enhanced monitoring; 0 switches it off."""
    developer_access: bool = False
    """Make a policy by which developers forward a port to it through Session Manager; it is published nowhere."""
    master_password_generation: int = Field(default=1, ge=1)
    """Raise it for a new master password, where RDS cannot rotate it because of read replicas."""
    restored: RestoredDatabase | None = None
    """A restored copy that the product connects to in place of the stack's own database, until this is removed."""
    certificate_authority: Annotated[
        str, Field(pattern=r"^rds-ca-[a-z0-9]+-g[0-9]+$"), Means("an RDS certificate authority", "rds-ca-rsa2048-g1")
    ] = "rds-ca-rsa2048-g1"
    """Certificate authority that signs the server's certificate."""


class TimeseriesSettings(Settings):
    """The size and care of the time-series database; what the product asks for is in its workload file."""

    instances: int = Field(ge=1, le=9)
    """The primary and its replicas."""
    cpu: Cpu
    """CPU of each instance, set aside and never exceeded."""
    memory: Memory
    """Memory of each instance, set aside and never exceeded."""
    storage_gib: int = Field(ge=10, le=65536)
    """Data volume of each instance."""
    wal_storage_gib: int = Field(ge=5, le=16384)
    """Volume of each instance's write-ahead log."""
    storage_type: Literal["gp3", "io2"]
    """EBS volume type."""
    iops: int = Field(ge=100, le=256000)
    """Provisioned I/O operations a second of each volume."""
    throughput_mib: int | None = Field(default=None, ge=125, le=2000)
    """Provisioned MiB a second of each gp3 volume; without it 125."""
    backup_retention_days: int = Field(ge=1, le=365)
    """Days to which the database can be restored."""
    backup_schedule: Cron = "30 0 * * *"
    """When base backups are taken, in UTC; the write-ahead log is archived all the time."""


class EventBusSettings(Settings):
    """The size of the event bus; what the product asks for is in its workload file."""

    address: Endpoint | None
    """Name server of a RocketMQ that runs elsewhere, in place of one on the cluster."""
    name_servers: Literal[1, 3, 5]
    """Name servers, which also elect the primary broker."""
    brokers: int = Field(ge=1, le=5)
    """The primary broker and its replicas; each holds every message."""
    cpu: Cpu
    """CPU that is set aside for each broker."""
    memory: Memory
    """Memory of each broker, set aside and never exceeded."""
    storage_gib: int = Field(ge=10, le=16384)
    """Volume of each broker."""


class CacheSettings(Settings):
    """The size and care of the Redis or Valkey replication group."""

    node_type: CacheNodeType
    """ElastiCache node type."""
    shards: int = Field(ge=1, le=500)
    """Shards, over which the keys are spread."""
    replicas_per_shard: int = Field(ge=0, le=5)
    """Replicas of each shard; without one there is no automatic failover."""
    snapshot_retention_days: int = Field(ge=0, le=35)
    """Daily snapshots kept; 0 switches them off."""
    snapshot_window: DailyWindow = "02:30-03:30"
    """Daily snapshot window, at least 60 minutes."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """Weekly maintenance window, at least 60 minutes, apart from the snapshot window."""


class IngressSettings(Settings):
    """The load balancer, its firewall and its names."""

    deletion_protection: bool
    """The load balancer refuses to be deleted."""
    access_log_retention_days: int = Field(ge=1, le=3650)
    """How long access logs are kept."""
    waf: bool
    """Put the web application firewall in front of the load balancer."""
    allowed_cidrs: tuple[Network, ...] = Field(default=("0.0.0.0/0",), min_length=1)
    """Ranges that may reach the load balancer."""
    operator_cidrs: tuple[Network, ...] = ()
    """Ranges that may ask for the product's operator paths; none: nobody may."""
    cdn: bool = True
    """Put CloudFront in front of a product that asks for it."""
    sign_on: SignOn | None = None
    """People sign on at the load balancer before they reach some paths; without it the product alone asks who it is."""
    zone_id: Annotated[
        str | None, Field(pattern=r"^Z[A-Z0-9]{1,31}$"), Means("a Route 53 hosted zone's id", "Z0123456789ABCDEFGHIJ")
    ] = None
    """Hosted zone of the domain; without it one is made."""
    routing: Routing | None = None
    """How this region shares its hosts with another; none: it serves them alone."""
    serving: bool = True
    """Answer for the product's hosts in DNS; false gives them up, within a minute, to another stack that is true."""
    maintenance: bool = False
    """Answer every request with 503 at the load balancer, before the product sees it."""


class BackupSettings(Settings):
    """The AWS Backup plan and the dump bucket."""

    retention_days: int = Field(ge=1, le=3650)
    """How long recovery points are kept."""
    vault_lock: bool
    """Nobody can delete a recovery point before its time."""
    object_lock_days: int = Field(ge=0, le=3650)
    """Days in which nobody can delete a dump; 0: no object lock."""


class MonitoringSettings(Settings):
    """Logs, metrics and who is told."""

    log_retention_days: LogRetentionDays
    """How long the product's logs are kept."""
    metrics_retention_days: int = Field(ge=1, le=730)
    """How long Prometheus keeps metrics."""
    metrics_storage_gib: int = Field(ge=10, le=16384)
    """Prometheus' volume."""
    emails: tuple[Email, ...] = ()
    """Addresses that alarms are sent to."""
    slack_workspace: Annotated[
        str | None, Field(pattern=r"^T[A-Z0-9]{6,}$"), Means("a Slack workspace's id", "T0123ABCD")
    ] = None
    """Slack workspace that alarms are sent to, with its channel."""
    slack_channel: Annotated[
        str | None, Field(pattern=r"^C[A-Z0-9]{6,}$"), Means("a Slack channel's id", "C0123ABCD")
    ] = None
    """Slack channel that alarms are sent to, with its workspace."""
    unattended: bool = False
    """Accept a production whose alarms are sent to nobody."""
    quiet_window: WeeklyWindow | None = None
    """Weekly window in which no alarm or alert calls anybody; without it, the product's maintenance window, if any."""

    @property
    def recipients(self) -> bool:
        """Whether alarms are sent to anybody."""
        return bool(self.emails) or self.slack_channel is not None


class ProtectionSettings(Settings):
    """Whether stateful resources refuse to be destroyed. Releasing production is a deliberate, separate step."""

    stateful: bool
    """Pulumi refuses to delete what holds data."""
    allow_unsafe: bool = False
    """Accept weaker protection in production than its environment, and the policies for it alone, ask for."""


class StackSettings(Settings):
    environment: EnvironmentName
    """Row of the environment table that the stack starts from."""
    region: Region
    """AWS region of every regional resource."""
    zones: tuple[Zone, ...] = Field(min_length=2, max_length=6)
    """Availability zones, in an order that is only ever appended to; production takes three or more."""
    domain: DomainName
    """Domain under which the product's hosts live."""
    workload: Name
    """Name of the file in workloads/ that describes the product."""
    primary_stack: Annotated[
        str | None,
        Field(pattern=r"^([A-Za-z0-9_.-]+/){0,2}[A-Za-z0-9_.-]+$"),
        Means("a stack's name, or organization/project/stack", "prod"),
    ] = None
    """The stack of the primary region; a stack that names one is a secondary region."""
    replica_regions: tuple[Region, ...] = ()
    """Regions that receive copies of the secrets."""
    runtime: Runtime
    """Where the product runs: a Kubernetes cluster, or tasks on Fargate."""
    network: NetworkSettings
    """The VPC."""
    cluster: ClusterSettings
    """The Kubernetes cluster, with `runtime: eks`."""
    ecs: EcsSettings
    """The tasks on Fargate, with `runtime: ecs`."""
    access: tuple[AccessEntry, ...] = ()
    """Roles that may enter the cluster."""
    database: DatabaseSettings | None
    """PostgreSQL, for a product that has one."""
    timeseries: TimeseriesSettings | None
    """TimescaleDB, for a product that has it."""
    event_bus: EventBusSettings | None
    """RocketMQ, for a product that has it."""
    cache: CacheSettings | None
    """Redis or Valkey, for a product that has one."""
    ingress: IngressSettings
    """The load balancer, its firewall and its names."""
    consoles: ConsolesSettings = ConsolesSettings()
    """The operators' consoles by internal host names."""
    backup: BackupSettings
    """Recovery points and dumps."""
    monitoring: MonitoringSettings
    """Logs, metrics and who is told."""
    application: ApplicationSettings
    """How the product itself is scaled and where its images come from."""
    protection: ProtectionSettings
    """Whether what holds data refuses to be destroyed."""
    provided_secrets: tuple[VariableName, ...] = ()
    """Names of the values under `secrets`; the values never reach the settings."""
