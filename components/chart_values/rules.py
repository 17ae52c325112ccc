"""Prometheus rules as the charts' PrometheusRule objects take them."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues
from components.chart_values.types import Text

Runbook = Literal["alerts", "alerts-of-stores", "alerts-of-products"]
"""A page of docs/runbooks that has a section for each of its alerts."""


def runbook(page: Runbook, alert: str) -> dict[str, str]:
    """Give the annotation that leads from an alert to its section, as GitHub names it, in this repository."""
    return {"runbook": f"docs/runbooks/{page}.md#{alert.lower()}"}


class AlertRule(ChartValues):
    """Tells somebody when an expression has held for a while."""

    alert: Text
    expr: Text
    for_: Annotated[str, Field(pattern=r"^[0-9]+[smh]$")]
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None


class RecordingRule(ChartValues):
    """Keeps the result of an expression under a name of its own."""

    record: Text
    expr: Text
    labels: dict[str, str] | None = None


class RuleGroup(ChartValues):
    """Rules that are evaluated one after the other."""

    name: Text
    interval: Annotated[str, Field(pattern=r"^[0-9]+s$")] | None = None
    """How often its rules are evaluated; without it, as often as whoever evaluates them does of itself."""
    rules: Annotated[tuple[AlertRule | RecordingRule, ...], Field(min_length=1)]
