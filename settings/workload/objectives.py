"""Service level objectives: what a product promises of a service, from which rules, alerts and panels follow."""

from typing import Annotated, Literal, cast

from pydantic import Discriminator, Field, Tag

from settings.base import Settings
from settings.types import Name
from settings.vocabulary import Means

MetricName = Annotated[
    str,
    Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$"),
    Means("a Prometheus metric name, without its _bucket", "http_request_duration_seconds"),
]
CounterSelector = Annotated[
    str,
    Field(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})?$"),
    Means("a counter's name, with label matchers in braces where it takes them", 'http_requests_total{status=~"5.."}'),
]
"""Series of a counter; those of the objective's service, whatever the matchers say."""


class LatencyObjective(Settings):
    """A percentile of a latency, in milliseconds."""

    kind: Literal["latency"] = "latency"
    """A percentile of a latency; also without `kind`."""
    name: Name
    """Short name of the objective."""
    service: Name
    """Service that it is measured at."""
    percentile: float = Field(gt=0, lt=100)
    """Percentile of the latency."""
    milliseconds: int = Field(ge=1)
    """Latency that the percentile must stay below."""
    histogram: MetricName
    """Histogram, in seconds, that the latency is measured by."""
    team: Name | None = None
    """Team of `contacts.teams` that is notified by mail when it is missed."""


class EventObjective(Settings):
    """A share of events over a window; two of `total`, `good` and `bad` say which they are."""

    name: Name
    """Short name of the objective."""
    service: Name
    """Service that it is measured at."""
    window_days: int = Field(default=30, ge=3, le=90)
    """Days that the share is of; the budget is what may fail in them."""
    total: CounterSelector | None = None
    """Counter of all events."""
    good: CounterSelector | None = None
    """Counter of the events that went well."""
    bad: CounterSelector | None = None
    """Counter of the events that failed."""
    team: Name | None = None
    """Team of `contacts.teams` that is notified by mail when the budget burns."""

    @property
    def selectors(self) -> dict[str, str]:
        """The counters that are stated, by their keys."""
        stated = {"total": self.total, "good": self.good, "bad": self.bad}
        return {key: selector for key, selector in stated.items() if selector is not None}


class AvailabilityObjective(EventObjective):
    """The percentage of events that must go well."""

    kind: Literal["availability"]
    """The percentage of events that must go well."""
    percent: Annotated[
        float, Field(gt=0, lt=100), Means("a percentage above 0 and below 100, which leaves nothing", 99.9)
    ]
    """Percentage of the events that go well at least, such as 99.9."""

    @property
    def budget(self) -> float:
        """The share of the events that may fail."""
        return 1 - self.percent / 100


class ErrorRatioObjective(EventObjective):
    """The percentage of events that may fail."""

    kind: Literal["error_ratio"]
    """The percentage of events that may fail."""
    percent: Annotated[
        float, Field(gt=0, lt=100), Means("a percentage above 0, which leaves nothing, and below 100", 1)
    ]
    """Percentage of the events that fail at most, such as 1."""

    @property
    def budget(self) -> float:
        """The share of the events that may fail."""
        return self.percent / 100


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return str(cast("dict[str, object]", value).get("kind", "latency"))
    return str(getattr(value, "kind", "latency"))


BudgetObjective = AvailabilityObjective | ErrorRatioObjective
"""An objective that leaves a budget of events that may fail."""

Objective = Annotated[
    Annotated[LatencyObjective, Tag("latency")]
    | Annotated[AvailabilityObjective, Tag("availability")]
    | Annotated[ErrorRatioObjective, Tag("error_ratio")],
    Discriminator(_kind),
]
