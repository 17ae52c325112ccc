"""PostgreSQL 16 → 17 by the real engine on the offline cloud, killed at every moment."""

from dataclasses import replace

import pytest

from tests.tools.operations.stand import Kills, Stand, command
from tools.operations.__main__ import FINE, WAITS, WRONG
from tools.operations.case import INSTANCE
from tools.operations.engine import Asked
from tools.operations.files import Edits
from tools.operations.steps import StoppedError

pytestmark = pytest.mark.engine
ASKED = Asked(name="upgrade-postgresql", stack="small/ledger", to="17")
STEPS = ("check", "close", "snapshot", "upgrade", "analyze", "open")
KILLED = {
    "check": "update:*:2=crash-after",
    "snapshot": f"update:{INSTANCE}:1=crash-after",
    "analyze": "delete:*:1=crash",
}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    stand = Stand.make(tmp_path_factory.mktemp("postgresql"), "budget", database="{read_replicas: 1}")
    stand.up()
    return stand


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(ASKED, to="16"), "the database is at PostgreSQL 16 already"),
        (replace(ASKED, to="15"), "RDS has no way from PostgreSQL 16 to 15; allowed: TO=17"),
        (replace(ASKED, to=""), "RDS has no way from PostgreSQL 16 to no version; allowed: TO=17"),
    ],
)
def test_a_way_that_rds_does_not_have_is_refused_before_it_begins(stand: Stand, asked: Asked, said: str) -> None:
    with pytest.raises(StoppedError) as refused:
        stand.run(asked)
    assert str(refused.value).startswith(said)
    assert stand.cloud.tag.read() is None


def test_the_command_waits_for_a_hand_and_the_list_says_what_is_under_way(stand: Stand) -> None:
    waits = command(stand, "upgrade-postgresql", "--to", "17")
    assert waits.returncode == WAITS, waits.stderr
    assert "pg_prepared_xacts" in waits.stdout
    assert "then go on with DONE=check" in waits.stdout
    listed = command(stand)
    assert (listed.returncode, listed.stderr) == (FINE, "")
    assert listed.stdout.startswith("upgrade-postgresql to 17 is under way since 20")
    refused = command(stand, "no-such")
    assert (refused.returncode, refused.stdout) == (WRONG, "")
    assert refused.stderr.startswith("error: there is no operation 'no-such'; there are upgrade-postgresql, ")


def test_killed_at_every_moment_and_gone_on_with_by_others_it_ends_right(stand: Stand) -> None:
    """One test of the whole: each `up` takes many seconds."""
    texts = stand.files.stack_path.read_text(), stand.files.product_path.read_text()
    before = {name: each.id for name, each in stand.types(INSTANCE).items()}
    with pytest.raises(StoppedError, match="step upgrade cannot come yet: the next one is check"):
        stand.run(replace(ASKED, step="upgrade", by_hand="check"))
    with pytest.raises(StoppedError, match="is under way since"):
        stand.run(Asked(name="lower-replicas", stack="small/ledger", to="0"))

    kills = Kills(faults=KILLED)
    stand.through(ASKED, kills)
    assert {f"in `up` after {step}" for step in KILLED} <= kills.met
    assert {
        f"after {step} was written down" for step in ("check", "close", "snapshot", "upgrade", "analyze")
    } <= kills.met

    after = stand.types(INSTANCE)
    assert {name: each.id for name, each in after.items()} == before
    assert after["database-primary"].inputs["engineVersion"] == "17"
    assert sum("create-db-snapshot" in each for each in kills.met) == 2
    snapshots = stand.cloud.aws("rds", "describe-db-snapshots", db_instance_identifier="ledger-small-primary")
    assert len(snapshots["DBSnapshots"]) == 1
    assert stand.files.stack_path.read_text() == texts[0]
    assert stand.files.product_path.read_text() == texts[1].replace('version: "16"', 'version: "17"')
    stand.agrees()


def test_once_it_is_done_it_does_not_begin_again(stand: Stand) -> None:
    with pytest.raises(StoppedError, match="the database is at PostgreSQL 17 already"):
        stand.run(ASKED)
    assert stand.files.stated(Edits(product={("database", "version"): "17"}))
