"""The offline cloud's time: the machine's, moved forward by whoever wants to see what time brings, and never back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from offline_cloud.cloud.store import Store

_OFFSET: Final = "clock_offset_seconds"
_SEEN: Final = "clock_seen"
_AMOUNT: Final = re.compile(r"(\d{1,4})([wdhm])")
_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}


class ClockError(ValueError):
    """A time that the clock cannot be set to; the message is one line."""


class Clock:
    """The time in the cloud of one store: every stack of a workload has the same."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now(self) -> datetime:
        """Give the time in UTC; it stands still while the machine's clock is behind what was seen already."""
        offset = timedelta(seconds=float(self._store.noted(_OFFSET) or 0))
        return max(datetime.now(UTC) + offset, self.seen() or datetime.min.replace(tzinfo=UTC))

    def seen(self) -> datetime | None:
        """Give the time up to which everything that was due has happened; ``None`` in a new cloud."""
        stated = self._store.noted(_SEEN)
        return datetime.fromisoformat(stated) if stated else None

    def see(self, moment: datetime) -> None:
        """Write down that everything that was due by then has happened."""
        self._store.note({_SEEN: moment.isoformat()})

    def move(self, to: datetime) -> None:
        """Set the clock forward. Raises ``ClockError`` for a time that is past."""
        now = self.now()
        if to < now:
            raise ClockError(f"the clock is at {written(now)} and does not go back to {written(to)}")
        self._store.note({_OFFSET: str((to - datetime.now(UTC)).total_seconds())})


def written(moment: datetime) -> str:
    """Write a time as the commands take it: `2026-12-07T03:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def moment(text: str) -> datetime:
    """Read a time; without a zone it is in UTC. Raises ``ClockError``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ClockError(f"{text} is no time; write it as 2026-12-07T03:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def duration(text: str) -> timedelta:
    """Read a length of time such as `3d` or `1d12h`. Raises ``ClockError``."""
    parts = _AMOUNT.findall(text)
    if not parts or "".join(amount + unit for amount, unit in parts) != text:
        raise ClockError(f"{text} is no length of time; write it as 3d, 12h, 30m or 2w")
    return timedelta(**{_UNITS[unit]: int(amount) for amount, unit in parts})
