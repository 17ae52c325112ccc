"""What every container of a product states, be it a service's own, one beside it, or a Job's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

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
from settings.vocabulary import Means, refusal
from settings.workload.outputs import OutputName


class Image(Settings):
    """A container image; a digest, when given, wins over the tag at run time."""

    repository: ImageRepository
    """Registry and name."""
    tag: ImageTag
    """Version; `latest` is refused in production."""
    digest: ImageDigest | None = None
    """Digest that wins over the tag."""


AppProtocol = Literal["http", "http2", "grpc"]


class Port(Settings):
    number: PortNumber
    """Port number in the container and, unless `service_port` says otherwise, of the Service."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    """Transport protocol."""
    service_port: PortNumber | None = None
    """Port of the Kubernetes Service, when it is another than the container's."""
    app_protocol: AppProtocol | None = None
    """What is spoken over TCP: `http`, `http2` without an upgrade from HTTP/1, or `grpc`; without it HTTP/1."""

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


class GrpcCheck(Settings):
    port: PortName
    """Name of the port to ask, by gRPC's own health protocol (grpc.health.v1.Health)."""
    service: Annotated[str, Field(min_length=1, max_length=253)] | None = None
    """Name of the gRPC service whose health is asked for; without it that of the whole server."""


class Probe(Settings):
    """A Kubernetes probe; exactly one of `http`, `tcp`, `grpc` and `command`. Defaults are Kubernetes' own."""

    http: HttpCheck | None = None
    """An HTTP request that must be answered with 200-399."""
    tcp: TcpCheck | None = None
    """A port that must accept a connection."""
    grpc: GrpcCheck | None = None
    """A gRPC health check that must be answered with SERVING."""
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

    output: OutputName
    """Which value."""


@dataclass(frozen=True)
class Placeholder:
    """The place of a value in a composed text, by the value's name."""

    name: str


_PIECE = re.compile(
    r"(?P<plain>[^{}]+)|(?P<brace>\{\{|\}\})|\{(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\}|(?P<lone>.)", re.DOTALL
)


def pieces(text: str) -> Iterator[str | Placeholder]:
    """Take a composed text apart: plain text, in which {{ and }} were braces, and the places of values.

    Raises ValueError for a brace that is neither doubled nor part of a name in braces.
    """
    for match in _PIECE.finditer(text):
        if match["lone"]:
            raise ValueError(f"{match['lone']!r} at character {match.start() + 1} stands alone")
        if match["name"]:
            yield Placeholder(match["name"])
        else:
            yield match["plain"] or match["brace"][0]


def placeholders(text: str) -> tuple[str, ...]:
    """Name the values that a composed text holds, each once."""
    return tuple(dict.fromkeys(piece.name for piece in pieces(text) if isinstance(piece, Placeholder)))


_COMPOSED = "text in which {name} is an output's value, and {{ and }} are braces"


def _composed(value: str) -> str:
    try:
        placeholders(value)
    except ValueError as error:
        raise refusal(_COMPOSED, f"{error}: write a brace twice, or a name in braces such as {{hostname}}") from None
    return value


ComposedText = Annotated[str, AfterValidator(_composed), Means(_COMPOSED, "https://{hostname}/hooks")]


class Composed(Settings):
    """An environment value composed from text and outputs."""

    text: ComposedText
    """Text with outputs in braces: `https://{hostname}/hooks`."""


def _environment_kind(value: object) -> str:
    if isinstance(value, Composed) or (isinstance(value, dict) and "text" in value):
        return "composed"
    return "wired" if isinstance(value, dict | Wired) else "text"


EnvironmentValue = Annotated[
    Annotated[str, Tag("text")] | Annotated[Wired, Tag("wired")] | Annotated[Composed, Tag("composed")],
    Discriminator(_environment_kind),
]
"""Literal text, `{output: …}`, or `{text: …}` with outputs in braces."""


def outputs_in(value: EnvironmentValue) -> tuple[str, ...]:
    """Name the outputs that a variable's value is made from."""
    if isinstance(value, Wired):
        return (value.output,)
    return placeholders(value.text) if isinstance(value, Composed) else ()
