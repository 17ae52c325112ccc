"""Rules about alerts, dashboards and the health check."""

import json
from collections.abc import Iterator
from typing import cast

from settings.checks.common import repeated, unknown_service
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.suggest import choose, listed
from settings.workload import Workload


def check(workload: Workload) -> Iterator[Diagnostic]:
    alerts = ((("alerts", index, "name"), alert.name) for index, alert in enumerate(workload.alerts))
    yield from repeated(alerts, "alert name")
    yield from _teams(workload)
    yield from _signals(workload)
    made: tuple[tuple[Path, str], ...] = ((("objectives",), workload.objectives_title),) if workload.objectives else ()
    dashboards = ((("dashboards", index, "title"), board.title) for index, board in enumerate(workload.dashboards))
    yield from repeated((*made, *dashboards), "dashboard title")
    yield from _contents(workload)
    yield from _asked_host(workload)


def _teams(workload: Workload) -> Iterator[Diagnostic]:
    """Report a team that has no address."""
    contacts = workload.contacts
    named: dict[Path, str | None] = {
        ("contacts", "platform_team"): contacts.platform_team,
        ("contacts", "on_call_team"): contacts.on_call_team,
        **{("alerts", index, "team"): alert.team for index, alert in enumerate(workload.alerts)},
        **{("objectives", index, "team"): goal.team for index, goal in enumerate(workload.objectives)},
    }
    for path, team in named.items():
        if team is not None and team not in contacts.teams:
            fix = choose(team, contacts.teams, "give its address under contacts.teams")
            yield Diagnostic(path, team, f"a team of contacts.teams: {listed(contacts.teams)}", fix)


def _signals(workload: Workload) -> Iterator[Diagnostic]:
    """Report an alert of a service that is not there, and one that yields to nobody knows what."""
    for index, alert in enumerate(workload.alerts):
        at: Path = ("alerts", index)
        if alert.service is not None and alert.service not in workload.services:
            yield unknown_service(workload, (*at, "service"), alert.service)
        if (alert.yields or alert.signal is not None) and alert.service is None:
            key = "signal" if alert.signal is not None else "yields"
            given = alert.signal if alert.signal is not None else alert.yields
            fix = "name the service that it tells of under `service`"
            yield Diagnostic((*at, key), given, "of an alert that names its service", fix)
        elif alert.yields and alert.signal is None:
            allowed, fix = "of an alert that names its signal", "add `signal: errors`, or `signal: latency`"
            yield Diagnostic((*at, "yields"), alert.yields, allowed, fix)


def _contents(workload: Workload) -> Iterator[Diagnostic]:
    """Report a dashboard with panels and a model, with neither, and a model that Grafana would not load."""
    for index, board in enumerate(workload.dashboards):
        at = ("dashboards", index)
        if bool(board.panels) == (board.model is not None):
            given = "both" if board.panels else ABSENT
            yield Diagnostic(
                (*at, "panels"), given, "panels, or a model", "keep one of them" if board.panels else "add one"
            )
        elif board.model is not None and not _is_dashboard(board.model):
            allowed = "JSON of an object with a list of panels, each with a type"
            yield Diagnostic(
                (*at, "model"), f"{board.model[:20]}…", allowed, "export it from Grafana: Share, Export, JSON"
            )


def _is_dashboard(model: str) -> bool:
    try:
        document = _object(json.loads(model))
    except ValueError:
        return False
    panels = _object(document.get("dashboard", document)).get("panels")
    return isinstance(panels, list) and all(
        isinstance(_object(panel).get("type"), str) for panel in cast("list[object]", panels)
    )


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _asked_host(workload: Workload) -> Iterator[Diagnostic]:
    """Report a health check of a host that no route serves."""
    hosts = list(dict.fromkeys(route.host for route in workload.ingress.routes))
    if workload.health_check and workload.health_check.host not in hosts:
        host = workload.health_check.host
        fix = choose(host, hosts, "name the host of a route")
        yield Diagnostic(("health_check", "host"), host, f"the host of a route: {listed(hosts)}", fix)
