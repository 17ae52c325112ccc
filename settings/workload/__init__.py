"""The workload: a product described by one validated YAML file."""

from typing import Literal

from pydantic import Field, PositiveInt

from settings.base import Settings
from settings.cells import EnvironmentName
from settings.types import DailyWindow, Email, Name, VariableName, WeeklyWindow
from settings.workload.aws_caller import AwsCaller
from settings.workload.buckets import Bucket
from settings.workload.cache import CacheNeeds
from settings.workload.container import EnvironmentValue
from settings.workload.data import MIGRATION, Backups, Migration
from settings.workload.database import DatabaseNeeds
from settings.workload.delivery import IngressNeeds, StaticSite
from settings.workload.environments import EnvironmentChanges
from settings.workload.event_bus import EventBusNeeds
from settings.workload.jobs import Job
from settings.workload.nodes import NodePool
from settings.workload.objectives import Objective
from settings.workload.observation import Alert, Dashboard, HealthCheck
from settings.workload.queues import FanOutTopic, Queue
from settings.workload.recovery import RecoveryNeeds
from settings.workload.secrets import Secret
from settings.workload.service import Service
from settings.workload.tables import Table
from settings.workload.timeseries import TimeseriesNeeds
from settings.workload.trust import ImagePolicy
from settings.workload.vendor import VendorChart
from settings.workload.verification import Verification


class Contacts(Settings):
    """Where a person turns, carried into alert annotations, and whose duty an alert is."""

    email: Email | None = None
    """Support address."""
    chat: str | None = None
    """Chat room."""
    issues: str | None = None
    """Issue tracker."""
    teams: dict[Name, Email] = Field(default={})
    """Address by team: production sends a team the alerts that name it, beside the stack's own addresses."""
    platform_team: Name | None = None
    """Team that alerts on pods, jobs and dumps name, which the platform makes by itself."""
    on_call_team: Name | None = None
    """Team that is sent every critical alert, whosever it is."""


class Workload(Settings):
    """A product: its services and everything they need from the platform."""

    name: Name
    """The product's name; its file is workloads/<name>.yaml."""
    namespace: Name | None = None
    """Kubernetes namespace of the product's pods; without it, the product's name."""
    description: str = Field(min_length=1)
    """What the product is, in one line."""
    contacts: Contacts = Contacts()
    """Where a person turns; carried into alert annotations."""
    services: dict[Name, Service] = Field(min_length=1)
    """The product's services by name."""
    environment: dict[VariableName, EnvironmentValue] = Field(default={})
    """Environment variables of every service; what a service states itself comes before it."""
    ingress: IngressNeeds = IngressNeeds()
    """How the outside reaches the product."""
    static_sites: dict[Name, StaticSite] = Field(default={})
    """Files served by CloudFront, by the site's name."""
    secrets: dict[VariableName, Secret] = Field(default={})
    """The product's secrets by name; never their values."""
    database: DatabaseNeeds | None = None
    """The PostgreSQL database, if the product has one."""
    timeseries: TimeseriesNeeds | None = None
    """The TimescaleDB database, if the product has one beside PostgreSQL."""
    cache: CacheNeeds | None = None
    """The Redis or Valkey replication group, if the product has one."""
    event_bus: EventBusNeeds | None = None
    """The RocketMQ event bus, if the product has one."""
    buckets: dict[Name, Bucket] = Field(default={})
    """Buckets of the product's own, by name; a service states under `buckets` which ones it uses."""
    queues: dict[Name, Queue] = Field(default={})
    """Queues of the product's own, by name; a service states under `queues` which ones it sends to and receives."""
    topics: dict[Name, FanOutTopic] = Field(default={})
    """Topics that pass on to several queues what a service publishes, by name; it states them under `topics`."""
    tables: dict[Name, Table] = Field(default={})
    """DynamoDB tables of the product's own, by name; a service states under `tables` which ones it uses."""
    migration: Migration | None = None
    """A Job that runs to its end before a new version is rolled out."""
    jobs: dict[Name, Job] = Field(default={})
    """Work that runs to its end, on a schedule or after every rollout, by name."""
    backups: Backups = Backups()
    """Backups that the product makes of itself."""
    recovery: RecoveryNeeds | None = None
    """Recovery objectives, if the product states any."""
    node_pools: dict[Name, NodePool] = Field(default={})
    """Nodes for those of the product's pods that name them, and for no others."""
    monthly_dollars: dict[EnvironmentName, PositiveInt] = Field(default={})
    """Dollars a month that a stack of an environment may cost, at list prices: what would cost more fails
    `make preview`, `make report` and `make cost`."""
    environments: dict[Name, EnvironmentChanges] = Field(default={})
    """Values that replace these in an environment: dev, staging, production or budget."""
    helm_chart: VendorChart | None = None
    """The vendor's own Helm chart, for a product that comes as one."""
    image_policy: ImagePolicy | None = None
    """What images must carry to be let into the product's namespace."""
    transit_encryption: Literal["none", "transparent", "mutual_tls"] = "none"
    """`transparent`: the network encrypts every packet between machines; machines that cannot are refused.
    `mutual_tls`: that, and the product's pods speak TLS with each other, each by an identity of its own."""
    maintenance_window: WeeklyWindow | None = None
    """Weekly window, in UTC, for changes to the database and the cache; a stack may state others."""
    snapshot_window: DailyWindow | None = None
    """Daily window, in UTC, for the cache's snapshots, apart from the maintenance window; a stack may state another."""
    alerts: tuple[Alert, ...] = ()
    """Prometheus alert rules."""
    dashboards: tuple[Dashboard, ...] = ()
    """Grafana dashboards."""
    objectives: tuple[Objective, ...] = ()
    """Service level objectives."""
    health_check: HealthCheck | None = None
    """An uptime check from outside, over HTTPS."""
    verification: Verification = Verification()
    """What is proven in production."""

    @property
    def objectives_title(self) -> str:
        """The title of the dashboard that follows from the objectives."""
        return f"{self.name} objectives"

    @property
    def aws_callers(self) -> dict[str, AwsCaller]:
        """What calls AWS, and so has a role of its own, by the name that it runs under."""
        migration = {MIGRATION: self.migration} if self.migration else {}
        every: dict[str, AwsCaller] = {**self.services, **self.jobs, **migration}
        return {name: each for name, each in every.items() if each.calls_aws}
