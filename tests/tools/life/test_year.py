"""What a year notices, on a stack of paper; and a short one on the real engine."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.tools.operations.stand import PRODUCT, Stand
from tools.life.catalogue.registry import CATALOGUE
from tools.life.change import Change, Drift, Given, Move, of_stack
from tools.life.ending import end
from tools.life.place import Ended, Place
from tools.life.proofs import mentioned
from tools.life.year import Year
from tools.operations.cloud import Resource
from tools.plan.__main__ import FAILED
from tools.plan.words import Kind

SECRET = "aws:secretsmanager/secret:Secret"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
KEPT = Resource(SECRET, "secrets-api-key-secret", "small", "id-1")


@dataclass(frozen=True)
class Paper(Place):
    """A stack that no engine runs: its plan is `found`, and its state becomes `after` once it was brought up."""

    found: Sequence[Kind] = ()
    code: int = 0
    after: Sequence[Resource] = (KEPT,)
    told: str = "nodeType small → large"
    """What its plan says of each finding."""
    waits: Sequence[tuple[str, str, str]] = ()
    ran: list[str] = field(default_factory=list[str])

    def run(self, module: str, *words: str) -> Ended:
        self.ran.append(words[0] if module == "offline_cloud" else module)
        what = {"resource": f"{CACHE} cache-group", "what": self.told}
        findings = [{"kind": kind.words, **what} for kind in self.found]
        told = {"findings": findings, "created": 0} if module == "tools.plan" else {"changes": {"same": 1}}
        code = self.code if module == "tools.plan" else 0
        return Ended(code, "" if code == FAILED else json.dumps(told), "")

    def state(self) -> Sequence[Resource]:
        return self.after if "up" in self.ran else (KEPT,)

    def disagreements(self) -> list[str]:
        return []

    def waiting(self) -> list[tuple[str, str, str]]:
        return list(self.waits)

    def change_by_hand(self, drift: Drift) -> None:
        self.ran.append(f"by hand: {drift.type}")


def longer(_: Given) -> Move:
    return of_stack({("monitoring", "log_retention_days"): 30})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Stand.make(tmp_path, "dev").folder


def wrong(place: Place, change: Change) -> Sequence[str]:
    year = Year(place, {change.name: change}, Random(1), lambda _: None, share=0)
    year.go(1)
    return year.lived[0].wrong


def paper(folder: Path, *found: Kind, code: int = 0, after: Sequence[Resource] = (KEPT,)) -> Paper:
    return Paper(folder, "small", PRODUCT, found=found, code=code, after=after)


def test_a_change_that_is_as_stated_has_nothing_wrong(folder: Path) -> None:
    place = paper(folder, Kind.NOTHING, Kind.ROLLING)
    assert wrong(place, Change("logs", Kind.ROLLING, longer)) == []
    assert place.ran == ["tools.plan", "up"]
    assert "log_retention_days: 30" in place.files.stack_path.read_text()


def test_another_verdict_of_the_plan_is_noticed(folder: Path) -> None:
    found = wrong(paper(folder, Kind.RESTART), Change("logs", Kind.NOTHING, longer))
    assert found == ["the plan's verdict is another"]


@pytest.mark.parametrize(
    ("told", "value", "found"),
    [
        ("nodeType small → large", "large", []),
        ("nodeType", "large", []),
        ("nodeType small → large", "larger", ["the plan's verdict is another"]),
        ("nodeType small → large", "", ["the plan's verdict is another"]),
    ],
)
def test_what_waits_for_a_window_is_no_part_of_the_next_change(
    folder: Path, told: str, value: str, found: list[str]
) -> None:
    """Each plan tells of it again, since a refresh reads what there is; another value is another change."""
    waits = [(f"{CACHE}|us-east-1|one", "nodeType", value)] if value else []
    place = Paper(folder, "small", PRODUCT, found=(Kind.FAIL_OVER,), told=told, waits=waits)
    assert wrong(place, Change("logs", Kind.NOTHING, longer)) == found


@pytest.mark.parametrize(
    ("after", "how"), [((), "lost"), ((Resource(SECRET, KEPT.name, "small", "id-2"),), "replaced")]
)
def test_what_holds_data_and_goes_unasked_is_noticed(folder: Path, after: Sequence[Resource], how: str) -> None:
    found = wrong(paper(folder, after=after), Change("logs", Kind.NOTHING, longer))
    assert found == [f"{SECRET} {KEPT.name} was {how} unasked"]


def test_what_was_asked_to_go_may_go(folder: Path) -> None:
    def makes(given: Given) -> Move:
        return Move(edits=longer(given).edits, gives_up=("api-key",))

    assert wrong(paper(folder, after=()), Change("logs", Kind.NOTHING, makes)) == []


def test_what_the_state_does_not_show_is_noticed(folder: Path) -> None:
    def makes(given: Given) -> Move:
        return Move(edits=longer(given).edits, proofs=(mentioned("thirty"),))

    assert wrong(paper(folder), Change("logs", Kind.NOTHING, makes)) == ["no resource has thirty"]


def test_what_is_refused_is_put_back_and_never_brought_up(folder: Path) -> None:
    place = paper(folder, Kind.LOSES_DATA, code=4)
    before = place.texts()
    assert wrong(place, Change("logs", Kind.LOSES_DATA, longer, refused=True)) == []
    assert (place.texts(), place.ran) == (before, ["tools.plan"])
    (found,) = wrong(paper(folder, Kind.LOSES_DATA), Change("logs", Kind.LOSES_DATA, longer, refused=True))
    assert found.startswith("plan ended with 0"), "what has to be refused was not"


def test_what_the_program_refuses_has_to_say_why(folder: Path) -> None:
    """Without a plan, and so without a verdict."""
    place = paper(folder, code=FAILED)
    assert wrong(place, Change("logs", None, longer, refused=True)) == []
    assert place.ran == ["tools.plan"]
    (found,) = wrong(place, Change("logs", None, longer, refused=True, says="another region"))
    assert found.startswith("it does not say 'another region'")


def test_a_seed_draws_the_same_year(tmp_path: Path) -> None:
    """Without operations, which a stack of paper cannot take."""
    plain: Mapping[str, Change] = {name: each for name, each in CATALOGUE.items() if each.verdict is not None}

    def drawn(name: str, seed: int) -> list[str]:
        folder = tmp_path / name
        folder.mkdir()
        year = Year(paper(Stand.make(folder, "dev").folder), plain, Random(seed), lambda _: None, share=0)
        year.go(5)
        return [each.name for each in year.lived]

    first = drawn("first", 3)
    assert drawn("second", 3) == first
    assert drawn("third", 4) != first


@pytest.mark.engine
def test_a_short_year_of_a_small_product_is_as_it_should_be(tmp_path: Path) -> None:
    """One of its runs is killed; time passes, somebody changes an alarm by hand, and the end leaves what is stated."""
    Stand.make(tmp_path, "dev").up()
    place = Place(tmp_path, "small", PRODUCT)
    said: list[str] = []
    year = Year(place, CATALOGUE, Random(3), said.append, share=0)
    names = ("image-tag", "secret-added", "an-alarm-is-silenced", "a-week-passes")
    for name in names:
        year.share = float(name == "image-tag")
        year.only(name)
    assert [(each.name, each.wrong) for each in year.lived] == [(name, []) for name in names], "\n".join(said)
    assert year.lived[0].killed
    assert end(place) == []
