"""Every kind of mistake in the five products' own files is refused: its place, what is allowed, how to fix it."""

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from components.checked import load
from settings import SettingsError
from settings.diagnostics import Diagnostic
from settings.raw import Raw
from settings.source import stack_configuration
from tests.settings.product import parts, with_change
from tests.workloads import ai_trading, gridtokenx, openibank, service_layer, waiver_exchange
from tests.workloads.case import Case

ROOT = Path(__file__).parents[2]
TABLE = {
    "openibank": openibank.CASES,
    "service-layer": service_layer.CASES,
    "gridtokenx": gridtokenx.CASES,
    "waiver-exchange": waiver_exchange.CASES,
    "ai-trading": ai_trading.CASES,
}


def _text(product: str) -> str:
    return (ROOT / "workloads" / f"{product}.yaml").read_text(encoding="utf-8")


def _refused(folder: Path, product: str, text: str) -> tuple[Diagnostic, ...]:
    """Load production with `text` as the product's file, as the program does; return what is refused."""
    (folder / "workloads").mkdir()
    (folder / "workloads" / f"{product}.yaml").write_text(text, encoding="utf-8")
    stack = (ROOT / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    stack = stack.replace("workload: openibank", f"workload: {product}")
    (folder / "Pulumi.prod.yaml").write_text(stack, encoding="utf-8")
    stated: dict[str, Raw] = yaml.safe_load(stack)["config"]
    flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in stated.items()}
    try:
        load("prod", stack_configuration(flat), folder / "workloads", folder)
    except SettingsError as error:
        return error.diagnostics
    return ()


def _changed(product: str, *cases: Case) -> str:
    data = yaml.safe_load(_text(product))
    for case in cases:
        data = with_change(data, case.path, case.value)
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.parametrize("product", TABLE)
def test_the_files_are_valid_before_they_are_broken(product: str, tmp_path: Path) -> None:
    assert _refused(tmp_path, product, _text(product)) == ()


def test_the_table_holds_at_least_a_hundred_mistakes() -> None:
    assert sum(len({case.name for case in cases}) for cases in TABLE.values()) >= 120


@pytest.mark.parametrize(
    ("product", "case"),
    [pytest.param(product, case, id=f"{product}: {case.name}") for product, cases in TABLE.items() for case in cases],
)
def test_a_mistake_is_told_where_it_stands(product: str, case: Case, tmp_path: Path) -> None:
    diagnostics = _refused(tmp_path, product, _changed(product, case))
    assert [diagnostic.setting for diagnostic in diagnostics] == [case.place]
    (diagnostic,) = diagnostics
    assert diagnostic.file == f"workloads/{product}.yaml"
    assert diagnostic.line is not None
    assert case.allowed in diagnostic.allowed
    assert case.fix in diagnostic.fix


def _apart(cases: tuple[Case, ...]) -> Iterator[Case]:
    """Leave out what would hide, or be hidden by, another mistake: a place on the way to another's, or beside it."""
    hidden: set[int] = set()
    for (one, left), (other, right) in combinations(enumerate(cases), 2):
        near = (parts(left.path)[:-1], parts(right.path)[:-1], parts(left.place)[:-1], parts(right.place)[:-1])
        if left.path == right.path or near[0] == near[1] or near[2] == near[3]:
            hidden.add(other if one not in hidden else one)
    for index, case in enumerate(cases):
        if index not in hidden:
            yield case


@pytest.mark.parametrize("product", TABLE)
def test_mistakes_are_told_all_at_once(product: str, tmp_path: Path) -> None:
    by_shape = tuple(case for case in TABLE[product] if _single_value(case))
    several = tuple(_apart(by_shape))
    assert len(several) >= 5
    told = {diagnostic.setting for diagnostic in _refused(tmp_path, product, _changed(product, *several))}
    assert {case.place for case in several} <= told


def _single_value(case: Case) -> bool:
    """Whether the value alone is wrong, whatever stands beside it; what is worked out of several waits for the rest."""
    return case.place == case.path and ("from" in case.allowed or "write" in case.fix or "quotes" in case.fix)


YAML_MISTAKES = (
    ("openibank", "    replicas: {minimum: 3, maximum: 10}\n", 2, "each key once", "the other is on line"),
    ("gridtokenx", "name: gridtokenx\n", 2, "each key once", "delete one of the two"),
)


@pytest.mark.parametrize(("product", "line", "times", "allowed", "fix"), YAML_MISTAKES)
def test_a_key_that_stands_twice_is_told_with_both_lines(
    product: str, line: str, times: int, allowed: str, fix: str, tmp_path: Path
) -> None:
    text = _text(product).replace(line, line * times, 1)
    (diagnostic,) = _refused(tmp_path, product, text)
    assert diagnostic.line == text[: text.index(line)].count("\n") + 2
    assert allowed in diagnostic.allowed
    assert fix in diagnostic.fix


ANCHORS = (
    # An anchor that is used and not defined, one that is merged and is a list, one that contains itself, a tag.
    ("ai-trading", "uses: &uses [", "uses: [", "YAML", "define the anchor"),
    ("ai-trading", "environment: *stores", "environment: {<<: *secrets}", "an alias of a mapping", "let << name"),
    (
        "waiver-exchange",
        "probes: &port-answers",
        "probes: &port-answers\n      startup: *port-answers",
        "ends",
        "write",
    ),
    ("waiver-exchange", "name: waiver-exchange", "name: !product waiver-exchange", "text, a number", "remove the tag"),
    ("service-layer", "services:\n", "services: [\n", "YAML", "column"),
    ("gridtokenx", "    replicas:", "\treplicas:", "YAML", "column"),
)


@pytest.mark.parametrize(("product", "given", "instead", "allowed", "fix"), ANCHORS)
def test_yaml_that_went_wrong_is_told_with_its_line(
    product: str, given: str, instead: str, allowed: str, fix: str, tmp_path: Path
) -> None:
    text = _text(product)
    assert given in text
    diagnostics = _refused(tmp_path, product, text.replace(given, instead, 1))
    assert any(allowed in diagnostic.allowed and fix in diagnostic.fix for diagnostic in diagnostics), diagnostics
    assert all(diagnostic.line is not None for diagnostic in diagnostics)
