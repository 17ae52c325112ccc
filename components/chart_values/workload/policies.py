"""Who may talk to whom."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import Needs, OneOf
from components.chart_values.types import Cidr, Name, PortNumber, Text

Labels = Annotated[
    dict[str, Text], Field(min_length=1, description="Pods of the vendor's own chart, in place of `app`.")
]


class FlowPort(ChartValues):
    """A port on the side that is connected to."""

    number: PortNumber
    protocol: Literal["TCP", "UDP"]


class Flow(ConditionalValues):
    """Connections that are let through."""

    conditions = (OneOf((("cidrs",), ("namespace",), ("service",))), Needs({"except": "cidrs", "labels": "service"}))

    name: Text
    """What is on the other side."""
    ports: Annotated[tuple[FlowPort, ...], Field(min_length=1)]
    cidrs: Out[Annotated[Sequence[Out[Cidr]], Field(min_length=1)]] | None = None
    except_: Annotated[tuple[Cidr, ...], Field(min_length=1)] | None = None
    namespace: Name | None = None
    service: Name | None = None
    labels: Labels | None = None


class Policy(ChartValues):
    """The NetworkPolicy of an application, over a namespace that denies everything."""

    app: Name
    ingress: tuple[Flow, ...]
    egress: tuple[Flow, ...]
    labels: Labels | None = None
