"""One service of a product: what runs, how it is probed, sized and scaled, and what it may talk to."""

from typing import Literal

from settings.base import Settings
from settings.types import (
    AbsolutePath,
    Cpu,
    ImageDigest,
    ImageRepository,
    ImageTag,
    Memory,
    Name,
    Network,
    Percent,
    PortName,
    PortNumber,
    VariableName,
)
from pydantic import Field

WiredOutput = Literal[
    "database.host",
    "database.reader_host",
    "database.port",
    "database.name",
    "cache.host",
    "cache.port",
    "cache.nodes",
    "telemetry.otlp_endpoint",
    "region",
    "hostname",
]
"""Values that the platform's components produce and that are not secret."""


class Image(Settings):
    """A container image; a digest, when given, wins over the tag at run time."""

    repository: ImageRepository
    tag: ImageTag
    digest: ImageDigest | None = None


class Port(Settings):
    number: PortNumber
    protocol: Literal["TCP", "UDP"] = "TCP"


class Replicas(Settings):
    """How many pods; with `maximum` above `minimum` the autoscaler moves between them."""

    minimum: int = Field(ge=1, le=500)
    maximum: int = Field(ge=1, le=500)


class Scaling(Settings):
    """Autoscaling targets, in percent of the request."""

    cpu: Percent | None = None
    memory: Percent | None = None


class Amount(Settings):
    cpu: Cpu
    memory: Memory


class Resources(Settings):
    requests: Amount
    limits: Amount


class HttpCheck(Settings):
    path: AbsolutePath
    port: PortName


class TcpCheck(Settings):
    port: PortName


class Probe(Settings):
    """A Kubernetes probe; exactly one of `http` and `tcp`. Defaults are Kubernetes' own."""

    http: HttpCheck | None = None
    tcp: TcpCheck | None = None
    initial_delay_seconds: int = Field(default=0, ge=0, le=3600)
    period_seconds: int = Field(default=10, ge=1, le=3600)
    timeout_seconds: int = Field(default=1, ge=1, le=300)
    failure_threshold: int = Field(default=3, ge=1, le=100)
    success_threshold: int = Field(default=1, ge=1, le=100)


class Probes(Settings):
    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None


class Wired(Settings):
    """An environment value that a platform component produces."""

    output: WiredOutput


class File(Settings):
    """A read-only file in the container: literal `content`, or the value of a declared `secret`."""

    content: str | None = None
    secret: VariableName | None = None


class Metrics(Settings):
    port: PortName
    path: AbsolutePath = "/metrics"
    interval_seconds: int = Field(default=30, ge=5, le=300)


class Flow(Settings):
    """An allowed connection to another service of the same product."""

    service: Name
    port: PortName


class Egress(Settings):
    """An allowed connection to the outside: everything but private addresses unless `cidr` narrows it."""

    name: Name
    port: PortNumber
    cidr: Network | None = None


class Security(Settings):
    user: int = Field(default=10001, ge=1, le=4294967294)
    read_only_root_filesystem: bool = True
    writable_paths: tuple[AbsolutePath, ...] = ("/tmp",)


class Service(Settings):
    """A long-running workload behind one Kubernetes Service."""

    image: Image
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    ports: dict[PortName, Port] = Field(min_length=1)
    replicas: Replicas
    scaling: Scaling | None = None
    resources: Resources
    probes: Probes = Probes()
    environment: dict[VariableName, str | Wired] = {}
    secrets: tuple[VariableName, ...] = ()
    files: dict[AbsolutePath, File] = {}
    metrics: Metrics | None = None
    uses: tuple[Literal["database", "cache", "telemetry"], ...] = ()
    database_pool: int = Field(default=0, ge=0, le=1000, description="database connections that each pod opens")
    cache_pool: int = Field(default=0, ge=0, le=1000, description="cache connections that each pod opens")
    calls: tuple[Flow, ...] = ()
    egress: tuple[Egress, ...] = ()
    termination_grace_seconds: int = Field(default=30, ge=1, le=3600)
    security: Security = Security()
