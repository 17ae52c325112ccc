"""The offline cluster says no where the API server does, and yes where it does."""

from collections import Counter

import pytest

from offline_cloud.cloud.model import UNKNOWN, Value
from offline_cloud.kubernetes import rules, served
from offline_cloud.kubernetes.typed import short
from tests.offline_cloud.kubernetes.cases import Case, load
from tests.offline_cloud.kubernetes.judges import Offline
from tools.verdicts import Judged, judge

CASES = load()


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(CASES)


def test_every_case_has_a_name_of_its_own_and_a_source() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert [case.name for case in CASES if not case.source] == []


@pytest.mark.parametrize(("refused", "at_least"), [(True, 150), (False, 50)])
def test_there_are_cases_of_both_verdicts_and_both_sets(refused: bool, at_least: int) -> None:
    of_them = [case for case in CASES if case.refused is refused]
    assert len(of_them) >= at_least
    assert {case.held_out for case in of_them} == {True, False}


@pytest.mark.parametrize("refused", [True, False], ids=["bad", "good"])
def test_the_verdicts_agree(judged: list[Judged], refused: bool) -> None:
    of_them = [each for each in judged if each.case.refused is refused]
    assert [f"{each.case.name}: {each.verdict.said}" for each in of_them if not each.agrees] == []


def test_a_refusal_names_the_object_the_place_and_the_reason(judged: list[Judged]) -> None:
    for each in judged:
        for line in each.verdict.said.splitlines() if each.case.refused else ():
            assert line.startswith(f"{each.case.kind} "), line
            assert line.count(": ") >= 1, line


def test_what_is_not_known_yet_is_never_refused() -> None:
    """Each good object with each of its values unknown in turn, as in a first preview."""
    offline = Offline()
    wrong = [
        f"{case.name}: {path}: {verdict.said}"
        for case in CASES
        if not case.refused and case.area == "bases"
        for path, body in _blurred(case)
        if (verdict := offline.verdict(body)).refused
    ]
    assert wrong == []


def _blurred(case: Case) -> list[tuple[str, dict[str, Value]]]:
    spec_and_more = [key for key in case.body if key not in ("apiVersion", "kind")]
    return [
        (path, {**case.body, key: below})
        for key in spec_and_more
        for path, below in _each(case.body[key], key)
        if path not in ("metadata", "metadata.name", "metadata.namespace")
    ]


def _each(value: Value, path: str) -> list[tuple[str, Value]]:
    """Give a value with each string in it unknown in turn."""
    if isinstance(value, dict):
        return [(at, {**value, key: new}) for key, below in value.items() for at, new in _each(below, f"{path}.{key}")]
    if isinstance(value, list):
        return [
            (at, [*value[:index], new, *value[index + 1 :]])
            for index, below in enumerate(value)
            for at, new in _each(below, f"{path}[{index}]")
        ]
    return [(path, UNKNOWN)]


def test_every_rule_speaks_of_a_type_that_is_served() -> None:
    there = {short(name) for name in served.walker("1.35").definitions}
    assert rules.types() - there == set()
