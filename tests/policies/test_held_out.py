"""Bad changes that were written before the rules: the pack catches them on real graphs and rendered objects."""

import pytest

from tests.policies.held_out.__main__ import SHARE
from tests.policies.held_out.applied import given
from tests.policies.held_out.changes import FORM, Change, changes
from tests.policies.held_out.judged import Verdict, judge
from tests.policies.held_out.world import breaches, world

_LEAST = 150
_MISSED: set[str] = set()
"""Changes that no rule catches, with the reason in a comment: none today."""


@pytest.fixture(scope="module")
def verdicts() -> list[Verdict]:
    return [judge(each) for each in changes()]


def test_there_are_enough_and_each_says_what_it_endangers_and_who_says_so() -> None:
    table = changes()
    assert len(table) >= _LEAST
    assert len({each.change for each in table}) == len(table)
    assert all(each.endangers and each.source for each in table)


def test_the_share_is_caught(verdicts: list[Verdict]) -> None:
    missed = {str(each.change) for each in verdicts if not each.found}
    assert missed == _MISSED
    assert len(missed) <= (1 - SHARE) * len(verdicts)


@pytest.mark.parametrize("change", [each for each in changes() if each.given], ids=str)
def test_what_stands_there_before_a_change_is_good(change: Change) -> None:
    """A resource that is caught for another fault than the change would prove nothing."""
    stack = world(change.form)
    before = breaches(given(change, stack), stack)
    assert {each.rule for each in before - breaches(stack)} == change.anyway


def test_a_change_that_changes_nothing_is_refused() -> None:
    harmless = Change.model_validate(
        {
            "change": "the name it has",
            "of": "rds/instance database-primary",
            "set": {"publiclyAccessible": False},
            "endangers": "nothing",
            "source": "none",
        }
    )
    assert harmless.form == FORM
    with pytest.raises(LookupError, match="changes nothing"):
        judge(harmless)
