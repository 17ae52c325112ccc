"""The AI trading system beside a region that stands by: what is told, and what takes over."""

from typing import Any

import pytest

from components.platform import Platform
from tests.components.recording import Recorder
from tests.components.regions import PRIMARY, STAND_BY, TAKER, given_out, primary, secondary, settings
from tests.products.proof import DATABASE

_RECOVERY_POINT = 15 * 60


def _there() -> Recorder[Platform]:
    return secondary(TAKER, STAND_BY)


@pytest.mark.requirement("AT-110")
@pytest.mark.requirement("AT-112")
def test_the_two_regions_are_the_products_own() -> None:
    assert settings(PRIMARY, STAND_BY).workload.name == settings(TAKER, STAND_BY).workload.name == "ai-trading"


@pytest.mark.requirement("AT-112")
def test_a_copy_that_falls_behind_is_told_within_the_recovery_point() -> None:
    alarm = _there().named("monitoring-alarms-database-replica-lag").inputs
    assert alarm["dimensions"] == {"DBInstanceIdentifier": "ai-trading-prod-eu-west-1-primary"}
    assert (alarm["metricName"], alarm["threshold"]) == ("ReplicaLag", 60)
    assert alarm["period"] * alarm["evaluationPeriods"] + alarm["threshold"] <= _RECOVERY_POINT
    assert alarm["alarmActions"]


@pytest.mark.requirement("AT-112")
def test_the_database_can_be_put_back_to_any_point_of_the_last_month() -> None:
    assert primary(STAND_BY).one(DATABASE, "database-primary").inputs["backupRetentionPeriod"] == 30


@pytest.mark.requirement("AT-110")
def test_the_second_region_takes_over_by_that_alarm_and_the_primarys_health() -> None:
    there = _there()
    alarm = there.named("monitoring-alarms-database-replica-lag").inputs["name"]
    assert there.named("failover-cut-off").document("eventPattern")["resources"][0].endswith(f":alarm:{alarm}")
    steps: dict[str, Any] = {
        each["name"]: each["inputs"] for each in there.one("aws:ssm/document:Document").document("content")["mainSteps"]
    }
    given = given_out(STAND_BY)["for_other_regions"]
    assert steps["judge"]["InputPayload"]["HealthCheckId"] == given["health_check_id"]
    assert steps["fence"]["InputPayload"] == {"Region": "us-east-1", "NetworkAclId": given["data_acl_id"]}
    assert steps["promote"]["DBInstanceIdentifier"] == there.one(DATABASE).inputs["identifier"]
    (change,) = steps["write_here"]["ChangeBatch"]["Changes"]
    assert change["ResourceRecordSet"]["Name"] == there.named("database-writer").inputs["name"]


@pytest.mark.requirement("AT-110")
def test_within_a_region_a_standby_takes_over() -> None:
    for built in (primary(STAND_BY), _there()):
        assert built.one(DATABASE, "database-primary").inputs["multiAz"] is True
