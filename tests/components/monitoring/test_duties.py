"""Who is mailed which alert, by duty: from the product's file to the filters of the topic's subscriptions."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from components.assembly.operations import duties
from components.monitoring.routing import Recipients, alert_routes
from components.platform import Platform
from settings import PlatformSettings
from tests.alerts.routing import SUBSCRIPTION, mailed
from tests.charts.whole_platform import platform, recorded, releases_of, settings
from tests.components.monitoring.test_chat_message import rendered
from tests.components.recording import Recorder

DEVOPS, TRADING = "devops@trading-system.com", "trading@trading-system.com"
SECURITY, ON_CALL = "security@trading-system.com", "oncall@trading-system.com"


@cache
def production() -> Recorder[Platform]:
    return recorded("ai-trading", "production")


def _attributes(folder: Path, severity: str, **labels: str) -> dict[str, str]:
    """What a group's message carries, rendered by amtool."""
    routes: dict[str, Any] = alert_routes(Recipients(topic_arn="t", region="us-east-1"))
    assert "team" in routes["route"]["group_by"]
    receiver = next(each for each in routes["receivers"] if each["name"] == severity)
    data: dict[str, Any] = {"receiver": severity, "status": "firing", "alerts": [], "groupLabels": labels}
    stated = receiver["sns_configs"][0]["attributes"]
    return {key: rendered(folder, template, data) for key, template in stated.items()}


def _teams_of_alerts() -> dict[tuple[str, str | None], str]:
    """The team that each alert of the product's release names, by the alert's name and its objective's."""
    return {
        (rule["alert"], rule["labels"].get("objective")): rule["labels"].get("team", "none")
        for release in releases_of(production())
        for group in release.values.get("ruleGroups", [])
        for rule in group["rules"]
        if "alert" in rule
    }


@pytest.mark.requirement("AT-104")
def test_an_alert_reaches_who_has_the_duty_and_who_is_on_call(tmp_path: Path) -> None:
    stack = set(settings("ai-trading", "prod").stack.monitoring.emails)
    trading = _attributes(tmp_path, "critical", alertname="TradingErrorRate", team="trading")
    assert mailed(production(), trading) == {*stack, TRADING, ON_CALL}
    assert mailed(production(), _attributes(tmp_path, "warning", team="devops")) == {*stack, DEVOPS}
    assert mailed(production(), _attributes(tmp_path, "critical", team="security")) == {*stack, SECURITY, ON_CALL}
    assert mailed(production(), _attributes(tmp_path, "warning")) == stack


@pytest.mark.requirement("AT-104")
def test_the_products_alerts_name_their_teams() -> None:
    teams = _teams_of_alerts()
    assert teams["TradingErrorRate", None] == "trading"
    duty = {
        "trading-app-available": "devops",
        "data-processor-available": "devops",
        "ml-service-available": "devops",
        "trading-errors": "trading",
    }
    for alert in ("ErrorBudgetBurningFast", "ErrorBudgetBurningSlowly"):
        assert {objective: team for (name, objective), team in teams.items() if name == alert} == duty
    assert {teams["PodsNotReady", None], teams["JobFailed", None]} == {"devops"}


def test_other_environments_mail_no_team() -> None:
    assert duties(settings("ai-trading", "dev")) == {}


def _with(**contacts: Any) -> PlatformSettings:
    given = settings("ai-trading", "prod")
    changed = given.workload.contacts.model_copy(update=contacts)
    return given.model_copy(update={"workload": given.workload.model_copy(update={"contacts": changed})})


def test_an_address_with_two_duties_has_one_subscription() -> None:
    both = _with(teams={"devops": DEVOPS, "security": DEVOPS, "oncall": ON_CALL})
    assert duties(both) == {DEVOPS: {"team": ["devops", "security"]}, ON_CALL: {"severity": ["critical"]}}
    everything = _with(teams={"devops": DEVOPS, "oncall": DEVOPS})
    assert duties(everything) == {DEVOPS: {}}
    recorder = platform(everything)
    (item,) = [each for each in recorder.of_type(SUBSCRIPTION) if each.inputs["endpoint"] == DEVOPS]
    assert item.inputs.get("filterPolicy") is None
