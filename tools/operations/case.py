"""One operation on one stack, and the steps that several operations have: a change of settings, a wait, a hand."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tools.operations.cloud import Cloud, Resource
from tools.operations.files import Edits, Files, Permitted, configured
from tools.operations.progress import Progress
from tools.operations.steps import Step, StoppedError

INSTANCE: Final = "aws:rds/instance:Instance"
_POLL_SECONDS: Final = 15.0
_LONGEST_SECONDS: Final = 3 * 3600.0


@dataclass(frozen=True)
class Case:
    """What the steps of an operation look at and change."""

    cloud: Cloud
    files: Files
    progress: Progress

    def resources(self, type_: str) -> dict[str, Resource]:
        """Give what the state has of a type, by logical name, without what is going."""
        return {each.name: each for each in self.cloud.state() if each.type == type_ and not each.going}

    def standing(self) -> Iterator[str]:
        """Say where this is not the state of a stack that stands."""
        state = self.cloud.state()
        others = sorted({each.stack for each in state} - {self.files.stack})
        if others:
            yield f"this state is of stack {', '.join(others)}, not of {self.files.stack}: choose that stack's backend"
        elif not state:
            yield f"stack {self.files.stack} of {self.files.product} has no resources: nothing to operate on"

    def change(
        self,
        key: str,
        title: str,
        edits: Edits,
        *,
        shown: Callable[[], Iterable[str]] = tuple,
        ready: Callable[[], Iterable[str]] = tuple,
        tells: Callable[[], Iterable[str]] = tuple,
        asks: str = "",
        costs: str = "",
        undo: str = "",
        until: str = "",
        keeps: bool = False,
    ) -> Step:
        """Make a step that writes settings and runs `up`: done once an `up` with them ended well and `shown` is empty.

        `shown` says, a line each, what the state does not show yet. With `keeps` it may replace nothing.
        """

        def done() -> bool:
            stated = self.files.stated(edits) and configured(self.cloud.configuration(), edits)
            return stated and not list(shown())

        def judged() -> Iterator[str]:
            yield from ready()
            yield from self.files.judged(edits)

        def do() -> None:
            self.files.write(edits)
            if (asks or keeps) and (refused := list(self.cloud.planned(keeps=keeps))):
                raise StoppedError("\n".join(refused))
            self.cloud.up()

        return Step(
            key=key, title=title, done=done, do=do, ready=judged, proof=shown, tells=tells, asks=asks, costs=costs,
            undo=undo or "put the settings back and run `up`", until=until,
        )  # fmt: skip

    def tidy(self, key: str, title: str, permit: Permitted, edits: Edits | None = None) -> Step:
        """Make the last step: what was written for the operation alone goes, the permit with it."""
        given = edits or Edits()
        return self.change(key, title, Edits(stack=given.stack, product=given.product, withdraw=permit))


def wait_for(seen: Callable[[], bool], what: str, sleep: Callable[[float], None] = time.sleep) -> None:
    """Ask again every 15 seconds until something is seen, for three hours at most. Raises `StoppedError`."""
    waited = 0.0
    while not seen():
        if waited >= _LONGEST_SECONDS:
            raise StoppedError(f"{what} is not there after {waited / 3600:.0f} hours; look why, then go on")
        sleep(_POLL_SECONDS)
        waited += _POLL_SECONDS


def by_hand(key: str, title: str, what: Callable[[], str], undo: str = "nothing to undo") -> Step:
    """Make a step that a person does: nothing here can see whether it was done, so somebody has to say it."""
    return Step(key=key, title=title, by_hand=what, undo=undo)
