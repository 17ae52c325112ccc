"""How many nodes a product needs at its peak, and with them the limits that Karpenter may not pass.

Peak requests are the HPA maximum times the request, over all services (OB-D01). Nodes are counted in a reference size
of 4 vCPU and 16 GiB; Karpenter may pick others within the same limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final

MEBIBYTES_PER_GIB: Final = 1024


@dataclass(frozen=True, kw_only=True)
class Demand:
    """CPU in thousandths of a core, memory in MiB."""

    millicores: int
    mebibytes: int

    def __add__(self, other: "Demand") -> "Demand":
        return Demand(millicores=self.millicores + other.millicores, mebibytes=self.mebibytes + other.mebibytes)

    def __mul__(self, times: int) -> "Demand":
        return Demand(millicores=self.millicores * times, mebibytes=self.mebibytes * times)


@dataclass(frozen=True, kw_only=True)
class PodDemand:
    """At most `maximum` pods, each requesting `request`."""

    maximum: int
    request: Demand


@dataclass(frozen=True, kw_only=True)
class NodeCapacity:
    """The most that all nodes of a pool may have together, in vCPU and GiB, and how many reference nodes that is."""

    nodes: int
    cpu: int
    memory_gib: int


REFERENCE_NODE: Final = Demand(millicores=4000, mebibytes=16 * MEBIBYTES_PER_GIB)

KUBELET_RESERVED: Final = Demand(millicores=80, mebibytes=255 + 11 * 110 + 100)
"""What AL2023's kubelet keeps on 4 vCPU and 110 pods: 60 + 10 + 10 millicores; 255 MiB + 11 MiB a pod, and 100 MiB
below which it evicts. https://awslabs.github.io/amazon-eks-ami/usage/overview/"""

DAEMON_SETS: Final = Demand(millicores=600, mebibytes=900)
"""Requests of what runs on every node: CNI with its policy agent, kube-proxy, volumes, Pod Identity, node monitoring,
logs and metrics. The add-ons' defaults add up to 520 millicores and 780 MiB; rounded up."""

NO_DEMAND: Final = Demand(millicores=0, mebibytes=0)
MESH_DAEMONS: Final = Demand(millicores=250, mebibytes=356)
"""Requests of the mesh's two pods on every node, beside those: components/cluster/mesh_charts.py."""

HEAD_ROOM_PERCENT: Final = 50
"""Above the peak: a rollout's surge of 25 %, a zone's worth of spread, and the new node beside the one it replaces."""


def peak(pods: Iterable[PodDemand]) -> Demand:
    """Add up what all services request at their maximum."""
    return sum((each.request * each.maximum for each in pods), start=Demand(millicores=0, mebibytes=0))


def nodes_for(demand: Demand, zones: int, beside: Demand = NO_DEMAND) -> int:
    """Count the reference nodes that `demand` fits on, with at least one in each zone.

    `beside` is what runs on every node of this stack in addition to DAEMON_SETS.
    """
    kept = KUBELET_RESERVED + DAEMON_SETS + beside
    by_cpu = ceil(demand.millicores / (REFERENCE_NODE.millicores - kept.millicores))
    by_memory = ceil(demand.mebibytes / (REFERENCE_NODE.mebibytes - kept.mebibytes))
    return max(by_cpu, by_memory, zones)


def nodes_alone(pods: Iterable[PodDemand], beside: Demand = NO_DEMAND) -> int:
    """Count the reference nodes that the pods of the most demanding service take: what whole pods leave over is lost.

    Pods larger than a reference node get larger ones, which nobody counts here.
    """
    kept = KUBELET_RESERVED + DAEMON_SETS + beside
    cpu, memory = REFERENCE_NODE.millicores - kept.millicores, REFERENCE_NODE.mebibytes - kept.mebibytes
    each = [
        (pod.maximum, min(cpu // max(1, pod.request.millicores), memory // max(1, pod.request.mebibytes)))
        for pod in pods
    ]
    return max((ceil(maximum / on_a_node) for maximum, on_a_node in each if on_a_node), default=0)


def node_limits(
    demand: Demand,
    zones: int,
    *,
    beside: Demand = NO_DEMAND,
    alone: int = 0,
    cpu_limit: int | None = None,
    memory_limit_gib: int | None = None,
) -> NodeCapacity:
    """Return the pool's limits for a peak, or the stack's own where it states them (vCPU, GiB).

    `alone` is the fewest nodes that `nodes_alone` counts.

    Raises ValueError when a stated limit is below the peak itself: pods at the HPA maximum would stay pending (OB-91).
    """
    needed = nodes_for(demand, zones, beside)
    nodes = ceil(max(needed, alone) * (100 + HEAD_ROOM_PERCENT) / 100)
    least = REFERENCE_NODE * needed
    _refuse_below("workload_nodes.cpu_limit", cpu_limit, ceil(least.millicores / 1000), "vCPU")
    _refuse_below(
        "workload_nodes.memory_limit_gib", memory_limit_gib, ceil(demand.mebibytes / MEBIBYTES_PER_GIB), "GiB"
    )
    most = REFERENCE_NODE * nodes
    return NodeCapacity(
        nodes=nodes,
        cpu=cpu_limit or most.millicores // 1000,
        memory_gib=memory_limit_gib or most.mebibytes // MEBIBYTES_PER_GIB,
    )


def _refuse_below(setting: str, stated: int | None, least: int, unit: str) -> None:
    if stated is not None and stated < least:
        raise ValueError(f"{setting} is {stated} {unit}; the product's pods at their maximum need {least} {unit}")
