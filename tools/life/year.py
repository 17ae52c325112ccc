"""A year of a stack: changes in sequence, each planned, made, interrupted now and then, and looked at afterwards."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, cast

from tools.kills import strike
from tools.life.change import Change, Given, Move, Operation
from tools.life.place import Ended, Place
from tools.operations.files import Edits
from tools.plan import tables
from tools.plan.__main__ import FAILED, FINE, REFUSED, REPLACES
from tools.plan.words import KINDS, Kind

_WAITS: Final = 3
_LONGEST: Final = 30
"""Runs of an operation, each of which waits for a person."""
_SHARE: Final = 0.2
_WRITES: Final = 30
"""How often at most a run may write to state or cloud before it is killed."""


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What came of one change."""

    name: str
    expected: Kind | None
    planned: Kind | None
    seconds: float
    killed: str = ""
    """The processes that were killed on the way."""
    wrong: Sequence[str] = ()

    def line(self) -> str:
        """Write it on one line."""
        seen = self.planned.words if self.planned is not None else "in steps"
        wanted = self.expected.words if self.expected is not None else "in steps"
        verdict = seen if seen == wanted else f"{seen} (expected: {wanted})"
        told = [f"killed: {self.killed}"] if self.killed else []
        told += list(self.wrong)
        return f"{self.name:<28} {verdict:<20} {self.seconds:5.0f} s  {'; '.join(told) or 'as it should be'}"


