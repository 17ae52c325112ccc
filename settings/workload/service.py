"""One service of a product: what runs, how it is probed, sized and scaled, and what it may talk to."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.facts.ports import CONTAINER_USER
from settings.types import FolderPath, Name, Network, Percent, PortName, PortNumber, UrlPath, VariableName
from settings.vocabulary import Means
from settings.workload.aws_caller import AwsCaller
from settings.workload.container import (
    Amount,
    EnvironmentValue,
    Image,
    Port,
    Probe,
    Probes,
    Resources,
    Wired,
)
from settings.workload.outputs import Use, WiredOutput
from settings.workload.running import ConfigDirectory, LeaderElection, Placement, Volume
from settings.workload.sidecar import Sidecar

__all__ = ["Amount", "Probe", "Wired", "WiredOutput"]


class Replicas(Settings):
    """How many pods; with `maximum` above `minimum` the autoscaler moves between them."""

    minimum: int = Field(ge=1, le=500)
    """Pods at least."""
    maximum: int = Field(ge=1, le=500)
    """Pods at most."""


MetricName = Annotated[
    str,
    Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$", max_length=120),
    Means("a Prometheus metric name", "http_requests_per_second"),
]


class ScalingMetric(Settings):
    """A metric that each pod reports, and its average to aim for."""

    name: MetricName
    """What the custom metrics API calls it."""
    average: Annotated[int, Field(ge=1)]
    """Average over the pods."""
    counter: MetricName | None = None
    """The pod's counter whose rate it is; without it <x>_total for a name <x>_per_second, else `name` is a gauge."""

    @property
    def counted(self) -> str | None:
        """The counter behind the metric; None for a gauge."""
        if self.counter is None and self.name.endswith(_RATE_SUFFIX):
            return f"{self.name.removesuffix(_RATE_SUFFIX)}_total"
        return self.counter


_RATE_SUFFIX = "_per_second"


class Scaling(Settings):
    """Autoscaling targets; the one that asks for most pods wins."""

    cpu: Percent | None = None
    """Average CPU use to aim for, in percent of the request."""
    memory: Percent | None = None
    """Average memory use to aim for, in percent of the request."""
    metrics: tuple[ScalingMetric, ...] = Field(default=(), max_length=10)
    """Metrics of the product's own, scraped by Prometheus."""
    queues: dict[Name, Annotated[int, Field(ge=1)]] = Field(default={}, max_length=10)
    """Messages that wait in a queue for each running pod or task, by the queue's name."""


class File(Settings):
    """A read-only file in the container: literal `content`, or the value of a declared `secret`."""

    content: str | None = None
    """The file's text."""
    secret: VariableName | None = None
    """Name of the declared secret that the file holds."""


class Metrics(Settings):
    port: PortName
    """Name of the port to scrape."""
    path: UrlPath = "/metrics"
    """Path of the metrics."""
    interval_seconds: int = Field(default=30, ge=5, le=300)
    """Time between two scrapes."""


class Flow(Settings):
    """An allowed connection to another service of the same product."""

    service: Name
    """Service to connect to."""
    port: PortName
    """Name of its port."""


class Egress(Settings):
    """An allowed connection to the outside: everything but private addresses unless `cidr` narrows it."""

    name: Name
    """What is on the other side."""
    port: PortNumber
    """TCP port there."""
    cidr: Network | None = None
    """Range to allow instead of every public address."""


class Security(Settings):
    user: int = Field(default=CONTAINER_USER, ge=1, le=4294967294)
    """User id of the process; never root."""
    read_only_root_filesystem: bool = True
    """The process cannot write to its image."""
    writable_paths: tuple[FolderPath, ...] = ("/tmp",)  # noqa: S108 -- inside the container
    """Scratch directories."""


