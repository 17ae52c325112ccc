"""A writer that keeps writing keys to a cluster: what it was told is written has to be there after a recovery."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

from valkey.cluster import ClusterNode, ValkeyCluster
from valkey.crc import key_slot
from valkey.exceptions import ValkeyClusterException, ValkeyError

from tools.drill.product import DrillError
from tools.drill.valkey import Shard
from tools.drill.writer import Account, compared, content

_CONNECTIONS: Final = 2
_RETRY_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 120
_BATCH: Final = 500


def client(shards: list[Shard]) -> Any:
    """Return a client that finds each key's shard by itself. Raises ValkeyError."""
    nodes = [ClusterNode("127.0.0.1", node.port) for shard in shards for node in (shard.primary, *shard.replicas)]
    return ValkeyCluster(startup_nodes=nodes, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


@dataclass
class KeyWriter:
    """Clients that set keys, each counted once it was acknowledged."""

    shards: list[Shard]
    after: int = 0
    """The last number of a writer before this one."""
    acknowledged: dict[int, float] = field(default_factory=dict[int, float])
    refusals: list[str] = field(default_factory=list[str])
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def __enter__(self) -> "KeyWriter":
        for number in range(_CONNECTIONS):
            thread = threading.Thread(target=self._write, args=(self.after + number,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the writing, and wait until no command is under way."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=_PATIENCE_SECONDS)

    @property
    def last(self) -> int:
        """A number above all that were used, once the writing has ended."""
        return max(self.acknowledged, default=self.after) + 2 * _CONNECTIONS

    def await_keys(self, count: int, since: float = 0.0, slots: range | None = None) -> float:
        """Wait until so many keys of these slots were acknowledged after a moment; return when the first of them was.

        Raises DrillError with what the servers say when that takes more than two minutes.
        """
        last = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < last:
            times = [
                when
                for number, when in self.acknowledged.copy().items()
                if when > since and (slots is None or slot_of(number) in slots)
            ]
            if len(times) >= count:
                return min(times)
            time.sleep(_RETRY_SECONDS)
        raise DrillError(f"No {count} keys were written in {_PATIENCE_SECONDS} s: {self.refusals[-1:]}")

    def account(self, shards: list[Shard], until: float | None = None) -> Account:
        """Hold a cluster against what was acknowledged, up to a monotonic time or at all. Raises ValkeyError."""
        wanted = {number: when for number, when in self.acknowledged.items() if until is None or when <= until}
        numbers, reader = sorted(wanted), client(shards)
        found: dict[int, str] = {}
        for first in range(0, len(numbers), _BATCH):
            batch = numbers[first : first + _BATCH]
            values = reader.mget_nonatomic([key_of(number) for number in batch])
            found.update({number: value for number, value in zip(batch, values, strict=True) if value is not None})
        return compared(wanted, found)

    def _write(self, number: int) -> None:
        while not self._stopped.is_set():
            try:
                writing = client(self.shards)
                while not self._stopped.is_set():
                    # A number whose write is in doubt is never used again.
                    number += _CONNECTIONS
                    writing.set(key_of(number), content(number))
                    self.acknowledged[number] = time.monotonic()
            except (ValkeyError, ValkeyClusterException, OSError) as error:
                self.refusals.append(str(error))
                time.sleep(_RETRY_SECONDS)


def key_of(number: int) -> str:
    """Return the key of a number."""
    return f"written:{number}"


def slot_of(number: int) -> int:
    """Return the slot of a number's key."""
    return int(key_slot(key_of(number).encode()))
