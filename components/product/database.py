"""The product's database as its jobs and clients see it: where it is, and what is done with it."""

from dataclasses import dataclass
from typing import Final, Literal

from pulumi import Input

from components.invariants import certain
from components.product.images import AWS_CLI, postgres_client, reference
from components.product.wiring import Wiring
from settings import PlatformSettings
from settings.workload.database import DatabaseNeeds

_MIGRATION_SECONDS: Final = 600
_LOCK_SECONDS: Final = 10
_IDLE_SECONDS: Final = 300
DUMP_SECONDS: Final = 4 * 3600
RESTORE_SECONDS: Final = 4 * 3600
JOBS: Final = 2
"""Parallel jobs of pg_dump and pg_restore, a processor each."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the writer answers, and which database on it is the product's."""

    host: Input[str]
    port: Input[str]
    database: str


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """Makes the product's database and its role, as the administrator.

    `extended` says which databases there are and which extensions each has, as charts/foundation/files/databases.sh
    reads it; None for one database without extensions.
    """

    image: str
    database: str
    extended: str | None
    statement_seconds: int
    """No statement may outlive the longest job that runs under the role; pg_dump lifts the limit for itself."""
    lock_seconds: int = _LOCK_SECONDS
    idle_seconds: int = _IDLE_SECONDS


@dataclass(frozen=True, kw_only=True)
class Dump:
    """Dumps the database to a disk of its own, then stores it in the bucket, its manifest last."""

    schedule: str
    format: Literal["directory", "custom"]
    image: str
    upload_image: str
    bucket: Input[str]
    region: str
    further: tuple[str, ...]
    """Databases that are dumped after the first, each into a dump of its own."""
    archived: bool
    """The first dump of a month is stored in the archive, too."""
    scratch_gib: int
    """A compressed dump is smaller than its database, so the database's own size is always enough."""
    deadline_seconds: int = DUMP_SECONDS


@dataclass(frozen=True, kw_only=True)
class RestoreTest:
    """Fetches the newest dump and restores it into a server made for the test."""

    schedule: str
    image: str
    fetch_image: str
    bucket: Input[str]
    region: str
    oldest_hours: int
    database: str
    further: tuple[str, ...]
    role: str
    checks: str
    scratch_gib: int
    """The database as it is, and the dump of it, which is smaller."""
    deadline_seconds: int = RESTORE_SECONDS


@dataclass(frozen=True, kw_only=True)
class Restore:
    """Restores a dump beside a database of the product, as the administrator, and lets it take the name.

    A person starts it and names the dump. `storage_gib` is what the instance grows to by itself.
    """

    image: str
    fetch_image: str
    bucket: Input[str]
    region: str
    checks: str
    storage_gib: int
    scratch_gib: int
    deadline_seconds: int = RESTORE_SECONDS


def address(settings: PlatformSettings, wiring: Wiring) -> Address:
    """Return where the product's database is. Raises InvariantError for a product without one."""
    needs = certain(settings.workload.database, "only a product with a database has one to connect to")
    return Address(host=wiring.outputs["database.host"], port=wiring.outputs["database.port"], database=needs.name)


def client_image(settings: PlatformSettings) -> str:
    """Return the image whose psql and pg_dump fit the database. Raises InvariantError for a product without one."""
    needs = certain(settings.workload.database, "only a product with a database has a client of it")
    return reference(settings, postgres_client(needs.version))


def bootstrap(settings: PlatformSettings) -> Bootstrap | None:
    """Return how the database is set up, None for a product without one."""
    needs, migration = settings.workload.database, settings.workload.migration
    if needs is None:
        return None
    return Bootstrap(
        image=client_image(settings),
        database=needs.name,
        extended=_extended(needs),
        statement_seconds=migration.deadline_seconds if migration is not None else _MIGRATION_SECONDS,
    )


def _extended(needs: DatabaseNeeds) -> str | None:
    if not needs.further and not needs.extensions:
        return None
    return " ".join(f"{name}={','.join(extensions)}" for name, extensions in needs.extensions_of.items())


def dump(settings: PlatformSettings, wiring: Wiring) -> Dump | None:
    """Return how the database is dumped, None where nobody asks for it or nothing holds it."""
    wanted, needs, database = settings.workload.backups.dump, settings.workload.database, settings.stack.database
    if wanted is None or needs is None or database is None or wiring.dump_bucket is None:
        return None
    return Dump(
        schedule=wanted.schedule,
        format=wanted.format,
        image=client_image(settings),
        upload_image=reference(settings, AWS_CLI),
        bucket=wiring.dump_bucket,
        region=settings.stack.region,
        further=tuple(needs.further),
        archived=wanted.archive_days is not None,
        scratch_gib=database.storage_gib,
    )


def restore_test(settings: PlatformSettings, wiring: Wiring) -> RestoreTest | None:
    """Return how a dump is tried, None where nobody asks for it or nothing holds one."""
    test, needs, database = settings.workload.backups.restore_test, settings.workload.database, settings.stack.database
    if test is None or needs is None or database is None or wiring.dump_bucket is None:
        return None
    return RestoreTest(
        schedule=test.schedule,
        image=client_image(settings),
        fetch_image=reference(settings, AWS_CLI),
        bucket=wiring.dump_bucket,
        region=settings.stack.region,
        oldest_hours=test.oldest_hours,
        database=needs.name,
        further=tuple(needs.further),
        role=needs.role,
        checks=_checks(settings),
        scratch_gib=2 * database.storage_gib,
    )


def restore(settings: PlatformSettings, wiring: Wiring) -> Restore | None:
    """Return how a dump comes back, None where none is made. A copy of another region's database takes no writes."""
    dumped, database = dump(settings, wiring), settings.stack.database
    if dumped is None or database is None or settings.follows:
        return None
    return Restore(
        image=dumped.image,
        fetch_image=dumped.upload_image,
        bucket=dumped.bucket,
        region=dumped.region,
        checks=_checks(settings),
        storage_gib=database.maximum_storage_gib,
        scratch_gib=dumped.scratch_gib,
    )


def _checks(settings: PlatformSettings) -> str:
    """The workload's queries as charts/workload/files/restore-dump.sh reads them: name=query, one a line."""
    test = settings.workload.backups.restore_test
    return "\n".join(f"{name}={' '.join(query.split())}" for name, query in (test.checks if test else {}).items())
