"""What CloudNativePG's validating webhook refuses, and what its operator would wait for for ever.

The rules are those of CloudNativePG 1.30.0, https://github.com/cloudnative-pg/cloudnative-pg, folder
internal/webhook/v1 (cluster_webhook.go, pooler_webhook.go, scheduledbackup_webhook.go), in words of our own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from offline_cloud.cloud.model import Value, at, flag, known, number, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.checks.postgresql_names import FIXED, PGBOUNCER
from offline_cloud.kubernetes.objects import KubernetesObject, find, has_unknown, mapping
from offline_cloud.kubernetes.quantity import quantity, schedule_fault

_GROUP: Final = "postgresql.cnpg.io"
_NAME: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_NAME_LENGTH: Final = 50
_PARAMETER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?")
_SIZE: Final = re.compile(r"(\d+) ?(B|kB|MB|GB|TB)?")
_BYTES: Final = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4, None: 1024**2}
_CATALOG: Final = "state the image in an ImageCatalog with its major version, and refer to that by imageCatalogRef"
_OLDEST: Final = 13


def check(scene: Scene) -> Diagnostics:
    """Check the release's databases, poolers and schedules."""
    for item in scene.own:
        verdict = _CHECKS.get(item.kind) if item.group == _GROUP else None
        if verdict is not None:
            yield from verdict(item, scene)


def upgrade(old: Sequence[KubernetesObject], new: Sequence[KubernetesObject]) -> Diagnostics:
    """Refuse changes of a Cluster that the operator does not carry out."""
    before = {item.key: item for item in old}
    for item in new:
        earlier = before.get(item.key)
        if item.group != _GROUP or item.kind != "Cluster" or earlier is None:
            continue
        for path in ("spec.postgresUID", "spec.postgresGID", "spec.serviceAccountName"):
            if at(earlier.body, path) != at(item.body, path):
                yield item.diagnostic(path, "cannot be changed once the database exists", "keep it")
        for path in ("spec.storage", "spec.walStorage"):
            was, wanted = (_storage(body, path) for body in (earlier.body, item.body))
            if was is not None and wanted is not None and wanted < was:
                yield item.diagnostic(f"{path}.size", "a volume cannot be made smaller", "keep the size, or raise it")
        if mapping(earlier.body, "spec.walStorage") and not mapping(item.body, "spec.walStorage"):
            yield item.diagnostic("spec.walStorage", "cannot be taken away once it is there", "keep it")
        yield from _versions(earlier, item)


def _versions(earlier: KubernetesObject, item: KubernetesObject) -> Diagnostics:
    was, wanted = _major(earlier), _major(item)
    if was is not None and wanted is not None and wanted < was:
        yield item.diagnostic("spec", f"PostgreSQL cannot go back from {was} to {wanted}")
    images = text(earlier.body, "spec.imageName"), text(item.body, "spec.imageName")
    parameters = (at(body, "spec.postgresql.parameters") for body in (earlier.body, item.body))
    switchover = text(item.body, "spec.primaryUpdateMethod") == "switchover"
    if switchover and images[0] != images[1] and len({str(value) for value in parameters}) > 1:
        reason = "image and parameters cannot change at once while primaryUpdateMethod is switchover"
        yield item.diagnostic("spec.imageName", reason, "change one, then the other")


def _cluster(item: KubernetesObject, scene: Scene) -> Diagnostics:
    if not _NAME.fullmatch(item.name) or len(item.name) > _NAME_LENGTH:
        yield item.diagnostic("metadata.name", f"{item.name!r} is no DNS label of at most {_NAME_LENGTH} characters")
    yield from _image(item)
    yield from _catalog(item, scene)
    yield from _replicas(item)
    for path in ("spec.storage", *(("spec.walStorage",) if mapping(item.body, "spec.walStorage") else ())):
        size = at(item.body, f"{path}.size")
        if known(size) and quantity(size) is None and not mapping(item.body, f"{path}.pvcTemplate"):
            yield item.diagnostic(f"{path}.size", f"{size!r} is no size", "as in 100Gi")
    yield from _parameters(item)
    yield from _log_sizes(item)
    yield from _resources(item)
    archivers = [entry for entry in objects(item.body, "spec.plugins") if flag(entry, "isWALArchiver") is True]
    if len(archivers) > 1 or (archivers and mapping(item.body, "spec.backup.barmanObjectStore")):
        yield item.diagnostic("spec.plugins", "more than one archive of the write-ahead log is stated", "keep one")
    for index, plugin in enumerate(objects(item.body, "spec.plugins")):
        store = text(plugin, "parameters.barmanObjectName")
        if store is not None and not scene.exists("ObjectStore", item.namespace, store):
            yield item.diagnostic(f"spec.plugins[{index}].parameters.barmanObjectName", f"no ObjectStore {store!r}")
    initial = mapping(item.body, "spec.bootstrap.initdb")
    if bool(initial.get("database")) != bool(initial.get("owner")):
        yield item.diagnostic("spec.bootstrap.initdb", "database and owner go together", "state both or neither")


