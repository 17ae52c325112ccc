"""What a recovery costs: sums of stated terms, that no better setting makes worse."""

from functools import cache
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import PlatformSettings
from settings.arithmetic.recovery import Judged, archive_stuck_seconds, judged
from settings.arithmetic.recovery_means import Recovery, expected, reading
from settings.facts import recovery as facts
from settings.facts.recovery import HOUR, MINUTE
from settings.workload.recovery import FAILURES, Failure, Failures, RecoveryNeeds
from tests.settings.product import files, with_change
from tools.stack import ROOT, settings_of

_SIZES = st.integers(min_value=20, max_value=65_536)
_MINUTES = st.integers(min_value=1, max_value=43_200)


@cache
def _trading() -> PlatformSettings:
    """A product with PostgreSQL, TimescaleDB and a cache."""
    return settings_of("prod", "ai-trading", ROOT)


def _changed(section: str, **values: object) -> dict[tuple[Failure, str], Recovery]:
    settings = _trading()
    part = getattr(settings.stack, section).model_copy(update=values)
    stack = settings.stack.model_copy(update={section: part})
    return {(each.failure, each.store): each for each in expected(stack, settings.workload)}


def _cost(recovery: Recovery) -> tuple[float, float]:
    """Loss and downtime as numbers that compare: everything and no end are more than any."""
    loss, down = recovery.loss_seconds, recovery.down_seconds
    return inf if loss is None else loss, inf if down is None else down


@given(_SIZES, _SIZES)
def test_a_larger_store_is_never_restored_sooner(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert reading(small).seconds <= reading(large).seconds
    restored = [
        _changed("database", storage_gib=size)["bad_migration", "database"].down_seconds for size in (small, large)
    ]
    assert restored[0] is not None
    assert restored[1] is not None
    assert restored[0] <= restored[1]


@given(_SIZES)
def test_a_restore_is_the_sum_of_its_terms(size: int) -> None:
    recovery = _changed("database", storage_gib=size)["bad_migration", "database"]
    read = size * 1024 / facts.RESTORE_MIB_PER_SECOND
    assert recovery.loss_seconds == 5 * MINUTE
    assert recovery.down_seconds is not None
    assert 0 <= recovery.down_seconds - (15 + 20) * MINUTE - read < 1


@given(st.integers(min_value=0, max_value=35), st.booleans(), _SIZES)
def test_a_standby_and_backups_never_make_a_recovery_worse(days: int, standby: bool, size: int) -> None:
    with_less = _changed("database", backup_retention_days=days, multi_az=standby, storage_gib=size)
    with_more = _changed("database", backup_retention_days=max(days, 1), multi_az=True, storage_gib=size)
    for key, recovery in with_more.items():
        assert all(more <= less for more, less in zip(_cost(recovery), _cost(with_less[key]), strict=True)), key


@given(st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=9))
def test_more_instances_never_make_a_recovery_longer_nor_a_zones_loss_greater(one: int, other: int) -> None:
    """A lone instance that moves with its volume loses nothing; a replica that lags does."""
    few, many = sorted((one, other))
    fewer, more = _changed("timeseries", instances=few), _changed("timeseries", instances=many)
    for key, recovery in more.items():
        (lost, down), (lost_before, down_before) = _cost(recovery), _cost(fewer[key])
        assert down <= down_before, key
        assert lost <= lost_before or key[0] == "instance", key


def test_what_one_instance_alone_can_do() -> None:
    database, series, keys = (
        _changed("database", multi_az=False),
        _changed("timeseries", instances=1),
        _changed("cache", replicas_per_shard=0),
    )
    assert database["zone", "database"].by.remedy == "`database.multi_az: true`"
    assert database["zone", "database"].down_seconds == database["bad_migration", "database"].down_seconds
    assert series["zone", "timeseries"].loss_seconds == facts.ARCHIVE_SECONDS
    assert (series["instance", "timeseries"].loss_seconds, series["instance", "timeseries"].down_seconds) == (0, 900)
    assert _changed("timeseries", instances=2)["zone", "timeseries"].loss_seconds == facts.REPLICA_BEHIND_SECONDS
    assert keys["instance", "cache"].loss_seconds is None
    assert keys["instance", "cache"].by.remedy == "`cache.replicas_per_shard: 1`"


@pytest.mark.parametrize(
    ("schedule", "means", "loss"),
    [
        ("0 */6 * * *", "the newest dump", 6 * HOUR),
        ("0 2 * * *", "the newest dump", 24 * HOUR),
        ("0 2 * * 0", "the vault's daily point", 25 * HOUR),
        (None, "the vault's daily point", 25 * HOUR),
    ],
)
def test_without_automated_backups_the_younger_of_dump_and_point_is_restored(
    schedule: str | None, means: str, loss: int
) -> None:
    settings = _trading()
    dump = settings.workload.backups.dump
    assert dump is not None
    assert settings.stack.database is not None
    dumped = dump.model_copy(update={"schedule": schedule}) if schedule else None
    backups = settings.workload.backups.model_copy(update={"dump": dumped})
    database = settings.stack.database.model_copy(update={"backup_retention_days": 0})
    stack = settings.stack.model_copy(update={"database": database})
    found = expected(stack, settings.workload.model_copy(update={"backups": backups}))
    (recovery,) = (each for each in found if (each.failure, each.store) == ("bad_migration", "database"))
    assert (recovery.by.means, recovery.loss_seconds) == (means, loss)