@dataclass
class Year:
    """Lives changes on a stack that stands. `say` gets a line for each."""

    place: Place
    catalogue: Mapping[str, Change]
    chance: Random
    say: Callable[[str], None]
    share: float = _SHARE
    """How many of the runs are killed once."""
    lived: list[Lived] = field(default_factory=list[Lived])
    refused: Counter[str] = field(default_factory=Counter[str])
    """Changes that the settings of that moment refuse, so that another was drawn."""
    _longest: float = 60.0
    _waiting: Sequence[tuple[str, str, str]] = ()
    """What waits for a window before the change, as `Place.waiting` gives it."""

    def go(self, count: int) -> None:
        """Live so many changes, each drawn from those that the files leave room for."""
        for _ in range(count):
            drawn = self.draw()
            if drawn is None:
                self.say("no change applies any more")
                return
            self._lives(*drawn)

    def only(self, name: str) -> None:
        """Live one change, behind those that have to come before it."""
        change = self.catalogue[name]
        if change.after:
            self.only(change.after)
        possible = self._possible(change)
        if possible is None:
            self.say(f"{name} does not apply here")
        else:
            self._lives(*possible)

    def _lives(self, change: Change, move: Move) -> None:
        self.lived.append(self.live(change, move))
        self.say(f"{len(self.lived):>3}  {self.lived[-1].line()}")

    def draw(self) -> tuple[Change, Move] | None:
        """Draw one of the changes that were lived least often, and that the files leave room for."""
        times = Counter(each.name for each in self.lived) + self.refused
        order = sorted(self.catalogue.values(), key=lambda each: (times[each.name], self.chance.random()))
        return next(filter(None, map(self._possible, order)), None)

    def _possible(self, change: Change) -> tuple[Change, Move] | None:
        move = change.makes(Given(self.place.files))
        if move is None:
            return None
        if list(self.place.files.judged(move.edits)):
            self.refused[change.name] += 1
            return None
        return change, move

    def live(self, change: Change, move: Move) -> Lived:
        """Live one change; what is wrong stands in what is given."""
        began = time.monotonic()
        expected, before = change.expected(Given(self.place.files)), self._holders()
        self._waiting = self.place.waiting()
        planned, killed, wrong = self._through(change, move)
        wrong += [] if planned is expected else ["the plan's verdict is another"]
        wrong += self.place.disagreements()
        wrong += [] if change.refused else self._lost(before, move)
        state = self.place.state()
        wrong += [line for proof in move.proofs if not change.refused for line in proof(state)]
        seconds = time.monotonic() - began
        return Lived(
            name=change.name, expected=expected, planned=planned, seconds=seconds, killed=killed, wrong=wrong
        )  # fmt: skip

    def _through(self, change: Change, move: Move) -> tuple[Kind | None, str, list[str]]:
        wrong = list(self._happens(move))
        texts, planned, changes = self.place.texts(), None, False
        if change.verdict is not None or change.refused:
            self.place.files.write(move.edits)
            planned, changes, said = self._planned(change.says, *self._codes(change, move))
            wrong += said
        if change.refused or move.operation:
            self.place.put_back(texts)
        if change.refused or (move.waits and not changes):
            return planned, "", wrong
        killed, said = self._operated(move.operation) if move.operation else self._brought_up()
        stated = Edits(stack=move.edits.stack, product=move.edits.product)
        unsaid = [] if self.place.files.stated(stated) else ["the files do not say what the change states"]
        return planned, killed, [*wrong, *said, *unsaid]

    def _happens(self, move: Move) -> Iterator[str]:
        """Let time pass, or somebody change the account, and read that into the state."""
        if move.drift:
            try:
                self.place.change_by_hand(move.drift)
            except LookupError as error:
                yield str(error.args[0])
        if move.waits:
            yield from _failed("clock", self.place.run("offline_cloud", "clock", "--advance", move.waits))
        if move.drift or move.waits:
            yield from _failed("refresh", self.place.run("offline_cloud", "refresh", "--fast"))

    def _codes(self, change: Change, move: Move) -> Sequence[int]:
        """The exit codes that the plan may have; an operation judges by itself what it takes away."""
        if change.refused:
            return (FAILED,) if change.verdict is None else (REFUSED,)
        return (FINE, REPLACES, REFUSED) if move.operation else (FINE, REPLACES)

    def _planned(self, says: str, *allowed: int) -> tuple[Kind | None, bool, list[str]]:
        """Give the worst class of the plan, whether it changes anything, and what is wrong with it and its words."""
        ended = self.place.run("tools.plan", "--json")
        wrong = [] if ended.code in allowed else [f"plan ended with {ended.code}: {ended.why}"]
        wrong += [] if says in " ".join(ended.error.split()) else [f"it does not say {says!r}: {ended.why}"]
        if not ended.out.startswith("{"):
            return None, False, wrong
        told = json.loads(ended.out)
        kinds = [KINDS[each["kind"]] for each in told["findings"] if not self._asked_before(each)]
        return max(kinds, default=Kind.NOTHING), bool(told["findings"] or told["created"]), wrong

    def _asked_before(self, finding: Mapping[str, str]) -> bool:
        """Whether the plan tells of what an earlier change asked for, and a window still makes."""
        type_, what = finding.get("resource", "").partition(" ")[0], finding.get("what", "")
        return any(
            # Without values the last `up` asked for the same, and only the account is behind.
            id_.startswith(f"{type_}|") and (what == path or (what.startswith(path) and what.endswith(f" → {value}")))
            for id_, path, value in self._waiting
        )

    def _brought_up(self) -> tuple[str, list[str]]:
        """Run `up`, kill it once now and then, and see that it converges."""
        killed = self._struck("offline_cloud", "up", *(["--fast"] if self.chance.random() < self.share else []))
        began = time.monotonic()
        wrong = _failed("up", self.place.run("offline_cloud", "up", "--fast", "--json"))
        self._longest = time.monotonic() - began
        return killed, wrong + (self.settled() if killed and not wrong else [])

    def _operated(self, operation: Operation) -> tuple[str, list[str]]:
        """Go through an operation, answering what it asks, and kill it once now and then."""
        words = [operation.name, "--fast"]
        words += ["--of", operation.of] if operation.of else []
        words += ["--to", operation.to] if operation.to else []
        killed = self._struck("tools.operations", *words)
        answer: list[str] = []
        for _ in range(_LONGEST):
            ended = self.place.run("tools.operations", *words, *answer)
            if ended.code != _WAITS:
                wrong = _failed(operation.name, ended)
                return killed, wrong or self.settled()
            answer = _answer(ended.out)
        return killed, [f"{operation.name} never came to its end"]

    def _struck(self, module: str, *words: str) -> str:
        if self.chance.random() >= self.share:
            return ""
        running = self.place.start(module, *words)
        killed, met = strike(self.place.space, running, self.chance, self._longest, _WRITES)
        return killed if met else f"{killed}, too late"

    def settled(self) -> list[str]:
        """Say where a further `up` would change something."""
        ended = self.place.run("offline_cloud", "preview", "--json", "--no-policy")
        if ended.code:
            return _failed("preview", ended)
        changes = cast("dict[str, int]", json.loads(ended.out)["changes"])
        asked_again = len({id_ for id_, _, _ in self.place.waiting()})
        quiet = set(changes) <= {"same", "update"} and changes.get("update", 0) <= asked_again
        return [] if quiet else [f"a further `up` would change something: {changes}"]

    def _holders(self) -> dict[str, str]:
        """Give what holds data, by name and id; a copy of another holds nothing of its own."""
        kinds = tables.types()
        held = [each for each in self.place.state() if each.type in kinds and kinds[each.type].holds]
        return {
            f"{each.type} {each.name}": each.id
            for each in held
            if not each.inputs.get(kinds[each.type].copy_of or "")
        }  # fmt: skip

    def _lost(self, before: Mapping[str, str], move: Move) -> list[str]:
        """Say what holds data and was replaced, or is gone, unasked."""
        after = self._holders()
        gone = [name for name, id_ in before.items() if after.get(name) != id_]
        return [
            f"{name} was {'replaced' if name in after else 'lost'} unasked"
            for name in gone
            if not any(each in name for each in move.gives_up)
        ]


def _answer(said: str) -> list[str]:
    """Answer what an operation waits for, from the last line that names it."""
    word = said.strip().rpartition("CONFIRM=")
    if word[1]:
        return ["--confirm", word[2].split()[0]]
    return ["--done", said.strip().rpartition("DONE=")[2].split()[0]]


def _failed(what: str, ended: Ended) -> list[str]:
    return [f"{what} ended with {ended.code}: {ended.why}"] if ended.code else []
