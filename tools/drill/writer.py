"""A writer that keeps writing: what it was told is committed has to be there after a recovery."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from tools.drill.postgresql import Server
from tools.drill.product import Product
from tools.drill.writing import RETRY_SECONDS, Writing

TABLE: Final = "written"
DEFINITION: Final = f"CREATE TABLE {TABLE} (number bigint PRIMARY KEY, content text NOT NULL)"
_CONNECT_SECONDS: Final = 2


def content(number: int) -> str:
    """Return what the row of a number holds: whoever reads it can tell whether it is what was written."""
    return sha256(str(number).encode()).hexdigest()


class Receipt(NamedTuple):
    """A commit that was acknowledged: at which monotonic time, and by the server at which port."""

    when: float
    port: int


class Writer(Writing[Receipt]):
    """Connections that insert rows, each in a transaction of its own. A broken one is opened anew.

    `addresses` are the servers that may be the writable one, which libpq finds. On AWS one name leads to it.
    """

    connections = 4

    def __init__(self, product: Product, addresses: Sequence[Server], after: int = 0) -> None:
        super().__init__(after)
        self.product = product
        self.addresses = addresses

    def await_rows(self, count: int, by: Server) -> float:
        """Wait until a server acknowledged so many rows; return when it acknowledged its first. Raises DrillError."""

        def times() -> list[float]:
            return [receipt.when for receipt in self.acknowledged.copy().values() if receipt.port == by.port]

        return self.awaited(count, "rows", times)

    def write(self, number: int) -> None:
        while not self.stopped.is_set():
            try:
                with psycopg.connect(self._conninfo(), autocommit=True) as connection:
                    while not self.stopped.is_set():
                        # A number whose commit is in doubt is never used again.
                        number += self.connections
                        connection.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", (number, content(number)))
                        self.acknowledged[number] = Receipt(time.monotonic(), connection.info.port)
            except psycopg.Error as error:
                self.refusals.append(str(error).strip())
                time.sleep(RETRY_SECONDS)

    def _conninfo(self) -> str:
        ports = ",".join(str(server.port) for server in self.addresses)
        hosts = ",".join("127.0.0.1" for _ in self.addresses)
        product = self.product
        who = make_conninfo(user=product.role, password=product.password, dbname=product.database)
        return make_conninfo(
            who, host=hosts, port=ports, target_session_attrs="read-write", connect_timeout=_CONNECT_SECONDS
        )


@dataclass(frozen=True)
class Account:
    """What was committed until a moment, what of it is lost, and the checksums of both sides."""

    committed: int
    lost: int
    oldest_lost: float | None
    expected: str
    found: str

    def rpo_seconds(self, failed: float) -> float:
        """Return how long before the failure the oldest lost row was committed; 0 where none is lost."""
        return 0.0 if self.oldest_lost is None else max(failed - self.oldest_lost, 0.0)


def account(writer: Writer, server: Server, until: float | None = None) -> Account:
    """Hold a server against what the writer was told is committed, up to a monotonic time or at all."""
    receipts = writer.acknowledged.items()
    wanted = {number: each.when for number, each in receipts if until is None or each.when <= until}
    rows = writer.product.as_owner(server, f"SELECT number || ' ' || content FROM {TABLE} ORDER BY number")
    return compared(wanted, {int(row.partition(" ")[0]): row.partition(" ")[2] for row in rows.splitlines()})


def compared(wanted: Mapping[int, float], found: Mapping[int, str]) -> Account:
    """Hold what is there against the numbers that were acknowledged, each at its time."""
    lost = {number: when for number, when in wanted.items() if found.get(number) != content(number)}
    return Account(
        committed=len(wanted),
        lost=len(lost),
        oldest_lost=min(lost.values(), default=None),
        expected=_checksum((number, content(number)) for number in sorted(wanted)),
        found=_checksum((number, found[number]) for number in sorted(wanted.keys() & found.keys())),
    )


def _checksum(rows: Iterable[tuple[int, str]]) -> str:
    total = sha256()
    for number, text in rows:
        total.update(f"{number} {text}\n".encode())
    return total.hexdigest()[:16]
