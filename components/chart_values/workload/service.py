"""A service: its containers, how it is sized and scaled, and where its pods go."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import NotEmpty
from components.chart_values.types import (
    FilePath,
    ImageReference,
    Name,
    Percent,
    PortName,
    PortText,
    Positive,
    Seconds,
    Text,
    Variable,
)
from components.chart_values.workload.containers import (
    PodFields,
    Port,
    Probes,
    Resources,
    SecretEnvironment,
    Variables,
    Words,
)
from components.chart_values.workload.volumes import Volume

Strictness = Literal["required", "preferred"]


class Replicas(ChartValues):
    """How many pods run."""

    minimum: Positive
    maximum: Positive


class ScalingMetric(ChartValues):
    """An average over the pods that the custom metrics API serves."""

    name: Annotated[str, Field(pattern="^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    average: Positive


class ScalingBacklog(ChartValues):
    """What waits, as the external metrics API serves it, and how much of it there should be for each pod."""

    name: Annotated[str, Field(pattern="^[a-z0-9.-]+$")]
    for_each: Positive


class Scaling(ConditionalValues):
    """Targets of the autoscaler, cpu and memory in percent of the request; without it the number of pods is fixed."""

    conditions = (NotEmpty(),)

    cpu: Percent | None = None
    memory: Percent | None = None
    metrics: Annotated[tuple[ScalingMetric, ...], Field(min_length=1)] | None = None
    """Averages over the pods of metrics that the custom metrics API serves."""
    backlogs: Annotated[tuple[ScalingBacklog, ...], Field(min_length=1)] | None = None
    """What waits for the service."""


class SecretFiles(ChartValues):
    """Keys of a Secret by the path of the file that holds each."""

    name: Name
    paths: Annotated[dict[FilePath, Variable], Field(min_length=1)]


class Metrics(ChartValues):
    """Where Prometheus scrapes the pods."""

    port: PortName
    path: FilePath
    interval_seconds: Positive


class Security(ChartValues):
    """Who the process is, and where it may write."""

    user: Positive
    read_only_root_filesystem: bool
    writable_paths: tuple[FilePath, ...]


class Config(ChartValues):
    """A folder of text files."""

    path: FilePath
    files: Annotated[dict[Annotated[str, Field(pattern="^[-._a-zA-Z0-9]+$")], str], Field(min_length=1)]


class LogFiles(ChartValues):
    """Files whose lines join the pod's log."""

    image: Out[ImageReference]
    paths: Annotated[dict[Name, FilePath], Field(min_length=1)]


class WaitForDatabase(ChartValues):
    """Where a pod asks whether the database answers, before it starts."""

    image: Out[ImageReference]
    host: Out[Text]
    port: Out[PortText]
    role: Text
    database: Text


class Placement(ConditionalValues):
    """Which nodes the pods go to, and which pods give way."""

    conditions = (NotEmpty(),)

    zones: Strictness | None = None
    nodes: Strictness | None = None
    near: Name | None = None
    priority: Literal["platform", "product", "background"] | None = None


class LeaderElection(ChartValues):
    """A Lease that the pods may hold, one at a time."""

    lease: Name


class Sidecar(ChartValues):
    """A container beside the service's own."""

    image: Out[ImageReference]
    command: Words
    arguments: Words
    ports: tuple[Port, ...]
    resources: Resources
    probes: Probes
    environment: Variables
    secret_environment: SecretEnvironment | None = None
    pod_fields: PodFields | None = None
    shares: dict[FilePath, Name]
    """Volumes of the service by their path."""
    writable_paths: tuple[FilePath, ...]


class Service(ChartValues):
    """A Deployment and all that is around it."""

    image: Out[ImageReference]
    command: Words
    arguments: Words
    ports: tuple[Port, ...]
    """A worker has none."""
    headless: bool | None = None
    """A second Service, <name>-headless, names every pod in DNS, ready or not."""
    replicas: Replicas
    resources: Resources
    probes: Probes
    environment: Variables
    files: dict[FilePath, str]
    """Text files by their path in the container."""
    drain_seconds: Seconds
    """How long a pod answers on after it was asked to stop."""
    termination_grace_seconds: Positive
    security: Security
    update: Literal["rolling", "recreate"] | None = None
    """With recreate, old pods are gone before new ones start."""
    leader_election: LeaderElection | None = None
    container: Name | None = None
    config: Config | None = None
    volumes: Annotated[tuple[Volume, ...], Field(min_length=1)] | None = None
    log_files: LogFiles | None = None
    wait_for_database: WaitForDatabase | None = None
    placement: Placement | None = None
    sidecars: Annotated[dict[Name, Sidecar], Field(min_length=1)] | None = None
    """Containers beside the service's own."""
    pool: Name | None = None
    """Node pool of the product's own that carries the pods."""
    secret_environment: SecretEnvironment | None = None
    pod_fields: PodFields | None = None
    secret_files: SecretFiles | None = None
    scaling: Scaling | None = None
    metrics: Metrics | None = None
