"""What writers of every store have in common: threads that write numbers, and what was acknowledged of them."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Generic, Self, TypeVar

from tools.drill.product import DrillError

RETRY_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 120

Moment = TypeVar("Moment")
"""What a writer keeps of a number that was acknowledged: when, and what else it needs."""


class Writing(ABC, Generic[Moment]):
    """Threads that write numbers above `after`, the last one of a writer before; each is acknowledged once at most."""

    connections: ClassVar[int]

    def __init__(self, after: int) -> None:
        self.after = after
        self.acknowledged: dict[int, Moment] = {}
        self.refusals: list[str] = []
        self.stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for number in range(self.connections):
            thread = threading.Thread(target=self.write, args=(self.after + number,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the writing, and wait until nothing is under way."""
        self.stopped.set()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE_SECONDS)

    @property
    def last(self) -> int:
        """A number above all that were used, once the writing has ended."""
        return max(self.acknowledged, default=self.after) + 2 * self.connections

    @abstractmethod
    def write(self, number: int) -> None:
        """Write every so many numbers from this one on, until it is stopped."""

    def awaited(self, count: int, what: str, times: Callable[[], Sequence[float]]) -> float:
        """Wait until there are so many times of acknowledgement; return the first.

        Raises DrillError with what the servers say when that takes more than two minutes.
        """
        last = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < last:
            found = times()
            if len(found) >= count:
                return min(found)
            time.sleep(RETRY_SECONDS)
        raise DrillError(f"No {count} {what} were written in {_PATIENCE_SECONDS} s: {self.refusals[-1:]}")
