"""What is watched: alerts, dashboards, the answer seen from outside."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import HostLabel, Name, UrlPath
from settings.vocabulary import Means


class Alert(Settings):
    """A Prometheus alert rule."""

    name: Annotated[
        str,
        Field(pattern=r"^[A-Z][A-Za-z0-9]{2,62}$"),
        Means("3 to 63 letters and digits, a capital first", "HighErrorRate"),
    ]
    """The alert's name."""
    expression: str = Field(min_length=1)
    """PromQL that is true while the alert should fire."""
    for_: Annotated[str, Field(alias="for", pattern=r"^[0-9]+[smh]$"), Means("a duration in s, m or h", "5m")]
    """How long the expression holds before the alert fires."""
    severity: Literal["critical", "warning", "info"]
    """How urgent it is."""
    summary: str = Field(min_length=1)
    """One line for the person who is called."""
    description: str | None = None
    """What to look at first."""
    team: Name | None = None
    """Team of `contacts.teams` that is notified of it by mail."""
    service: Name | None = None
    """Service that it tells of."""
    signal: Literal["errors", "latency"] | None = None
    """What of the service it tells of; of a service's alerts of one signal, one at a time notifies."""
    yields: bool = False
    """Whether it keeps quiet where another alert of its service and signal has told already."""
    runbook: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    """Address of what to do; without it, the section of its name in docs/runbooks/alerts-of-products.md."""


class Panel(Settings):
    title: str = Field(min_length=1)
    """The panel's title."""
    expression: str = Field(min_length=1)
    """PromQL that the panel draws."""
    unit: str = "short"
    """Grafana unit."""
    chart: Literal["line", "gauge", "histogram"] = "line"
    """How it is drawn; a histogram takes the rate of a Prometheus histogram's buckets, by `le`."""
    maximum: float | None = Field(default=None, gt=0)
    """Where a gauge is full; without it Grafana scales by what it sees."""


class Dashboard(Settings):
    title: str = Field(min_length=1)
    """The dashboard's title."""
    panels: Annotated[tuple[Panel, ...] | None, Field(min_length=1)] = None
    """The dashboard's panels, in reading order."""
    model: Annotated[
        str | None, Field(min_length=2, max_length=500_000), Means("Grafana's JSON of a dashboard", '{"panels": […]}')
    ] = None
    """Instead of panels: the JSON of a dashboard that comes with the product, as Grafana exports it."""


FieldText = Annotated[str, Field(min_length=1, max_length=100)]
JsonPath = Annotated[
    str,
    Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*){0,3}$", max_length=100),
    Means("names of fields with dots between, four at most", "checks.database"),
]


class HealthCheck(Settings):
    """An uptime check from outside, over HTTPS."""

    host: HostLabel
    """Host of a route; `@` is the domain itself."""
    path: UrlPath
    """Path to ask."""
    search: str = Field(min_length=1, max_length=255)
    """Text that the first 5 KiB of a well answer hold, with status 2xx or 3xx."""
    values: dict[JsonPath, FieldText] = Field(default={}, max_length=20)
    """Text fields of a well answer's JSON, by the names that lead there, and what they say. On a cluster a probe holds
    the answer to them, too; Route 53 looks for `search` alone."""
