"""What a container sets aside and never exceeds, in the chart's words."""

from components.chart_values.workload.containers import Amount, Resources
from settings.workload import container as stated


def resource_values(resources: stated.Resources) -> Resources:
    """What the container sets aside, and what it never exceeds."""
    requests, limits = resources.requests, resources.limits
    return Resources(
        requests=Amount(cpu=requests.cpu, memory=requests.memory), limits=Amount(cpu=limits.cpu, memory=limits.memory)
    )
