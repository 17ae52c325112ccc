"""From a product's pods to the limits of the nodes that Karpenter may launch for those without a pool of their own."""

from collections.abc import Iterator
from typing import Final

from components.application.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods
from components.eventbus.event_bus import LOG_READER_REQUEST, NAME_SERVER_REQUEST
from components.plans.capacity import (
    MESH_DAEMONS,
    NO_DEMAND,
    Demand,
    NodeCapacity,
    PodDemand,
    node_limits,
    nodes_alone,
    peak,
)
from components.plans.nodes import Machine, largest_in, machines_named
from components.plans.pods import demand_of, pod_demand
from components.plans.timeseries import pooler_instances
from settings import PlatformSettings
from settings.workload.nodes import NodePool
from settings.workload.service import Amount

PLATFORM_PODS = Demand(millicores=2000, mebibytes=6144)
"""What the platform runs beside the product: Prometheus (1 core, 4 GiB), Grafana, Alertmanager, collector, migration
and dump jobs."""


ROUND_TRIP_REQUEST: Final = Amount(cpu="30m", memory="48Mi")
"""Both containers of the pod that measures the way to the database: charts/workload/templates/round-trip.yaml."""


def workload_demand(settings: PlatformSettings) -> Demand:
    """Return what the product's pods request at their HPA maximum (OB-D01), without those that have their own nodes."""
    return peak(_common_pods(settings))


def _common_pods(settings: PlatformSettings) -> Iterator[PodDemand]:
    for name, service in settings.workload.services.items():
        if service.node_pool not in settings.node_pools:
            yield PodDemand(maximum=settings.replicas(name).maximum, request=pod_demand(service))
    timeseries, needs = settings.stack.timeseries, settings.workload.timeseries
    if timeseries is not None and needs is not None and needs.node_pool not in settings.node_pools:
        request = demand_of(Amount(cpu=timeseries.cpu, memory=timeseries.memory))
        yield PodDemand(maximum=timeseries.instances, request=request)
    yield from _event_bus(settings)
    yield from _beside_the_services(settings)


def _beside_the_services(settings: PlatformSettings) -> Iterator[PodDemand]:
    """What runs as long as the services do: poolers, and the pod that measures the way to the database."""
    pooler = pooler_of(settings)
    if pooler is not None:
        request = demand_of(RESOURCES.requests) + demand_of(EXPORTER_RESOURCES.requests)
        yield PodDemand(maximum=pooler_pods(settings, pooler), request=request)
    timeseries, needs = settings.stack.timeseries, settings.workload.timeseries
    if timeseries is not None and needs is not None and needs.pooler is not None:
        instances = pooler_instances(needs.pooler.instances, timeseries.instances)
        yield PodDemand(maximum=instances, request=demand_of(RESOURCES.requests))
    if settings.workload.verification.database_round_trip_milliseconds is not None and settings.stack.database:
        yield PodDemand(maximum=1, request=demand_of(ROUND_TRIP_REQUEST))


def _event_bus(settings: PlatformSettings) -> list[PodDemand]:
    bus = settings.stack.event_bus
    if bus is None or not settings.runs_event_bus:
        return []
    beside = demand_of(Amount(**LOG_READER_REQUEST))
    return [
        PodDemand(maximum=bus.brokers, request=demand_of(Amount(cpu=bus.cpu, memory=bus.memory)) + beside),
        PodDemand(maximum=bus.name_servers, request=demand_of(Amount(**NAME_SERVER_REQUEST)) + beside),
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
        alone=nodes_alone(_common_pods(settings), on_each_node(settings)),
        cpu_limit=nodes.cpu_limit,
        memory_limit_gib=nodes.memory_limit_gib,
    )
