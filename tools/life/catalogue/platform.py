"""Changes of what a product runs on: nodes, zones, who may enter, what is kept and who is told."""

from collections.abc import Sequence
from typing import Final

from settings.facts.kubernetes import OFFERED
from settings.facts.regions import IDS, ZONES, is_zone_id
from tools.life.change import NOTHING, Change, Given, Move, Operation, of_product, of_stack
from tools.life.proofs import mentioned, stands, unmentioned
from tools.operations.add_zone import free
from tools.operations.files import Edits
from tools.plan.words import Kind

_RETENTIONS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
"""Days that CloudWatch offers: settings/vocabulary.py."""
_CLUSTER: Final = "aws:eks/cluster:Cluster"
_ADDRESS: Final = "years@example.com"
_ENTRY: Final = "years"
_ROLE: Final = "arn:aws:iam::111122223333:role/years"


def _longer(days: int) -> int | None:
    return next((each for each in _RETENTIONS if each > days), None)


def _logs(given: Given) -> Move | None:
    days = _longer(given.settings.stack.monitoring.log_retention_days)
    return of_stack({("monitoring", "log_retention_days"): days}) if days else None


def _flow_logs(given: Given) -> Move | None:
    days = _longer(given.settings.stack.network.flow_log_retention_days)
    return of_stack({("network", "flow_log_retention_days"): days}) if days else None


def _figures(given: Given) -> Move | None:
    if not given.on_kubernetes:
        return None
    days = given.settings.stack.monitoring.metrics_retention_days + 1
    return of_stack({("monitoring", "metrics_retention_days"): days})


def _told(given: Given, *, more: bool) -> Move | None:
    had = list(given.settings.stack.monitoring.emails)
    if (_ADDRESS in had) == more:
        return None
    emails = [*had, _ADDRESS] if more else [each for each in had if each != _ADDRESS]
    proof = mentioned(_ADDRESS) if more else unmentioned(_ADDRESS)
    return of_stack({("monitoring", "emails"): emails or None}, proof)


def _system_nodes(given: Given) -> Move | None:
    nodes = given.settings.stack.cluster.system_nodes
    if not given.on_kubernetes:
        return None
    stated = {
        ("cluster", "system_nodes", "minimum"): nodes.minimum + 1,
        ("cluster", "system_nodes", "maximum"): nodes.maximum + 1,
    }
    return of_stack(stated)


def _other_nodes(given: Given) -> Move | None:
    if not given.on_kubernetes:
        return None
    had = list(given.settings.stack.cluster.system_nodes.instance_types)
    types = ["m7a.large", "m7i.large"] if had != ["m7a.large", "m7i.large"] else ["m7i.large", "m6i.large"]
    edits = Edits(stack={("cluster", "system_nodes", "instance_types"): types})
    return Move(edits=edits, operation=Operation("replace-system-nodes", to=",".join(types)))


def _disk(given: Given) -> Move | None:
    if not given.on_kubernetes:
        return None
    return of_stack(
        {("cluster", "workload_nodes", "disk_gib"): given.settings.stack.cluster.workload_nodes.disk_gib + 10}
    )


def _age(given: Given) -> Move | None:
    if not given.on_kubernetes:
        return None
    hours = given.settings.stack.cluster.workload_nodes.expire_after_hours - 1
    return of_stack({("cluster", "workload_nodes", "expire_after_hours"): hours})


def _volumes(given: Given) -> Move | None:
    if not given.on_kubernetes:
        return None
    size = given.settings.stack.monitoring.metrics_storage_gib * 3 // 2
    edits = Edits(stack={("monitoring", "metrics_storage_gib"): size}, permit=("grow", "metrics"))
    return Move(edits=edits, operation=Operation("grow-volumes", to=str(size)))


def _zone(given: Given) -> Move | None:
    stack = given.settings.stack
    zones = free(stack)
    if not zones or len(stack.zones) >= 4 or stack.existing.network:  # noqa: PLR2004
        return None
    stated: dict[tuple[str, ...], object] = {("zones",): [*stack.zones, zones[0]]}
    if given.on_kubernetes:
        stated["cluster", "added_zones"] = [*stack.cluster.added_zones, zones[0]]
    return Move(edits=Edits(stack=stated), operation=Operation("add-zone", to=zones[0]))


def _entered(given: Given, *, more: bool) -> Move | None:
    had = [each.model_dump(mode="json", exclude_defaults=True) for each in given.settings.stack.access]
    if not given.on_kubernetes or any(each["name"] == _ENTRY for each in had) == more:
        return None
    kept = [each for each in had if each["name"] != _ENTRY]
    entries = [*kept, {"name": _ENTRY, "principal": _ROLE, "policy": "view"}] if more else kept
    return of_stack({("access",): entries or None}, mentioned(_ROLE) if more else unmentioned(_ROLE))


def _points(given: Given) -> Move:
    return of_stack({("backup", "retention_days"): given.settings.stack.backup.retention_days + 1})


