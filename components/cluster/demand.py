"""From a product's pods to the limits of the nodes that Karpenter may launch for those without a pool of their own."""

from components.eventbus.event_bus import NAME_SERVER_REQUEST
from components.plans.capacity import MESH_DAEMONS, NO_DEMAND, Demand, NodeCapacity, PodDemand, node_limits, peak
from components.plans.nodes import Machine, largest_in, machines_named
from components.plans.pods import demand_of, pod_demand
from settings import PlatformSettings
from settings.workload.nodes import NodePool
from settings.workload.service import Amount

PLATFORM_PODS = Demand(millicores=2000, mebibytes=6144)
"""What the platform runs beside the product: Prometheus (1 core, 4 GiB), Grafana, Alertmanager, collector, migration
and dump jobs."""


def workload_demand(settings: PlatformSettings) -> Demand:
    """Return what the product's pods request at their HPA maximum (OB-D01), without those that have their own nodes."""
    pods = [
        PodDemand(maximum=settings.replicas(name).maximum, request=pod_demand(service))
        for name, service in settings.workload.services.items()
        if service.node_pool not in settings.node_pools
    ]
    timeseries, needs = settings.stack.timeseries, settings.workload.timeseries
    if timeseries is not None and needs is not None and needs.node_pool not in settings.node_pools:
        pods.append(
            PodDemand(
                maximum=timeseries.instances, request=demand_of(Amount(cpu=timeseries.cpu, memory=timeseries.memory))
            )
        )
    pods.extend(_event_bus(settings))
    return peak(pods)


def _event_bus(settings: PlatformSettings) -> list[PodDemand]:
    bus = settings.stack.event_bus
    if bus is None or not settings.runs_event_bus:
        return []
    return [
        PodDemand(maximum=bus.brokers, request=demand_of(Amount(cpu=bus.cpu, memory=bus.memory))),
        PodDemand(maximum=bus.name_servers, request=demand_of(Amount(**NAME_SERVER_REQUEST))),
    ]


def largest_machines(settings: PlatformSettings, pool: NodePool | None) -> tuple[Machine, ...] | None:
    """Return the largest machines that a product's own pool, or the common one, may launch; None: not in the table."""
    if pool is None:
        return largest_in(settings.stack.cluster.workload_nodes.instance_categories)
    return (
        machines_named(pool.instance_types)
        if pool.instance_types
        else largest_in(pool.instance_categories, pool.maximum_cpu)
    )


def on_each_node(settings: PlatformSettings) -> Demand:
    """Return what this stack runs on every node in addition to DAEMON_SETS."""
    return MESH_DAEMONS if settings.meshed else NO_DEMAND


def workload_capacity(settings: PlatformSettings) -> NodeCapacity:
    """Return the node pool's limits. Raises ValueError when the stack states limits below what the product needs."""
    nodes = settings.stack.cluster.workload_nodes
    return node_limits(
        workload_demand(settings) + PLATFORM_PODS,
        len(settings.stack.zones),
        beside=on_each_node(settings),
        cpu_limit=nodes.cpu_limit,
        memory_limit_gib=nodes.memory_limit_gib,
    )
