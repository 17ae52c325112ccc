"""The words of a plan: how much of a change people notice, and when it happens."""

from enum import IntEnum
from typing import Final, Literal


class Kind(IntEnum):
    """How much of a change people notice, from nothing to what cannot be done; the greater one counts."""

    NOTHING = 0
    """Nothing visible: nobody who uses it can tell."""
    ROLLING = 1
    """Rolling: one part after the other is made anew, and the others serve meanwhile."""
    FAIL_OVER = 2
    """Brief fail-over: a second one takes over; connections break, and are made again within a minute or two."""
    RESTART = 3
    """Restart: it is away while it starts again, some seconds to some minutes."""
    WINDOW = 4
    """Maintenance window: it is away for long enough that its users are told beforehand."""
    REPLACES = 5
    """Replaces: what is there goes away; what takes its place, if anything does, has another id."""
    LOSES_DATA = 6
    """Loses data: what goes away holds something that nothing else has."""
    IMPOSSIBLE = 7
    """Not possible in place: AWS or Kubernetes refuses it, so that `up` would fail half way."""

    @property
    def words(self) -> str:
        """The class as people read it."""
        return WORDS[self]


WORDS: Final = {
    Kind.NOTHING: "nothing visible",
    Kind.ROLLING: "rolling",
    Kind.FAIL_OVER: "brief fail-over",
    Kind.RESTART: "restart",
    Kind.WINDOW: "maintenance window",
    Kind.REPLACES: "replaces",
    Kind.LOSES_DATA: "loses data",
    Kind.IMPOSSIBLE: "not possible in place",
}
KINDS: Final = {words: kind for kind, words in WORDS.items()}

When = Literal["now", "window", "reboot", "next"]
MOMENTS: Final[dict[When, str]] = {
    "now": "now",
    "window": "at the maintenance window",
    "reboot": "at the next reboot",
    "next": "at its next use",
}
"""When a change happens; what waits for the window happens now where the resource says `applyImmediately`."""
