"""Values of the foundation chart: what must stand before anything of the product runs."""

from typing import Annotated

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import Needs
from components.chart_values.types import (
    DISTINCT,
    Cidr,
    ImageReference,
    Name,
    PortNumber,
    PortText,
    Positive,
    Quantity,
    Text,
    Variable,
)


class Quota(ChartValues):
    """What all pods of the product may request together."""

    pods: Positive
    cpu: Quantity
    memory: Quantity


class Source(ChartValues):
    """A value in Secrets Manager, or one property of a JSON document there."""

    key: Out[Text]
    property: Text | None = None


Sources = Annotated[dict[Variable, Source], Field(min_length=1)]
Templates = Annotated[dict[Variable, Out[Text]], Field(min_length=1)]


class Secret(ChartValues):
    """A Secret that External Secrets composes inside the cluster."""

    sources: Sources
    """Values in Secrets Manager, by the name that the templates use."""
    data: Templates
    """The Secret's keys, as templates of External Secrets."""


class ExternalSecret(Secret):
    """A Secret of the product's namespace."""

    name: Name


class DatabaseClients(ConditionalValues):
    """Where pods labelled groundwork/database-client may connect to."""

    conditions = (Needs({"cidrs": "port", "port": "cidrs"}),)

    cidrs: Annotated[tuple[Out[Cidr], ...], Field(min_length=1)] | None = None
    port: PortNumber | None = None


class Collector(ConditionalValues):
    """The OpenTelemetry collector that `otel-collector` stands for."""

    conditions = (Needs({"host": "port", "port": "host"}),)

    host: Text | None = None
    port: PortNumber | None = None


class Bootstrap(ChartValues):
    """The Job that makes the databases and their roles."""

    image: ImageReference
    host: Out[Text]
    port: Out[PortText]
    variables: dict[Variable, Text]
    """What the script reads beside the address and the passwords: files/bootstrap.sh says what each is."""
    role_version: Out[str]
    """Changes whenever a role's password does, so that the Job runs again."""
    secret: Secret


class Consoles(ChartValues):
    """Where Grafana, Prometheus and Alertmanager are, whose ports operators may forward."""

    namespace: Text


class FoundationValues(ChartValues):
    product: Name
    namespace: Name
    """Where the product's pods run."""
    quota: Quota
    operators: tuple[Text, ...]
    """Groups that may open a shell in the product's pods and forward their ports."""
    consoles: Consoles
    service_accounts: Annotated[tuple[Name, ...], DISTINCT]
    """Identities of Jobs that run before the workload chart is installed."""
    external_secrets: tuple[ExternalSecret, ...]
    database_clients: DatabaseClients
    collector: Collector
    bootstrap: Bootstrap | None = None
    mesh: bool | None = None
    """Pods of the product's namespace speak mutual TLS."""
    signed_images: bool | None = None
    """Pods of the product's namespace are held against the image policies."""
