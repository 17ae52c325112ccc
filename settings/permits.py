"""What a stack's file permits for a time: changes that lose data, interrupt, or cannot be undone."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from settings.base import Settings
from settings.vocabulary import Means, refusal

_DAY = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(T00:00:00Z| 00:00:00 \+0000 UTC)?", re.ASCII)
_DAY_ALLOWED = "a day as year-month-day, in quotes"


def _day(value: str) -> str:
    """Give the day alone: a YAML reader makes a point in time of a day without quotes, and so does the engine."""
    written = _DAY.fullmatch(value)
    try:
        return date.fromisoformat(written["day"] if written else value).isoformat()
    except ValueError:
        raise refusal(_DAY_ALLOWED, 'write it like "2026-12-31"') from None


Day = Annotated[str, AfterValidator(_day), Means(_DAY_ALLOWED, "2026-12-31", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

Change = Literal["retire", "replace", "upgrade", "apply-now", "grow"]


class Permit(Settings):
    """One change that is permitted for some days, and refused again afterwards."""

    change: Change
    """retire: delete it; replace: put another in its place, which may lose what it holds; upgrade: to a new major
    version, at once; apply-now: do not wait for the window; grow: the volumes have grown already."""
    of: str = Field(min_length=1, max_length=300)
    """What it is permitted of: database, cache, timeseries, event_bus, shared_files, metrics, zone, secrets.<name>,
    buckets.<name> or images.<name>; of what goes with its logs alone, database.replicas, services.<name> or
    jobs.<name>; to replace it, a resource as `make plan` writes it."""
    until: Day
    """The last day of it, at most 31 days ahead."""
    why: str = Field(default="", max_length=300)
    """The reason, for whoever reads it later; whoever replaces something states one."""

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.until)

    def on(self, today: date) -> bool:
        """Whether it is in force on a day."""
        return today <= self.last_day
