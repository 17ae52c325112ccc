"""PgBouncer in front of the database."""

from typing import Annotated

from pydantic import Field

from components.chart_values.base import ChartValues, Out
from components.chart_values.types import ImageReference, Name, PortNumber, PortText, Positive, RegionName, Text
from components.chart_values.workload.containers import Resources
from components.chart_values.workload.policies import Policy


class Pooler(ChartValues):
    """PgBouncer in front of the database."""

    name: Name
    image: Out[ImageReference]
    exporter_image: Out[ImageReference]
    certificate_image: Out[ImageReference]
    regions: Annotated[tuple[RegionName, ...], Field(min_length=1)]
    """Regions whose certificate authorities the server's certificate may be of."""
    replicas: Positive
    port: PortNumber
    metrics_port: PortNumber
    clients: Positive
    pool: Positive
    secret: Name
    resources: Resources
    exporter_resources: Resources
    policy: Policy
    database: Text
    role: Text
    host: Out[Text]
    database_port: Out[PortText]
