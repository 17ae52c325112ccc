"""Rules about the cluster's machines."""

from collections.abc import Iterator

from settings.arithmetic.capacity import Demand
from settings.arithmetic.cluster_room import largest_machines, on_each_node
from settings.arithmetic.nodes import fits
from settings.arithmetic.pods import demand_of, pod_demand
from settings.arithmetic.transit import encrypts_in_transit
from settings.checks.sizes import amount_of
from settings.diagnostics import Diagnostic
from settings.facts.node_images import ami_type
from settings.platform import PlatformSettings
from settings.raw import Path
from settings.workload.service import Amount

_TYPES: Path = ("cluster", "system_nodes", "instance_types")
_CONTROL_PLANE_ZONES = 2
"""https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""


def check_system_machines(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report system nodes of two architectures, which no one machine image fits."""
    types = settings.stack.cluster.system_nodes.instance_types
    try:
        ami_type(types)
    except ValueError as error:
        yield Diagnostic(_TYPES, list(types), str(error), "name types of one architecture")


def check_added_zones(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report added zones that are not the last ones, or leave the control plane fewer than the two that EKS takes."""
    stack = settings.stack
    added = stack.cluster.added_zones
    last = stack.zones[len(stack.zones) - len(added) :] if len(added) < len(stack.zones) else ()
    if added and (added != last or len(stack.zones) - len(added) < _CONTROL_PLANE_ZONES):
        allowed = f"the last of `zones`, in their order, with {_CONTROL_PLANE_ZONES} before them at least"
        fix = f"zones are {', '.join(stack.zones)}: write those that were added after the cluster was made"
        yield Diagnostic(("cluster", "added_zones"), ", ".join(added), allowed, fix, (("zones",),))


def check_transit(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a machine without encryption in transit: where the network demands it, AWS attaches no such node."""
    if settings.workload.transit_encryption == "none":
        return
    for index, name in enumerate(settings.stack.cluster.system_nodes.instance_types):
        if not encrypts_in_transit(name):
            allowed = "a type that encrypts in transit, as the product asks (transit_encryption)"
            concerns: tuple[Path, ...] = (("transit_encryption",),)
            yield Diagnostic((*_TYPES, index), name, allowed, "name m7i.large, or its like", concerns)


def check_machines(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report a pod that asks for more than the largest machine has: it would wait for ever."""
    for name, service in settings.workload.services.items():
        path: Path = ("services", name, "resources", "requests")
        yield from _machine(settings, path, service.resources.requests, pod_demand(service), service.node_pool)
    stack, needs = settings.stack.timeseries, settings.workload.timeseries
    if stack is not None and needs is not None:
        amount = Amount(cpu=stack.cpu, memory=stack.memory)
        yield from _machine(settings, ("timeseries",), amount, demand_of(amount), needs.node_pool)


def _machine(
    settings: PlatformSettings, path: Path, given: Amount, asked: Demand, node_pool: str | None
) -> Iterator[Diagnostic]:
    pool = settings.node_pools.get(node_pool or "")
    machines = largest_machines(settings, pool)
    if machines is None or fits(asked + on_each_node(settings), machines):
        return
    room = ", ".join(f"{each.name} {amount_of(each.free)}" for each in machines)
    allowed = f"what the largest machine has free ({room}); the pod asks for {amount_of(asked)}"
    where = f"node_pools.{node_pool}" if pool else "cluster.workload_nodes"
    fix = f"lower it, or allow larger machines in {where}"
    own: Path = path[:2]
    of_service = ((*own, "sidecars"), (*own, "uses"), (*own, "node_pool"), (*own, "resources"))
    concerns = (*of_service, ("node_pools",), ("environments",), ("cluster", "workload_nodes"))
    yield Diagnostic(path, given.model_dump(), allowed, fix, concerns)
