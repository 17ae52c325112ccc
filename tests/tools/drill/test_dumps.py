"""Dumps by the charts' own scripts: restored from the bucket, and refused once damaged."""

from dataclasses import replace

import pytest

from tools.drill import damages
from tools.drill.place import Place
from tools.drill.product import NotHereError
from tools.drill.scenarios import damaged_dumps, newest_dump


def test_what_was_committed_before_the_newest_dump_is_there(here: Place) -> None:
    outcome = newest_dump.drill(here)
    measured = {check.what: check.measured for check in outcome.checks}
    kept = {check.what: check.kept for check in outcome.checks}
    assert outcome.committed >= 1000
    assert outcome.lost == 0
    assert kept["checksum of the rows"]
    assert kept["checksum of the tables"]
    # What was written since is gone, and said to be.
    assert int(measured["rows committed after the dump"]) >= 500


def _nothing(_: damages.Stored) -> None:
    """What somebody took for damage."""


def test_each_kind_of_damage_is_noticed_and_one_that_is_none_is_told(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ["rows: half left", "rows: two tables swapped", "contents: gone", "another database's dump"]
    chosen = {kind: damages.KINDS[kind] for kind in kinds}
    monkeypatch.setattr(damaged_dumps, "KINDS", {**chosen, "nothing at all": (_nothing, "bytes, not")})
    outcome = damaged_dumps.drill(here)
    checks = {check.what: check for check in outcome.checks}
    assert checks["kinds of damage noticed"].measured == "4 of 5"
    assert checks["kinds not noticed"].measured == "nothing at all"
    assert not checks["kinds of damage noticed"].kept


def test_a_product_without_dumps_is_left_out(here: Place) -> None:
    workload = here.settings.workload
    backups = workload.backups.model_copy(update={"dump": None})
    without = here.settings.model_copy(update={"workload": workload.model_copy(update={"backups": backups})})
    for scenario in (newest_dump, damaged_dumps):
        with pytest.raises(NotHereError, match="openibank-prod makes no dumps"):
            scenario.drill(replace(here, settings=without))
