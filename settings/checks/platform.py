"""Rules about what the stack and its product make together, which arithmetic over both of them shows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from settings.arithmetic.cluster_room import PodsOf
from settings.checks import cluster, connections, disk_rates, nodes, objectives, recovery, task_sizes
from settings.diagnostics import Diagnostic
from settings.platform import PlatformSettings
from settings.raw import Path, related

Rule = Callable[[PlatformSettings], Iterator[Diagnostic]]

_RULES: tuple[Rule, ...] = (
    connections.check_database,
    connections.check_client,
    connections.check_iops,
    connections.check_pooler,
    connections.check_cache,
    recovery.check_platform,
    objectives.check_platform,
)
_ON_TASKS: tuple[Rule, ...] = (
    task_sizes.check_services,
    task_sizes.check_jobs,
    task_sizes.check_commands,
    task_sizes.check_schedules,
    task_sizes.check_host,
)
_ON_A_CLUSTER: tuple[Rule, ...] = (
    cluster.check_added_zones,
    cluster.check_system_machines,
    cluster.check_transit,
    cluster.check_machines,
    disk_rates.check,
)


def platform_diagnostics(
    settings: PlatformSettings, pods_of: PodsOf | None, wrong: Sequence[Path] = (), *, doubtful: bool = False
) -> Iterator[Diagnostic]:
    """Yield every mistake that only arithmetic shows, each with the file and line that state it.

    `pods_of` says what a cluster runs beside the product's services; without it the room on the nodes is not judged.
    `wrong` are the places whose value is not the user's: what depends on them is left out. `doubtful` says that there
    are other mistakes, over which a rule may not come to its end.
    """
    for rule in _rules(settings, pods_of):
        for diagnostic in _judged(rule, settings, doubtful=doubtful):
            depends_on = (diagnostic.path, *diagnostic.concerns, ("environment",))
            if not any(related(place, at) for place in wrong for at in depends_on):
                yield settings.place(diagnostic)


def _rules(settings: PlatformSettings, pods_of: PodsOf | None) -> Iterator[Rule]:
    room = (partial(_room, pods_of),) if pods_of is not None else ()
    yield from _RULES
    yield from settings.stack.offers.by_size(pods=(*_ON_A_CLUSTER, *room), tasks=_ON_TASKS)


def _room(pods_of: PodsOf, settings: PlatformSettings) -> Iterator[Diagnostic]:
    pods = pods_of(settings)
    yield from nodes.check_system_nodes(settings, pods)
    yield from nodes.check_workload_nodes(settings, pods)


def _judged(rule: Rule, settings: PlatformSettings, *, doubtful: bool) -> list[Diagnostic]:
    """Run a rule; over mistaken settings, such as a pool that nobody described, it may stop at any place."""
    found: list[Diagnostic] = []
    with suppress(*((ValueError, LookupError, ArithmeticError) if doubtful else ())):
        found.extend(rule(settings))
    return found
