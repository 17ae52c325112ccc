"""What the pack says of each change that it did not say before."""

from dataclasses import dataclass
from functools import cache

from policies.registry import RULES
from policies.rule import Level
from tests.policies.held_out.applied import applied, given
from tests.policies.held_out.changes import Change
from tests.policies.held_out.world import Breach, World, breaches, world

_LEVELS = {rule.name: rule.level for rule in RULES}


@dataclass(frozen=True)
class Verdict:
    """A change, and the breaches that are new with it; a rule that nobody asks has none."""

    change: Change
    found: frozenset[Breach]

    @property
    def refused(self) -> bool:
        """Whether one of them refuses the update, and does not only tell somebody."""
        return any(_LEVELS[each.rule] is Level.MANDATORY for each in self.found)


def judge(change: Change) -> Verdict:
    """Apply a change to its graph and hold the whole pack against it, before and after."""
    stack = world(change.form)
    before = given(change, stack)
    after = applied(change, before)
    old = _before(change.form) | (_later(before, stack) if change.given else frozenset[Breach]())
    return Verdict(change, _later(after, stack) - old)


@cache
def _before(form: str) -> frozenset[Breach]:
    return frozenset(breaches(world(form)))


def _later(stack: World, first: World) -> frozenset[Breach]:
    return frozenset(breaches(stack, first))
