"""What an operation is made of: steps that look at the world for whether they are done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


class StoppedError(Exception):
    """The operation cannot go on; each line says what is wrong and what to do. What was done stays done."""


class WaitingError(Exception):
    """The operation waits for a person: an answer, or something done by hand."""


def _nothing() -> Iterable[str]:
    return ()


def _nowhere() -> None:
    """What is done by hand is done elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. Killed at any moment, it is looked at again: `done` decides whether `do` is called once more."""

    key: str
    """The word that progress and arguments name it by."""
    title: str
    done: Callable[[], bool] | None = None
    """Whether the world shows that it was done; None: nothing but a person can say so."""
    do: Callable[[], None] = _nowhere
    """Does it. Called again after a kill, it converges."""
    ready: Callable[[], Iterable[str]] = _nothing
    """What stands in its way, a line each, before anything of it is done."""
    proof: Callable[[], Iterable[str]] = _nothing
    """What is not as it should be afterwards, a line each."""
    by_hand: Callable[[], str] | None = None
    """What a person does, as commands or statements to copy. Where `done` sees it, nobody has to say so."""
    asks: str = ""
    """The name to type before it, since nothing brings back what it takes."""
    costs: str = ""
    """What the question tells: what cannot be undone."""
    undo: str = ""
    """The way back, once it is done."""
    until: str = ""
    """The step that takes its effect away again; without one it stays."""
    tells: Callable[[], Iterable[str]] = _nothing
    """What is worth knowing once it is done."""


@dataclass(frozen=True)
class Plan:
    """An operation on one stack: what must hold before it begins, and its steps."""

    steps: Sequence[Step]
    ready: Callable[[], Iterable[str]] = _nothing
    was: Callable[[], str] = field(default=str)
    """What to remember of the world before the first step."""
