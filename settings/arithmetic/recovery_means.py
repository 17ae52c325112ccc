"""By what means each store comes back from each failure, and what that costs: from the settings alone.

A recovery by hand begins with a person who is called. The size of a restore is the storage that the stack states.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from settings.arithmetic.alarms import Alarm, DatabaseScale, cache_alarms, database_alarms
from settings.arithmetic.schedules import longest_gap_seconds
from settings.facts import recovery as facts
from settings.facts.recovery import DAY, Figure
from settings.sizes.cache import CacheSettings
from settings.sizes.database import DatabaseSettings
from settings.sizes.timeseries import TimeseriesSettings
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.cache import CacheNeeds
from settings.workload.recovery import Failure
from settings.workload.tables import Table

_FAILOVER: Final[tuple[Failure, ...]] = ("zone", "instance")
_LOGICAL: Final[tuple[Failure, ...]] = ("bad_migration", "deleted_data")
_NOTHING: Final = Figure(what="nothing", seconds=0)
_SYNCHRONOUS: Final = 3
"""Instances from which a commit of the time-series database waits for a replica (charts/timescale)."""
_DAILY: Final = Figure(what="between two daily points, the second begun late", seconds=DAY + facts.POINT_START_SECONDS)
_COPIED_DAILY: Final = Figure(
    what="between two daily points, until the second is copied",
    seconds=_DAILY.seconds + facts.POINT_COPY_SECONDS,
    assumed=True,
)
_COPY: Final = "`backup.copy_region`"
_OUTSIDE: Final[dict[Failure, str]] = {
    "region": "nothing of it is kept in another region",
    "account_key": "nothing of it is kept in another account, and an administrator lifts every lock of this one",
}


@dataclass(frozen=True, kw_only=True)
class Means:
    """How a store comes back. `loss` None: everything is lost; `steps` None: it does not come back.

    `remedy` is the setting that would do better, if there is one.
    """

    means: str
    loss: Figure | None = _NOTHING
    steps: tuple[Figure, ...] | None = ()
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """One store in one failure."""

    failure: Failure
    store: str
    by: Means

    @property
    def loss_seconds(self) -> int | None:
        """How much of what was written last is lost; None: everything."""
        return None if self.by.loss is None else self.by.loss.seconds

    @property
    def down_seconds(self) -> int | None:
        """How long the recovery takes; None: it has no end."""
        return None if self.by.steps is None else sum(step.seconds for step in self.by.steps)


def expected(stack: StackSettings, workload: Workload) -> Iterator[Recovery]:
    """Yield what each store of a stack comes back by in each failure that touches it."""
    stores: list[tuple[str, Iterator[tuple[Failure, Means]]]] = []
    if workload.database is not None and stack.database is not None:
        stores.append(("database", _database(stack, stack.database, workload)))
    if workload.timeseries is not None and stack.timeseries is not None:
        stores.append(("timeseries", _timeseries(stack, stack.timeseries)))
    if workload.cache is not None and stack.cache is not None:
        stores.append(("cache", _cache(stack.cache, workload.cache)))
    for name, bucket in workload.buckets.items():
        stores.append((f"bucket {name}", _bucket(name, versions=bucket.versions)))
    for name, table in workload.tables.items():
        stores.append((f"table {name}", _table(stack, name, table)))
    if any(volume.kind == "shared" for service in workload.services.values() for volume in service.volumes.values()):
        stores.append(("shared files", _files(stack)))
    for store, found in stores:
        yield from (Recovery(failure=failure, store=store, by=means) for failure, means in found)


def _lost(*failures: Failure, remedy: str = "") -> Iterator[tuple[Failure, Means]]:
    for failure in failures:
        yield failure, Means(means=_OUTSIDE[failure], loss=None, steps=None, remedy=remedy)


def _database(stack: StackSettings, database: DatabaseSettings, workload: Workload) -> Iterator[tuple[Failure, Means]]:
    restored = _restored_database(database, workload)
    failover = Means(means="Multi-AZ fail-over to the synchronous standby", steps=(facts.RDS_FAILOVER,))
    alone = replace(restored, remedy="`database.multi_az: true`")
    for failure in _FAILOVER:
        yield failure, failover if database.multi_az else alone
    if database.source != "primary":
        for failure in _LOGICAL:
            yield failure, restored
    if database.source == "primary" or stack.followed:
        yield "region", _taken_over(database)
    else:
        follower = "a region with `database.source: primary` (docs/how-to/another-region.md)"
        copied = _copied_database(database, workload, restored)
        yield from _elsewhere(stack, replace(copied, remedy=follower), remedy=f"{_COPY}, or {follower}")
    yield from _lost("account_key")


def _elsewhere(stack: StackSettings, copied: Means, *, remedy: str = _COPY) -> Iterator[tuple[Failure, Means]]:
    """Restore, after the region is lost, what was copied into another one: there another stack is brought up first."""
    region = stack.backup.copy_region
    if region is None:
        yield from _lost("region", remedy=remedy)
        return
    after = (step for step in copied.steps or () if step != facts.PERSON)
    steps = (facts.PERSON, facts.STACK_CREATION, *after)
    yield "region", replace(copied, means=f"{copied.means}, in {region}", steps=steps)


def _copied_database(database: DatabaseSettings, workload: Workload, restored: Means) -> Means:
    """Return what the database is restored from where its backups are copied to: what it is restored from here."""
    if database.backup_retention_days:
        means = f"point-in-time recovery from copied backups, of the last {database.backup_retention_days} days"
        return replace(restored, means=means, loss=facts.RDS_COPIED)
    dump = workload.backups.dump
    gap = longest_gap_seconds(dump.schedule) if dump is not None else _DAILY.seconds
    if gap >= _DAILY.seconds:
        return replace(restored, loss=_COPIED_DAILY)
    return replace(restored, loss=_copied("between two dumps, until the second is copied", gap))


def _copied(what: str, seconds: int) -> Figure:
    """Return how much of what S3 copies is lost, of a store that adds to it this often."""
    return Figure(what=what, seconds=seconds + facts.COPY_MINUTES * facts.MINUTE, source=facts.COPY_SOURCE)


def _restored_database(database: DatabaseSettings, workload: Workload) -> Means:
    """Point-in-time recovery; without automated backups whichever is younger, the vault's daily point or a dump."""
    made, read = (facts.PERSON, facts.RDS_CREATION), reading(database.storage_gib)
    if database.backup_retention_days:
        means = f"point-in-time recovery beside it, of the last {database.backup_retention_days} days"
        return Means(means=means, loss=facts.RDS_LOG, steps=(*made, read))
    remedy, dump = "`database.backup_retention_days: 7`", workload.backups.dump
    gap = longest_gap_seconds(dump.schedule) if dump is not None else _DAILY.seconds
    if gap < _DAILY.seconds:
        loss = Figure(what="between two dumps", seconds=gap)
        load = reading(database.storage_gib, facts.DUMP_MIB_PER_SECOND)
        return Means(means="the newest dump", loss=loss, steps=(*made, load), remedy=remedy)
    return Means(means="the vault's daily point", loss=_DAILY, steps=(*made, read), remedy=remedy)


