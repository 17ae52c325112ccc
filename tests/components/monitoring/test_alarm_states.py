"""Alarms over time: a backup that ends late or never, a replica that is made, cut off or idle."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.backup.vault import Vault, VaultArgs
from settings.arithmetic.alarms import DAY, Alarm, DatabaseScale, database_alarms
from settings.arithmetic.platform_alarms import BACKUP_HOURS, age_alarms, backup_alarms
from tests.components.monitoring.alarm_state import state, sums
from tests.components.recording import build

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
(NONE_COMPLETED,) = backup_alarms(silent=True)
(YOUNG,) = age_alarms("AWS/RDS", "CPUUtilization")
FEW = settings(max_examples=15, deadline=None)
"""Each example is a week, looked at every quarter of an hour."""
DAYS = 5
START = 4 * HOUR_MINUTES
"""The daily job is due at 04:00."""

lengths = st.lists(st.integers(5, 7 * HOUR_MINUTES), min_size=DAYS, max_size=DAYS)
"""Minutes from when a job is due to its end: it starts within an hour and ends within six."""
born = st.integers(-DAY_MINUTES + START, START)
"""When the platform came up: at any time of the day before the first job."""


def ends(durations: Sequence[int]) -> list[int]:
    return [day * DAY_MINUTES + START + duration for day, duration in enumerate(durations)]


def pages(completed: Sequence[int], since: int, until: int, alarm: Alarm = NONE_COMPLETED) -> list[int]:
    """Give the minutes at which somebody would be told, looking every quarter of an hour."""
    found: list[int] = []
    for now in range(since, until, 15):
        hours = range(now - HOUR_MINUTES * (YOUNG.periods - 1), now + 1, HOUR_MINUTES)
        old_enough = state(YOUNG, [60.0 if hour > since else None for hour in hours]) == "OK"
        if old_enough and state(alarm, sums(alarm, completed, now)) == "ALARM":
            found.append(now)
    return found


@FEW
@given(lengths, born)
def test_a_daily_backup_that_takes_longer_or_shorter_calls_nobody(durations: list[int], since: int) -> None:
    assert pages(ends(durations), since, ends(durations)[-1]) == []


@FEW
@given(lengths, born, st.integers(1, DAYS - 2))
def test_a_missed_backup_is_told_within_36_hours_of_the_last(durations: list[int], since: int, missed: int) -> None:
    completed = ends(durations)
    last = completed[missed - 1]
    told = pages([end for end in completed if end != completed[missed]], since, completed[-1])
    assert told
    assert last + 35 * HOUR_MINUTES <= told[0] <= last + (BACKUP_HOURS + 1) * HOUR_MINUTES


@FEW
@given(born)
def test_a_first_backup_that_never_comes_is_told_a_day_and_a_half_after_the_first_up(since: int) -> None:
    told = pages([], since, since + 3 * DAY_MINUTES)
    assert since + 35 * HOUR_MINUTES <= told[0] <= since + (BACKUP_HOURS + 1) * HOUR_MINUTES


def test_a_sliding_day_would_page_for_every_backup_that_takes_longer_than_the_day_before() -> None:
    sliding_day = replace(NONE_COMPLETED, period_seconds=DAY, periods=1, sufficient=None)
    durations = [30, 30, 30, 90, 30, 30]
    assert pages(ends(durations), 0, ends(durations)[-1], sliding_day)
    assert pages(ends(durations), 0, ends(durations)[-1]) == []


def test_the_daily_job_ends_as_early_and_as_late_as_the_alarm_takes_it_to() -> None:
    given = VaultArgs(prefix="p", retention_days=7, locked=False, data_key_arn="k", points=[], protect=False)
    (rule,) = build(lambda: Vault("vault", given)).one("aws:backup/plan:Plan").inputs["rules"]
    assert rule["schedule"] == "cron(0 4 * * ? *)"
    longest = 24 * HOUR_MINUTES + rule["startWindow"] + rule["completionWindow"]
    assert longest + HOUR_MINUTES <= BACKUP_HOURS * HOUR_MINUTES


LAG = next(
    alarm
    for alarm in database_alarms(DatabaseScale(instance_class="db.m7g.large", storage_gib=100, replica=True))
    if alarm.key == "replica-lag"
)


def test_a_replica_that_is_being_made_starts_no_takeover() -> None:
    assert state(LAG, [None] * 10) == "INSUFFICIENT_DATA"
    assert LAG.told_without_data


@pytest.mark.requirement("AT-110")
def test_a_replica_that_is_cut_off_measures_its_own_lag() -> None:
    cut_off = [60.0 * minute for minute in range(1, 13)]
    assert state(LAG, cut_off[-10:]) == "ALARM"


@given(st.integers(0, 59), st.integers(0, 4))
def test_a_night_without_writes_is_quiet(phase: int, shift: int) -> None:
    """PostgreSQL's lag rises to five minutes and falls to nothing, again and again."""
    night = [float(phase + 60 * ((minute + shift) % 5)) for minute in range(60)]
    assert all(state(LAG, night[at : at + 10]) == "OK" for at in range(50))
