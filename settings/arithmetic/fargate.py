"""What Fargate sells: pairs of CPU and memory, and how a service's amounts fit into one.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

UNITS_PER_CPU = 1024
_GIB = 1024

# CPU units -> memory from, to, and in steps of, in MiB.
_SIZES: dict[int, tuple[int, int, int]] = {
    512: (1 * _GIB, 4 * _GIB, _GIB),
    1024: (2 * _GIB, 8 * _GIB, _GIB),
    2048: (4 * _GIB, 16 * _GIB, _GIB),
    4096: (8 * _GIB, 30 * _GIB, _GIB),
    8192: (16 * _GIB, 60 * _GIB, 4 * _GIB),
    16384: (32 * _GIB, 120 * _GIB, 8 * _GIB),
}
TASK_SIZES: tuple[tuple[int, int], ...] = (
    *((256, memory) for memory in (512, 1 * _GIB, 2 * _GIB)),
    *((cpu, memory) for cpu, (low, high, step) in _SIZES.items() for memory in range(low, high + step, step)),
)
"""Every pair of CPU units and MiB that a task may have, the smallest CPU first."""

MINIMUM_DISK_GIB, MAXIMUM_DISK_GIB = 21, 200
"""What a task's scratch disk may be set to; left out, it is FREE_DISK_GIB and costs nothing."""
FREE_DISK_GIB = 20


@dataclass(frozen=True, order=True)
class TaskSize:
    """CPU units (1024 are one vCPU) and memory in MiB."""

    cpu: int
    memory: int


@dataclass(frozen=True, kw_only=True)
class Need:
    """What one container of a task uses, in thousandths of a vCPU and MiB."""

    millicores: int
    mebibytes: int


def task_size(limit: Need, request: Need, beside: Sequence[Need] = ()) -> TaskSize:
    """Return the smallest size that holds the service's limit, and its request with what runs beside it.

    A task is all that its containers share, so what runs beside a service uses what lies between request and limit
    before it makes the task larger. Raises ValueError for more than the largest task, 16 vCPU and 120 GiB.
    """
    cpu, memory = _together(limit, request, beside)
    for units, mebibytes in TASK_SIZES:
        if units * 1000 >= cpu * UNITS_PER_CPU and mebibytes >= memory:
            return TaskSize(units, mebibytes)
    units, mebibytes = TASK_SIZES[-1]
    raise ValueError(
        f"at most {units // UNITS_PER_CPU} vCPU and {mebibytes} MiB a task; this needs {cpu}m, {memory} MiB"
    )


def exact_size(limit: Need, request: Need, beside: Sequence[Need] = ()) -> TaskSize:
    """Return what the task needs and no more, for a machine of one's own, which sells no fixed sizes.

    ECS takes 128 units at least for a task on EC2.
    """
    cpu, memory = _together(limit, request, beside)
    return TaskSize(max(_LEAST_UNITS, cpu_units(cpu)), memory)


_LEAST_UNITS = 128


def _together(limit: Need, request: Need, beside: Sequence[Need]) -> tuple[int, int]:
    return (
        max(limit.millicores, request.millicores + sum(each.millicores for each in beside)),
        max(limit.mebibytes, request.mebibytes + sum(each.mebibytes for each in beside)),
    )


def cpu_units(millicores: int) -> int:
    """Return ECS's CPU units for thousandths of a vCPU, rounded down, at least 2 (the least that Linux knows)."""
    return max(2, millicores * UNITS_PER_CPU // 1000)


def use_of_task(percent: int, request: int, task: int) -> int:
    """Return the percentage of a whole task that `percent` of a request is.

    Kubernetes measures use against the request, ECS against the task: 70 % of 2 vCPU are 35 % of 4. Rounded down, so
    that a service grows no later than asked for, and at least 1.
    """
    return max(1, floor(percent * min(request, task) / task))


def disk_gib(wanted: int) -> int:
    """Return the scratch disk for `wanted` GiB: as much of it as Fargate offers, 21 to 200."""
    return min(MAXIMUM_DISK_GIB, max(MINIMUM_DISK_GIB, wanted))