def reading(size_gib: int, mib_per_second: int = facts.RESTORE_MIB_PER_SECOND) -> Figure:
    """Return how long so many GiB take to be read, or loaded, at a rate."""
    return Figure(
        what=f"{size_gib} GiB are read at {mib_per_second} MiB/s",
        seconds=ceil(size_gib * 1024 / mib_per_second),
        source=facts.RESTORE_SOURCE if mib_per_second == facts.RESTORE_MIB_PER_SECOND else "",
        assumed=True,
    )


def _taken_over(database: DatabaseSettings) -> Means:
    """Promote the copy in another region. What it lags behind until the alarm counts is lost.

    The primary's own file does not say who starts the takeover, so a person does.
    """
    scale = DatabaseScale(instance_class=database.instance_class, storage_gib=database.storage_gib, replica=True)
    lag = _alarm(database_alarms(scale), "replica-lag")
    told = Figure(what="the alarm of the copy's lag", seconds=lag.period_seconds * lag.periods)
    by_itself = database.failover != "manual"
    person = () if by_itself else (facts.PERSON,)
    return Means(
        means="the copy in another region is promoted" + (", by the alarm" if by_itself else ", by hand"),
        loss=Figure(what="the lag from which the alarm counts", seconds=int(lag.threshold)),
        steps=(told, *person, facts.RDS_PROMOTION),
        remedy="" if by_itself else "`database.failover: fenced` in the region that follows",
    )


def _alarm(alarms: tuple[Alarm, ...], key: str) -> Alarm:
    return next(alarm for alarm in alarms if alarm.key == key)


