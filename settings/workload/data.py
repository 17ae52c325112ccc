"""What is done with a product's data: the migration before a rollout, dumps, and the proof that one can be restored."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import Cron, Days, ImageRepository, Name, VariableName
from settings.vocabulary import Means
from settings.workload.aws_caller import AwsCaller
from settings.workload.container import EnvironmentValue

Query = Annotated[
    str,
    Field(pattern=r"^(?i:select)\s[^;]+$"),
    Means("one SELECT that answers true or false, without a semicolon", "SELECT count(*) > 0 FROM orders"),
]
MIGRATION: Final = "migration"
"""What the migration runs under: no service and no Job may have its name."""


class Migration(AwsCaller):
    """A Job that runs to its end before a new version is rolled out."""

    service: Name
    """Service whose image, unless another is given, and whose settings the Job gets."""
    command: tuple[str, ...] = Field(min_length=1)
    """What the Job runs."""
    image_repository: ImageRepository | None = None
    """Image of the Job, with the service's tag; without it, the service's own image."""
    deadline_seconds: int = Field(default=600, ge=10, le=86400)
    """The Job fails, and the release with it, after this time."""
    environment: dict[VariableName, EnvironmentValue] = Field(default={})
    """Environment variables: text, or an output of the platform."""
    secrets: tuple[VariableName, ...] = ()
    """Secrets that the Job gets as environment variables."""


class Dump(Settings):
    """A scheduled logical backup of the database to S3."""

    schedule: Cron
    """When, in UTC."""
    retention_days: Days
    """How long a dump is kept."""
    format: Literal["directory", "custom"] = "directory"
    """pg_dump's format: directory is written by parallel jobs, a file for each table; custom is one file."""
    archive_days: int | None = Field(default=None, ge=90, le=3650)
    """The first dump of each month is kept this long beside the dumps, in Glacier Instant Retrieval, which charges for
    90 days at least; without it there is no archive."""


class RestoreTest(Settings):
    """The newest dump is restored into a database made for the test, migrated, and served by the product itself.

    The test reaches the object store and nothing else: what is restored can neither write nor send anywhere.
    """

    schedule: Cron
    """When, in UTC: weekly, such as "0 4 * * 0", or monthly, "0 4 1 * *"."""
    oldest_hours: int = Field(default=26, ge=1, le=24 * 31)
    """The newest dump may be this old; an older one fails the test."""
    service: Name | None = None
    """Service that is started on what was restored and must become ready; without it the migration is the last step."""
    checks: dict[Name, Query] = Field(default={})
    """Queries that answer true on a good copy of the product's database; a restore goes by them, too."""


class Backups(Settings):
    dump: Dump | None = None
    """A scheduled logical backup of the database to S3."""
    restore_test: RestoreTest | None = None
    """Proof, on a schedule, that the newest dump can be restored."""
