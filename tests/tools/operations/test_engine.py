"""The engine of operations: killed anywhere, gone on with by anybody, each step is done once and in its order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.operations.fake import ASKED, NOW, KilledError, World
from tools.operations.cloud import Resource
from tools.operations.progress import LONGEST, Progress, UnreadableError, moment
from tools.operations.steps import StoppedError, WaitingError
from tools.operations.stores import left, remembered

KINDS = st.lists(st.sampled_from(["change", "hand", "asks"]), min_size=1, max_size=7)


def through(world: World) -> int:
    """Go on as a person does until it is finished: answer what is asked, do what is to be done; gives the runs."""
    asked = ASKED
    for run in range(1, 200):
        try:
            world.run(asked)
        except KilledError:
            asked = ASKED
        except WaitingError as error:
            text = str(error)
            word = text.rpartition("CONFIRM=" if "CONFIRM=" in text else "DONE=")[2]
            asked = replace(ASKED, confirm=word) if "CONFIRM=" in text else replace(ASKED, by_hand=word)
        else:
            return run
    raise AssertionError("it never came to its end")


@given(KINDS, st.lists(st.integers(0, 12), max_size=40))
def test_killed_at_any_moment_it_ends_with_each_step_done_once_and_in_order(kinds: list[str], kills: list[int]) -> None:
    world = World(kinds, kills)
    through(world)
    assert world.did == [f"s{number}" for number, kind in enumerate(kinds) if kind != "hand"]
    assert world.tag.text is None


@given(KINDS)
def test_nothing_that_cannot_be_undone_is_done_without_its_name(kinds: list[str]) -> None:
    world = World([*kinds, "asks"])
    with pytest.raises(WaitingError):
        world.run(replace(ASKED, confirm="yes", by_hand="s0"))
    assert not any(f"s{number}" in world.did for number, kind in enumerate(world.kinds) if kind == "asks")


def test_a_hand_that_did_one_step_did_not_do_the_next() -> None:
    world = World(["hand", "hand"])
    with pytest.raises(WaitingError, match="do s1"):
        world.run(replace(ASKED, by_hand="s0"))
    world.run(replace(ASKED, by_hand="s1"))
    assert world.tag.text is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            replace(ASKED, name="other"),
            "exercise to 17 is under way since 2026-12-01, step s0 done, last by ann",
        ),
        (replace(ASKED, to="18"), "finish it, or forget it with ABANDON=1"),
        (replace(ASKED, stack="staging/openibank"), "was begun on prod/openibank, and staging/openibank was asked for"),
        (replace(ASKED, step="s2"), "step s2 cannot come yet: the next one is s1"),
        (replace(ASKED, step="s9"), "has no step 's9'; its steps: s0, s1, s2"),
    ],
)
def test_what_is_out_of_order_is_one_clear_line(asked: object, said: str) -> None:
    world = World(["change", "asks", "change"])
    with pytest.raises(WaitingError):
        world.run()
    before = world.tag.text
    with pytest.raises(StoppedError) as refused:
        world.run(asked)  # pyright: ignore[reportArgumentType] -- parametrize loses the type
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert (world.tag.text, world.did) == (before, ["s0"])


def test_one_step_alone_is_taken_when_it_is_next() -> None:
    world = World(["change", "change", "change"])
    world.run(replace(ASKED, step="s0"))
    world.run(replace(ASKED, step="s1"))
    world.run(replace(ASKED, step="s1"))
    assert world.did == ["s0", "s1"]


def test_a_step_that_was_undone_since_stops_the_rest() -> None:
    world = World(["change", "hand", "change"])
    with pytest.raises(WaitingError):
        world.run()
    world.whole.discard("s0")
    with pytest.raises(StoppedError, match="step s0 was done, and no longer holds"):
        world.run(replace(ASKED, by_hand="s1"))


def test_what_cannot_be_undone_done_outside_before_its_time_stops_the_rest() -> None:
    world = World(["hand", "change", "asks"])
    world.whole.add("s2")
    with pytest.raises(StoppedError, match="step s2 was done without step s0, which comes before it"):
        world.run()


def test_a_clock_that_went_back_is_one_clear_line() -> None:
    world = World(["hand"])
    with pytest.raises(WaitingError):
        world.run()
    world.now = NOW - timedelta(days=1)
    with pytest.raises(StoppedError, match="put this machine's clock right"):
        world.run()


def test_two_who_go_on_at_once_do_not_write_over_each_other() -> None:
    world = World(["change", "change"])
    engine, other = world.engine(), World(["change", "change"])
    doing = world.do

    def meanwhile(key: str) -> None:
        doing(key)
        assert world.tag.text is not None
        world.tag.text = replace(Progress.read(world.tag.text), by="bob@desk").text()

    world.do = meanwhile  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(StoppedError, match="somebody else went on"):
        engine.run(ASKED, world.plan)
    assert other.did == []


def test_forgetting_says_the_way_back_from_what_was_done() -> None:
    world = World(["change", "change", "asks"])
    with pytest.raises(WaitingError):
        world.run()
    world.engine().abandon(world.plan)
    assert world.said[-3:-1] == ["back from s1: undo s1", "back from s0: undo s0"]
    assert world.tag.text is None
    with pytest.raises(StoppedError, match="no operation is under way"):
        world.engine().abandon(world.plan)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "7", "no", '["x","s","a","never","x"]', '["x","s","a","2026-12-01","x"]']
)
def test_a_tag_that_holds_something_else_is_one_clear_line(text: str) -> None:
    with pytest.raises(UnreadableError, match="holds no progress of an operation"):
        Progress.read(text)


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@given(WORDS, WORDS, WORDS)
def test_progress_survives_its_tag(of: str, to: str, was: str) -> None:
    progress = Progress("upgrade-postgresql", "prod/openibank", "a" * 40, moment(NOW), "2026-12-01", of, to, was, "x")
    try:
        text = progress.text()
    except UnreadableError as error:
        assert "do not fit a tag of 256" in str(error)  # noqa: PT017 -- only what is too long may end so
        return
    assert len(text) <= LONGEST
    assert replace(Progress.read(text), by=progress.by) == progress


def test_the_longest_names_of_the_products_here_fit_their_tag() -> None:
    name = "waiver-exchange-prod-eu-west-1-primary"
    held = Resource("", "", "", inputs={
        "identifier": name, "finalSnapshotIdentifier": f"{name}-final-0123abcd", "allocatedStorage": 65536,
        "deleteAutomatedBackups": False, "backupRetentionPeriod": 35,
    })  # fmt: skip
    progress = Progress(
        "retire-store", "prod-eu-west-1/waiver-exchange", "somebody@somewhere", moment(NOW), "2026-12-01",
        "database", "nothing", remembered(held), "leave-out",
    )  # fmt: skip
    assert Progress.read(progress.text()) == progress
    snapshot, backups = left("database", progress.was)
    assert snapshot.what == f"the final snapshot {name}-final-0123abcd"
    assert snapshot.costs.startswith("at most $6225.92 a month")
    assert backups.what == "automated backups, for 35 days"
