"""Exporters, which Prometheus asks about what cannot be asked itself."""

from typing import Annotated

from pydantic import Field

from components.chart_values.base import ChartValues, Out
from components.chart_values.types import FilePath, ImageReference, Name, PortNumber, Positive, Text, Variable
from components.chart_values.workload.containers import Resources, Variables, Words
from components.chart_values.workload.policies import Policy

FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class Scrape(ChartValues):
    """What an exporter is asked for: its own metrics, or each of its targets."""

    name: Name
    """Ends the label `job` and the object's name."""
    path: FilePath
    module: Name | None = None
    targets: Out[Text] | None = None
    """Addresses with commas between; without any, the exporter knows whom it asks."""
    scheme: Annotated[str, Field(pattern=r"^[a-z]+$")] | None = None
    """Put before each address."""


class Exporter(ChartValues):
    """One Deployment with its Service, its network policy and its monitors."""

    image: ImageReference
    arguments: Words
    port: PortNumber
    health_path: FilePath
    scrapes: Annotated[tuple[Scrape, ...], Field(min_length=1)]
    interval_seconds: Positive
    resources: Resources
    policy: Policy
    environment: Variables | None = None
    secret: Name | None = None
    """The Secret whose keys `secretKeys` are variables."""
    secret_keys: Annotated[tuple[Variable, ...], Field(min_length=1)] | None = None
    files: Annotated[dict[FileName, Text], Field(min_length=1)] | None = None
    """Files in /etc/exporter, by their names."""