def _tag(image: str) -> str:
    """Give an image's tag; a digest is none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def _image(item: KubernetesObject) -> Diagnostics:
    image = text(item.body, "spec.imageName")
    if image is None:
        return
    tag = _tag(image)
    if tag == "latest":
        yield item.diagnostic("spec.imageName", "the tag latest hides upgrades from the operator", "name a version")
    elif not tag:
        yield item.diagnostic("spec.imageName", f"{image!r} has no tag to read a version from", _CATALOG)
    elif not tag[0].isdigit():
        yield item.diagnostic("spec.imageName", f"invalid version tag {tag!r}: it does not begin with digits", _CATALOG)
    elif (major := _major(item)) is not None and major < _OLDEST:
        yield item.diagnostic("spec.imageName", f"PostgreSQL {major} is not supported; from {_OLDEST} on it is")


def _major(item: KubernetesObject) -> int | None:
    stated = number(item.body, "spec.imageCatalogRef.major")
    if stated is not None:
        return int(stated)
    found = re.match(r"\d+", _tag(text(item.body, "spec.imageName") or ""))
    return int(found[0]) if found else None


def _catalog(item: KubernetesObject, scene: Scene) -> Diagnostics:
    path = "spec.imageCatalogRef"
    reference = mapping(item.body, path)
    kind, name, major = text(reference, "kind"), text(reference, "name"), at(reference, "major")
    if kind is None or name is None:
        return
    catalog = find(scene.everything, kind, "" if kind.startswith("Cluster") else item.namespace, name)
    if catalog is None:
        there = ", ".join(scene.names(kind, item.namespace)) or "none"
        yield item.diagnostic(f"{path}.name", f"no {kind} {name!r}; there: {there}", "the database would never start")
        return
    majors = [at(entry, "major") for entry in objects(catalog.body, "spec.images")]
    if known(major) and major not in majors and not has_unknown(majors):
        listed = ", ".join(map(str, majors))
        yield item.diagnostic(f"{path}.major", f"{kind} {name} has no image of {major}; it has: {listed}")


def _replicas(item: KubernetesObject) -> Diagnostics:
    instances = number(item.body, "spec.instances") or 1
    most = number(item.body, "spec.maxSyncReplicas") or 0
    synchronous = mapping(item.body, "spec.postgresql.synchronous")
    named = [*_items(synchronous.get("standbyNamesPre")), *_items(synchronous.get("standbyNamesPost"))]
    asked = number(synchronous, "number")
    if asked is not None and asked >= instances + len(named):
        reason = f"{asked:g} synchronous replicas of {instances:g} instances: the primary is none of its own replicas"
        yield item.diagnostic("spec.postgresql.synchronous.number", reason, "lower it, or add instances")
    if most >= instances and most > 0:
        yield item.diagnostic("spec.maxSyncReplicas", f"{most:g} is not below the {instances:g} instances")
    if (number(item.body, "spec.minSyncReplicas") or 0) > most:
        yield item.diagnostic("spec.minSyncReplicas", "is above maxSyncReplicas")
    if synchronous and most > 0:
        yield item.diagnostic(
            "spec.postgresql.synchronous", "excludes minSyncReplicas and maxSyncReplicas", "keep one way"
        )


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _parameters(item: KubernetesObject) -> Diagnostics:
    path = "spec.postgresql.parameters"
    for name, value in mapping(item.body, path).items():
        if not _PARAMETER.fullmatch(name):
            yield item.diagnostic(f"{path}.{name}", "is no name of a parameter")
        elif name in FIXED:
            yield item.diagnostic(f"{path}.{name}", "the operator fixes this parameter itself", "leave it out")
        elif name == "wal_level" and value == "minimal" and (number(item.body, "spec.instances") or 1) > 1:
            yield item.diagnostic(f"{path}.{name}", "replicas need wal_level logical or replica")
        elif name == "wal_log_hints" and value == "off" and (number(item.body, "spec.instances") or 1) > 1:
            yield item.diagnostic(f"{path}.{name}", "must be on while there are replicas")


def _log_sizes(item: KubernetesObject) -> Diagnostics:
    path = "spec.postgresql.parameters"
    parameters = mapping(item.body, path)
    least, most = (_bytes(parameters.get(name)) for name in ("min_wal_size", "max_wal_size"))
    for name, size in (("min_wal_size", least), ("max_wal_size", most), ("shared_buffers", None)):
        stated = parameters.get(name)
        if isinstance(stated, str) and size is None and _bytes(stated) is None:
            yield item.diagnostic(f"{path}.{name}", f"{stated!r} is no size", "as in 512MB or 2GB")
    if (least or 80 * _BYTES["MB"]) >= (most or _BYTES["GB"]):
        yield item.diagnostic(f"{path}.min_wal_size", "is not below max_wal_size", "lower it")
    volume = _storage(item.body, "spec.walStorage")
    for name, size in (("min_wal_size", least), ("max_wal_size", most)):
        if volume is not None and size is not None and size >= volume:
            yield item.diagnostic(f"{path}.{name}", "is not below the volume of the write-ahead log", "lower it")


def _storage(body: Mapping[str, Value], path: str) -> Decimal | None:
    return quantity(at(body, f"{path}.size"))


def _bytes(value: Value) -> int | None:
    """Read a size as PostgreSQL writes it; a bare number counts in MB, as the webhook reads it."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) * _BYTES[found[2]] if found else None


