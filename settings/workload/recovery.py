"""What a product asks of a recovery: how much may be lost, and how long it may take."""

from typing import Annotated, Final, Literal, cast, get_args

from pydantic import Field

from settings.base import Settings
from settings.types import Reason

Failure = Literal["zone", "instance", "bad_migration", "deleted_data", "region", "account_key"]
FAILURES: Final = cast("tuple[Failure, ...]", get_args(Failure))
_MONTH_MINUTES: Final = 30 * 24 * 60

PointMinutes = Annotated[int, Field(ge=0, le=_MONTH_MINUTES)]
TimeMinutes = Annotated[int, Field(ge=1, le=_MONTH_MINUTES)]


class FailureObjectives(Settings):
    """What holds for one failure in the place of the product's own objectives."""

    rpo_minutes: PointMinutes | None = None
    """Recovery point objective for this failure; without it the product's."""
    rto_minutes: TimeMinutes | None = None
    """Recovery time objective for this failure; without it the product's."""
    accepted: Reason | None = None
    """Why the objectives may be missed in this failure; without it a production that misses them is refused."""


class Failures(Settings):
    """Failures with objectives of their own, or whose objectives may be missed."""

    zone: FailureObjectives = FailureObjectives()
    """An availability zone fails."""
    instance: FailureObjectives = FailureObjectives()
    """The primary instance of a database or cache fails."""
    bad_migration: FailureObjectives = FailureObjectives()
    """A migration or a release writes wrong data."""
    deleted_data: FailureObjectives = FailureObjectives()
    """A row, key, object or file is deleted."""
    region: FailureObjectives = FailureObjectives()
    """The region fails; in a region that follows another one's database, that other one."""
    account_key: FailureObjectives = FailureObjectives()
    """Somebody deletes with an administrator's key to the account."""

    def of(self, failure: Failure) -> FailureObjectives:
        """Return what is stated for one of them."""
        return cast("FailureObjectives", getattr(self, failure))


class RecoveryNeeds(Settings):
    """Recovery objectives, which are held against what the settings can keep in each failure."""

    rpo_minutes: PointMinutes | None = None
    """Recovery point objective: what was written longer ago than this is not lost."""
    rto_minutes: TimeMinutes | None = None
    """Recovery time objective: from the failure until the product serves again, with its data."""
    failures: Failures = Failures()
    """Failures with objectives of their own, or whose objectives may be missed."""

    def rpo_of(self, failure: Failure) -> int | None:
        """Return the minutes of data that a failure may cost; None where nothing is stated."""
        own = self.failures.of(failure).rpo_minutes
        return self.rpo_minutes if own is None else own

    def rto_of(self, failure: Failure) -> int | None:
        """Return the minutes that a recovery may take; None where nothing is stated."""
        own = self.failures.of(failure).rto_minutes
        return self.rto_minutes if own is None else own
