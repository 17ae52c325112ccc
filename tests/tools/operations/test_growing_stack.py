"""A small stack grows up by the real engine, and each operation is killed once, at a moment that its name draws."""

from collections.abc import Mapping

import pytest

from tests.tools.operations.stand import Kills, Stand
from tools.operations.engine import Asked
from tools.operations.redis_to_valkey import GROUP

pytestmark = pytest.mark.engine
RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    stand = Stand.make(tmp_path_factory.mktemp("growing"), "dev")
    stand.up()
    return stand


def through(stand: Stand, asked: Asked, faults: Mapping[str, str]) -> None:
    """Kill it once, around the `up` of one step or in the middle of one that `faults` names, and go on to its end."""
    moments = [f"{when} `up` after {step}" for step in faults for when in ("before", "in", "after")]
    kills = Kills.one_of(asked.name, moments, faults)
    assert stand.through(asked, kills) == 1, f"{kills.only} never came"
    stand.agrees()


def test_an_environment_comes_in_two_steps_and_replaces_nothing(stand: Stand) -> None:
    # Developers' way to the database goes with the environment that has it.
    before = {each.name: each.id for each in stand.cloud.state() if not each.name.startswith("database-access")}
    faults = {"nothing": "update:*:3=crash-after", "sizes": "update:*:1=crash-after"}
    through(stand, Asked(name="change-environment", stack="small/ledger", to="staging"), faults)
    after = {each.name: each.id for each in stand.cloud.state()}
    assert {name: after.get(name) for name in before} == before
    assert stand.files.settings().stack.environment == "staging"
    assert stand.types(GROUP)["cache-group"].inputs["replicasPerNodeGroup"] == 1
    assert "grow-volumes with TO=50 comes afterwards" in "\n".join(stand.said)
    assert "groundwork:cache" not in stand.files.stack_path.read_text(), (
        "what the environment's row gives is not stated"
    )


def test_a_service_gets_an_autoscaler_from_the_number_that_there_was(stand: Stand) -> None:
    faults = {"nothing": f"update:{RELEASE}:1=crash-after"}
    through(stand, Asked(name="fixed-to-autoscaling", stack="small/ledger", of="api", to="6"), faults)
    service = stand.files.settings().workload.services["api"]
    assert (service.replicas.minimum, service.replicas.maximum) == (2, 6)
    assert service.scaling is not None


def test_a_cache_becomes_valkey_in_place_with_one_snapshot_to_go_back_to(stand: Stand) -> None:
    before = stand.types(GROUP)["cache-group"]
    faults = {"snapshot": f"update:{GROUP}:1=crash-after"}
    through(stand, Asked(name="redis-to-valkey", stack="small/ledger", to="8.0"), faults)
    after = stand.types(GROUP)["cache-group"]
    assert (after.id, after.inputs["engine"], after.inputs["engineVersion"]) == (before.id, "valkey", "8.0")
    snapshots = stand.cloud.aws("elasticache", "describe-snapshots")["Snapshots"]
    assert [each["SnapshotName"].startswith(f"{before.id}-before-valkey-") for each in snapshots] == [True]
    assert "permits" not in stand.files.stack_path.read_text()


def test_volumes_grow_and_prometheus_asks_for_what_they_have(stand: Stand) -> None:
    faults = {"claims": f"update:{RELEASE}:1=crash-after"}
    through(stand, Asked(name="grow-volumes", stack="small/ledger", to="50"), faults)
    assert stand.files.settings().stack.monitoring.metrics_storage_gib == 50
    assert "permits" not in stand.files.stack_path.read_text()
