"""A writer that keeps writing keys to a cluster: what it was told is written has to be there after a recovery."""

import time
from typing import Any, Final

from valkey.cluster import ClusterNode, ValkeyCluster
from valkey.crc import key_slot
from valkey.exceptions import ValkeyClusterException, ValkeyError

from tools.drill.valkey import Shard
from tools.drill.writer import Account, compared, content
from tools.drill.writing import RETRY_SECONDS, Writing

_BATCH: Final = 500


def client(shards: list[Shard]) -> Any:
    """Return a client that finds each key's shard by itself. Raises ValkeyError."""
    nodes = [ClusterNode("127.0.0.1", node.port) for shard in shards for node in (shard.primary, *shard.replicas)]
    return ValkeyCluster(startup_nodes=nodes, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)


class KeyWriter(Writing[float]):
    """Clients that set keys, each counted once it was acknowledged, with the monotonic time of that."""

    connections = 2

    def __init__(self, shards: list[Shard], after: int = 0) -> None:
        super().__init__(after)
        self.shards = shards

    def await_keys(self, count: int, since: float = 0.0, slots: range | None = None) -> float:
        """Wait until so many keys of these slots were acknowledged after a moment; return when the first of them was.

        Raises DrillError.
        """

        def times() -> list[float]:
            return [
                when
                for number, when in self.acknowledged.copy().items()
                if when > since and (slots is None or slot_of(number) in slots)
            ]

        return self.awaited(count, "keys", times)

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

    def write(self, number: int) -> None:
        while not self.stopped.is_set():
            try:
                writing = client(self.shards)
                while not self.stopped.is_set():
                    # A number whose write is in doubt is never used again.
                    number += self.connections
                    writing.set(key_of(number), content(number))
                    self.acknowledged[number] = time.monotonic()
            except (ValkeyError, ValkeyClusterException, OSError) as error:
                self.refusals.append(str(error))
                time.sleep(RETRY_SECONDS)


def key_of(number: int) -> str:
    """Return the key of a number."""
    return f"written:{number}"


def slot_of(number: int) -> int:
    """Return the slot of a number's key."""
    return int(key_slot(key_of(number).encode()))
