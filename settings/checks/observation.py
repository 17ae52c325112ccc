"""Rules about alerts, dashboards, objectives and the health check."""

from collections.abc import Iterator

from settings.checks.common import repeated, unknown_service
from settings.problems import Finding
from settings.suggest import choose, listed
from settings.workload import Workload


def check(workload: Workload) -> Iterator[Finding]:
    alerts = ((("alerts", index, "name"), alert.name) for index, alert in enumerate(workload.alerts))
    yield from repeated(alerts, "alert name")
    dashboards = ((("dashboards", index, "title"), board.title) for index, board in enumerate(workload.dashboards))
    yield from repeated(dashboards, "dashboard title")
    objectives = ((("objectives", index, "name"), goal.name) for index, goal in enumerate(workload.objectives))
    yield from repeated(objectives, "objective name")
    for index, objective in enumerate(workload.objectives):
        if objective.service not in workload.services:
            yield unknown_service(workload, ("objectives", index, "service"), objective.service)
    yield from _asked_host(workload)


def _asked_host(workload: Workload) -> Iterator[Finding]:
    """Report a health check of a host that no route serves."""
    hosts = list(dict.fromkeys(route.host for route in workload.ingress.routes))
    if workload.health_check and workload.health_check.host not in hosts:
        host = workload.health_check.host
        mend = choose(host, hosts, "name the host of a route")
        yield Finding(("health_check", "host"), host, f"the host of a route: {listed(hosts)}", mend)
