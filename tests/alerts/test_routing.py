"""Who hears of an alert, by severity, team and duty: every product's configuration, judged by Alertmanager's amtool."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from components.platform import Platform
from settings.workload import Contacts
from tests.alerts.routing import amtool, attributes, configuration, mailed, of_product, on_ecs, routed, written
from tests.alerts.rules import WORKLOADS, alerts, production
from tests.charts.whole_platform import recorded, settings
from tests.components.recording import Recorder

_RECEIVERS = {"critical": "critical", "warning": "warning", "info": "null", "none": "warning"}
"""Who takes an alert of each severity; `none` is what a chart of somebody else's may say."""
_ENVIRONMENTS = ("dev", "staging", "production")


@pytest.mark.parametrize("environment", _ENVIRONMENTS)
@pytest.mark.parametrize("workload", WORKLOADS)
def test_alertmanager_takes_every_products_configuration(workload: str, environment: str, tmp_path: Path) -> None:
    said = amtool("check-config", written(of_product(workload, environment), tmp_path))
    assert "SUCCESS" in said
    assert "6 inhibit rules" in said
    assert "3 receivers" in said


@pytest.mark.parametrize("workload", WORKLOADS)
def test_every_severity_of_every_team_has_its_receiver(workload: str, tmp_path: Path) -> None:
    file = written(of_product(workload), tmp_path)
    teams = (*production(workload).workload.contacts.teams, "somebody-else", "")
    for (severity, receiver), team in product(_RECEIVERS.items(), teams):
        labels = {"alertname": "Any", "severity": severity, **({"team": team} if team else {})}
        assert routed(file, **labels) == receiver, labels
    assert routed(file, alertname="Any") == "warning"
    for silent in ("Watchdog", "InfoInhibitor"):
        assert routed(file, alertname=silent, severity="critical") == "null"


def test_amazons_prometheus_routes_as_the_clusters_does(tmp_path: Path) -> None:
    file = written(configuration(on_ecs("gridtokenx")), tmp_path)
    amtool("check-config", file)
    for severity, receiver in _RECEIVERS.items():
        assert routed(file, alertname="Any", severity=severity) == receiver


@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.requirement("AT-80")
@pytest.mark.requirement("AT-104")
def test_every_alert_of_a_product_reaches_who_has_the_duty(workload: str, tmp_path: Path) -> None:
    """From the rule's own labels through the route and the message's attributes to the subscriptions of the topic."""
    recorder, config, contacts = recorded(workload, "production"), of_product(workload), _contacts(workload)
    everyone = set(production(workload).stack.monitoring.emails)
    assert everyone
    file = written(config, tmp_path)
    groups = {(rule["labels"]["severity"], rule["labels"].get("team", "")) for rule in alerts(workload)}
    for severity, team in sorted(groups):
        duty = {contacts.teams[team]} if team else set[str]()
        if severity == "critical" and contacts.on_call_team:
            duty.add(contacts.teams[contacts.on_call_team])
        assert _told(recorder, config, file, tmp_path, severity, team) == everyone | duty, (severity, team)


def test_every_team_of_the_trading_system_is_told_of_what_is_its_own(tmp_path: Path) -> None:
    """Whatever alert names a team, the team and no other one is mailed; who is on call gets what is critical."""
    recorder, config, contacts = recorded("ai-trading", "production"), of_product("ai-trading"), _contacts("ai-trading")
    file, everyone = written(config, tmp_path), set(production("ai-trading").stack.monitoring.emails)
    assert len(contacts.teams) == 4
    on_call = contacts.teams["oncall"]
    for team in ("devops", "trading", "security"):
        own = everyone | {contacts.teams[team]}
        assert _told(recorder, config, file, tmp_path, "warning", team) == own
        assert _told(recorder, config, file, tmp_path, "critical", team) == own | {on_call}


@pytest.mark.parametrize("environment", ["dev", "staging"])
@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_quiet_environment_tells_its_own_addresses_and_calls_nobody(
    workload: str, environment: str, tmp_path: Path
) -> None:
    recorder, config = recorded(workload, environment), of_product(workload, environment)
    stated = set(
        settings(workload, "prod", environment=environment, **_room(workload, environment)).stack.monitoring.emails
    )
    file = written(config, tmp_path)
    for severity, team in product(("critical", "warning"), (*_contacts(workload).teams, "")):
        assert _told(recorder, config, file, tmp_path, severity, team) == stated


def _room(workload: str, environment: str) -> dict[str, Any]:
    """What GridTokenX's staging states beside its environment, as tests/charts/whole_platform.py does."""
    return (
        {"database": {"instance_class": "db.m6g.xlarge"}}
        if (workload, environment) == ("gridtokenx", "staging")
        else {}
    )


def _contacts(workload: str) -> Contacts:
    return production(workload).workload.contacts


def _told(
    recorder: Recorder[Platform], config: dict[str, Any], file: str, folder: Path, severity: str, team: str
) -> set[str]:
    """The addresses that are mailed of an alert with these labels; nobody where its receiver sends nothing."""
    named = {"team": team} if team else {}
    receiver = routed(file, alertname="Any", severity=severity, **named)
    told = attributes(config, receiver, folder, alertname="Any", **named)
    return mailed(recorder, told) if told else set()
