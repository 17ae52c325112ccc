"""From a product's services to the limits of the nodes that Karpenter may launch."""

from components.plans.capacity import Demand, NodeCapacity, PodDemand, node_limits, peak
from settings import PlatformSettings
from settings.types import mebibytes, millicores

PLATFORM_PODS = Demand(millicores=2000, mebibytes=6144)
"""What the platform runs beside the product: Prometheus (1 core, 4 GiB), Grafana, Alertmanager, collector, migration
and dump jobs."""


def workload_demand(settings: PlatformSettings) -> Demand:
    """Return what the product's pods request at their HPA maximum (OB-D01)."""
    return peak(
        PodDemand(
            maximum=settings.replicas(name).maximum,
            request=Demand(
                millicores=millicores(service.resources.requests.cpu),
                mebibytes=mebibytes(service.resources.requests.memory),
            ),
        )
        for name, service in settings.workload.services.items()
    )


def workload_capacity(settings: PlatformSettings) -> NodeCapacity:
    """Return the node pool's limits. Raises ValueError when the stack states limits below what the product needs."""
    nodes = settings.stack.cluster.workload_nodes
    return node_limits(
        workload_demand(settings) + PLATFORM_PODS,
        len(settings.stack.zones),
        cpu_limit=nodes.cpu_limit,
        memory_limit_gib=nodes.memory_limit_gib,
    )
