"""What every container of a product states, be it a service's own, one beside it, or a Job's."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from settings.base import Settings
from settings.types import (
    Cpu,
    ImageDigest,
    ImageRepository,
    ImageTag,
    Memory,
    PortName,
    PortNumber,
    UrlPath,
)

WiredOutput = Literal[
    "database.host",
    "database.reader_host",
    "database.port",
    "database.name",
    "timeseries.host",
    "timeseries.reader_host",
    "timeseries.port",
    "timeseries.name",
    "cache.host",
    "cache.port",
    "cache.nodes",
    "event_bus.address",
    "event_bus.topic_prefix",
    "event_bus.consumer_group",
    "telemetry.otlp_endpoint",
    "secrets.path",
    "region",
    "hostname",
    "cors.origins",
]
"""Values that the platform's components produce and that are not secret."""


class Image(Settings):
    """A container image; a digest, when given, wins over the tag at run time."""

    repository: ImageRepository
    """Registry and name."""
    tag: ImageTag
    """Version; `latest` is refused in production."""
    digest: ImageDigest | None = None
    """Digest that wins over the tag."""


class Port(Settings):
    number: PortNumber
    """Port number in the container and, unless `service_port` says otherwise, of the Service."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    """Transport protocol."""
    service_port: PortNumber | None = None
    """Port of the Kubernetes Service, when it is another than the container's."""

    @property
    def exposed(self) -> int:
        """The port of the Kubernetes Service."""
        return self.service_port or self.number


class Amount(Settings):
    cpu: Cpu
    """CPU."""
    memory: Memory
    """Memory."""


class Resources(Settings):
    requests: Amount
    """What the scheduler sets aside."""
    limits: Amount
    """What a pod may never exceed."""


class HttpCheck(Settings):
    path: UrlPath
    """Path to ask."""
    port: PortName
    """Name of the port to ask."""


class TcpCheck(Settings):
    port: PortName
    """Name of the port to connect to."""


class Probe(Settings):
    """A Kubernetes probe; exactly one of `http`, `tcp` and `command`. Defaults are Kubernetes' own."""

    http: HttpCheck | None = None
    """An HTTP request that must be answered with 200-399."""
    tcp: TcpCheck | None = None
    """A port that must accept a connection."""
    command: tuple[str, ...] = ()
    """A program of the image, with its arguments, that must end with 0; for a worker, which has no port."""
    initial_delay_seconds: int = Field(default=0, ge=0, le=3600)
    """Wait before the first check."""
    period_seconds: int = Field(default=10, ge=1, le=3600)
    """Time between two checks."""
    timeout_seconds: int = Field(default=1, ge=1, le=300)
    """Time for one check; no longer than the period."""
    failure_threshold: int = Field(default=3, ge=1, le=100)
    """Failures in a row until the probe fails."""
    success_threshold: int = Field(default=1, ge=1, le=100)
    """Successes in a row until the probe passes; 1 for startup and liveness."""


class Probes(Settings):
    startup: Probe | None = None
    """Holds the other probes back until the process is up."""
    readiness: Probe | None = None
    """Takes the pod out of traffic while it fails."""
    liveness: Probe | None = None
    """Restarts the container when it fails."""


class Wired(Settings):
    """An environment value that a platform component produces."""

    output: WiredOutput
    """Which value."""


def _environment_kind(value: object) -> str:
    return "wired" if isinstance(value, dict | Wired) else "text"


EnvironmentValue = Annotated[
    Annotated[str, Tag("text")] | Annotated[Wired, Tag("wired")], Discriminator(_environment_kind)
]
"""Literal text, or `{output: …}`."""