def _resources(item: KubernetesObject) -> Diagnostics:
    for name in ("cpu", "memory"):
        request = quantity(at(item.body, f"spec.resources.requests.{name}"))
        limit = quantity(at(item.body, f"spec.resources.limits.{name}"))
        if request is not None and limit is not None and request > limit:
            yield item.diagnostic(f"spec.resources.requests.{name}", "is above the limit", "lower it")
    memory = quantity(at(item.body, "spec.resources.requests.memory"))
    buffers = _bytes(mapping(item.body, "spec.postgresql.parameters").get("shared_buffers"))
    if memory is not None and buffers is not None and buffers > memory:
        yield item.diagnostic("spec.resources.requests.memory", "is below the parameter shared_buffers", "raise it")


def _pooler(item: KubernetesObject, scene: Scene) -> Diagnostics:
    yield from _database(item, scene)
    if text(item.body, "spec.cluster.name") == item.name:
        yield item.diagnostic("metadata.name", "a pooler cannot have its cluster's name")
    for name in mapping(item.body, "spec.pgbouncer.parameters"):
        if name not in PGBOUNCER:
            yield item.diagnostic(f"spec.pgbouncer.parameters.{name}", "invalid or reserved parameter", "leave it out")


def _scheduled_backup(item: KubernetesObject, scene: Scene) -> Diagnostics:
    yield from _database(item, scene)
    schedule = text(item.body, "spec.schedule")
    seconds, _, rest = (schedule or "").partition(" ")
    if schedule is None or schedule.startswith("@"):
        return
    fault = schedule_fault(rest) if re.fullmatch(r"[*]|[0-5]?\d", seconds) else f"{seconds!r} is not a second"
    if fault:
        yield item.diagnostic("spec.schedule", f"{schedule!r} {fault}", "six fields, seconds first: '0 0 2 * * *'")


def _database(item: KubernetesObject, scene: Scene) -> Diagnostics:
    name = text(item.body, "spec.cluster.name")
    if name is not None and not scene.exists("Cluster", item.namespace, name):
        there = ", ".join(scene.names("Cluster", item.namespace)) or "none"
        yield item.diagnostic("spec.cluster.name", f"no Cluster {name!r}; there: {there}", "correct the name")


_CHECKS: Final[Mapping[str, Callable[[KubernetesObject, Scene], Diagnostics]]] = {
    "Cluster": _cluster,
    "Pooler": _pooler,
    "ScheduledBackup": _scheduled_backup,
}
