"""Values of the consoles chart: the operators' consoles join the load balancer."""

from components.chart_values.base import ChartValues, Out
from components.chart_values.types import Name, PortNumber, TargetGroupArn, Text


class Binding(ChartValues):
    """A Service, and the target group that its pods join."""

    service: Name
    port: PortNumber
    arn: Out[TargetGroupArn]


class ConsolesValues(ChartValues):
    product: Text
    """The product whose platform this is."""
    bindings: tuple[Binding, ...]
    """Services in the release's namespace, and the target group that the pods of each join."""
