"""The largest machine that a node pool may launch, and whether a pod fits it.

A general family has so much memory for each vCPU, up to so many vCPU: c7i.48xlarge has 192 vCPU and 384 GiB,
m7i.48xlarge 768 GiB, r7i.48xlarge 1536 GiB, t3.2xlarge 8 vCPU and 32 GiB (https://aws.amazon.com/ec2/instance-types/).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from settings.arithmetic.capacity import DAEMON_SETS, MEBIBYTES_PER_GIB, Demand
from settings.arithmetic.system_nodes import allocatable


@dataclass(frozen=True, kw_only=True)
class Family:
    """Memory for each vCPU, in GiB, and the vCPU of the largest size."""

    gib_per_cpu: int
    largest_cpu: int


FAMILIES: Final = {
    "c": Family(gib_per_cpu=2, largest_cpu=192),
    "m": Family(gib_per_cpu=4, largest_cpu=192),
    "r": Family(gib_per_cpu=8, largest_cpu=192),
    "t": Family(gib_per_cpu=4, largest_cpu=8),
}
"""Instance category → its shape; a category that is not here is not judged."""

SIZES: Final = {"large": 2, "xlarge": 4}
"""vCPU by a size's name; n followed by xlarge has n times four."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine's name for people, and what it has in all."""

    name: str
    has: Demand

    @property
    def free(self) -> Demand:
        """What is left for a product beside the hypervisor, the kubelet and what runs on every node."""
        whole, kept = allocatable(self.has), DAEMON_SETS
        return Demand(millicores=whole.millicores - kept.millicores, mebibytes=whole.mebibytes - kept.mebibytes)


def largest_in(categories: Iterable[str], maximum_cpu: int | None = None) -> tuple[Machine, ...] | None:
    """Return the largest machine of each category with at most `maximum_cpu`, None when one of them is not known."""
    machines: list[Machine] = []
    for category in categories:
        family = FAMILIES.get(category)
        if family is None:
            return None
        cpu = min(family.largest_cpu, maximum_cpu or family.largest_cpu)
        machines.append(_machine(f"{category} with {cpu} vCPU", family, cpu))
    return tuple(machines)


def machines_named(types: Iterable[str]) -> tuple[Machine, ...] | None:
    """Return the machines of instance types such as `c6i.2xlarge`, None when one of them is not known."""
    machines: list[Machine] = []
    for name in types:
        family, cpu = FAMILIES.get(name[:1]), _cpu(name.partition(".")[2])
        if family is None or cpu is None or not name[1:2].isdigit():
            return None
        machines.append(_machine(name, family, cpu))
    return tuple(machines)


def _cpu(size: str) -> int | None:
    if size in SIZES:
        return SIZES[size]
    times = size.removesuffix("xlarge")
    return int(times) * SIZES["xlarge"] if size.endswith("xlarge") and times.isdigit() else None


def _machine(name: str, family: Family, cpu: int) -> Machine:
    memory = cpu * family.gib_per_cpu * MEBIBYTES_PER_GIB
    return Machine(name=name, has=Demand(millicores=cpu * 1000, mebibytes=memory))


def fits(pod: Demand, machines: Iterable[Machine]) -> bool:
    """Tell whether one of the machines has room for the pod."""
    return any(pod.millicores <= each.free.millicores and pod.mebibytes <= each.free.mebibytes for each in machines)
