"""What is asked of volumes against what the nodes that they are attached to sustain."""

import re
from collections.abc import Iterator
from typing import Final

from settings.arithmetic.cluster_room import largest_machines
from settings.arithmetic.ebs import Sustained, of_cpu
from settings.arithmetic.nodes import Machine
from settings.diagnostics import Diagnostic
from settings.platform import PlatformSettings
from settings.raw import Path
from settings.workload.nodes import NodePool

_MEGABYTES_PER_MIB: Final = 1.048576
_JUDGED: Final = re.compile(r"[cmr]( |[0-9]+[adgi]*\.)")
"""Categories and families whose rates the table has: those of `b` and `n`, such as r6in, sustain more."""


def check(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Report operations and MiB a second that the largest machine of a pool does not sustain: nobody would have them.

    How many volumes a node takes is not judged: kube-scheduler and Karpenter count them, and place a pod elsewhere.
    """
    for name, pool in settings.node_pools.items():
        path: Path = ("node_pools", name)
        rates: dict[Path, int | None] = {
            (*path, "disk_iops"): pool.disk_iops,
            (*path, "disk_throughput_mib"): pool.disk_throughput_mib,
        }
        yield from _over(settings, pool, name, rates)
    timeseries, needs = settings.stack.timeseries, settings.workload.timeseries
    if timeseries is not None and needs is not None:
        pool = settings.node_pools.get(needs.node_pool or "")
        volumes: dict[Path, int | None] = {
            ("timeseries", "iops"): timeseries.iops,
            ("timeseries", "throughput_mib"): timeseries.throughput_mib,
        }
        yield from _over(settings, pool, needs.node_pool, volumes)


def _over(
    settings: PlatformSettings, pool: NodePool | None, name: str | None, rates: dict[Path, int | None]
) -> Iterator[Diagnostic]:
    largest = _best(largest_machines(settings, pool))
    if largest is None:
        return
    machine, most = largest
    where: Path = ("node_pools", name) if pool and name else ("cluster", "workload_nodes")
    for path, given in rates.items():
        top = int(most.megabytes / _MEGABYTES_PER_MIB) if "throughput" in str(path[-1]) else most.iops
        if given is not None and given > top:
            allowed = f"at most {top:,}, which the largest machine, {machine.name}, sustains (EC2, EBS baseline)"
            fix = f"lower it to {top}, or allow larger machines in {'.'.join(map(str, where))}"
            yield Diagnostic(path, given, allowed, fix, (where, ("timeseries", "node_pool"), ("environments",)))


def _best(machines: tuple[Machine, ...] | None) -> tuple[Machine, Sustained] | None:
    """Return the machine that sustains most; None where one of them is not in the table."""
    if not machines or not all(_JUDGED.match(each.name) for each in machines):
        return None
    machine = max(machines, key=lambda each: each.has.millicores)
    return machine, of_cpu(machine.has.millicores // 1000)
