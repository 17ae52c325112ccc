"""What a line of cron says of the files that it makes."""

import pytest

from components.plans.schedules import stamp


@pytest.mark.parametrize("schedule", ["0 2 * * *", "30 1 * * 0", "0 3 1 * *"])
def test_a_file_a_day_is_named_by_the_day(schedule: str) -> None:
    assert stamp(schedule) == "%Y%m%d"


@pytest.mark.parametrize("schedule", ["0 */6 * * *", "0 1,13 * * *", "0 8-18 * * *", "*/15 2 * * *", "0 * * * *"])
def test_several_files_a_day_are_named_by_the_time_too(schedule: str) -> None:
    assert stamp(schedule) == "%Y%m%d_%H%M%S"