def _timeseries(stack: StackSettings, stated: TimeseriesSettings) -> Iterator[tuple[Failure, Means]]:
    restored = Means(
        means=f"base backup and archived log, of the last {stated.backup_retention_days} days",
        loss=Figure(what="the log is archived this often", seconds=facts.ARCHIVE_SECONDS),
        steps=(facts.PERSON, facts.CLUSTER_CREATION, reading(stated.storage_gib)),
    )
    remedy = f"`timeseries.instances: {_SYNCHRONOUS}`"
    if stated.instances >= _SYNCHRONOUS:
        promoted = Means(means="a synchronous replica is promoted", steps=(facts.CLUSTER_FAILOVER,))
    else:
        loss = Figure(what="from this lag somebody is told", seconds=facts.REPLICA_BEHIND_SECONDS)
        promoted = Means(means="a replica is promoted", loss=loss, steps=(facts.CLUSTER_FAILOVER,), remedy=remedy)
    moved = Means(means="it starts on another node with its volume", steps=(facts.CLUSTER_MOVE,), remedy=remedy)
    alone = stated.instances == 1
    yield "zone", replace(restored, remedy=remedy) if alone else promoted
    yield "instance", moved if alone else promoted
    for failure in _LOGICAL:
        yield failure, restored
    lost = _copied("the log is archived this often, and then copied", facts.ARCHIVE_SECONDS)
    yield from _elsewhere(stack, replace(restored, loss=lost))
    yield from _lost("account_key")


def _cache(stated: CacheSettings, needs: CacheNeeds) -> Iterator[tuple[Failure, Means]]:
    """A cache that may drop any key holds nothing that counts as lost: the product makes it anew."""
    made_anew = needs.eviction.startswith("allkeys")
    if stated.replicas_per_shard:
        lag = int(_alarm(cache_alarms(replicated=True), "replication-lag").threshold)
        loss = Figure(what="the lag from which the alarm counts", seconds=lag)
        failover = Means(means="a replica is promoted", loss=loss, steps=(facts.CACHE_FAILOVER,))
    else:
        remedy = "`cache.replicas_per_shard: 1`"
        failover = Means(means="an empty node takes its place", loss=None, steps=(facts.CACHE_CREATION,), remedy=remedy)
    for failure in _FAILOVER:
        yield failure, replace(failover, loss=_NOTHING) if made_anew else failover
    if made_anew:
        yield "deleted_data", Means(means="the product fills it anew")
        return
    yield "deleted_data", _restored_cache(stated)
    yield from _lost("region", "account_key")


def _restored_cache(stated: CacheSettings) -> Means:
    if not stated.snapshot_retention_days:
        remedy = "`cache.snapshot_retention_days: 7`"
        return Means(means="no snapshot is kept", loss=None, steps=None, remedy=remedy)
    means = f"a daily snapshot, of the last {stated.snapshot_retention_days} days"
    return Means(means=means, loss=_DAILY, steps=(facts.PERSON, facts.CACHE_CREATION))


def _bucket(name: str, *, versions: bool) -> Iterator[tuple[Failure, Means]]:
    """S3 keeps an object in three zones or more, and a bucket has no primary instance."""
    yield "zone", Means(means="S3 keeps it in three zones")
    if versions:
        yield "deleted_data", Means(means="the version before is copied back", steps=(facts.PERSON,))
    else:
        remedy = f"`buckets.{name}.versions: true`"
        yield "deleted_data", Means(means="no version is kept", loss=None, steps=None, remedy=remedy)
    yield from _lost("region", "account_key")


def _table(stack: StackSettings, name: str, table: Table) -> Iterator[tuple[Failure, Means]]:
    """DynamoDB keeps an item in three zones, and a table has no primary instance."""
    yield "zone", Means(means="DynamoDB keeps it in three zones")
    steps = (facts.PERSON, facts.TABLE_RESTORE)
    remedy = f"`tables.{name}.recovery_days: 35`"
    point = Means(means="the vault's daily point", loss=_DAILY, steps=steps, remedy=remedy)
    if table.recovery_days:
        means = f"point-in-time recovery beside it, of the last {table.recovery_days} days"
        yield "deleted_data", Means(means=means, loss=facts.TABLE_LOG, steps=steps)
    elif table.backup:
        yield "deleted_data", point
    else:
        yield "deleted_data", Means(means="no point is kept", loss=None, steps=None, remedy=remedy)
    if table.backup:
        yield from _elsewhere(stack, replace(point, loss=_COPIED_DAILY, remedy=""))
    else:
        yield from _lost("region", remedy=f"`tables.{name}.backup: true` and {_COPY}")
    yield from _lost("account_key")


def _files(stack: StackSettings) -> Iterator[tuple[Failure, Means]]:
    """The file system is regional, with an entrance in every zone, and has no primary instance."""
    yield "zone", Means(means="EFS keeps it in every zone")
    steps = (facts.PERSON, facts.FILES_RESTORE)
    restored = Means(means="the vault's daily point", loss=_DAILY, steps=steps)
    yield "deleted_data", restored
    yield from _elsewhere(stack, replace(restored, loss=_COPIED_DAILY))
    yield from _lost("account_key")
