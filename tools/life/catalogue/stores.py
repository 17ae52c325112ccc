"""Changes of what holds data: database, cache, buckets, their backups, and what of them is refused."""

from typing import Final

from settings.facts.support import POSTGRES
from settings.sizes.cache import CacheSettings
from settings.sizes.database import DatabaseSettings
from tools.life.change import NOTHING, Change, Given, Move, Operation, of_product, of_stack
from tools.life.proofs import mentioned, number, stands
from tools.operations.files import Edits
from tools.plan.words import Kind

_INSTANCE: Final = "aws:rds/instance:Instance"
_LOGS: Final = "aws:cloudwatch/logGroup:LogGroup"
_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_SIZES: Final = ("micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge")
_BUCKET: Final = "years"
_AUTHORITIES: Final = ("rds-ca-rsa2048-g1", "rds-ca-ecc384-g1")
_MOST_DAYS: Final = 35
"""Of automated backups and of snapshots alike."""


def _database(given: Given) -> DatabaseSettings | None:
    return given.settings.stack.database


def _cache(given: Given) -> CacheSettings | None:
    return given.settings.stack.cache


def _larger(machine: str) -> str | None:
    """The next size of a family; None at its end, which T machines have at 2xlarge."""
    family, _, size = machine.rpartition(".")
    place = _SIZES.index(size) + 1 if size in _SIZES else len(_SIZES)
    end = len(_SIZES) - (2 if ".t" in family else 0)
    return f"{family}.{_SIZES[place]}" if place < end else None


def _class(given: Given, *, now: bool) -> Move | None:
    database = _database(given)
    larger = _larger(database.instance_class) if database else None
    if database is None or larger is None or (not now and database.apply_changes == "now"):
        return None
    edits = Edits(
        stack={("database", "instance_class"): larger},
        permit=("apply-now", "database") if now and database.apply_changes == "window" else None,
    )
    return Move(edits=edits, proofs=(stands(_INSTANCE, instanceClass=larger),))


def _unpermitted(given: Given) -> Move | None:
    """Take the word for an immediate change out, once it was made."""
    if not any(each.change == "apply-now" for each in given.settings.stack.permits):
        return None
    return Move(edits=Edits(withdraw=("apply-now", "database")))


def _interrupted(given: Given) -> Kind:
    """A standby takes over; a replica, or a primary without one, is away."""
    database = _database(given)
    alone = database is None or not database.multi_az or database.read_replicas
    return Kind.RESTART if alone else Kind.FAIL_OVER


