"""Figures beside their objectives, the sum over all repetitions, and the exit code."""

import json

import pytest

from tools.drill import __main__ as command
from tools.drill.__main__ import main, report
from tools.drill.checks import Check, Outcome, at_least, at_most, objectives, same
from tools.drill.place import Place
from tools.drill.product import DrillError, NotHereError
from tools.drill.report import totals
from tools.stack import settings_of


def _outcome(*checks: Check, lost: int = 0) -> Outcome:
    return Outcome(drill="promotion", failure="instance", checks=checks, committed=100, lost=lost)


def test_the_strictest_limit_counts_and_each_is_named() -> None:
    check = at_most("RTO", 31.0, {"product": 900, "drill": 30})
    assert not check.kept
    assert check.objective == "≤ 900 s (product), 30 s (drill)"
    assert _outcome(check).missed == [
        "promotion: RTO is 31.00 s, and its objective is ≤ 900 s (product), 30 s (drill)."
    ]
    assert at_most("RTO", 30.0, {"product": 900, "drill": 30}).kept


def test_a_figure_without_an_objective_is_only_reported() -> None:
    check = at_most("RPO", 7.0, {})
    assert (check.kept, check.objective) == (True, "")


def test_what_must_be_reached_and_what_must_be_the_same() -> None:
    assert [at_least("throughput", figure, 0.9).kept for figure in (0.89, 0.9)] == [False, True]
    assert [same("checksum", found, "ab").kept for found in ("ab", "ac")] == [True, False]


def test_rows_are_summed_up_over_all_repetitions() -> None:
    bad = at_most("RPO", 3.0, {"product": 0})
    (total,) = totals([_outcome(bad, lost=2), _outcome(lost=0), _outcome(bad, lost=5)])
    assert total.sentence == "promotion: 3 runs, 7 of 300 committed rows lost, 2 objectives were missed."


@pytest.mark.parametrize(("measured", "code"), [(29.0, 0), (31.0, 1)])
def test_a_missed_objective_fails_the_drill_and_is_said(
    capsys: pytest.CaptureFixture[str], measured: float, code: int
) -> None:
    settings = settings_of("prod", None)
    outcome = _outcome(at_most("RTO", measured, {"drill": 30}))
    assert report(settings, [outcome], {}, machine=True) == code
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["kept"] is (code == 0)
    assert told["outcomes"][0]["checks"][0]["measured"] == measured
    assert ("RTO is 31.00 s" in printed.err) is (code == 1)
    assert report(settings, [outcome], {}, machine=False) == code
    assert ("MISSED" in capsys.readouterr().out) is (code == 1)


def _left_out(_: Place) -> Outcome:
    raise NotHereError("this stack has no copy")


def _stuck(_: Place) -> Outcome:
    raise DrillError("The dump was not stored: no room")


def test_a_drill_that_a_stack_has_nothing_for_is_told_and_one_that_breaks_off_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "DRILLS", {"region": _left_out, "newest-dump": _stuck})
    assert main(["--only", "region", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left_out"] == {"region": "this stack has no copy"}
    assert main(["--only", "region"]) == 0
    assert "region: left out, this stack has no copy." in capsys.readouterr().out
    assert main(["--only", "newest-dump"]) == 1
    assert "newest-dump: the drill cannot go on. The dump was not stored: no room" in capsys.readouterr().err


def test_the_products_own_objectives_stand_beside_what_is_promised() -> None:
    found = objectives(settings_of("prod", "gridtokenx"), "instance", "database")
    assert found.rto == {"product": 900, "make recovery": 120}
    assert found.rpo == {"product": 3600, "make recovery": 0}
    assert found.loses_nothing


def test_an_objective_whose_miss_is_accepted_counts_for_nothing() -> None:
    found = objectives(settings_of("prod", "gridtokenx"), "bad_migration", "database")
    assert "product" not in found.rto
    assert not found.loses_nothing
    assert objectives(settings_of("prod", "gridtokenx"), "bad_migration", "database", exact=True).loses_nothing


def test_a_store_that_is_not_there_and_a_stack_that_is_not_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotHereError, match="no timeseries that comes back from instance"):
        objectives(settings_of("prod", None), "instance", "timeseries")
    assert main(["--stack", "prdo"]) == 1
    assert "Pulumi.prdo.yaml" in capsys.readouterr().err
