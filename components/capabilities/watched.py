"""What a capability gives to be watched: alarms, graphs of the stack's dashboard, and events of its instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Input

from settings.arithmetic.alarms import Alarm, copy_alarms, rotation_alarms


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A resource of AWS with alarms. `label` is its part of their names, `dimensions` say which resource it is.

    `heartbeat` is a namespace and a metric that it reports as long as it stands: how long a stack does is read from it.
    """

    label: str
    dimensions: Mapping[str, Input[str]]
    alarms: Sequence[Alarm]
    heartbeat: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class PanelMetric:
    """A metric of CloudWatch."""

    namespace: str
    name: str
    dimensions: Mapping[str, Input[str]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A graph of the stack's dashboard."""

    title: str
    metrics: Sequence[PanelMetric]
    statistic: str = "Average"


@dataclass(frozen=True, kw_only=True)
class InstanceEvents:
    """Events of RDS instances that somebody hears of; `label` is their part of the subscription's name."""

    label: str
    instance_ids: Sequence[Input[str]]
    categories: Sequence[str]


def watched_rotation(label: str, function_name: Input[str]) -> Watched:
    """Watch a function that rotates secrets."""
    return Watched(label=label, dimensions={"FunctionName": function_name}, alarms=rotation_alarms())


def watched_copy(label: str, dimensions: Mapping[str, Input[str]]) -> Watched:
    """Watch how a bucket is copied into another region."""
    return Watched(label=label, dimensions=dimensions, alarms=copy_alarms())
