"""The product's database as its jobs and clients see it: where it is, and what is done with it."""

from dataclasses import dataclass
from typing import Final, Literal

from pulumi import Input

from components.invariants import certain
from components.product.images import AWS_CLI, postgres_client, reference
from components.product.wiring import Wiring, joined
from settings import PlatformSettings
from settings.arithmetic.exporters import METRICS_CREDENTIALS, is_measured
from settings.arithmetic.roles import grant_variables, owner, owner_key, reader_key, role_names
from settings.facts.reserved import METRICS_USERNAME

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
    """Makes the product's databases and their roles, as the administrator.

    `variables` are what charts/foundation/files/bootstrap.sh reads beside the passwords. `passwords` and `logins` name
    the credential whose password, or whose user, each further variable holds.
    """

    image: str
    variables: dict[str, str]
    passwords: dict[str, str]
    logins: dict[str, str]


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
    owner: str
    others: tuple[str, ...]
    """Roles that may use what the owner has."""
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
    """Return how the databases are set up, None for a product without one.

    No statement of the roles may outlive the longest job that runs under one; pg_dump lifts the limit for itself.
    """
    workload, needs = settings.workload, settings.workload.database
    if needs is None:
        return None
    migration = workload.migration
    seconds = migration.deadline_seconds if migration is not None else _MIGRATION_SECONDS
    reader = {"APP_READER": reader_key("database")} if needs.reader else {}
    measured = is_measured(settings, "database")
    metrics = {"APP_METRICS": METRICS_CREDENTIALS["database"]} if measured else {}
    credentials = {"APP_OWNER": owner_credential(settings), "APP": "database", **reader, **metrics}
    return Bootstrap(
        image=client_image(settings),
        variables={
            "APP_DATABASES": " ".join(f"{name}={','.join(asked)}" for name, asked in needs.extensions_of.items()),
            **grant_variables(needs, owner(workload, "database", needs)),
            **({"APP_METRICS": METRICS_USERNAME} if measured else {}),
            "APP_STATEMENT_TIMEOUT": f"{seconds}s",
            "APP_LOCK_TIMEOUT": f"{_LOCK_SECONDS}s",
            "APP_IDLE_TIMEOUT": f"{_IDLE_SECONDS}s",
        },
        passwords={f"{each}_PASSWORD": key for each, key in credentials.items()},
        logins={f"{each}_LOGIN": key for each, key in credentials.items()},
    )


def owner_credential(settings: PlatformSettings) -> str:
    """Name the credential of the databases' owner. Raises InvariantError for a product without a database."""
    needs = certain(settings.workload.database, "only a product with a database has an owner of it")
    known = role_names(settings.workload, "database", needs)
    return owner_key("database") if owner_key("database") in known else "database"


def role_versions(settings: PlatformSettings, wiring: Wiring) -> Input[str]:
    """Give what changes whenever the password of any role does, and is not secret."""
    needs = certain(settings.workload.database, "only a product with a database has roles in it")
    metrics = (METRICS_CREDENTIALS["database"],) if is_measured(settings, "database") else ()
    return joined(*(wiring.version_of(key) for key in (*role_names(settings.workload, "database", needs), *metrics)))


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
    roles, owns = role_names(settings.workload, "database", needs).values(), owner(settings.workload, "database", needs)
    return RestoreTest(
        schedule=test.schedule,
        image=client_image(settings),
        fetch_image=reference(settings, AWS_CLI),
        bucket=wiring.dump_bucket,
        region=settings.stack.region,
        oldest_hours=test.oldest_hours,
        database=needs.name,
        further=tuple(needs.further),
        owner=owns,
        others=tuple(name for name in roles if name != owns),
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
