"""What time does to the cloud by itself, on a store whose clock is moved."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_cloud.cloud import passage, rules
from offline_cloud.cloud.clock import Clock, ClockError, duration, moment, written
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Properties, Record
from offline_cloud.cloud.store import Store
from offline_cloud.cloud.world import Index

START = datetime(2100, 1, 5, tzinfo=UTC)  # a Tuesday, later than any machine's clock
STATED: Properties = {
    "identifier": "shop",
    "engine": "postgres",
    "engineVersion": "16.4",
    "instanceClass": "db.m7g.large",
    "maintenanceWindow": "sun:03:00-sun:04:00",
    "autoMinorVersionUpgrade": False,
}
DATABASE = Record(
    urn=f"urn:pulumi:dev::small::{facts.DATABASE}::db",
    type=facts.DATABASE,
    region="eu-west-1",
    id="db-1",
    inputs=STATED,
    outputs={**STATED, "engineVersionActual": "16.4"},
)
SECRET = replace(
    DATABASE,
    urn=f"urn:pulumi:dev::small::{facts.SECRET}::token",
    type=facts.SECRET,
    id="arn:secret",
    inputs={"name": "token", "recoveryWindowInDays": 7},
    outputs={},
)


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    with closing(Store(tmp_path / "cloud.db")) as opened:
        Clock(opened).move(START)
        passage.catch_up(opened)
        yield opened


def ask(store: Store, **inputs: str) -> None:
    """Update the database as the provider does."""
    (old,) = store.of_type(facts.DATABASE)
    wanted = replace(old, inputs={**old.inputs, **inputs})
    waits = rules.waiting(old, wanted, Index(store.records()), Clock(store).now())
    store.update(replace(old, inputs=waits.inputs, outputs={**old.outputs, **waits.inputs, **waits.outputs}))
    for record in waits.later:
        store.add_left(record)


def move(store: Store, by: str) -> list[str]:
    clock = Clock(store)
    clock.move(clock.now() + duration(by))
    return passage.catch_up(store)


def test_the_window_makes_what_waits_once(store: Store) -> None:
    store.put(DATABASE)
    ask(store, instanceClass="db.m7g.xlarge", engineVersion="16.9", parameterGroupName="new")
    assert [wait.until for wait in passage.waits(store)] == [datetime(2100, 1, 10, 3, tzinfo=UTC)]
    assert move(store, "4d") == []
    (told,) = move(store, "2d")
    assert told.startswith("2100-01-10T03:00Z  shop: engineVersion 16.9, instanceClass db.m7g.xlarge")
    (made,) = store.of_type(facts.DATABASE)
    assert (made.inputs["instanceClass"], made.outputs["instanceClass"]) == ("db.m7g.xlarge", "db.m7g.xlarge")
    assert made.outputs["engineVersionActual"] == "16.9"
    assert passage.waits(store) == []
    assert move(store, "8w") == []


def test_a_window_that_restarts_the_instance_applies_parameters_too(store: Store) -> None:
    store.put(DATABASE)
    ask(store, parameterGroupName="new")
    ask(store, instanceClass="db.m7g.xlarge")
    assert [wait.what for wait in passage.waits(store)] == ["instanceClass db.m7g.xlarge", "parameter group new"]
    assert len(move(store, "8d")) == 1
    assert passage.waits(store) == []


def test_a_reboot_applies_parameters_and_no_window_does(store: Store) -> None:
    store.put(DATABASE)
    ask(store, parameterGroupName="new")
    assert move(store, "2w") == []
    assert [wait.what for wait in passage.waits(store)] == ["parameter group new"]
    assert passage.reboot(store, "shop", "dev") == ["parameter group new"]
    assert passage.reboot(store, "shop", "dev") == []
    with pytest.raises(LookupError, match="the stack has no Instance shop"):
        passage.reboot(store, "shop", "prod")


@pytest.mark.parametrize(
    ("stated", "actual", "raised", "shown"),
    [("16.4", "16.4", True, "16.309"), ("16", "16", True, "16"), ("16.4", "16.4", False, "16.4")],
)
def test_a_window_raises_the_minor_version_of_who_lets_it(
    store: Store, stated: str, actual: str, raised: bool, shown: str
) -> None:
    inputs = {**STATED, "engineVersion": stated, "autoMinorVersionUpgrade": raised}
    store.put(replace(DATABASE, inputs=inputs, outputs={**inputs, "engineVersionActual": actual}))
    told = move(store, "8w")
    (now,) = store.of_type(facts.DATABASE)
    assert now.inputs["engineVersion"] == now.outputs["engineVersion"] == shown
    assert now.outputs["engineVersionActual"] == ("16.309" if raised else "16.4")
    assert len(told) == int(raised)
    assert move(store, "1w") == []


def test_a_secrets_name_is_free_once_its_recovery_window_is_over(store: Store) -> None:
    store.put(SECRET)
    store.delete(SECRET, rules.left(SECRET, Clock(store).now()))
    again = replace(SECRET, id="", urn=SECRET.urn + "2")
    assert rules.before_create(again, Index(store.records())) != []
    assert move(store, "6d") == []
    assert move(store, "1d") == ["2100-01-12T00:00Z  token: deleted for good"]
    assert rules.before_create(again, Index(store.records())) == []


def test_the_clock_never_goes_back(store: Store) -> None:
    clock = Clock(store)
    with pytest.raises(ClockError, match=r"the clock is at 2100-01-05T00:00Z and does not go back to 2099-"):
        clock.move(START - timedelta(days=30))
    store.note({"clock_offset_seconds": "0"})  # the machine's own clock is back in this century
    assert clock.now() == clock.seen()


@pytest.mark.parametrize(("text", "length"), [("3d", timedelta(days=3)), ("1w12h", timedelta(weeks=1, hours=12))])
def test_a_length_of_time_is_read(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "3", "d", "-3d", "3d ", "3y", "99999d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ClockError, match="is no length of time; write it as 3d"):
        duration(text)


def test_a_time_is_read_with_and_without_its_zone() -> None:
    assert written(moment("2026-12-07T03:00Z")) == written(moment("2026-12-07T03:00")) == "2026-12-07T03:00Z"
    assert written(moment("2026-12-07T03:00+02:00")) == "2026-12-07T01:00Z"
    with pytest.raises(ClockError, match="monday is no time"):
        moment("monday")
