"""What a stack has room for at its peak: `python -m tools.capacity --stack prod [--workload …]`.

For the monthly look at capacity: what the product's pods ask for at the most that autoscaling makes of them, against
what nodes and stores give. Worked out from settings alone; what was used stands in the dashboards.
"""

import json
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from components.capabilities.planned import planned_pods, planned_rooms
from components.capabilities.room import Room
from components.cluster.demand import PLATFORM_PODS, workload_capacity, workload_demand
from components.cluster.system_pods import system_room
from settings import PlatformSettings
from settings.arithmetic.capacity import MEBIBYTES_PER_GIB, Demand
from settings.arithmetic.pods import pod_demand
from settings.arithmetic.system_nodes import PODS_PER_NODE
from settings.arithmetic.tasks import needed_on_host
from settings.facts.hosts import HOST_TYPES
from tools.stack import asked, parser

TIGHT_PERCENT = 80
"""From here a line is marked: it is time to think of the next size."""


def rooms(settings: PlatformSettings) -> list[Room]:
    """List everything that can run out, in a fixed order."""
    compute = settings.stack.offers.by_size(pods=_nodes, tasks=_host)
    return [*compute(settings), *planned_rooms(settings)]


def _nodes(settings: PlatformSettings) -> Iterator[Room]:
    yield from _system(settings)
    common, limit = workload_demand(settings) + PLATFORM_PODS, workload_capacity(settings)
    yield from _amounts("common nodes", common, limit.cpu, limit.memory_gib)
    for name, pool in settings.node_pools.items():
        asked = in_pool(settings, name)
        memory = pool.maximum_nodes * pool.minimum_memory_gib
        yield from _amounts(f"node pool {name}", asked, pool.maximum_nodes * pool.maximum_cpu, memory)


def _system(settings: PlatformSettings) -> Iterator[Room]:
    """The platform's own pods, with as many nodes missing as the stack's settings say."""
    room = system_room(settings)
    if room is None:
        return
    nodes = room.minimum - room.spare
    asked, there = room.pods + room.daemons * nodes, room.node * nodes
    missing = f", {room.spare} missing" if room.spare else ""
    what = f"system nodes ({room.minimum}{missing})"
    yield Room(f"{what}: CPU", asked.millicores / 1000, there.millicores / 1000, "vCPU")
    yield Room(
        f"{what}: memory",
        round(asked.mebibytes / MEBIBYTES_PER_GIB, 1),
        round(there.mebibytes / MEBIBYTES_PER_GIB, 1),
        "GiB",
    )
    yield Room(f"{what}: pods", room.pod_count + room.daemon_count * nodes, PODS_PER_NODE * nodes, "")
    yield Room("system nodes", room.minimum, settings.stack.cluster.system_nodes.maximum, "")


def in_pool(settings: PlatformSettings, pool: str) -> Demand:
    """Return what the pods that name a pool request at their most."""
    asked = Demand(millicores=0, mebibytes=0)
    for name, service in settings.workload.services.items():
        if service.node_pool == pool:
            asked += pod_demand(service) * settings.replicas(name).maximum
    for placed in planned_pods(settings):
        if placed.node_pool == pool:
            asked += placed.demand.request * placed.demand.maximum
    return asked


def _amounts(what: str, asked: Demand, cpu: int, memory_gib: int) -> Iterator[Room]:
    yield Room(f"{what}: CPU", asked.millicores / 1000, cpu, "vCPU")
    yield Room(f"{what}: memory", asked.mebibytes / MEBIBYTES_PER_GIB, memory_gib, "GiB")


def _host(settings: PlatformSettings) -> Iterator[Room]:
    """Fargate has no machines to run out of; the one machine has."""
    host = settings.stack.ecs.host
    if host is None:
        return
    asked, there = needed_on_host(settings), HOST_TYPES[host.instance_type]
    yield Room(f"{host.instance_type}: CPU", asked.cpu / 1024, there.units / 1024, "vCPU")
    yield Room(f"{host.instance_type}: memory", asked.memory / 1024, there.task_mebibytes / 1024, "GiB")


def table(settings: PlatformSettings) -> Table:
    """Lay the rooms out, the tight ones marked."""
    sheet = Table(title=f"{settings.prefix}: room at the peak")
    for column in ("", "asked at most", "there is", "taken"):
        sheet.add_column(column, justify="left" if not column else "right")
    for room in rooms(settings):
        taken = f"{room.percent} %"
        shown = f"[bold yellow]{taken}[/]" if room.percent >= TIGHT_PERCENT else taken
        sheet.add_row(room.what, f"{room.asked:g} {room.unit}", f"{room.most:g} {room.unit}", shown)
    return sheet


def main(arguments: Sequence[str]) -> int:
    """Print the table; returns the exit code."""
    arguments_of = parser("tools.capacity", "What a stack has room for.")
    arguments_of.add_argument("--json", action="store_true", help="print the lines as JSON")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    if chosen.json:
        print(json.dumps([vars(room) | {"percent": room.percent} for room in rooms(settings)], indent=2))
    else:
        Console().print(table(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
