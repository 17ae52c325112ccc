"""The offline AWS says what AWS says, over inputs written from its documentation."""

from functools import cache

import pytest

from tests.offline_cloud.cloud.cases import Case, cases, judge

_WANTED = 0.95


@cache
def _judged(held_out: bool) -> list[tuple[Case, str, list[str]]]:
    return [(case, *judge(case)) for case in cases() if case.held_out is held_out]


def test_there_are_enough_cases_of_many_types() -> None:
    every = cases()
    assert sum(1 for case in every if not case.good) >= 150
    assert sum(1 for case in every if case.good) >= 50
    assert len({case.type for case in every}) >= 80
    assert all(case.source for case in every)
    names = [(case.type, case.say, case.held_out, case.source, str(case.inputs)) for case in every]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("held_out", [False, True])
def test_no_good_input_is_refused(held_out: bool) -> None:
    assert [(case.name, why) for case, verdict, why in _judged(held_out) if case.good and verdict != "accepted"] == []


@pytest.mark.parametrize("held_out", [False, True])
def test_bad_inputs_are_refused_and_at_preview(held_out: bool) -> None:
    bad = [(case, verdict) for case, verdict, _ in _judged(held_out) if not case.good]
    refused = [verdict for _, verdict in bad if verdict != "accepted"]
    assert len(refused) >= _WANTED * len(bad), [case.name for case, verdict in bad if verdict == "accepted"]
    assert refused.count("preview") >= _WANTED * len(refused)
