"""Alarm thresholds, for any size of what is watched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.arithmetic.alarms import Alarm, DatabaseScale, cache_alarms, database_alarms
from settings.arithmetic.connections import max_connections
from settings.arithmetic.instance_classes import database_class
from settings.arithmetic.platform_alarms import age_alarms, backup_alarms, cluster_alarms, log_alarms, queue_alarms
from settings.arithmetic.traffic_alarms import (
    certificate_alarms,
    firewall_alarms,
    latency_objective_seconds,
    load_balancer_alarms,
    nat_gateway_alarms,
    target_group_alarms,
    uptime_alarms,
)
from settings.workload.objectives import AvailabilityObjective, LatencyObjective, Objective

FAMILIES = ("db.m7g", "db.r7g", "db.m6i")
SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge")

classes = st.sampled_from([f"{family}.{size}" for family in FAMILIES for size in SIZES])
storage = st.integers(20, 65_536)
scales = st.builds(DatabaseScale, instance_class=classes, storage_gib=storage, replica=st.booleans())


def by_key(alarms: tuple[Alarm, ...]) -> dict[str, Alarm]:
    return {alarm.key: alarm for alarm in alarms}


EVERY_OTHER_ALARM = (
    *cache_alarms(replicated=True),
    *load_balancer_alarms(latency_objective_seconds=1),
    *target_group_alarms(),
    *nat_gateway_alarms(),
    *firewall_alarms(["rate-limit", "rate-limit-orders"]),
    *certificate_alarms(),
    *uptime_alarms(),
    *cluster_alarms(),
    *queue_alarms(),
    *backup_alarms(silent=False),
    *age_alarms("AWS/RDS", "CPUUtilization"),
    *log_alarms(),
)


def is_accepted_by_cloudwatch(alarm: Alarm) -> bool:
    """Periods are 10, 20, 30 or a multiple of 60 seconds, and an alarm looks back for a day, or for a week with
    periods of an hour or more."""
    look_back = alarm.period_seconds * alarm.periods
    limit = 7 * 86_400 if alarm.period_seconds >= 3_600 else 86_400
    return alarm.period_seconds % 60 == 0 and 1 <= alarm.datapoints <= alarm.periods and look_back <= limit


@given(scales)
def test_every_database_alarm_is_one_that_cloudwatch_takes(scale: DatabaseScale) -> None:
    alarms = database_alarms(scale)
    assert len(by_key(alarms)) == len(alarms)
    assert all(is_accepted_by_cloudwatch(alarm) for alarm in alarms)


@pytest.mark.parametrize("alarm", EVERY_OTHER_ALARM, ids=lambda alarm: f"{alarm.metric}-{alarm.key}")
def test_every_other_alarm_is_one_that_cloudwatch_takes(alarm: Alarm) -> None:
    assert is_accepted_by_cloudwatch(alarm)
    assert len(alarm.meaning) < 1000


@given(st.sampled_from(FAMILIES), storage, st.integers(0, len(SIZES) - 2))
def test_a_larger_class_allows_more(family: str, gib: int, index: int) -> None:
    small, large = (
        by_key(database_alarms(DatabaseScale(instance_class=f"{family}.{size}", storage_gib=gib, replica=False)))
        for size in SIZES[index : index + 2]
    )
    assert small["load"].threshold < large["load"].threshold
    assert small["memory"].threshold < large["memory"].threshold
    # RDS accepts no more than 5,000, however large the class.
    assert small["connections"].threshold <= large["connections"].threshold <= 5000


@given(classes, storage, storage)
def test_more_storage_means_an_earlier_word(instance_class: str, one: int, other: int) -> None:
    small, large = (
        by_key(database_alarms(DatabaseScale(instance_class=instance_class, storage_gib=gib, replica=False)))["storage"]
        for gib in sorted((one, other))
    )
    assert small.side == "below"
    assert (small.threshold < large.threshold) is (one != other)
    assert small.threshold > 0
    assert large.threshold < max(one, other) * 2**30


@given(scales)
def test_the_word_comes_before_the_limit(scale: DatabaseScale) -> None:
    alarms = by_key(database_alarms(scale))
    assert 0 < alarms["connections"].threshold < max_connections(scale.instance_class)
    assert 0 < alarms["memory"].threshold < database_class(scale.instance_class).memory_gib * 2**30
    assert alarms["transaction-ids"].threshold < 2**31


@pytest.mark.requirement("OB-120")
def test_a_slow_database_is_told_by_waits_and_latency() -> None:
    alarms = by_key(database_alarms(DatabaseScale(instance_class="db.m7g.xlarge", storage_gib=100, replica=False)))
    assert alarms["load"].threshold == 4
    assert alarms["read-latency"].threshold == alarms["write-latency"].threshold == 0.02


def test_a_replica_is_watched_for_its_lag_and_a_primary_is_not() -> None:
    def keys(*, replica: bool) -> set[str]:
        return set(
            by_key(database_alarms(DatabaseScale(instance_class="db.m7g.large", storage_gib=100, replica=replica)))
        )

    assert keys(replica=True) - keys(replica=False) == {"replica-lag"}


@pytest.mark.parametrize(("instance_class", "watched"), [("db.t4g.medium", True), ("db.m7g.large", False)])
def test_credits_are_watched_where_there_are_any(instance_class: str, watched: bool) -> None:
    scale = DatabaseScale(instance_class=instance_class, storage_gib=20, replica=False)
    assert ("cpu-credits" in by_key(database_alarms(scale))) is watched


def test_credits_are_missed_only_after_the_smallest_class_could_have_earned_them() -> None:
    scale = DatabaseScale(instance_class="db.t4g.micro", storage_gib=20, replica=False)
    alarm = by_key(database_alarms(scale))["cpu-credits"]
    earned_an_hour = 12
    assert alarm.datapoints == alarm.periods
    assert alarm.period_seconds * alarm.periods / 3600 * earned_an_hour > alarm.threshold


def test_replication_is_watched_where_there_is_any() -> None:
    replicated, alone = by_key(cache_alarms(replicated=True)), by_key(cache_alarms(replicated=False))
    assert set(replicated) - set(alone) == {"replication-lag"}


@pytest.mark.requirement("OB-107")
@given(st.floats(0.01, 60))
def test_the_latency_alarm_is_the_objective(seconds: float) -> None:
    latency = by_key(load_balancer_alarms(latency_objective_seconds=seconds))["latency"]
    assert (latency.statistic, latency.threshold) == ("p99", seconds)


def test_the_slowest_objective_is_the_load_balancers() -> None:
    def objective(milliseconds: int) -> Objective:
        return LatencyObjective(name="n", service="s", percentile=99.0, milliseconds=milliseconds, histogram="h")

    available = AvailabilityObjective(kind="availability", name="a", service="s", percent=99.9, total="t", bad="b")
    assert latency_objective_seconds([objective(300), available, objective(2500)]) == 2.5
    assert latency_objective_seconds([available]) == 1.0


@pytest.mark.requirement("OB-119")
@pytest.mark.requirement("OB-121")
def test_pods_that_are_not_ready_or_refuse_connections_are_told() -> None:
    assert by_key(target_group_alarms())["unhealthy-pods"].metric == "UnHealthyHostCount"
    alarms = by_key(load_balancer_alarms(latency_objective_seconds=1))
    assert alarms["refused-connections"].metric == "TargetConnectionErrorCount"
    assert alarms["unanswered"].metric == "HTTPCode_ELB_5XX_Count"


SILENCE_IS_TROUBLE = {
    # A target group without a target reports none: the product answers nobody, at a first `up` too.
    "no-healthy-pod",
    # So it does while Route 53 has nothing to say.
    "down",
    # A job that never ran leaves no number; another alarm keeps these two from speaking on the first day.
    "none-completed",
    "young",
}


def test_silence_is_trouble_only_where_it_is_the_failure_itself() -> None:
    replica = DatabaseScale(instance_class="db.t4g.medium", storage_gib=20, replica=True)
    every = (*EVERY_OTHER_ALARM, *database_alarms(replica))
    assert {alarm.key for alarm in every if alarm.missing == "breaching"} == SILENCE_IS_TROUBLE
