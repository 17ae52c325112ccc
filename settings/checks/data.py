"""Rules about the database, the cache and the dump, in the product's file and, for the same figures, in the stack's."""

from collections.abc import Iterator
from typing import Protocol

from settings.problems import Finding
from settings.raw import Path
from settings.reserved import taken_database, taken_role
from settings.workload import Workload

_GP3_STRIPED_GIB = 400
"""From here RDS PostgreSQL stripes gp3 volumes and takes provisioned IOPS (RDS user guide, "DB instance storage")."""


_GP3_IOPS = (12_000, 64_000)
_IO2_LEAST_GIB = 100


class Storage(Protocol):
    """The storage figures that the product's needs and the stack's settings share."""

    @property
    def storage_gib(self) -> int: ...
    @property
    def maximum_storage_gib(self) -> int: ...
    @property
    def storage_type(self) -> str: ...
    @property
    def iops(self) -> int | None: ...


def check(workload: Workload) -> Iterator[Finding]:
    if workload.database:
        yield from storage(workload.database)
        yield from reserved(workload, "database", workload.database)
    dump = workload.backups.dump
    if dump and not workload.database:
        mend = "add the section `database:`, or remove `dump:`"
        yield Finding(
            ("backups", "dump"), dump.schedule, "a dump of a database that the file has", mend, (("database",),)
        )


class Names(Protocol):
    """The names that both databases have."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


def reserved(workload: Workload, section: str, needs: Names) -> Iterator[Finding]:
    """Report names that PostgreSQL, what runs it, or the platform has taken."""
    own = workload.name.replace("-", "_")
    for key, given, is_taken in (("name", needs.name, taken_database), ("role", needs.role, taken_role)):
        if is_taken(given, section):
            allowed = "any other name: PostgreSQL, what runs it or the platform has this one"
            mend = "choose another" if is_taken(own, section) else f"choose another, such as {own}"
            yield Finding((section, key), given, allowed, mend, (("name",),))


def storage(stated: Storage) -> Iterator[Finding]:
    """Hold size, growth and IOPS against what RDS takes."""
    at: Path = ("database",)
    least = -(-stated.storage_gib * 11 // 10)
    if stated.maximum_storage_gib < least:
        allowed = f"at least {least}: a tenth above storage_gib, {stated.storage_gib} (RDS)"
        place = (*at, "maximum_storage_gib")
        yield Finding(place, stated.maximum_storage_gib, allowed, f"raise it to {least}", ((*at, "storage_gib"),))
    yield from _io2(stated) if stated.storage_type == "io2" else _gp3(stated)


def _io2(stated: Storage) -> Iterator[Finding]:
    size, place = stated.storage_gib, ("database", "iops")
    concerns: tuple[Path, ...] = (("database", "storage_gib"), ("database", "storage_type"))
    if size < _IO2_LEAST_GIB:
        mend = f"raise it to {_IO2_LEAST_GIB}, or choose gp3"
        yield Finding(("database", "storage_gib"), size, f"at least {_IO2_LEAST_GIB} with io2 (RDS)", mend, concerns)
    if stated.iops is None:
        yield Finding(place, stated.iops, "a whole number with io2", "add `iops: 3000`, or choose gp3", concerns)
    elif not size / 2 <= stated.iops <= size * 1000:
        allowed = f"{-(-size // 2):,} to {size * 1000:,}: 0.5 to 1,000 for each of {size} GiB (RDS, io2)"
        yield Finding(place, stated.iops, allowed, "change iops, or storage_gib", concerns)


def _gp3(stated: Storage) -> Iterator[Finding]:
    size, place = stated.storage_gib, ("database", "iops")
    concerns: tuple[Path, ...] = (("database", "storage_gib"), ("database", "storage_type"))
    if stated.iops is None:
        return
    if size < _GP3_STRIPED_GIB:
        allowed = f"none with gp3 below {_GP3_STRIPED_GIB} GiB, which always gives 3,000 (RDS)"
        yield Finding(place, stated.iops, allowed, "remove it, or raise storage_gib to 400, or choose io2", concerns)
    elif not _GP3_IOPS[0] <= stated.iops <= min(_GP3_IOPS[1], size * 500):
        allowed = f"{_GP3_IOPS[0]:,} to {min(_GP3_IOPS[1], size * 500):,} with gp3 and {size} GiB (RDS)"
        yield Finding(place, stated.iops, allowed, "change iops, or choose io2", concerns)