def _storage(given: Given) -> Move | None:
    database = _database(given)
    if database is None:
        return None
    size = database.storage_gib * 11 // 10 + 1
    most = max(database.maximum_storage_gib, size * 13 // 10)
    stated = {("database", "storage_gib"): size, ("database", "maximum_storage_gib"): most}
    return of_stack(stated)


def _storage_smaller(given: Given) -> Move | None:
    database = _database(given)
    if database is None or database.storage_gib <= 30:  # noqa: PLR2004
        return None
    return of_stack({("database", "storage_gib"): database.storage_gib - 1})


def _slow_query(given: Given) -> Move | None:
    needs = given.settings.workload.database
    if needs is None:
        return None
    path = ("database", "slow_query_milliseconds")
    return of_product({path: needs.slow_query_milliseconds + 50}, mentioned(str(needs.slow_query_milliseconds + 50)))


def _extension(given: Given) -> Move | None:
    needs = given.settings.workload.database
    if needs is None or "pgcrypto" in needs.extensions:
        return None
    return of_product({("database", "extensions"): [*needs.extensions, "pgcrypto"]})


def _backups(given: Given, days: int) -> Move | None:
    database = _database(given)
    if database is None or not 1 <= database.backup_retention_days + days <= _MOST_DAYS:
        return None
    kept = database.backup_retention_days + days
    return of_stack({("database", "backup_retention_days"): kept})


def _backups_shorter(given: Given) -> Move | None:
    return _backups(given, -1) if given.settings.stack.protection.stateful else None


def _window(given: Given) -> Move | None:
    database = _database(given)
    if database is None:
        return None
    # An hour that neither backups nor the cache's own window have.
    window = "sat:06:00-sat:07:00" if not database.maintenance_window.startswith("sat:06") else "mon:06:00-mon:07:00"
    return of_stack({("database", "maintenance_window"): window}, stands(_INSTANCE, maintenanceWindow=window))


def _replica(given: Given) -> Move | None:
    database = _database(given)
    if database is None or database.read_replicas >= 2 or database.source != "own":  # noqa: PLR2004
        return None
    count = database.read_replicas + 1
    stated: dict[tuple[str, ...], object] = {("database", "read_replicas"): count}
    if count == 1:
        # RDS makes no replica of an instance whose password it keeps.
        stated["database", "master_password"] = "platform"
    return of_stack(stated, number(_INSTANCE, "database-replica-", count))


def _fewer(given: Given) -> Move | None:
    database = _database(given)
    if database is None or database.read_replicas == 0:
        return None
    count = database.read_replicas - 1
    stated: dict[tuple[str, ...], object] = {("database", "read_replicas"): count}
    if count == 0:
        stated["database", "master_password"] = "platform"
    return Move(
        edits=Edits(stack=stated, permit=("retire", "database.replicas")),
        operation=Operation("lower-replicas", to=str(count)),
        proofs=(number(_INSTANCE, "database-replica-", count), number(_LOGS, f"database-replica-{count + 1}-", 0)),
        gives_up=(f"database-replica-{count + 1}-",),
    )


def _postgresql(given: Given) -> Move | None:
    needs = given.settings.workload.database
    major = needs.version.partition(".")[0] if needs else ""
    newer = [version for version in POSTGRES if version > major]
    if needs is None or not newer:
        return None
    edits = Edits(product={("database", "version"): newer[0]}, permit=("upgrade", "database"))
    operation = Operation("upgrade-postgresql", to=newer[0])
    return Move(edits=edits, operation=operation, proofs=(mentioned(f"postgres{newer[0]}"),))


def _database_renamed(given: Given) -> Move | None:
    needs = given.settings.workload.database
    return of_product({("database", "name"): f"{needs.name}_two"}) if needs else None


def _authority(given: Given) -> Move | None:
    database = _database(given)
    if database is None:
        return None
    other = next(each for each in _AUTHORITIES if each != database.certificate_authority)
    return of_stack({("database", "certificate_authority"): other}, stands(_INSTANCE, caCertIdentifier=other))


def _node_type(given: Given) -> Move | None:
    cache = _cache(given)
    larger = _larger(cache.node_type) if cache else None
    return of_stack({("cache", "node_type"): larger}, stands(_GROUP, nodeType=larger)) if larger else None


def _moved(given: Given) -> Kind:
    """Where shards or replicas fail over by themselves, each shard's new node takes over."""
    cache, needs = _cache(given), given.settings.workload.cache
    return Kind.FAIL_OVER if cache and needs and (needs.sharded or cache.replicas_per_shard) else Kind.RESTART


def _shard(given: Given) -> Move | None:
    cache, needs = _cache(given), given.settings.workload.cache
    if cache is None or needs is None or needs.cluster_mode == "disabled":
        return None
    return of_stack({("cache", "shards"): cache.shards + 1}, stands(_GROUP, numNodeGroups=cache.shards + 1))


def _cache_replica(given: Given) -> Move | None:
    cache = _cache(given)
    if cache is None or cache.replicas_per_shard >= 3:  # noqa: PLR2004
        return None
    return of_stack({("cache", "replicas_per_shard"): cache.replicas_per_shard + 1})


def _eviction(given: Given) -> Move | None:
    needs = given.settings.workload.cache
    if needs is None:
        return None
    other = "allkeys-lfu" if needs.eviction != "allkeys-lfu" else "allkeys-lru"
    return of_product({("cache", "eviction"): other}, mentioned(other))


def _snapshots(given: Given) -> Move | None:
    cache = _cache(given)
    if cache is None or cache.snapshot_retention_days >= _MOST_DAYS:
        return None
    days = cache.snapshot_retention_days + 1
    return of_stack({("cache", "snapshot_retention_days"): days}, stands(_GROUP, snapshotRetentionLimit=days))


def _valkey(given: Given) -> Move | None:
    needs = given.settings.workload.cache
    if needs is None or needs.engine == "valkey":
        return None
    edits = Edits(product={("cache", "engine"): "valkey", ("cache", "version"): "8.0"}, permit=("upgrade", "cache"))
    return Move(
        edits=edits, operation=Operation("redis-to-valkey", to="8.0"), proofs=(stands(_GROUP, engine="valkey"),)
    )


def _cache_retired(given: Given) -> Move | None:
    needs = given.settings.workload
    read = any("cache." in str(getattr(each, "output", "")) for each in needs.secrets.values())
    if needs.cache is None or read or any("cache" in each.uses for each in needs.services.values()):
        return None
    to = "" if given.settings.stack.retention.final_snapshots else "nothing"
    return Move(
        edits=Edits(product={("cache",): None}),
        operation=Operation("retire-store", "cache", to),
        proofs=(number(_GROUP, "", 0),),
        gives_up=("cache",),
    )


def _bucket(given: Given) -> Move | None:
    if given.has("buckets", _BUCKET):
        return None
    return of_product({("buckets", _BUCKET): {"versions": True}}, mentioned(f"-{_BUCKET}"))


def _bucket_retired(given: Given) -> Move | None:
    if not given.has("buckets", _BUCKET):
        return None
    edits = Edits(product={("buckets", _BUCKET): None})
    return Move(edits=edits, operation=Operation("retire-store", f"buckets.{_BUCKET}"), gives_up=(f"bucket-{_BUCKET}",))


CHANGES: Final = (
    Change("database-class-at-the-window", _interrupted, lambda given: _class(given, now=False)),
    Change("database-class-now", _interrupted, lambda given: _class(given, now=True)),
    Change("permit-withdrawn", NOTHING, _unpermitted, after="database-class-now"),
    Change("database-storage", NOTHING, _storage),
    Change("database-storage-smaller", Kind.IMPOSSIBLE, _storage_smaller, refused=True),
    Change("database-parameter", NOTHING, _slow_query),
    Change("database-extension", NOTHING, _extension),
    Change("database-backups-longer", NOTHING, lambda given: _backups(given, 1)),
    Change("database-backups-shorter", Kind.LOSES_DATA, _backups_shorter, refused=True),
    Change("database-window", NOTHING, _window),
    Change("database-authority", NOTHING, _authority),
    Change("database-renamed", None, _database_renamed, refused=True, says="the product would go on with an empty"),
    Change("replica-added", NOTHING, _replica),
    Change("replica-removed", Kind.LOSES_DATA, _fewer, after="replica-added"),
    Change("postgresql-major", Kind.WINDOW, _postgresql),
    Change("cache-node-type", _moved, _node_type),
    Change("cache-shard-added", Kind.ROLLING, _shard),
    Change("cache-replica-added", NOTHING, _cache_replica),
    Change("cache-eviction", NOTHING, _eviction),
    Change("cache-snapshots-longer", NOTHING, _snapshots),
    Change("cache-to-valkey", Kind.FAIL_OVER, _valkey),
    Change("cache-retired", None, _cache_retired),
    Change("bucket-added", NOTHING, _bucket),
    Change("bucket-retired", None, _bucket_retired, after="bucket-added"),
)
