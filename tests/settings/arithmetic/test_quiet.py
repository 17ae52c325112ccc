"""A weekly window in the words of Alertmanager and CloudWatch."""

import re
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.quiet import mute_schedule, time_intervals
from settings.windows import WEEK, weekly

_DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def window(start: int, length: int) -> str:
    def moment(minutes: int) -> str:
        day, rest = divmod(minutes % WEEK, _DAY)
        return f"{_DAYS[day]}:{rest // 60:02d}:{rest % 60:02d}"

    return f"{moment(start)}-{moment(start + length)}"


def minutes(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


@pytest.mark.requirement("AT-123")
def test_sundays_from_two_to_four() -> None:
    assert time_intervals("sun:02:00-sun:04:00") == [
        {"weekdays": ["sunday"], "times": [{"start_time": "02:00", "end_time": "04:00"}], "location": "UTC"}
    ]
    schedule = mute_schedule("sun:02:00-sun:04:00")
    assert (schedule.expression, schedule.duration) == ("cron(0 2 * * SUN)", "PT2H")


def test_a_window_that_passes_the_end_of_the_week_is_two_intervals() -> None:
    assert [(each["weekdays"], each["times"]) for each in time_intervals("sun:23:30-mon:00:45")] == [
        (["sunday"], [{"start_time": "23:30", "end_time": "24:00"}]),
        (["monday"], [{"start_time": "00:00", "end_time": "00:45"}]),
    ]
    schedule = mute_schedule("sun:23:30-mon:00:45")
    assert (schedule.expression, schedule.duration) == ("cron(30 23 * * SUN)", "PT1H15M")


@given(start=st.integers(0, WEEK - 1), length=st.integers(1, WEEK - 1))
def test_every_minute_of_the_window_is_covered_and_no_other(start: int, length: int) -> None:
    stated = window(start, length)
    assert weekly(stated) == (start, length)
    covered: set[int] = set()
    for interval in cast("list[dict[str, Any]]", time_intervals(stated)):
        (day,), (times,) = interval["weekdays"], interval["times"]
        first = _DAYS.index(day[:3]) * _DAY
        covered |= set(range(first + minutes(times["start_time"]), first + minutes(times["end_time"])))
    assert covered == {(start + step) % WEEK for step in range(length)}
    schedule = mute_schedule(stated)
    found = re.fullmatch(r"cron\((\d+) (\d+) \* \* ([A-Z]{3})\)", schedule.expression)
    assert found is not None
    assert _DAYS.index(found[3].lower()) * _DAY + int(found[2]) * 60 + int(found[1]) == start
    parts = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?", schedule.duration)
    assert parts is not None
    assert int(parts[1] or 0) * 60 + int(parts[2] or 0) == length
