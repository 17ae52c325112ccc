"""How many system nodes the platform's own pods need: what each node keeps back, and where every pod finds room.

What AL2023 keeps of a machine: https://awslabs.github.io/amazon-eks-ami/usage/overview/. Of the memory that EC2 names,
a machine shows 7.5 % less: https://karpenter.sh/docs/reference/settings/ (VM_MEMORY_OVERHEAD_PERCENT).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from settings.arithmetic.capacity import Demand, PodDemand, peak

PODS_PER_NODE: Final = 110
"""With prefix delegation, on machines of less than 30 vCPU.
https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses-procedure.html"""

_OVERHEAD_PER_MILLE: Final = 75
_EVICTION_MEBIBYTES: Final = 100
_POD_MEBIBYTES: Final = 11
_BASE_MEBIBYTES: Final = 255
_CORE_MILLICORES: Final = (60, 10, 5, 5)
_MORE_CORES_HUNDREDTHS: Final = 250
"""What the kubelet reserves of the first four cores, and of each further one."""


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Copies of one pod; `apart`: no two of them on one node."""

    name: str
    copies: int
    request: Demand
    apart: bool = False


@dataclass
class _Node:
    free: Demand
    pods: int = PODS_PER_NODE
    names: set[str] = field(default_factory=set[str])

    def takes(self, pod: Pods) -> bool:
        """Place a copy here if there is room."""
        request = pod.request
        fits = request.millicores <= self.free.millicores and request.mebibytes <= self.free.mebibytes
        if not fits or self.pods == 0 or (pod.apart and pod.name in self.names):
            return False
        self.free = _less(self.free, request)
        self.pods -= 1
        self.names.add(pod.name)
        return True


def allocatable(has: Demand) -> Demand:
    """Return what pods may request on a machine of this size."""
    cores = has.millicores // 1000
    kept = sum(_CORE_MILLICORES[:cores]) + max(0, cores - len(_CORE_MILLICORES)) * _MORE_CORES_HUNDREDTHS // 100
    memory = has.mebibytes * (1000 - _OVERHEAD_PER_MILLE) // 1000
    reserved = _BASE_MEBIBYTES + _POD_MEBIBYTES * PODS_PER_NODE + _EVICTION_MEBIBYTES
    return Demand(millicores=has.millicores - kept, mebibytes=memory - reserved)


def in_all(pods: Iterable[Pods]) -> Demand:
    """Add up what all copies request."""
    return peak(PodDemand(maximum=each.copies, request=each.request) for each in pods)


def nodes_needed(pods: Sequence[Pods], daemons: Sequence[Pods], node: Demand, most: int) -> int | None:
    """Return the fewest nodes that hold every copy beside the daemons of each node, None when `most` do not.

    One more copy of the largest pod is placed as well: a rollout starts the new one before the old one goes.
    """
    free = _less(node, in_all(daemons))
    rolling = max((each for each in pods if not each.apart), key=lambda each: each.request.mebibytes, default=None)
    copies = [*(each for each in pods for _ in range(each.copies)), *([] if rolling is None else [rolling])]
    copies.sort(key=lambda each: (each.request.millicores, each.request.mebibytes), reverse=True)
    for count in range(1, most + 1):
        room = [_Node(free, PODS_PER_NODE - len(daemons)) for _ in range(count)]
        if all(any(each.takes(pod) for each in room) for pod in copies):
            return count
    return None


def _less(whole: Demand, part: Demand) -> Demand:
    return Demand(
        millicores=whole.millicores - part.millicores,
        mebibytes=whole.mebibytes - part.mebibytes,
    )
