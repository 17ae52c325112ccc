"""What of a change waits for the maintenance window or a reboot, and what the cloud shows meanwhile."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import botocore.session
import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.pending import PENDING, REBOOT
from offline_cloud.cloud.core.resource import Waits
from offline_cloud.cloud.core.windows import next_opening
from offline_cloud.cloud.model import Properties, Record, Value
from offline_cloud.cloud.services.rds.pending import FIELDS, newest_minor
from tests.offline_cloud.cloud.memory import Memory, change, codes

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)  # a Tuesday
STATED: Properties = {
    "identifier": "shop",
    "engine": "postgres",
    "engineVersion": "16.4",
    "instanceClass": "db.m7g.large",
    "allocatedStorage": 100,
    "backupRetentionPeriod": 7,
    "parameterGroupName": "old",
    "maintenanceWindow": "sun:03:00-sun:04:00",
}


@pytest.fixture
def world() -> Memory:
    return Memory()


def update(world: Memory, old: Record, **inputs: Value) -> tuple[Record, Waits]:
    """Update a resource as the provider does; gives it as the cloud then has it, and what waits."""
    waits = rules.waiting(old, replace(old, inputs={**old.inputs, **inputs}), world, NOW)
    done = {*waits.over, *((each.type, each.id) for each in waits.later)}
    world.records = [each for each in world.records if each != old and (each.type, each.id) not in done]
    new = replace(old, inputs=waits.inputs, outputs={**old.outputs, **waits.inputs, **waits.outputs})
    world.records += [new, *waits.later]
    return new, waits


def values(waits: Waits) -> object:
    return next((each.inputs["values"] for each in waits.later if each.type == PENDING), None)


def test_what_waits_is_shown_as_it_was_and_the_rest_counts_at_once(world: Memory) -> None:
    old = world.add(facts.DATABASE, "db", **STATED)
    new, waits = update(world, old, instanceClass="db.m7g.xlarge", backupRetentionPeriod=14, multiAz=True)
    assert new.inputs["instanceClass"] == "db.m7g.large"
    assert (new.inputs.get("multiAz"), new.outputs["multiAz"]) == (None, False)
    assert new.inputs["backupRetentionPeriod"] == 14
    assert values(waits) == {"instanceClass": "db.m7g.xlarge", "multiAz": True}
    assert waits.later[0].inputs["at"] == "2026-12-06T03:00:00+00:00"


def test_a_replica_that_is_promoted_states_what_it_had_from_its_source(world: Memory) -> None:
    world.add(facts.DATABASE, "source", **STATED)
    replica = world.add(facts.DATABASE, "replica", identifier="replica", replicateSourceDb="shop", multiAz=False)
    _, waits = update(world, replica, engineVersion="16.4", allocatedStorage=100, instanceClass="db.m7g.large")
    assert values(waits) == {"instanceClass": "db.m7g.large"}


def test_backups_that_are_switched_on_or_off_wait(world: Memory) -> None:
    old = world.add(facts.DATABASE, "db", **{**STATED, "backupRetentionPeriod": 0})
    new, waits = update(world, old, backupRetentionPeriod=7)
    assert (new.inputs["backupRetentionPeriod"], values(waits)) == (0, {"backupRetentionPeriod": 7})


def test_the_backups_of_a_promoted_replica_are_on_at_once(world: Memory) -> None:
    world.add(facts.DATABASE, "source", **STATED)
    replica = world.add(facts.DATABASE, "replica", identifier="replica", replicateSourceDb="shop")
    new, waits = update(world, replica, replicateSourceDb="", backupRetentionPeriod=7)
    assert (new.inputs["backupRetentionPeriod"], values(waits)) == (7, None)


def test_a_second_change_joins_the_first_and_one_of_them_made_now_makes_both(world: Memory) -> None:
    old, _ = update(world, world.add(facts.DATABASE, "db", **STATED), instanceClass="db.m7g.xlarge")
    old, waits = update(world, old, allocatedStorage=200)
    assert values(waits) == {"instanceClass": "db.m7g.xlarge", "allocatedStorage": 200}
    new, waits = update(world, old, applyImmediately=True, tags={"a": "b"})
    assert (new.inputs["instanceClass"], new.inputs["allocatedStorage"]) == ("db.m7g.xlarge", 200)
    assert [each for each in world.records if each.type == PENDING] == []


def test_a_version_that_waits_is_in_the_state_and_the_actual_one_is_the_old(world: Memory) -> None:
    old = world.add(facts.DATABASE, "db", **STATED)
    new, waits = update(world, old, engineVersion="16.9")
    assert (new.inputs["engineVersion"], new.outputs["engineVersionActual"]) == ("16.9", "16.4")
    assert values(waits) == {"engineVersion": "16.9"}
    back, waits = update(world, new, engineVersion="16.4")
    assert (back.outputs["engineVersionActual"], values(waits)) == ("16.4", None)
    at_once, _ = update(world, back, engineVersion="16.9", applyImmediately=True)
    assert at_once.outputs["engineVersionActual"] == "16.9"


def test_an_instance_never_goes_back_from_what_an_automatic_upgrade_made_of_it(world: Memory) -> None:
    world.add(facts.DATABASE_PARAMETERS, "old", name="old", family="postgres16")
    old = world.add(facts.DATABASE, "db", **STATED)
    raised = replace(
        old,
        inputs={**old.inputs, "engineVersion": "16.9"},
        outputs={**old.outputs, "engineVersionActual": "16.9"},
    )
    assert codes(change(world, raised, engineVersion="16.4")) == {"InvalidParameterCombination"}
    assert change(world, raised, engineVersion="16") == []


def test_parameters_wait_until_the_instance_restarts_for_whatever_reason(world: Memory) -> None:
    group: Properties = {"name": "old", "family": "postgres16"}
    parameters = world.add(facts.DATABASE_PARAMETERS, "old", **group)
    database = world.add(facts.DATABASE, "db", **STATED)
    stated: list[Value] = [
        {"name": "shared_buffers", "value": "1", "applyMethod": "pending-reboot"},
        {"name": "work_mem", "value": "1", "applyMethod": "immediate"},
    ]
    _, waits = update(world, parameters, parameters=stated)
    assert [each.inputs["parameters"] for each in waits.later] == [["shared_buffers = 1"]]
    database, waits = update(world, database, parameterGroupName="other")
    assert database.inputs["parameterGroupName"] == "other"
    assert [each.inputs["parameters"] for each in waits.later] == [["shared_buffers = 1", "parameter group other"]]
    update(world, database, instanceClass="db.m7g.xlarge", applyImmediately=True)
    assert [each for each in world.records if each.type == REBOOT] == []


def test_a_caches_node_type_waits_for_its_window(world: Memory) -> None:
    stated: Properties = {
        "replicationGroupId": "c",
        "nodeType": "cache.t4g.small",
        "engineVersion": "7.1",
        "maintenanceWindow": "tue:10:00-tue:11:00",
    }
    new, waits = update(world, world.add(facts.CACHE, "c", **stated), nodeType="cache.t4g.medium", engineVersion="7.2")
    assert (new.inputs["nodeType"], new.inputs["engineVersion"]) == ("cache.t4g.small", "7.1")
    assert waits.later[0].inputs["at"] == "2026-12-08T10:00:00+00:00"


def test_every_input_that_waits_is_one_that_rds_reports_as_pending() -> None:
    shape = cast("Any", botocore.session.Session()).get_service_model("rds").shape_for("PendingModifiedValues")
    reported = {str(name).lower().removeprefix("db") for name in shape.members}
    provider = {"caCertIdentifier": "cacertificateidentifier", "dbSubnetGroupName": "subnetgroupname"}
    assert {provider.get(path, path.lower()) for path in FIELDS} <= reported


@pytest.mark.parametrize(
    ("window", "opens"),
    [
        ("tue:12:00-tue:13:00", datetime(2026, 12, 8, 12, tzinfo=UTC)),
        ("tue:12:01-tue:13:00", datetime(2026, 12, 1, 12, 1, tzinfo=UTC)),
        ("mon:00:00-mon:01:00", datetime(2026, 12, 7, tzinfo=UTC)),
        (None, datetime(2026, 12, 6, 5, tzinfo=UTC)),
    ],
)
def test_a_window_opens_once_a_week(window: str | None, opens: datetime) -> None:
    assert next_opening(window, NOW) == opens


@pytest.mark.parametrize(
    ("day", "minor"),
    [(date(2026, 8, 13), 15), (date(2026, 11, 11), 15), (date(2026, 11, 12), 16), (date(2027, 2, 11), 17)],
)
def test_a_minor_version_comes_each_quarter(day: date, minor: int) -> None:
    assert newest_minor("16", day) == minor
