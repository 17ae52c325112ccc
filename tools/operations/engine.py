"""Goes through an operation's steps, from wherever somebody left them, and writes down each before the next begins."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tools.operations.progress import Progress, Tag, moment
from tools.operations.steps import Plan, Step, StoppedError, WaitingError

SKEW: Final = timedelta(minutes=5)
"""How far two machines' clocks may be apart before the later one counts as wrong."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked for, in one run."""

    name: str
    stack: str
    of: str = ""
    to: str = ""
    confirm: str = ""
    """The name typed before what cannot be undone."""
    by_hand: str = ""
    """The step by hand that the person has done."""
    step: str = ""
    """The only step to take."""


@dataclass
class Engine:
    """Runs one operation. `say` gets each line for people, `ask` a question whose answer it gives."""

    tag: Tag
    who: str
    now: Callable[[], datetime]
    say: Callable[[str], None]
    ask: Callable[[str], str] = lambda _: ""

    def progress(self) -> Progress | None:
        """Read what is under way. Raises `StoppedError` where a clock went back, `UnreadableError`."""
        text = self.tag.read()
        if text is None:
            return None
        progress = Progress.read(text)
        if progress.written_at > self.now() + SKEW:
            raise StoppedError(
                f"step {progress.done or 'none'} was written down at {progress.at}, and here it is only "
                f"{moment(self.now())}: put this machine's clock right"
            )
        return progress

    def run(self, asked: Asked, plan_of: Callable[[Progress], Plan]) -> None:
        """Begin or go on, to the end. Raises `StoppedError`, `WaitingError`; what was done is written down by then."""
        progress = self.progress()
        if progress is None:
            progress = self._begun(asked, plan_of)
        else:
            _same(asked, progress)
        steps = plan_of(progress).steps
        place = _place(steps, progress)
        _standing(steps, place)
        for number, step in enumerate(steps[place:], place):
            if asked.step and asked.step != step.key:
                self._only(asked, steps, number)
                return
            _not_ahead(steps, number)
            self._take(step, asked, f"{number + 1}/{len(steps)} {step.key}")
            progress = self._written(progress, step.key)
        self.tag.remove()
        self.say(f"{asked.name} on {asked.stack} is finished")

    def abandon(self, plan_of: Callable[[Progress], Plan]) -> None:
        """Forget what is under way, and say how to go back from what was done."""
        progress = self.progress()
        if progress is None:
            raise StoppedError("no operation is under way on this stack")
        steps = plan_of(progress).steps
        for step in reversed(steps[: _place(steps, progress)]):
            self.say(f"back from {step.key}: {step.undo or 'nothing to undo'}")
        self.tag.remove()
        self.say(f"{progress.name} is no longer under way; nothing was changed by forgetting it")

    def _begun(self, asked: Asked, plan_of: Callable[[Progress], Plan]) -> Progress:
        now = moment(self.now())
        fresh = Progress(asked.name, asked.stack, self.who, now, now[:10], asked.of, asked.to)
        plan = plan_of(fresh)
        wrong = list(plan.ready())
        if wrong:
            raise StoppedError("\n".join(wrong))
        if asked.step and asked.step != plan.steps[0].key:
            self._only(asked, plan.steps, 0)
        fresh = replace(fresh, was=plan.was())
        self.tag.write(fresh.text())
        self.say(f"{asked.name} on {asked.stack} begins: {len(plan.steps)} steps")
        return fresh

    def _only(self, asked: Asked, steps: Sequence[Step], place: int) -> None:
        """Refuse a step out of its order; one that was taken already ends the run in peace."""
        keys = [step.key for step in steps]
        if asked.step not in keys:
            raise StoppedError(f"{asked.name} has no step {asked.step!r}; its steps: {', '.join(keys)}")
        if keys.index(asked.step) > place:
            raise StoppedError(f"step {asked.step} cannot come yet: the next one is {keys[place]}")

    def _take(self, step: Step, asked: Asked, label: str) -> None:
        if step.done is not None and step.done():
            self.say(f"{label}: done already")
        else:
            self.say(f"{label}: {step.title}")
            wrong = list(step.ready())
            if wrong:
                raise StoppedError("\n".join(wrong))
            self._confirmed(step, asked)
            if step.by_hand is not None and not _by_hand(step, asked):
                raise WaitingError(f"{step.by_hand()}\n\nthen go on with DONE={step.key}")
            step.do()
        wrong = list(step.proof())
        if wrong:
            raise StoppedError("\n".join(wrong))
        for line in step.tells():
            self.say(f"  {line}")

    def _confirmed(self, step: Step, asked: Asked) -> None:
        if not step.asks or asked.confirm == step.asks:
            return
        question = f"{step.costs}. Type {step.asks} to go on"
        if asked.confirm or self.ask(f"{question}: ").strip() != step.asks:
            raise WaitingError(f"{question}, or give CONFIRM={step.asks}")

    def _written(self, progress: Progress, key: str) -> Progress:
        """Write a step down, unless somebody else went on meanwhile."""
        if self.tag.read() != progress.text():
            raise StoppedError("somebody else went on with this operation meanwhile; run it again to see how far it is")
        written = replace(progress, done=key, by=self.who, at=moment(self.now()))
        self.tag.write(written.text())
        return written


