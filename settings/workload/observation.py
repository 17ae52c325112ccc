"""What is watched: alerts, dashboards, objectives."""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.types import AbsolutePath, Name


class Alert(Settings):
    """A Prometheus alert rule."""

    name: str = Field(pattern=r"^[A-Z][A-Za-z0-9]{2,62}$")
    expression: str = Field(min_length=1)
    for_: str = Field(alias="for", pattern=r"^[0-9]+[smh]$")
    severity: Literal["critical", "warning", "info"]
    summary: str = Field(min_length=1)
    description: str | None = None


class Panel(Settings):
    title: str = Field(min_length=1)
    expression: str = Field(min_length=1)
    unit: str = "short"


class Dashboard(Settings):
    title: str = Field(min_length=1)
    panels: tuple[Panel, ...] = Field(min_length=1)


class Objective(Settings):
    """A service level objective: a percentile of a latency, in milliseconds."""

    name: Name
    service: Name
    percentile: float = Field(gt=0, lt=100)
    milliseconds: int = Field(ge=1)


class HealthCheck(Settings):
    """An uptime check from outside."""

    host: str
    path: AbsolutePath
    expect: dict[str, str] = {}
