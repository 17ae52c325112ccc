"""A product that comes as its vendor's Helm chart."""

from typing import Annotated

from pydantic import Field

from settings.base import Settings
from settings.types import Name
from settings.vocabulary import Means
from settings.workload.outputs import WiredOutput

ChartRepository = Annotated[
    str,
    Field(pattern=r"^(https|oci)://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?$", max_length=255),
    Means("a Helm repository's address: https://… or oci://…", "https://charts.example.com"),
]
ChartVersion = Annotated[
    str,
    Field(pattern=r"^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$"),
    Means("one version of the chart, not a range", "1.2.3"),
]
ValuesFile = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]*/([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.ya?ml$"),
    Means("a YAML file in a folder beside the workload file", "shop/values-production.yaml"),
]
ValuePath = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"),
    Means("keys of the chart's values, joined by dots", "config.database.host"),
]
LabelName = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", max_length=253),
    Means("the name of a Kubernetes label", "app.kubernetes.io/name"),
]
LabelText = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", max_length=63),
    Means("the value of a Kubernetes label", "api-gateway"),
]


class VendorService(Settings):
    """How one of the product's services is found in the cluster."""

    labels: dict[LabelName, LabelText] = Field(min_length=1)
    """Labels that the chart puts on the service's pods, and on no others."""
    service: Name | None = None
    """The chart's Kubernetes Service; without it, one of the service's own name."""


class VendorChart(Settings):
    """A chart that runs services of the product in place of the platform's own.

    The chart decides how its pods look; the services' entries say what the platform has to know of them: images, ports,
    sizes, secrets, and what they may connect to.
    """

    repository: ChartRepository
    """Where the chart is published."""
    chart: Name
    """The chart's name there."""
    version: ChartVersion
    """The chart's version; it never moves by itself."""
    release: Name | None = None
    """Name of the release; without it, the product's."""
    values_file: ValuesFile | None = None
    """The chart's values, in a file in a folder beside the workload file; no secret is in it."""
    outputs: dict[ValuePath, WiredOutput] = Field(default={})
    """Outputs of the platform by the value that takes each."""
    secret_name: ValuePath | None = None
    """Value that takes the name of the Secret with the services' secrets."""
    services: dict[Name, VendorService] = Field(min_length=1)
    """Services of the product that the chart runs, by name."""
