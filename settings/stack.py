"""What one stack states: where it runs, how big each component is, who may enter.

A stack file holds only what differs from its environment's row in `settings.environments`; the models here describe the
complete result of laying the stack's keys over that row. Rules that span several fields are in `settings.checks`.
"""

from typing import Annotated, Literal

from pydantic import Field

from settings.api_access import ApiAccess, NetworkAccess
from settings.application import ApplicationSettings
from settings.base import Settings
from settings.cells import EnvironmentName
from settings.consoles import ConsolesSettings
from settings.existing import ExistingSettings
from settings.further_domain import FurtherDomain
from settings.permits import Change, Permit
from settings.retention import RetentionSettings
from settings.rotation import RotationSettings
from settings.runtimes import RUNTIMES, Feature, Offers, RuntimeName
from settings.sign_on import SignOn
from settings.sizes.cache import CacheSettings
from settings.sizes.database import DatabaseSettings
from settings.sizes.event_bus import EventBusSettings
from settings.sizes.timeseries import TimeseriesSettings
from settings.types import (
    Arn,
    Days,
    DomainName,
    Email,
    InstanceType,
    LogRetentionDays,
    Name,
    Network,
    Region,
    VariableName,
    WeeklyWindow,
    Zone,
)
from settings.vocabulary import Means

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
    added_zones: tuple[Zone, ...] = ()
    """The last of `zones`, added after the cluster was made: its control plane stays where it is, and each gets a
    system node of its own."""
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
    """Collect the product's metrics in Amazon Managed Service for Prometheus, where its alerts are rules."""
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


class IngressSettings(Settings):
    """The load balancer, its firewall and its names."""

    deletion_protection: bool
    """The load balancer refuses to be deleted."""
    access_log_retention_days: Days
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
    routing: Routing | None = None
    """How this region shares its hosts with another; none: it serves them alone."""
    serving: bool = True
    """Answer for the product's hosts in DNS; false gives them up, within a minute, to another stack that is true."""
    maintenance: bool = False
    """Answer every request with 503 at the load balancer, before the product sees it."""
    further_domain: FurtherDomain | None = None
    """A second domain of the product's hosts, while it moves from one to another (`NAME=move-domain`)."""


class BackupSettings(Settings):
    """The AWS Backup plan and the dump bucket."""

    retention_days: Days
    """How long recovery points are kept."""
    vault_lock: bool
    """Nobody can delete a recovery point before its time."""
    object_lock_days: int = Field(ge=0, le=3650)
    """Days in which nobody can delete a dump; 0: no object lock."""
    copy_region: Region | None = None
    """One of `replica_regions` that recovery points, dumps, archives and automated backups are copied to as well."""


class MonitoringSettings(Settings):
    """Logs, metrics and who is notified."""

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
    existing: ExistingSettings = ExistingSettings()
    """What stands in the account already, and is used or taken over."""
    runtime: RuntimeName
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
    """Logs, metrics and who is notified."""
    application: ApplicationSettings
    """How the product itself is scaled and where its images come from."""
    protection: ProtectionSettings
    """Whether what holds data refuses to be destroyed."""
    retention: RetentionSettings
    """What a deletion leaves in the account."""
    rotation: RotationSettings
    """How often passwords that the platform made are changed."""
    preview: Literal["protected", "plan"] = "protected"
    """`plan` lets a preview show what protection refuses, as `make plan` asks for it; `up` refuses it."""
    permits: tuple[Permit, ...] = ()
    """Changes that are permitted for some days: what is retired, replaced, upgraded, or not to wait for its window."""
    provided_secrets: tuple[VariableName, ...] = ()
    """Names of the values under `secrets`; the values never reach the settings."""

    def permits_to(self, change: Change, of: str) -> bool:
        """Whether a change of something is permitted."""
        return of in self.permitted_to(change)

    def permitted_to(self, change: Change) -> frozenset[str]:
        """What a change is permitted of."""
        return frozenset(permit.of for permit in self.permits if permit.change == change)

    @property
    def followed(self) -> bool:
        """Whether a region that shares the hosts keeps a live copy of the database."""
        return bool(self.replica_regions) and self.ingress.routing is not None

    @property
    def clustered_zones(self) -> tuple[str, ...]:
        """The zones that a cluster's control plane is in; none where the runtime has no cluster."""
        if Feature.KUBERNETES_API not in self.offers:
            return ()
        return tuple(zone for zone in self.zones if zone not in self.cluster.added_zones)

    @property
    def offers(self) -> Offers:
        """What the runtime of this stack has."""
        return RUNTIMES[self.runtime]
