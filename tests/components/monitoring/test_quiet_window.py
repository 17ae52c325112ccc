"""Nobody is called in the quiet window, by CloudWatch or by Alertmanager."""

from dataclasses import replace
from typing import Any, cast

import pytest

from components.monitoring.monitoring import Monitoring, MonitoringArgs
from components.monitoring.prometheus_values import prometheus_values
from components.monitoring.quiet_window import QuietWindow, QuietWindowArgs
from components.platform import Platform
from tests.charts.ai_trading import ai_trading
from tests.components.monitoring.samples import monitoring_args
from tests.components.monitoring.test_prometheus_values import REQUEST
from tests.components.recording import Recorder, build

MUTE = "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"
ALARMS = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
WINDOW = "sun:02:00-sun:04:00"


def monitoring(**changes: object) -> Recorder[Monitoring]:
    def made() -> MonitoringArgs:
        return replace(monitoring_args(), **cast("dict[str, Any]", changes))

    return build(lambda: Monitoring("monitoring", made()))


def alarm_names(recorder: Recorder[Any], region: str | None = None) -> set[str]:
    return {
        each.inputs.get("name") or each.inputs["alarmName"]
        for token in ALARMS
        for each in recorder.of_type(token)
        if each.inputs.get("region") == region
    }


@pytest.mark.requirement("AT-123")
def test_every_alarm_of_the_trading_systems_stack_is_muted_on_sundays_from_two_to_four() -> None:
    recorder: Recorder[Platform] = build(lambda: Platform("platform", ai_trading("prod")))
    rules = [each.inputs for each in recorder.of_type(MUTE)]
    schedules = [each["rule"]["schedule"] for each in rules]
    assert schedules == [{"expression": "cron(0 2 * * SUN)", "duration": "PT2H", "timezone": "UTC"}] * len(rules)
    muted = [name for each in rules for name in each["muteTargets"]["alarmNames"]]
    assert len(muted) == len(set(muted))
    assert set(muted) == alarm_names(recorder)
    release = recorder.named("monitoring-metrics-prometheus").inputs["values"]["alertmanager"]["config"]
    assert release["time_intervals"][0]["time_intervals"][0]["weekdays"] == ["sunday"]


@pytest.mark.requirement("AT-123")
def test_alerts_of_every_severity_are_muted_in_the_window() -> None:
    values = cast("dict[str, Any]", prometheus_values(replace(REQUEST, quiet_window=WINDOW)))
    config = values["alertmanager"]["config"]
    (interval,) = config["time_intervals"]
    told = [each for each in config["route"]["routes"] if each["receiver"] != "null"]
    # The last one takes what no other has: the first route of all may not be muted.
    assert [(each["receiver"], each.get("matchers")) for each in told] == [
        ("critical", ['severity = "critical"']),
        ("warning", None),
    ]
    assert all(each["mute_time_intervals"] == [interval["name"]] for each in told)


def test_without_a_window_nothing_is_muted() -> None:
    assert monitoring().of_type(MUTE) == []
    config = cast("dict[str, Any]", prometheus_values(REQUEST))["alertmanager"]["config"]
    assert "time_intervals" not in config
    assert not any("mute_time_intervals" in each for each in config["route"]["routes"])


def test_an_alarm_of_another_region_is_muted_there() -> None:
    recorder = monitoring(
        region="eu-west-1", uptime_key_arn="arn:aws:kms:us-east-1:111122223333:key/1", quiet_window=WINDOW
    )
    here, there = recorder.named("monitoring-quiet-1").inputs, recorder.named("monitoring-uptime-quiet-1").inputs
    assert there["region"] == "us-east-1"
    assert set(there["muteTargets"]["alarmNames"]) == alarm_names(recorder, "us-east-1") != set()
    assert set(here["muteTargets"]["alarmNames"]) == alarm_names(recorder)


def test_a_rule_names_a_hundred_alarms_at_most() -> None:
    names = [f"alarm-{number}" for number in range(230)]
    recorder = build(
        lambda: QuietWindow("quiet", QuietWindowArgs(prefix="shop-prod", window=WINDOW, alarm_names=names))
    )
    targets = [each.inputs["muteTargets"]["alarmNames"] for each in recorder.of_type(MUTE)]
    assert [len(each) for each in targets] == [100, 100, 30]
    assert [name for each in targets for name in each] == names
    assert len({each.inputs["name"] for each in recorder.of_type(MUTE)}) == 3