def _dump(given: Given) -> Move | None:
    dump = given.settings.workload.backups.dump
    if dump is None:
        return None
    minute, _, rest = dump.schedule.partition(" ")
    schedule = f"{(int(minute) + 7) % 60} {rest}"
    return of_product({("backups", "dump", "schedule"): schedule})


def _dumps_longer(given: Given) -> Move | None:
    dump = given.settings.workload.backups.dump
    return of_product({("backups", "dump", "retention_days"): dump.retention_days + 1}) if dump else None


def _insights(given: Given) -> Move | None:
    if given.on_kubernetes:
        return None
    other = "enhanced" if given.settings.stack.ecs.insights != "enhanced" else "enabled"
    return of_stack({("ecs", "insights"): other}, mentioned(other))


def _quiet(given: Given) -> Move:
    had = given.settings.stack.monitoring.quiet_window
    window = "sat:05:00-sat:08:00" if had != "sat:05:00-sat:08:00" else "sat:05:00-sat:09:00"
    return of_stack({("monitoring", "quiet_window"): window})


def _interval(given: Given) -> Move | None:
    database = given.settings.stack.database
    if database is None:
        return None
    other = 30 if database.monitoring_interval_seconds != 30 else 60  # noqa: PLR2004
    return of_stack({("database", "monitoring_interval_seconds"): other})


def _environment(given: Given) -> Move | None:
    """The next environment of the same runtime, in two steps."""
    to = {"dev": "staging", "staging": "production"}.get(given.settings.stack.environment)
    if to is None:
        return None
    return Move(edits=Edits(stack={("environment",): to}), operation=Operation("change-environment", to=to))


def next_version(given: Given, offered: Sequence[str] = OFFERED) -> Move | None:
    """The next minor version of Kubernetes, once its add-ons are known."""
    had = given.settings.stack.cluster.version
    newer = offered[offered.index(had) + 1 :] if had in offered else ()
    if not given.on_kubernetes or not newer:
        return None
    edits = Edits(stack={("cluster", "version"): newer[0]})
    operation = Operation("upgrade-kubernetes", to=newer[0])
    return Move(edits=edits, operation=operation, proofs=(stands(_CLUSTER, version=newer[0]),))


def _reordered(given: Given) -> Move | None:
    stack = given.settings.stack
    if stack.existing.network:
        return None
    first, second, *rest = stack.zones
    return of_stack({("zones",): [second, first, *rest]})


def _elsewhere(given: Given) -> Move:
    """Another region, with as many of its zones."""
    stack = given.settings.stack
    region = "us-west-2" if stack.region != "us-west-2" else "us-east-1"
    known = (IDS if is_zone_id(stack.zones[0]) else ZONES)[region]
    zones = [zone for zone in known if zone not in stack.offers.refused_zones.get(region, ())][: len(stack.zones)]
    return of_stack({("region",): region, ("zones",): zones})


def _other_runtime(given: Given) -> Move | None:
    if given.settings.stack.existing.network:
        return None
    if given.on_kubernetes:
        return of_stack({("runtime",): "ecs"})
    # A cluster is reached through a tunnel to nodes, which need a way to Session Manager.
    return of_stack({("runtime",): "eks", ("network", "interface_endpoints"): True})


CHANGES: Final = (
    Change("logs-kept-longer", NOTHING, _logs),
    Change("flow-logs-kept-longer", NOTHING, _flow_logs),
    Change("metrics-kept-longer", Kind.RESTART, _figures),
    Change("address-added", NOTHING, lambda given: _told(given, more=True)),
    Change("address-removed", Kind.REPLACES, lambda given: _told(given, more=False), after="address-added"),
    Change("system-nodes-more", NOTHING, _system_nodes),
    Change("system-nodes-other", Kind.REPLACES, _other_nodes),
    Change("node-disks-larger", Kind.ROLLING, _disk),
    Change("nodes-renewed-sooner", Kind.ROLLING, _age),
    Change("volumes-grown", Kind.RESTART, _volumes),
    Change("zone-added", None, _zone),
    Change("access-given", NOTHING, lambda given: _entered(given, more=True)),
    Change("access-taken", Kind.REPLACES, lambda given: _entered(given, more=False), after="access-given"),
    Change("recovery-points-longer", NOTHING, _points),
    Change("dump-later", NOTHING, _dump),
    Change("dumps-kept-longer", NOTHING, _dumps_longer),
    Change("container-insights", NOTHING, _insights),
    Change("quiet-window", NOTHING, _quiet),
    Change("database-monitored-closer", NOTHING, _interval),
    Change("environment-higher", None, _environment),
    Change("kubernetes-upgraded", None, next_version),
    Change("zones-reordered", None, _reordered, refused=True, says="belong to a zone by its place in the list"),
    Change("region-other", None, _elsewhere, refused=True, says="a stack is for one region"),
    Change("runtime-other", None, _other_runtime, refused=True, says="is a stack beside this one"),
)
