"""A cache and a secret that are no longer needed, retired by the real engine, killed at every moment."""

from dataclasses import replace

import pytest

from tests.tools.operations.stand import Kills, Stand
from tools.operations.engine import Asked
from tools.operations.redis_to_valkey import GROUP
from tools.operations.steps import StoppedError
from tools.operations.stores import HOLDING

pytestmark = pytest.mark.engine
SECRET = HOLDING["secrets"]
ASKED = Asked(name="retire-store", stack="small/ledger", of="cache")
ALLOWED = "database, cache, buckets.<name>, secrets.<NAME>, services.<name>, jobs.<name>"
KILLED = {"nothing": f"update:{GROUP}:1=crash-after", "leave-out": f"delete:{GROUP}:1=crash-after"}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    stand = Stand.make(tmp_path_factory.mktemp("retired"), "budget")
    stand.up()
    return stand


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ("", f"OF: given '', allowed: {ALLOWED}"),
        ("secrets", f"OF: given 'secrets', allowed: {ALLOWED}"),
        ("buckets.files", "stack small has no buckets.files in its state"),
    ],
)
def test_what_is_no_store_of_the_stack_is_refused(stand: Stand, of: str, said: str) -> None:
    with pytest.raises(StoppedError) as refused:
        stand.run(replace(ASKED, of=of))
    assert str(refused.value) == said


def test_a_cache_goes_with_its_snapshot_and_nothing_else_does(stand: Stand) -> None:
    protected = {each.name for each in stand.cloud.state() if each.protect}
    snapshot = stand.types(GROUP)["cache-group"].inputs["finalSnapshotIdentifier"]
    kills = Kills(faults=KILLED)
    stand.through(ASKED, kills)
    assert {f"in `up` after {step}" for step in KILLED} <= kills.met
    assert stand.types(GROUP) == {}
    assert {each.name for each in stand.cloud.state() if each.protect} == protected - {
        name for name in protected if name.startswith(("cache", "secrets-cache"))
    }
    assert f"  left: the final snapshot {snapshot}: charged for each GB of it" in "\n".join(stand.said)
    assert "cache:" not in stand.files.product_path.read_text()
    assert "permits" not in stand.files.stack_path.read_text()
    stand.agrees()


def test_a_secret_is_renamed_with_its_value_and_the_old_name_can_be_restored(stand: Stand) -> None:
    value, text = stand.value("secrets-api-key"), stand.files.product_path.read_text()
    kills = Kills(faults={"nothing": f"create:{SECRET}:1=crash-after", "leave-out": f"delete:{SECRET}:1=crash"})
    stand.through(Asked(name="rename-secret", stack="small/ledger", of="API_KEY", to="SERVICE_KEY"), kills)
    assert {"in `up` after nothing", "in `up` after leave-out"} <= kills.met
    assert stand.value("secrets-service-key") == value
    assert "secrets-api-key-secret" not in stand.types(SECRET)
    assert "left: the secret ledger/small/API_KEY, which can be restored" in "\n".join(stand.said)
    wanted = text.replace("secrets: [DATABASE_URL, API_KEY]", "secrets: [DATABASE_URL, SERVICE_KEY]")
    wanted = wanted.replace("  API_KEY: {kind: generated, bytes: 16} # of those who call it\n", "")
    for line in stand.files.product_path.read_text().splitlines():
        assert line in wanted or line == "  SERVICE_KEY: {kind: generated, bytes: 16}"
    stand.agrees()


def test_what_something_still_names_is_left_in_its_file(stand: Stand) -> None:
    text = stand.files.product_path.read_text()
    with pytest.raises(StoppedError) as refused:
        stand.run(replace(ASKED, of="secrets.DATABASE_URL"))
    said = str(refused.value)
    assert said.startswith("secrets.DATABASE_URL is still used; in ledger.yaml take out all that names it")
    assert "services.api.secrets[0]" in said
    assert stand.files.product_path.read_text() == text
