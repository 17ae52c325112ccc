"""How far the runs of a line of cron are apart."""

import pytest

from settings.arithmetic.schedules import longest_gap_seconds

_HOUR, _DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("0 2 * * *", _DAY),
        ("0 */6 * * *", 6 * _HOUR),
        ("*/15 * * * *", 900),
        ("0 1,13 * * *", 12 * _HOUR),
        ("0 8-18 * * *", 14 * _HOUR),
        ("*/15 2 * * *", _DAY - 2700),
        ("30 1 * * 0", 7 * _DAY),
        ("30 1 * * 7", 7 * _DAY),
        ("0 3 * * 1-5", 3 * _DAY),
        ("0 4 1 * *", 31 * _DAY),
        ("0 4 1 1 *", 366 * _DAY),
        ("0 4 29 2 *", 1461 * _DAY),
        ("0 4 1 * 0", 7 * _DAY),
    ],
)
def test_the_longest_time_between_two_runs(schedule: str, seconds: int) -> None:
    assert longest_gap_seconds(schedule) == seconds


def test_a_line_that_never_runs_has_no_gap() -> None:
    with pytest.raises(ValueError, match="less than twice"):
        longest_gap_seconds("0 4 31 2 *")
