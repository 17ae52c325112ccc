"""From a product's pods to the limits of the nodes that Karpenter may launch for those without a pool of their own."""

from collections.abc import Iterator

from components.capabilities.planned import planned_pods
from settings import PlatformSettings
from settings.arithmetic.capacity import Demand, NodeCapacity, PodDemand, peak
from settings.arithmetic.cluster_room import common_limits
from settings.arithmetic.exporters import RESOURCES as EXPORTER
from settings.arithmetic.exporters import exporter_names
from settings.arithmetic.pods import demand_of, pod_demand

PLATFORM_PODS = Demand(millicores=2000, mebibytes=6144)
"""What the platform runs beside the product: Prometheus (1 core, 4 GiB), Grafana, Alertmanager, collector, migration
and dump jobs."""


def workload_demand(settings: PlatformSettings) -> Demand:
    """Return what the product's pods request at their HPA maximum (OB-D01), without those that have their own nodes."""
    return peak(common_pods(settings))


def common_pods(settings: PlatformSettings) -> Iterator[PodDemand]:
    """Yield the pods on the nodes that Karpenter launches for all: the product's, its stores' and their exporters."""
    for name, service in settings.workload.services.items():
        if service.node_pool not in settings.node_pools:
            yield PodDemand(maximum=settings.replicas(name).maximum, request=pod_demand(service))
    yield from (each.demand for each in planned_pods(settings) if each.node_pool not in settings.node_pools)
    yield from (PodDemand(maximum=1, request=demand_of(EXPORTER.requests)) for _ in exporter_names(settings))


def workload_capacity(settings: PlatformSettings) -> NodeCapacity:
    """Return the node pool's limits. Raises ValueError when the stack states limits below what the product needs."""
    return common_limits(settings, common_pods(settings), PLATFORM_PODS)
