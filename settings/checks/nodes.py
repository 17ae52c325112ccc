"""Rules about the room on the nodes: on those that Karpenter launches for all, and on the system nodes."""

from collections.abc import Iterator

from settings.arithmetic.cluster_room import ClusterPods, common_limits, room_on_system_nodes
from settings.checks.sizes import amount_of, sizes_of_services
from settings.diagnostics import Diagnostic
from settings.platform import PlatformSettings
from settings.raw import Path

_SYSTEM_NODES: Path = ("cluster", "system_nodes")


def check_workload_nodes(settings: PlatformSettings, pods: ClusterPods) -> Iterator[Diagnostic]:
    """Report limits below what the pods need at their most: some would stay pending."""
    try:
        common_limits(settings, pods.common, pods.platform)
    except ValueError as error:
        nodes = settings.stack.cluster.workload_nodes
        given = {"cpu_limit": nodes.cpu_limit, "memory_limit_gib": nodes.memory_limit_gib}
        sections: tuple[Path, ...] = (("node_pools",), ("timeseries",), ("event_bus",), ("zones",))
        concerns = (*sizes_of_services(settings), *sections)
        path: Path = ("cluster", "workload_nodes")
        yield Diagnostic(path, given, str(error), "raise the limit, or leave it out", concerns)


def check_system_nodes(settings: PlatformSettings, pods: ClusterPods) -> Iterator[Diagnostic]:
    """Report too few system nodes: no autoscaler adds one for what Karpenter itself needs."""
    nodes = settings.stack.cluster.system_nodes
    room = room_on_system_nodes(settings, pods.controllers, pods.daemons)
    if room is None or (room.wanted is not None and room.wanted <= nodes.maximum):
        return
    spare = f", with {room.spare} of them missing" if room.spare else ""
    allowed = (
        f"enough nodes for the platform's own pods{spare}: they ask for {amount_of(room.pods)}, beside"
        f" {amount_of(room.daemons)} on each node of {amount_of(room.node)}"
    )
    fix = "raise it, or name larger instance_types"
    yield Diagnostic((*_SYSTEM_NODES, "maximum"), nodes.maximum, allowed, fix, (_SYSTEM_NODES,))
