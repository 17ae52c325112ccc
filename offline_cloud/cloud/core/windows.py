"""Backup and maintenance windows: their form, how long they last, and that the two do not overlap.

CreateDBInstance, CreateDBCluster, CreateCacheCluster and CreateReplicationGroup in the services' API references.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.resource import Check
from offline_cloud.cloud.model import Diagnostic, Properties, text

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_CLOCK: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_DAILY: Final = re.compile(f"{_CLOCK}-{_CLOCK}")
_WEEKLY: Final = re.compile(rf"({'|'.join(_DAYS)}):{_CLOCK}-({'|'.join(_DAYS)}):{_CLOCK}")
_CODE: Final = "InvalidParameterValue"


def _daily(stated: str) -> tuple[int, int] | None:
    """Read a daily window as its first minute of the day and its length."""
    found = _DAILY.fullmatch(stated)
    if found is None:
        return None
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (found.group(1, 2), found.group(3, 4)))
    return start, (end - start) % _DAY


def _weekly(stated: str) -> tuple[int, int] | None:
    """Read a weekly window as its first minute of the week and its length."""
    found = _WEEKLY.fullmatch(stated.lower())
    if found is None:
        return None
    start, end = (
        _DAYS.index(day) * _DAY + int(hour) * 60 + int(minute)
        for day, hour, minute in (found.group(1, 2, 3), found.group(4, 5, 6))
    )
    return start, (end - start) % _WEEK


def next_opening(stated: str | None, after: datetime) -> datetime:
    """Give when a weekly window opens next; one that nobody stated is on Sunday, where AWS draws a day."""
    start, _ = _weekly(stated or "") or (6 * _DAY + 5 * 60, 0)
    week = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=after.weekday())
    opening = week + timedelta(minutes=start)
    return opening if opening > after else opening + timedelta(weeks=1)


def _overlap(daily: tuple[int, int], weekly: tuple[int, int]) -> bool:
    for day in range(8):
        start = day * _DAY + daily[0]
        if any(start + turn < sum(weekly) and weekly[0] < start + turn + daily[1] for turn in (-_WEEK, 0)):
            return True
    return False


def windows(daily: str, weekly: str, least: int, *, apart: bool) -> Check:
    """Make the check of a type's two windows: ``least`` minutes each, and ``apart`` where they may not overlap."""

    def check(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
        read: dict[str, tuple[int, int] | None] = {}
        for path, parse, form in ((daily, _daily, "03:00-04:00"), (weekly, _weekly, "sun:05:00-sun:06:00")):
            stated = text(inputs, path) if path else None
            if not stated:
                continue
            found = read[path] = parse(stated)
            if found is None:
                yield reject(path, _CODE, f"The window {stated} is not valid", f"write it like {form}, in UTC")
            elif found[1] < least:
                yield reject(path, _CODE, f"The window {stated} has {found[1]} minutes", f"give {least} or more")
        first, second = read.get(daily), read.get(weekly)
        if apart and first and second and _overlap(first, second):
            yield reject(daily, _CODE, "The backup window and maintenance window must not overlap", "move one of them")

    return check