def _by_hand(step: Step, asked: Asked) -> bool:
    return asked.by_hand == step.key and step.done is None


def _same(asked: Asked, progress: Progress) -> None:
    """Refuse to begin another operation, or the same to another end, while one is under way."""
    if progress.stack != asked.stack:
        raise StoppedError(
            f"this state says that {progress.name} was begun on {progress.stack}, and {asked.stack} was asked for: "
            "choose the backend and the product of that stack"
        )
    given = [
        each for each in ((asked.name, progress.name), (asked.of, progress.of), (asked.to, progress.to)) if each[0]
    ]
    if any(wanted != had for wanted, had in given):
        raise StoppedError(f"{describe(progress)}; finish it, or forget it with ABANDON=1, before another begins")


def describe(progress: Progress) -> str:
    """Say in a line what is under way."""
    what = " ".join(filter(None, (progress.name, progress.of, progress.to and f"to {progress.to}")))
    done = f"step {progress.done} done" if progress.done else "no step done"
    return f"{what} is under way since {progress.since}, {done}, last by {progress.by} at {progress.at}"


def _place(steps: Sequence[Step], progress: Progress) -> int:
    keys = [step.key for step in steps]
    if progress.done and progress.done not in keys:
        raise StoppedError(f"{progress.name} has no step {progress.done!r} here: take the version that began it")
    return keys.index(progress.done) + 1 if progress.done else 0


def _standing(steps: Sequence[Step], place: int) -> None:
    """Refuse to go on where an earlier step no longer holds: an older checkout, or somebody put it back.

    What the next step takes away may be half gone: a kill in the middle of it left it so.
    """
    keys = [step.key for step in steps]
    gone = [
        step.key
        for step in steps[:place]
        if step.done is not None and (not step.until or keys.index(step.until) > place) and not step.done()
    ]
    if gone:
        raise StoppedError(
            f"step {gone[0]} was done, and no longer holds: take the commit with its settings and run `up`, "
            "or forget the operation with ABANDON=1"
        )


def _not_ahead(steps: Sequence[Step], number: int) -> None:
    """Refuse to go on where what cannot be undone was done outside, and what comes before it was not."""
    if _seen(steps[number]):
        return
    ahead = [step.key for step in _later(steps, number) if step.done is not None and step.done()]
    if ahead:
        raise StoppedError(f"step {ahead[0]} was done without step {steps[number].key}, which comes before it")


def _seen(step: Step) -> bool:
    return step.done is not None and step.done()


def _later(steps: Sequence[Step], number: int) -> Iterator[Step]:
    return (step for step in steps[number + 1 :] if step.asks)
