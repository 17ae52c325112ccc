"""Every fault of the stories calls once, on the right route; and what judges them notices when one does not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.alerts.rules import WORKLOADS, groups
from tests.observability.called import messages
from tests.observability.courses import values
from tests.observability.firings import Firing, Played, firings
from tests.observability.stories import configuration, outcomes, stories

_FEWEST = 60
_BURST = {"namespace": "openibank", "service": "api-server", "signal": "errors"}
_OUTAGE = Firing(
    labels={**_BURST, "alertname": "Outage", "severity": "critical", "yields": "true"}, begin=60, end=900, steady=True
)
_RATE = Firing(labels={**_BURST, "alertname": "HighErrorRate", "severity": "critical"}, begin=300, end=800, steady=True)


@pytest.mark.parametrize("product", WORKLOADS)
def test_a_fault_calls_once_on_the_right_route(product: str) -> None:
    assert {each.story.fault: each.wrong for each in outcomes(product) if each.wrong is not None} == {}


def test_there_are_stories_enough_of_every_kind() -> None:
    told = [each for product in WORKLOADS for each in stories(product)]
    assert len({(each.product, each.fault) for each in told}) == len(told) >= _FEWEST
    kinds = ("outage", "error burst", "slow leak", "saturation", "dead exporter", "stale backup", "replica lag")
    for kind in (*kinds, "stuck consumer", "missing data"):
        assert any(each.fault.startswith(kind) for each in told), kind
    outages = [each for each in told if each.fault.startswith("outage")]
    assert {each.within for each in outages} == {120}


def _sent(tmp_path: Path, config: dict[str, Any], *fired: Firing) -> list[tuple[str, float, tuple[str, ...]]]:
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    return [(each.receiver, each.at, each.alerts) for each in messages(config, file, fired)]


def test_an_alert_that_nothing_keeps_quiet_is_a_second_call(tmp_path: Path) -> None:
    config = configuration("openibank")
    assert _sent(tmp_path, config, _OUTAGE, _RATE) == [("critical", 70, ("Outage",))]
    both = [("critical", 70, ("Outage",)), ("critical", 310, ("HighErrorRate",))]
    assert _sent(tmp_path, {**config, "inhibit_rules": []}, _OUTAGE, _RATE) == both
    elsewhere = replace(_RATE, labels={**_RATE.labels, "service": "playground"})
    assert _sent(tmp_path, config, _OUTAGE, elsewhere) == both


def test_an_alert_that_outlives_what_keeps_it_quiet_is_a_second_call(tmp_path: Path) -> None:
    longer = replace(_RATE, end=1000)
    assert _sent(tmp_path, configuration("openibank"), _OUTAGE, longer) == [
        ("critical", 70, ("Outage",)),
        ("critical", 901, ("HighErrorRate",)),
    ]


def test_a_group_that_grows_later_is_a_second_call(tmp_path: Path) -> None:
    other = replace(_RATE, labels={**_RATE.labels, "path": "/orders"}, begin=305)
    late = replace(other, begin=320)
    config = configuration("openibank")
    assert _sent(tmp_path, config, _RATE, other) == [("critical", 310, ("HighErrorRate",))]
    assert [at for _, at, _ in _sent(tmp_path, config, _RATE, late)] == [310, 610]


def test_promtool_says_when_an_alert_began_ended_and_whether_it_paused(tmp_path: Path) -> None:
    rule = {"alert": "Down", "expr": "up == 0", "for": "30s", "labels": {"severity": "critical"}}
    once = Played(name="once", series={"up": "1+0x10 0+0x10 1+0x20"}, seconds=600, every=15)
    twice = Played(name="twice", series={"up": "1+0x10 0+0x5 1+0x5 0+0x5 1+0x20"}, seconds=600, every=15)
    quiet = Played(name="quiet", series={"up": "1+0x40"}, seconds=600, every=15)
    found = firings([{"name": "a", "rules": [rule]}], [quiet, once, twice], tmp_path)
    labels = {"alertname": "Down", "severity": "critical"}
    assert found["once"] == [Firing(labels=labels, begin=195, end=315, steady=True)]
    assert [(each.begin, each.steady) for each in found["twice"]] == [(195, False)]
    assert found["quiet"] == []


@pytest.mark.parametrize(
    ("usual", "faulty", "written"),
    [
        ({"value": 1}, {"value": 0}, "1x1 0x1 1x1"),
        ({"rate": 2}, {"rate": 0}, "20 40x2 60 80"),
        ({"rate": 2}, {"absent": True}, "20 40 stale _ 60 80"),
        (None, {"rate": 1}, "_x2 10 20 stale _"),
        ({"value": 5}, {"climb": 6}, "5x1 6 7 5x1"),
        ({"age": 60}, {"value": -500}, "-60 -50 -500x1 -20 -10"),
        ({"value": 0}, {"quadratic": 0.01}, "0x1 1 4 0x1"),
    ],
)
def test_a_course_is_written_as_promtool_reads_it(
    usual: dict[str, Any] | None, faulty: dict[str, Any], written: str
) -> None:
    assert values(usual, faulty, steps=(2, 2, 2), every=10) == written


def test_every_story_is_about_an_alert_of_its_product() -> None:
    for product in WORKLOADS:
        known = {rule.get("alert") for group in groups(product) for rule in group["rules"]}
        assert {each.alert for each in stories(product)} <= known