class Service(AwsCaller):
    """A long-running workload behind one Kubernetes Service, or a worker without ports that fetches its work."""

    optional: bool = False
    """Runs only where the stack names it under `application.include`."""
    image: Image
    """What runs."""
    command: tuple[str, ...] = ()
    """Command that replaces the image's entry point."""
    arguments: tuple[str, ...] = ()
    """Arguments that replace the image's own."""
    ports: dict[PortName, Port] = Field(default={})
    """Ports by name, one Service port each; a worker has none, and no Kubernetes Service."""
    headless: bool = False
    """Its pods find each other by DNS: a second Service, <name>-headless, resolves to each pod's address, ready or not.
    On EKS alone."""
    replicas: Replicas
    """How many pods."""
    update: Literal["rolling", "recreate"] = "rolling"
    """`recreate` ends the old pods before it starts new ones, for a service that may never run twice."""
    scaling: Scaling | None = None
    """Autoscaling targets."""
    resources: Resources
    """CPU and memory of one pod."""
    probes: Probes = Probes()
    """How Kubernetes sees whether a pod works."""
    environment: dict[VariableName, EnvironmentValue] = Field(default={})
    """Environment variables: text, or an output of the platform."""
    secrets: tuple[VariableName, ...] = ()
    """Declared secrets that the pods get as environment variables."""
    reads_secrets: tuple[VariableName, ...] = ()
    """Declared secrets that the code reads from Secrets Manager itself, as <product>/<stack>/<secret>."""
    files: dict[FolderPath, File] = Field(default={})
    """Read-only files by their path in the container."""
    metrics: Metrics | None = None
    """Where Prometheus scrapes."""
    uses: tuple[Use, ...] = ()
    """Platform components that the pods may connect to."""
    database_pool: int = Field(default=0, ge=0, le=1000)
    """Database connections that each pod opens."""
    timeseries_pool: int = Field(default=0, ge=0, le=1000)
    """Connections to the time-series database that each pod opens."""
    cache_pool: int = Field(default=0, ge=0, le=1000)
    """Cache connections that each pod opens."""
    node_pool: Name | None = None
    """The product's node pool that carries the pods; without it, the common one."""
    calls: tuple[Flow, ...] = ()
    """Services of the same product that the pods may connect to."""
    egress: tuple[Egress, ...] = ()
    """Addresses outside that the pods may connect to."""
    termination_grace_seconds: int = Field(default=30, ge=1, le=3600)
    """Time to finish open requests before the process is killed."""
    drain_seconds: int | None = Field(default=None, ge=0, le=600)
    """How long a pod answers on after it was asked to stop; without it 15 s behind the load balancer, else 5 s."""
    leader_election: LeaderElection | None = None
    """A lock in the cluster, by which the pods agree on the one that does what only one may do."""
    sidecars: dict[Name, Sidecar] = Field(default={})
    """Containers beside the service's own in each pod, by their name."""
    container: Name | None = None
    """Name of the container, when it is another than the service's."""
    config: ConfigDirectory | None = None
    """A folder of configuration files."""
    volumes: dict[FolderPath, Volume] = Field(default={})
    """Folders that the process may write to, by their path."""
    log_files: dict[Name, FolderPath] = Field(default={})
    """Files that the process writes its logs to, by a short name; they join the pod's log. Each lies in a volume."""
    waits_for: tuple[Literal["database"], ...] = ()
    """What must answer before the process starts."""
    quality_of_service: Literal["guaranteed", "burstable"] | None = None
    """The quality-of-service class of its pods; `guaranteed` asks for requests equal to limits."""
    placement: Placement = Placement()
    """Where the pods run."""
    security: Security = Security()
    """The process' user and what it may write."""

    @property
    def pod_secrets(self) -> tuple[str, ...]:
        """The secrets that any container of a pod gets as an environment variable, each once."""
        beside = (sidecar.secrets for sidecar in self.sidecars.values())
        return tuple(dict.fromkeys(name for names in (self.secrets, *beside) for name in names))

    @property
    def pod_ports(self) -> dict[str, Port]:
        """The ports of all containers of a pod by name, each a port of the Kubernetes Service."""
        beside = (sidecar.ports for sidecar in self.sidecars.values())
        return {name: port for ports in (self.ports, *beside) for name, port in ports.items()}
