"""Figures are found, changed and traced; what a proof does not notice is told."""

from pathlib import Path

import pytest

from settings.raw import Raw
from tools.coverage import known_requirements
from tools.mutants.figures import Mutant, changed, figures, mutants
from tools.mutants.runner import Trial, run
from tools.mutants.table import Table, table

DATA: dict[str, Raw] = {
    "name": "shop",
    "replicas": 3,
    "open": True,
    "ratio": 0.5,
    "alerts": [{"name": "Slow", "expression": "quantile(0.99, up[5m]) > 1"}],
    "config": "# a comment\nport = 80\nport = 80\n",
}


def _by_address() -> dict[str, list[Mutant]]:
    return {figure.address: mutants(DATA, figure) for figure in figures(DATA)}


def test_every_value_has_an_address_and_lines_of_a_text_have_their_own() -> None:
    assert list(_by_address()) == [
        "name",
        "replicas",
        "open",
        "ratio",
        "alerts[Slow].name",
        "alerts[Slow].expression",
        "config | # a comment",
        "config | port = 80",
        "config | port = 80 #2",
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("replicas", ["4"]),
        ("open", ["False"]),
        ("ratio", ["1.0"]),
        (
            "alerts[Slow].expression",
            ["quantile(1.00, up[5m]) > 1", "quantile(0.99, up[6m]) > 1", "quantile(0.99, up[5m]) > 2"],
        ),
        ("config | port = 80", ["port = 81"]),
    ],
)
def test_a_figure_is_changed_by_itself(address: str, shown: list[str]) -> None:
    assert [mutant.changes[0].shown for mutant in _by_address()[address]] == shown


def test_only_the_line_meant_changes() -> None:
    (mutant,) = _by_address()["config | port = 80 #2"]
    assert changed(DATA, mutant.figure, mutant.changes[0].value) == {
        **DATA,
        "config": "# a comment\nport = 80\nport = 81\n",
    }


def _table(named: dict[str, tuple[str, ...]], own: dict[str, str]) -> Table:
    return Table("shop", DATA, tuple(figures(DATA)), named, own)


def test_a_table_that_says_something_of_every_figure_has_no_fault() -> None:
    complete = _table({"replicas": ("OB-08",), "alerts*": ("OB-09",)}, {"*": "the product's own"})
    assert list(complete.faults(frozenset({"OB-08", "OB-09"}))) == []


@pytest.mark.parametrize(
    ("named", "own", "fault"),
    [
        ({}, {"config*": "its own"}, "replicas is neither named by a requirement nor the product's own"),
        ({"replica": ("OB-08",)}, {"*": "its own"}, "named: no figure is replica"),
        ({"*": ("OB-08",)}, {"open": "its own"}, "own: no figure is open"),
        ({"open": ("OB-80",)}, {"*": "its own"}, "no requirement is OB-80"),
    ],
)
def test_what_a_table_lacks_is_told(named: dict[str, tuple[str, ...]], own: dict[str, str], fault: str) -> None:
    assert any(fault in line for line in _table(named, own).faults(frozenset({"OB-08"})))


def _trial(address: str, requirement: str) -> Trial:
    product = table("openibank")
    (figure,) = [each for each in product.figures if each.address == address]
    return Trial("openibank", product.data, mutants(product.data, figure)[0], (requirement,))


def test_a_change_is_noticed_by_the_proof_that_looks_at_it_and_by_no_other(tmp_path: Path) -> None:
    address = "services.api-server.resources.requests.cpu"
    seen, unseen = _trial(address, "OB-09"), _trial(address, "OB-11")
    first, second = sorted(run([seen, unseen], tmp_path, 1, lambda _: None), key=lambda outcome: outcome.unnoticed)
    assert list(first.noticed) == ["OB-09"]
    assert second.unnoticed == ("OB-11",)
    assert second.lines() == [f"openibank: OB-11 did not notice {address}: 1 → 2"]


@pytest.mark.parametrize("product", ["ai-trading", "gridtokenx", "openibank", "service-layer", "waiver-exchange"])
def test_something_is_said_of_every_figure(product: str) -> None:
    assert list(table(product).faults(known_requirements())) == []
