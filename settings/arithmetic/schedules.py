"""Lines of cron: in EventBridge Scheduler's words, and how far their runs are apart."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

_DAY: Final = 86_400
_FIRST_DAY: Final = date(2023, 1, 1)
_DAYS: Final = 6 * 365
"""Six years from 2023 hold a leap day, and every month that begins on every day of the week."""


def cron_expression(schedule: str) -> str:
    """Turn five fields of cron into Scheduler's six, of which one of the two days is a question mark.

    Days of the week are 0 to 6 from Sunday in cron, 1 to 7 in Scheduler. Raises ValueError for a line that names days
    of the month and of the week, which cron joins by "or" and Scheduler cannot.
    """
    minute, hour, day, month, weekday = schedule.split()
    if day != "*" and weekday != "*":
        raise ValueError(f"{schedule!r} names days of the month and of the week: Scheduler takes one of them")
    if weekday == "*":
        return f"cron({minute} {hour} {day} {month} ? *)"
    return f"cron({minute} {hour} ? {month} {_weekdays(weekday)} *)"


def longest_gap_seconds(schedule: str) -> int:
    """Return the longest time between two runs of a cron line, in seconds.

    Of a line that names days of the month and of the week, either makes a run, as in cron(8). Raises ValueError for a
    line that runs less than twice in six years.
    """
    minute, hour, day, month, weekday = schedule.split()
    times = [3600 * h + 60 * m for h in _values(hour, 0, 23) for m in _values(minute, 0, 59)]
    days, months = _values(day, 1, 31), _values(month, 1, 12)
    weekdays = {each % 7 for each in _values(weekday, 0, 7)}

    def runs(on: date) -> bool:
        by_day, by_weekday = on.day in days, on.isoweekday() % 7 in weekdays
        either = day != "*" and weekday != "*"
        return on.month in months and (by_day or by_weekday if either else by_day and by_weekday)

    found = [number for number in range(_DAYS) if runs(_FIRST_DAY + timedelta(days=number))]
    if len(found) <= 1:
        raise ValueError(f"{schedule!r} runs less than twice in six years")
    within = [later - earlier for earlier, later in pairwise(times)]
    across = [(later - earlier) * _DAY + times[0] - times[-1] for earlier, later in pairwise(found)]
    return max([*within, *across])


def _values(field: str, lowest: int, highest: int) -> list[int]:
    """Return what a field of cron stands for, sorted."""
    found: set[int] = set()
    for part in field.split(","):
        bounds, _, step = part.partition("/")
        first, _, last = bounds.partition("-")
        start = lowest if bounds == "*" else int(first)
        end = int(last) if last else highest if step or bounds == "*" else start
        found |= set(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _weekdays(field: str) -> str:
    parts: list[str] = []
    for part in field.split(","):
        days, _, step = part.partition("/")
        shifted = days if days == "*" else "-".join(str(int(day) % 7 + 1) for day in days.split("-"))
        parts.append(f"{shifted}/{step}" if step else shifted)
    return ",".join(parts)
