"""A product on ECS that was stopped on purpose."""

from functools import cache

import pytest

from components.platform import Platform
from tests.components.recording import Recorder
from tests.components.runtimes.ecs.test_platform import SERVICE, platform, settings

TARGET = "aws:appautoscaling/target:Target"
SCHEDULE = "aws:scheduler/schedule:Schedule"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


@cache
def stopped(product: str) -> Recorder[Platform]:
    given = {"workload": product, "domain": f"{product}.com", "runtime": "ecs", "application": {"stopped": True}}
    return platform(settings("prod", **given))


@pytest.mark.requirement("OB-111")
def test_every_service_has_no_task() -> None:
    recorder = stopped("openibank")
    services = {each.inputs["name"]: each for each in recorder.of_type(SERVICE)}
    bounds = {
        each.inputs["resourceId"].rpartition("/")[2]: (each.inputs["minCapacity"], each.inputs["maxCapacity"])
        for each in recorder.of_type(TARGET)
    }
    # What scales is brought inside its bounds by the autoscaler, whose figure the program leaves alone.
    assert bounds == {"api-server": (0, 0), "playground": (0, 0)}
    assert all(services[name].ignore_changes == ("desiredCount",) for name in bounds)
    assert services["resonancex"].inputs["desiredCount"] == 0
    assert set(services) == {*bounds, "resonancex"}


def test_no_job_starts_by_the_clock() -> None:
    schedules = stopped("openibank").of_type(SCHEDULE)
    assert {each.inputs["state"] for each in schedules} == {"DISABLED"}
    assert {each.inputs["name"] for each in schedules} >= {"openibank-prod-database-dump"}


@pytest.mark.requirement("OB-114")
def test_started_again_it_runs_at_its_least() -> None:
    given = {"workload": "openibank", "domain": "openibank.com", "runtime": "ecs"}
    recorder = platform(settings("prod", **given))
    bounds = {
        each.inputs["resourceId"].rpartition("/")[2]: each.inputs["minCapacity"] for each in recorder.of_type(TARGET)
    }
    assert bounds == {"api-server": 3, "playground": 1}
    assert recorder.named("application-resonancex-service").inputs["desiredCount"] == 2
    assert {each.inputs["state"] for each in recorder.of_type(SCHEDULE)} == {"ENABLED"}


def test_nobody_is_called_because_the_product_is_down() -> None:
    recorder = stopped("openibank")
    down = recorder.one(COMPOSITE, "monitoring-alarms-product-down")
    assert (down.inputs["alarmActions"], down.inputs["okActions"]) == ([], [])
    (uptime,) = [each for each in recorder.of_type(ALARM) if "uptime" in each.inputs["name"]]
    assert uptime.inputs["actionsEnabled"] is False
    # What holds its data is watched as ever.
    database = recorder.named("monitoring-alarms-database-cpu").inputs
    assert database["alarmActions"]
    assert "actionsEnabled" not in database