def _copied(**database: object) -> dict[str, Recovery]:
    """What the region's loss costs each store of the product, with copies in another one."""
    found = _changed("backup", copy_region="eu-west-1")
    if database:
        stack = _trading().stack
        assert stack.database is not None
        backup = stack.backup.model_copy(update={"copy_region": "eu-west-1"})
        changed = {"database": stack.database.model_copy(update=database), "backup": backup}
        again = expected(stack.model_copy(update=changed), _trading().workload)
        found = {(each.failure, each.store): each for each in again}
    return {store: each for (failure, store), each in found.items() if failure == "region"}


def test_what_is_copied_outlives_the_region_and_costs_another_stack_first() -> None:
    here, there = _changed("backup"), _copied()
    for store, loss in (("database", 30 * MINUTE), ("timeseries", 20 * MINUTE)):
        assert here["region", store].loss_seconds is None
        assert "`backup.copy_region`" in here["region", store].by.remedy
        restored = here["bad_migration", store].down_seconds
        assert restored is not None
        assert _cost(there[store]) == (loss, restored + facts.STACK_CREATION.seconds)
        assert there[store].by.means.endswith(", in eu-west-1")
    assert there["cache"].loss_seconds is None


def test_without_automated_backups_the_newest_copied_dump_is_restored() -> None:
    dumped = _copied(backup_retention_days=0)["database"]
    assert (dumped.by.means, dumped.loss_seconds) == ("the newest dump, in eu-west-1", 24 * HOUR + 15 * MINUTE)


def test_a_live_copy_is_promoted_and_no_backup_restored() -> None:
    stack = _trading().stack
    ingress = stack.ingress.model_copy(update={"routing": "primary"})
    backup = stack.backup.model_copy(update={"copy_region": "eu-west-1"})
    changed = {"ingress": ingress, "backup": backup, "replica_regions": ("eu-west-1",)}
    found = expected(stack.model_copy(update=changed), _trading().workload)
    (recovery,) = (each for each in found if (each.failure, each.store) == ("region", "database"))
    assert recovery.by.means.startswith("the copy in another region is promoted")


def _product(folder: Path, **changes: Any) -> PlatformSettings:
    stated = files(folder)
    for path, value in changes.items():
        stated.workload = with_change(stated.workload, path.replace("__", "."), value)
    stated.write()
    return stated.load()


def test_a_cache_that_may_drop_any_key_loses_nothing_that_counts(tmp_path: Path) -> None:
    settings = _product(tmp_path, cache__eviction="allkeys-lru")
    found = {each.failure: each for each in expected(settings.stack, settings.workload) if each.store == "cache"}
    assert set(found) == {"zone", "instance", "deleted_data"}
    assert {each.loss_seconds for each in found.values()} == {0}


def test_buckets_and_shared_folders_survive_a_zone_and_come_back_from_versions_and_points(tmp_path: Path) -> None:
    volumes = {"/data": {"kind": "shared", "size": "5Gi"}}
    buckets = {"kept": {}, "bare": {"versions": False}}
    settings = _product(tmp_path, buckets=buckets, services__api__volumes=volumes)
    found = {(each.store, each.failure): each for each in expected(settings.stack, settings.workload)}
    for store in ("bucket kept", "bucket bare", "shared files"):
        assert _cost(found[store, "zone"]) == (0, 0)
        assert found[store, "region"].loss_seconds is None
        assert (store, "instance") not in found
    assert _cost(found["bucket kept", "deleted_data"]) == (0, 15 * MINUTE)
    assert found["bucket bare", "deleted_data"].by.remedy == "`buckets.bare.versions: true`"
    assert _cost(found["shared files", "deleted_data"]) == (25 * HOUR, 75 * MINUTE)


def _needs(**stated: Any) -> list[Judged]:
    settings = _trading()
    workload = settings.workload.model_copy(update={"recovery": RecoveryNeeds(**stated)})
    return list(judged(settings.stack, workload))


@given(_MINUTES, _MINUTES)
def test_an_objective_is_kept_up_to_its_minute(rpo: int, rto: int) -> None:
    for each in _needs(rpo_minutes=rpo, rto_minutes=rto):
        loss, down = _cost(each.recovery)
        assert each.met == (loss <= rpo * 60 and down <= rto * 60)


@given(st.sampled_from(FAILURES), _MINUTES, _MINUTES)
def test_a_failures_own_objective_goes_before_the_products(failure: Failure, general: int, own: int) -> None:
    failures = Failures.model_validate({failure: {"rto_minutes": own}})
    for each in _needs(rto_minutes=general, failures=failures):
        assert each.rto_minutes == (own if each.recovery.failure == failure else general)
        assert each.rpo_minutes is None


def test_without_objectives_nothing_is_missed() -> None:
    assert all(each.met for each in _needs())


@given(_MINUTES)
def test_the_archive_is_stuck_after_the_recovery_point_and_never_before_two_of_its_intervals(rpo: int) -> None:
    workload = _trading().workload.model_copy(update={"recovery": RecoveryNeeds(rpo_minutes=rpo)})
    assert archive_stuck_seconds(workload) == max(10, rpo) * MINUTE
    none = workload.model_copy(update={"recovery": None})
    assert archive_stuck_seconds(none) == 15 * MINUTE
