"""A world of counters for the engine of operations: what each step did, and a kill at any moment of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tools.operations.engine import Asked, Engine
from tools.operations.progress import Progress
from tools.operations.steps import Plan, Step

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ASKED = Asked(name="exercise", stack="prod/openibank", to="17")


class KilledError(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class Tag:
    """The stack's tag, which a kill meets before or after it is written."""

    text: str | None = None
    kill: Callable[[], None] = lambda: None

    def read(self) -> str | None:
        return self.text

    def write(self, text: str) -> None:
        self.kill()
        self.text = text
        self.kill()

    def remove(self) -> None:
        self.kill()
        self.text = None


@dataclass
class World:
    """`kinds` says of each step whether it is done by hand, asks, or changes the world, which it does in two parts."""

    kinds: list[str]
    kills: list[int] = field(default_factory=list[int])
    """After how many moments each run is killed."""
    first: set[str] = field(default_factory=set[str])
    whole: set[str] = field(default_factory=set[str])
    did: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    tag: Tag = field(default_factory=Tag)
    now: datetime = NOW
    _moments: int | None = None

    def __post_init__(self) -> None:
        self.tag.kill = self.moment

    def moment(self) -> None:
        """A moment at which the process may be killed."""
        if self._moments is not None:
            self._moments -= 1
            if self._moments < 0:
                self._moments = None
                raise KilledError

    def do(self, key: str) -> None:
        self.moment()
        self.first.add(key)
        self.moment()
        self.whole.add(key)
        self.did.append(key)
        self.moment()

    def plan(self, _: Progress) -> Plan:
        return Plan([self.step(f"s{number}", kind) for number, kind in enumerate(self.kinds)])

    def step(self, key: str, kind: str) -> Step:
        if kind == "hand":
            return Step(key=key, title=key, by_hand=lambda: f"do {key}")
        return Step(
            key=key,
            title=key,
            done=lambda: key in self.whole,
            do=lambda: self.do(key),
            proof=lambda: [] if key in self.whole else [f"{key} is not there"],
            asks=f"name-{key}" if kind == "asks" else "",
            costs=f"{key} goes",
            undo=f"undo {key}",
        )

    def engine(self) -> Engine:
        return Engine(self.tag, "ann@laptop", lambda: self.now, self.said.append)

    def run(self, asked: Asked = ASKED) -> None:
        """Run once, by a process that the next of `kills` may end."""
        self._moments = self.kills.pop(0) if self.kills else None
        self.now += timedelta(minutes=1)
        try:
            self.engine().run(asked, self.plan)
        finally:
            self._moments = None
