"""The offline cloud's memory: an SQLite file that survives between runs and crashes."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast

from offline_cloud.cloud.core.left import MARK
from offline_cloud.cloud.model import Properties, Record

SCHEMA_VERSION: Final = 2
Standing: TypeAlias = Literal["managed", "cut off", "kept", "left"]
"""``managed``: the engine's state has it. ``cut off``: a killed run made it, and no state does. ``kept``: no state has
it any more, as after going back to an older one; it stays until somebody says otherwise. ``left``: a deletion left it
in the account on purpose, such as a final snapshot; it stands in the way of its own name."""
_STANDINGS: Final[dict[Standing, int]] = {"managed": 1, "cut off": 0, "kept": -1, "left": 2}
# What SQLite says of a file that is whole, but cannot be used here and now.
_OUT_OF_REACH: Final = ("readonly", "unable to open", "is full", "disk i/o", "locked", "permission")
_COLUMNS: Final = "urn, type, region, id, provider, generation, inputs, outputs"
_Row: TypeAlias = tuple[str, str, str, str, str, int, str, str]
_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    urn TEXT NOT NULL, type TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, provider TEXT NOT NULL,
    generation INTEGER NOT NULL, inputs TEXT NOT NULL, outputs TEXT NOT NULL, answered INTEGER NOT NULL DEFAULT 0,
    UNIQUE (type, region, id)
);
CREATE TABLE generations (urn TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE notes (urn TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (urn, text));
"""


