"""A table is dropped under load, and the database comes back as it was before."""

import pytest

from tools.drill.archive import base_backup, restored
from tools.drill.place import Place, production
from tools.drill.postgresql import QueryError, StartError
from tools.drill.scenarios import point_in_time


def test_every_row_of_before_the_moment_is_there(here: Place) -> None:
    outcome = point_in_time.drill(here)
    kept = {check.what: check.kept for check in outcome.checks}
    assert outcome.committed >= 1000
    assert outcome.lost == 0
    assert kept["checksum of the rows"]
    assert kept["checksum of the tables"]


def test_a_base_backup_without_its_archive_is_not_taken_for_a_recovery(here: Place) -> None:
    with production(here) as first:
        base_backup(here.installation, first.server)
        moment = first.server.query("SELECT clock_timestamp()")
        elsewhere = here.folder / "nowhere"
        with (
            pytest.raises((StartError, QueryError)),
            restored(here.installation, first.server, elsewhere, until=moment),
        ):
            pytest.fail("it recovered without the log")
