"""What every container of the product has: ports, probes, environment, secrets and resources."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import one_of
from components.chart_values.types import (
    FilePath,
    Name,
    PortName,
    PortNumber,
    Positive,
    Quantity,
    Seconds,
    Text,
    Variable,
)

Words = tuple[Text, ...]
"""A command, or its arguments."""
Variables = dict[Variable, Out[str]]
"""Environment variables."""
FieldPath = Literal["status.podIP", "metadata.name"]
PodFields = Annotated[dict[Variable, FieldPath], Field(min_length=1)]
"""Fields of the pod by the variables that hold them, which come before the others, so that those may name them."""


class Port(ChartValues):
    """A port of the container; `servicePort` is that of the Service where it is another."""

    name: PortName
    number: PortNumber
    protocol: Literal["TCP", "UDP"]
    service_port: PortNumber | None = None
    app_protocol: Literal["http", "kubernetes.io/h2c", "grpc"] | None = None
    """What is spoken over TCP, where the product states it."""


class HttpGet(ChartValues):
    """Asks for a path."""

    path: FilePath
    port: PortNumber


class TcpSocket(ChartValues):
    """Opens a connection."""

    port: PortNumber


class Grpc(ChartValues):
    """Asks gRPC's own health service."""

    port: PortNumber
    service: Text | None = None


class Exec(ChartValues):
    """Runs a command in the container."""

    command: Annotated[Words, Field(min_length=1)]


class Probe(ConditionalValues):
    """How Kubernetes asks the container, and how often."""

    conditions = (one_of("httpGet", "tcpSocket", "grpc", "exec"),)

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    grpc: Grpc | None = None
    exec_: Exec | None = None
    initial_delay_seconds: Seconds
    period_seconds: Positive
    timeout_seconds: Positive
    failure_threshold: Positive
    success_threshold: Positive


class Probes(ChartValues):
    """The probes that the product states."""

    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None


class SecretEnvironment(ChartValues):
    """Environment variables from a Secret: all of its keys, or those listed."""

    name: Name
    whole: bool
    keys: tuple[Variable, ...]


class Amount(ChartValues):
    """An amount of both."""

    cpu: Quantity
    memory: Quantity


class Resources(ChartValues):
    """What the container sets aside, and what it never exceeds."""

    requests: Amount
    limits: Amount
