"""Every change of the catalogue leaves valid files for a product that it applies to, and puts nothing there twice."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.tools.operations.stand import Stand
from tools.life.catalogue.platform import next_version
from tools.life.catalogue.registry import CATALOGUE
from tools.life.change import Change, Given, Move, Operation
from tools.life.place import Place
from tools.operations.files import Edits

PRODUCTS = (
    ("openibank", "prod"),
    ("waiver-exchange", "budget"),
    ("ai-trading", "prod"),
    ("service-layer", "prod"),
    ("gridtokenx", "prod"),
    ("ledger", "small"),
)


@pytest.fixture(scope="module")
def folders() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="catalogue-") as name:
        yield Path(name)


def given(folders: Path, product: str, stack: str) -> Given:
    """The files of a product, as they are before anything was changed."""
    folder = folders / product
    if not folder.exists():
        folder.mkdir()
        place(folder, product, stack)
    return _given(folder, product, stack)


@cache
def _given(folder: Path, product: str, stack: str) -> Given:
    return Given(Place(folder, stack, product).files)


def place(folder: Path, product: str, stack: str) -> Place:
    if product != "ledger":
        return Place.make(folder, stack, product)
    Stand.make(folder, "dev")
    return Place(folder, stack, product)


def leads_to(change: Change) -> list[Change]:
    """The change, behind those that come before it."""
    return [*(leads_to(CATALOGUE[change.after]) if change.after else ()), change]


def made(change: Change, folders: Path, product: str, stack: str) -> Move | None:
    """What a change comes to on a product, and that the files are valid with it; None where it does not apply."""
    first, *rest = leads_to(change)
    move, now = first.makes(given(folders, product, stack)), given(folders, product, stack)
    if move is None or not rest:
        return _valid(now, move)
    with tempfile.TemporaryDirectory(prefix="change-") as name:
        beginning = place(Path(name), product, stack)
        for each in rest:
            if move is None:
                return None
            beginning.files.write(move.edits)
            now = Given(beginning.files)
            move = each.makes(now)
        return _valid(now, move)


def _valid(now: Given, move: Move | None) -> Move | None:
    if move is not None:
        assert list(now.files.judged(move.edits)) == []
    return move


@pytest.mark.parametrize("name", [name for name in CATALOGUE if name != "kubernetes-upgraded"])
def test_it_applies_to_a_product_and_leaves_valid_files(name: str, folders: Path) -> None:
    # Products take turns, so that each meets a share of the catalogue.
    turn = sum(name.encode()) % len(PRODUCTS)
    for product, stack in (*PRODUCTS[turn:], *PRODUCTS[:turn]):
        move = made(CATALOGUE[name], folders, product, stack)
        if move is not None:
            assert move.edits != Edits() or move.waits or move.drift
            return
    raise AssertionError("it applies to no product")


def test_a_year_has_changes_enough_for_every_product(folders: Path) -> None:
    for product, stack in PRODUCTS[:5]:
        now = given(folders, product, stack)
        applying = [each.name for each in CATALOGUE.values() if each.makes(now) is not None]
        following = [each.name for each in CATALOGUE.values() if each.after in applying]
        assert len({*applying, *following}) >= 60, product


def test_kubernetes_is_upgraded_once_a_further_version_is_known(folders: Path) -> None:
    now = given(folders, "openibank", "prod")
    had = now.settings.stack.cluster.version
    assert next_version(now, (had,)) is None
    move = next_version(now, ("1.34", had, "1.36", "1.37"))
    assert move is not None
    assert move.operation == Operation("upgrade-kubernetes", to="1.36")
    assert next_version(given(folders, "waiver-exchange", "budget"), (had, "1.36")) is None, "it has no cluster"


def test_what_follows_another_names_one_of_the_catalogue() -> None:
    assert {each.after for each in CATALOGUE.values()} - {""} <= CATALOGUE.keys()


def test_each_kind_of_verdict_is_expected_of_some_change(folders: Path) -> None:
    now = given(folders, "openibank", "prod")
    words = {kind.words for each in CATALOGUE.values() if (kind := each.expected(now)) is not None}
    now = given(folders, "waiver-exchange", "budget")
    words |= {kind.words for each in CATALOGUE.values() if (kind := each.expected(now)) is not None}
    assert words == {
        "nothing visible", "rolling", "restart", "brief fail-over", "maintenance window", "replaces", "loses data",
        "not possible in place",
    }  # fmt: skip