class DamagedStoreError(Exception):
    """The store cannot be read. ``path`` is the file, ``reason`` what SQLite said."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the offline cloud store {path} is damaged: {reason}")
        self.path = path
        self.reason = reason


class UnusableStoreError(Exception):
    """The store is whole, as far as anybody knows, but cannot be opened or written: no rights, or no room."""


class DuplicateIdError(Exception):
    """A resource with this type, region and id is in the store already."""


class Store:
    """One file per workload, written by the provider process alone and read by anybody.

    Every change is committed before it is answered for, so a killed process loses nothing it had acknowledged. Secrets
    must have been replaced by fingerprints (``values.redact``, with ``fingerprint_key``) before they come here.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the store; raises ``DamagedStoreError`` or ``UnusableStoreError``."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._prepare()
            self.fingerprint_key = bytes.fromhex(self._meta("fingerprint_key"))
        except sqlite3.OperationalError as error:
            if any(reason in str(error).lower() for reason in _OUT_OF_REACH):
                raise UnusableStoreError(f"the offline cloud store {path} cannot be used: {error}") from error
            raise DamagedStoreError(path, str(error)) from error
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            raise DamagedStoreError(path, str(error)) from error

    def _prepare(self) -> None:
        run = self._connection.execute
        verdict = run("PRAGMA quick_check").fetchone()
        if verdict != ("ok",):
            raise sqlite3.DatabaseError(str(verdict[0]).splitlines()[0])
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=NORMAL")
        run("PRAGMA busy_timeout=5000")
        version = int(run("PRAGMA user_version").fetchone()[0])
        if version not in (0, SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"it was written in format {version}, and this is format {SCHEMA_VERSION}")
        if version == 0:
            with self._transaction():
                for statement in _SCHEMA.split(";"):
                    run(statement)
                run("INSERT INTO meta VALUES ('fingerprint_key', ?)", (secrets.token_hex(32),))
                run(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _meta(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0])

    def noted(self, key: str) -> str | None:
        """Give what was written down of the cloud as a whole, such as its clock."""
        with self._lock:
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def note(self, values: Mapping[str, str]) -> None:
        """Write something down of the cloud as a whole."""
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        with self._lock:
            self._connection.close()

    def records(self) -> list[Record]:
        """Give every record, oldest first; raises ``DamagedStoreError``."""
        try:
            with self._lock:
                rows = self._connection.execute(f"SELECT {_COLUMNS} FROM records ORDER BY sequence").fetchall()  # noqa: S608
            return [_record(cast("_Row", row)) for row in rows]
        except (sqlite3.DatabaseError, ValueError) as error:
            raise DamagedStoreError(self.path, str(error)) from error

    def next_generation(self, urn: str) -> int:
        """Count how often a resource of this URN was created before."""
        with self._lock:
            row = self._connection.execute("SELECT count FROM generations WHERE urn = ?", (urn,)).fetchone()
        return int(row[0]) if row else 0

    def put(self, record: Record, notes: Iterable[str] = ()) -> None:
        """Add a new record; raises ``DuplicateIdError``."""
        try:
            with self._transaction():
                self._insert(record, "managed")
                self._note(record.urn, notes)
        except sqlite3.IntegrityError as error:
            raise DuplicateIdError(f"{record.type} {record.id} exists already in {record.region}") from error

    def _insert(self, record: Record, standing: Standing) -> None:
        self._connection.execute(
            "INSERT INTO records (urn, type, region, id, provider, generation, inputs, outputs, answered) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_key(record),
                record.provider,
                record.generation,
                json.dumps(record.inputs),
                json.dumps(record.outputs),
                _STANDINGS[standing],
            ),
        )
        self._connection.execute(
            "INSERT INTO generations VALUES (?, ?) ON CONFLICT (urn) DO UPDATE SET count = excluded.count",
            (record.urn, record.generation + 1),
        )

    def stand(self, standings: Iterable[tuple[Record, Standing]]) -> None:
        """Write down how records stand to the engine's state, all at once."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE records SET answered = ? WHERE type = ? AND region = ? AND id = ?",
                [(_STANDINGS[standing], *_key(record)[1:]) for record, standing in standings],
            )

    def rename(self, renamed: Iterable[tuple[Record, str]]) -> None:
        """Give records the URN that the engine's state has for them."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE records SET urn = ? WHERE type = ? AND region = ? AND id = ?",
                [(urn, *_key(record)[1:]) for record, urn in renamed],
            )

    def unmanaged(self, standing: Standing) -> list[Record]:
        """Give the records of a standing, oldest first."""
        return self._where("answered", _STANDINGS[standing])

    def of_type(self, type: str) -> list[Record]:
        """Give the records of a type, oldest first."""
        return self._where("type", type)

    def _where(self, column: str, value: str | int) -> list[Record]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM records WHERE {column} = ? ORDER BY sequence",  # noqa: S608 - names of ours
                (value,),
            ).fetchall()
        return [_record(cast("_Row", row)) for row in rows]

    def update(self, record: Record, notes: Iterable[str] = ()) -> None:
        """Write the new inputs and outputs of a record that keeps its id; it is managed from then on.

        What stood in the account already, and was never written down here, is from now on.
        """
        with self._transaction():
            written = self._connection.execute(
                "UPDATE records SET urn = ?, provider = ?, inputs = ?, outputs = ?, answered = 1 "
                "WHERE type = ? AND region = ? AND id = ?",
                (record.urn, record.provider, json.dumps(record.inputs), json.dumps(record.outputs), *_key(record)[1:]),
            )
            if written.rowcount == 0:
                self._insert(record, "managed")
            self._note(record.urn, notes)

    def let_happen(self, changed: Iterable[Record], over: Iterable[Record]) -> None:
        """Write down what the cloud did by itself, all of it or nothing: whoever managed a record still does."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE records SET inputs = ?, outputs = ? WHERE type = ? AND region = ? AND id = ?",
                [(json.dumps(each.inputs), json.dumps(each.outputs), *_key(each)[1:]) for each in changed],
            )
            self._connection.executemany(
                "DELETE FROM records WHERE type = ? AND region = ? AND id = ?", [_key(each)[1:] for each in over]
            )

    def end(self, record: Record) -> None:
        """Write down that something which stood in the account before any stack is gone from it."""
        with self._transaction():
            self._connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (_gone(record),))

    def ended(self, record: Record) -> bool:
        """Tell whether something that stood in the account is gone."""
        with self._lock:
            return self._connection.execute("SELECT 1 FROM meta WHERE key = ?", (_gone(record),)).fetchone() is not None

    def leave(self, records: Iterable[Record]) -> None:
        """Write down that deletions left these as they are: a resource of the same URN is another one from now on."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE records SET urn = urn || ?, answered = ? WHERE type = ? AND region = ? AND id = ?",
                [(MARK, _STANDINGS["left"], *_key(record)[1:]) for record in records],
            )

    def add_left(self, record: Record) -> None:
        """Add what belongs to no state."""
        with self._transaction():
            self._insert(record, "left")

    def delete(self, record: Record, left: Iterable[Record] = ()) -> None:
        """Forget a record and its notes, and keep what its deletion leaves in the account."""
        with self._transaction():
            self._connection.execute("DELETE FROM records WHERE type = ? AND region = ? AND id = ?", _key(record)[1:])
            self._connection.execute("DELETE FROM notes WHERE urn = ?", (record.urn,))
            for thing in left:
                self._insert(thing, "left")

    def _note(self, urn: str, notes: Iterable[str]) -> None:
        self._connection.execute("DELETE FROM notes WHERE urn = ?", (urn,))
        self._connection.executemany("INSERT OR IGNORE INTO notes VALUES (?, ?)", [(urn, note) for note in notes])

    def notes(self) -> list[tuple[str, str]]:
        """Give what is to be said about resources at the end of a run, as (URN, text)."""
        with self._lock:
            rows = self._connection.execute("SELECT urn, text FROM notes ORDER BY urn, text").fetchall()
        return [(str(urn), str(note)) for urn, note in rows]


def _key(record: Record) -> tuple[str, str, str, str]:
    return (record.urn, record.type, record.region, record.id)


def _gone(record: Record) -> str:
    return " ".join(("gone", *_key(record)[1:]))


def _record(row: _Row) -> Record:
    urn, type, region, id, provider, generation, inputs, outputs = row
    return Record(
        urn=urn,
        type=type,
        region=region,
        id=id,
        provider=provider,
        generation=generation,
        inputs=cast("Properties", json.loads(inputs)),
        outputs=cast("Properties", json.loads(outputs)),
    )


def set_aside(path: Path) -> Path:
    """Move a damaged store out of the way, with its write-ahead log; gives its new name. Nothing is deleted."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(kept.with_name(kept.name + suffix))
    return kept


def rebuild(path: Path, records: Iterable[Record]) -> int:
    """Write a new store from records, such as those in the engine's state; gives their number."""
    with closing(Store(path)) as store:
        count = 0
        for record in records:
            store.put(replace(record, generation=store.next_generation(record.urn)))
            count += 1
    return count
