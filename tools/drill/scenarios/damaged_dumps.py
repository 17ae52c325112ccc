"""Dumps are cut off, changed and swapped in every way that we know of: the restore has to notice each."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from tools.drill.bucket import bucket
from tools.drill.checks import Outcome, same
from tools.drill.damages import KINDS, Stored, refusal
from tools.drill.dumps import restore_fetched, stored
from tools.drill.place import Place, production
from tools.drill.postgresql import Server
from tools.drill.product import TABLES, NotHereError, Product

NAME: Final = "damaged-dumps"
_OTHER: Final = "another"


def drill(place: Place) -> Outcome:
    """Damage a dump and have the runbook's script restore it, kind by kind: it has to refuse, and to touch nothing.

    The same dump is restored undamaged at the end: what refuses every dump notices nothing. Raises NotHereError for a
    product without dumps.
    """
    if place.settings.workload.backups.dump is None:
        raise NotHereError(f"{place.settings.prefix} makes no dumps")
    with production(place) as first:
        good = _good(place, first.server)
        before = place.product.checksum(first.server)
        unnoticed = [kind for kind in KINDS if not _refuses(place, first.server, good, kind)]
        checks = (
            same("kinds of damage noticed", _of(len(KINDS) - len(unnoticed)), _of(len(KINDS))),
            same("kinds not noticed", ", ".join(unnoticed) or "none", "none"),
            same("checksum of the tables", place.product.checksum(first.server), before),
            same("the dump undamaged", _tried(place, first.server, good, place.folder / "undamaged")[0], "is restored"),
        )
        return Outcome(drill=NAME, failure="deleted_data", checks=checks)


def _of(count: int) -> str:
    return f"{count} of {len(KINDS)}"


def _good(place: Place, server: Server) -> Stored:
    """Two dumps of the database with rows between them, and one of another database on the server."""
    product, folder = place.product, place.folder
    other = replace(product, database=_OTHER)
    server.query(f"CREATE DATABASE {_OTHER} OWNER {product.owner}")
    other.as_owner(server, "CREATE TABLE shelves AS SELECT 1 AS number")
    # A large object, whose list is a file of its own.
    product.as_owner(server, "SELECT lo_from_bytea(0, 'a large object')")
    with bucket(product.database) as store:
        names: list[str] = []
        for number, each in enumerate((product, product, other)):
            names.append(stored(server, store, folder / f"dump-{number}", **_as_owner(each)))
            for table in TABLES:
                product.as_owner(server, f"INSERT INTO {table} VALUES (-1 - {number}, 'later')")
        objects = {key: store.read(key) for key in store.listed()}
    return Stored(product.database, _OTHER, *names, objects=objects)


def _as_owner(product: Product) -> dict[str, str]:
    who = {"PGUSER": product.owner, "PGPASSWORD": product.password}
    return {**who, "PGDATABASE": product.database, "FORMAT": "directory"}


def _refuses(place: Place, server: Server, good: Stored, kind: str) -> bool:
    damaged = replace(good, objects=dict(good.objects))
    KINDS[kind][0](damaged)
    answer, said = _tried(place, server, damaged, place.folder / kind.replace(" ", "-"))
    return answer == "is refused" and refusal(kind, good) in said


def _tried(place: Place, server: Server, dump: Stored, folder: Path) -> tuple[str, str]:
    folder.mkdir()
    dump.lay(folder)
    answer = restore_fetched(server, folder, **place.product.stated, PGDATABASE=place.product.database)
    return "is restored" if answer.returncode == 0 else "is refused", answer.stderr
