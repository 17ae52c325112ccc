"""Rules about the database, the cache and the dump, in the product's file and, for the same values, in the stack's."""

from collections.abc import Iterator
from typing import Protocol

from settings.diagnostics import Diagnostic
from settings.facts.extensions import EXTENSIONS, offered
from settings.facts.reserved import taken_database
from settings.facts.volumes import (
    GP3_IOPS,
    GP3_IOPS_PER_GIB,
    IO2_IOPS_PER_GIB,
    RDS_GP3_IOPS,
    RDS_GP3_STRIPED_GIB,
    RDS_IO2_GIB,
)
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.database import DatabaseNeeds


class Storage(Protocol):
    """The storage values that the product's needs and the stack's settings share."""

    @property
    def storage_gib(self) -> int: ...
    @property
    def maximum_storage_gib(self) -> int: ...
    @property
    def storage_type(self) -> str: ...
    @property
    def iops(self) -> int | None: ...


def check(workload: Workload) -> Iterator[Diagnostic]:
    if workload.database:
        yield from storage(workload.database)
        yield from _further(workload.database)
        yield from _extensions(workload, workload.database)
    dump = workload.backups.dump
    if dump and not workload.database:
        fix = "add the section `database:`, or remove `dump:`"
        yield Diagnostic(
            ("backups", "dump"), dump.schedule, "a dump of a database that the file has", fix, (("database",),)
        )


def _further(needs: DatabaseNeeds) -> Iterator[Diagnostic]:
    for name in needs.further:
        if name == needs.name or taken_database(name, "database"):
            allowed = "any other name: the first database, PostgreSQL, what runs it or the platform has this one"
            yield Diagnostic(("database", "further", name), name, allowed, "choose another", (("database", "name"),))


def _extensions(workload: Workload, needs: DatabaseNeeds) -> Iterator[Diagnostic]:
    """Report extensions that RDS does not offer, and what a restore test cannot restore."""
    known = offered(needs.version)
    places: dict[Path, tuple[str, ...]] = {("database", "extensions"): needs.extensions}
    places |= {("database", "further", name, "extensions"): each.extensions for name, each in needs.further.items()}
    for place, names in places.items():
        for index, name in enumerate(names):
            if name not in known:
                fix = choose(name, known, "where `SHOW rds.extensions` has it all the same, create it in a migration")
                allowed = f"an extension of RDS for PostgreSQL {needs.version}: {listed(known)}"
                yield Diagnostic((*place, index), name, allowed, fix, (("database", "version"),))
    test: Path = ("backups", "restore_test")
    if workload.backups.restore_test is None:
        return
    every = (name for names in needs.extensions_of.values() for name in names)
    alien = [name for name in dict.fromkeys(every) if name in EXTENSIONS and not EXTENSIONS[name].contrib]
    if alien:
        allowed = "none with extensions that the image of PostgreSQL has not: the dump would not be restored"
        concerns: tuple[Path, ...] = (("database", "extensions"), ("database", "further"))
        yield Diagnostic(test, listed(alien), allowed, "leave restore_test out", concerns)


def storage(stated: Storage) -> Iterator[Diagnostic]:
    """Hold size, growth and IOPS against what RDS takes."""
    at: Path = ("database",)
    least = -(-stated.storage_gib * 11 // 10)
    if stated.maximum_storage_gib < least:
        allowed = f"at least {least}: a tenth above storage_gib, {stated.storage_gib} (RDS)"
        place = (*at, "maximum_storage_gib")
        yield Diagnostic(place, stated.maximum_storage_gib, allowed, f"raise it to {least}", ((*at, "storage_gib"),))
    yield from _io2(stated) if stated.storage_type == "io2" else _gp3(stated)


def _io2(stated: Storage) -> Iterator[Diagnostic]:
    size, place = stated.storage_gib, ("database", "iops")
    concerns: tuple[Path, ...] = (("database", "storage_gib"), ("database", "storage_type"))
    if size < RDS_IO2_GIB:
        fix = f"raise it to {RDS_IO2_GIB}, or choose gp3"
        yield Diagnostic(("database", "storage_gib"), size, f"at least {RDS_IO2_GIB} with io2 (RDS)", fix, concerns)
    if stated.iops is None:
        yield Diagnostic(place, stated.iops, "a whole number with io2", "add `iops: 3000`, or choose gp3", concerns)
    elif not size / 2 <= stated.iops <= size * IO2_IOPS_PER_GIB:
        most = size * IO2_IOPS_PER_GIB
        allowed = f"{-(-size // 2):,} to {most:,}: 0.5 to {IO2_IOPS_PER_GIB:,} for each of {size} GiB (RDS, io2)"
        yield Diagnostic(place, stated.iops, allowed, "change iops, or storage_gib", concerns)


def _gp3(stated: Storage) -> Iterator[Diagnostic]:
    size, place = stated.storage_gib, ("database", "iops")
    concerns: tuple[Path, ...] = (("database", "storage_gib"), ("database", "storage_type"))
    if stated.iops is None:
        return
    if size < RDS_GP3_STRIPED_GIB:
        allowed = f"none with gp3 below {RDS_GP3_STRIPED_GIB} GiB, which always gives {GP3_IOPS[0]:,} (RDS)"
        fix = f"remove it, or raise storage_gib to {RDS_GP3_STRIPED_GIB}, or choose io2"
        yield Diagnostic(place, stated.iops, allowed, fix, concerns)
        return
    least, most = RDS_GP3_IOPS[0], min(RDS_GP3_IOPS[1], size * GP3_IOPS_PER_GIB)
    if not least <= stated.iops <= most:
        allowed = f"{least:,} to {most:,} with gp3 and {size} GiB (RDS)"
        yield Diagnostic(place, stated.iops, allowed, "change iops, or choose io2", concerns)
