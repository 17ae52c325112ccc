"""Backup and maintenance windows in UTC, as minutes of a week."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
WEEK = 7 * _DAY


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def daily(window: str) -> tuple[int, int]:
    """Return the start, in minutes of a day, and the length of "hh:mm-hh:mm"; it may pass midnight."""
    start, end = map(_minutes, window.split("-"))
    return start, (end - start) % _DAY


def weekly(window: str) -> tuple[int, int]:
    """Return the start, in minutes of a week, and the length of "ddd:hh:mm-ddd:hh:mm"; it may pass Sunday."""
    start, end = (_DAYS.index(side[:3]) * _DAY + _minutes(side[4:]) for side in window.split("-"))
    return start, (end - start) % WEEK


def overlap(every_day: str, once_a_week: str) -> bool:
    """Whether a daily window touches a weekly one on any day."""
    start, length = daily(every_day)
    week_start, week_length = weekly(once_a_week)
    return any(_meet(day * _DAY + start, length, week_start, week_length) for day in range(7))


def _meet(one: int, one_length: int, other: int, other_length: int) -> bool:
    return (other - one) % WEEK < one_length or (one - other) % WEEK < other_length
