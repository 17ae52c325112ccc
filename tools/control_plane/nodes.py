"""The nodes that a stack's settings give it: sizes, labels, taints and zones, each as a machine would register itself.

Karpenter does not run here. Its pools have as many nodes as their limits allow, of the size that plans count in, or the
first larger one that the largest pod fits.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any, Final

from components.cluster.demand import workload_capacity, workload_demand
from components.cluster.system_nodes import POOL_LABEL, SYSTEM_POOL, SYSTEM_TAINT
from components.cluster.system_pods import with_room
from settings import PlatformSettings
from settings.arithmetic.capacity import MEBIBYTES_PER_GIB, REFERENCE_NODE, Demand
from settings.arithmetic.nodes import machines_named
from settings.arithmetic.pods import pod_demand
from settings.arithmetic.system_nodes import PODS_PER_NODE, allocatable
from tools.control_plane.client import Manifest

ZONE, ZONE_ID, REGION = "topology.kubernetes.io/zone", "topology.k8s.aws/zone-id", "topology.kubernetes.io/region"
_COMMON_POOL: Final = "workload"


def nodes_of(settings: PlatformSettings, pools: Iterable[Manifest]) -> list[Manifest]:
    """Return a stack's nodes; `pools` are the NodePools that its releases hold, whose labels and taints they get."""
    found = list(_system(settings))
    for pool in pools:
        name = pool["metadata"]["name"]
        machine, count = _common(settings) if name == _COMMON_POOL else _own(settings, name)
        template = pool["spec"]["template"]
        labels = template["metadata"]["labels"]
        taints = template["spec"].get("taints", ())
        found += _nodes(settings, f"pool-{name}", machine, count, labels, taints)
    return found


def _system(settings: PlatformSettings) -> Iterator[Manifest]:
    group = with_room(settings).system_nodes
    machines = machines_named(group.instance_types)
    if machines is None:
        raise ValueError(f"instance types {', '.join(group.instance_types)} are not in settings/arithmetic/nodes.py")
    smallest = min((each.has for each in machines), key=lambda has: (has.millicores, has.mebibytes))
    taint = {"key": SYSTEM_TAINT, "value": "true", "effect": "NoSchedule"}
    yield from _nodes(settings, "system", smallest, group.minimum, {POOL_LABEL: SYSTEM_POOL}, [taint])


def _common(settings: PlatformSettings) -> tuple[Demand, int]:
    """As many nodes as the pool's limit admits; those of a larger size are fewer."""
    machine, limit = REFERENCE_NODE, workload_capacity(settings)
    largest = _largest_pod(settings)
    while not _fits(largest, machine):
        machine = machine * 2
    by_cpu = limit.cpu * 1000 // machine.millicores
    by_memory = limit.memory_gib * MEBIBYTES_PER_GIB // machine.mebibytes
    return machine, min(by_cpu, by_memory)


def _largest_pod(settings: PlatformSettings) -> Demand:
    pods = [
        pod_demand(service)
        for service in settings.workload.services.values()
        if service.node_pool not in settings.node_pools
    ]
    demand = workload_demand(settings)
    return max(pods, key=lambda each: (each.millicores, each.mebibytes), default=demand * 0)


def _own(settings: PlatformSettings, name: str) -> tuple[Demand, int]:
    """Nodes of a product's own pool, counted at their largest size as its limit is."""
    pool = settings.node_pools[name]
    machines = machines_named(pool.instance_types) if pool.instance_types else None
    if machines:
        return max((each.has for each in machines), key=lambda has: has.millicores), pool.maximum_nodes
    memory = max(pool.minimum_memory_gib, pool.maximum_cpu * 2) * MEBIBYTES_PER_GIB
    return Demand(millicores=pool.maximum_cpu * 1000, mebibytes=memory), pool.maximum_nodes


def _fits(pod: Demand, machine: Demand) -> bool:
    free = allocatable(machine)
    return pod.millicores <= free.millicores and pod.mebibytes <= free.mebibytes


def _nodes(
    settings: PlatformSettings,
    name: str,
    machine: Demand,
    count: int,
    labels: Manifest,
    taints: Sequence[Manifest],
) -> Iterator[Manifest]:
    zones = list(enumerate(settings.stack.zones))
    for index, (position, zone) in enumerate(islice(cycle(zones), count)):
        yield _node(f"{name}-{index}", machine, {**labels, **_place(settings.stack.region, position, zone)}, taints)


def _place(region: str, position: int, zone: str) -> dict[str, str]:
    """A node knows its zone by name and by id; a stack states one of the two, and the other is made up here."""
    by_id = "-az" in zone
    return {
        REGION: region,
        ZONE: f"{region}{'abcdef'[position]}" if by_id else zone,
        ZONE_ID: zone if by_id else f"made-up-az{position + 1}",
    }


def _node(name: str, machine: Demand, labels: Manifest, taints: Sequence[Manifest]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                **labels,
            },
        },
        "spec": {"taints": [dict(each) for each in taints]},
        "status": {
            "capacity": {**_amounts(machine), "pods": str(PODS_PER_NODE)},
            "allocatable": {**_amounts(allocatable(machine)), "pods": str(PODS_PER_NODE)},
        },
    }


def _amounts(demand: Demand) -> dict[str, str]:
    return {"cpu": f"{demand.millicores}m", "memory": f"{demand.mebibytes}Mi"}
