"""One fault is one call: every product's configuration in a real Alertmanager, which is handed what a fault raises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from components.monitoring.prometheus_values import prometheus_values
from tests.alerts.alertmanager import of_pods, running
from tests.alerts.routing import of_product
from tests.alerts.rules import WORKLOADS, production
from tests.components.monitoring.test_prometheus_values import REQUEST

_PODS = 40
_LOST = {"alertname": "NodeLost", "severity": "critical", "node": "ip-10-0-1-1"}


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_dead_node_calls_once_however_many_pods_it_had(workload: str, tmp_path: Path) -> None:
    namespace = production(workload).namespace
    with running(of_product(workload), tmp_path) as manager:
        manager.fire(
            _LOST,
            *of_pods("PodsNotReady", "critical", _PODS, namespace=namespace),
            *of_pods("KubePodNotReady", "warning", _PODS, namespace=namespace),
            *of_pods("TargetDown", "warning", _PODS, namespace="monitoring"),
            {"alertname": "KubeNodeUnreachable", "severity": "warning", "node": "ip-10-0-1-1"},
        )
        manager.settle()
        assert manager.names() == [("critical", "NodeLost")]


def test_without_a_lost_node_pods_that_are_not_ready_call_together_and_once(tmp_path: Path) -> None:
    with running(of_product("openibank"), tmp_path) as manager:
        manager.fire(*of_pods("PodsNotReady", "critical", _PODS, namespace="openibank"))
        manager.settle()
        ((receiver, alerts),) = manager.notified
        assert (receiver, len(alerts)) == ("critical", _PODS)


def test_what_users_and_stores_notice_is_told_beside_a_lost_node(tmp_path: Path) -> None:
    """A lost node explains pods that are not ready; errors, and a broker that is gone, it need not cause."""
    others = ("EventBusBrokerDown", "HighErrorRatio", "TimeseriesInstanceDown")
    with running(of_product("openibank"), tmp_path) as manager:
        manager.fire(_LOST, *({"alertname": name, "severity": "critical"} for name in others))
        manager.settle()
        assert manager.names() == [("critical", name) for name in sorted((*others, "NodeLost"))]


def test_a_budget_that_burns_fast_is_not_reported_as_burning_slowly_too(tmp_path: Path) -> None:
    of = {"objective": "trading-app-available", "service": "trading-app"}
    other = {"objective": "ml-service-available", "service": "ml-service"}
    fast, slow = ("ErrorBudgetBurningFast", "critical"), ("ErrorBudgetBurningSlowly", "warning")
    with running(of_product("ai-trading"), tmp_path) as manager:
        manager.fire(_alert(*fast, **of), _alert(*slow, **of), _alert(*slow, **other))
        manager.settle()
        assert manager.names() == [("critical", fast[0]), ("warning", slow[0])]
        (told,) = [alerts for receiver, alerts in manager.notified if receiver == "warning"]
        assert [each["objective"] for each in told] == ["ml-service-available"]


@pytest.mark.parametrize(("starts", "told"), [(-60, []), (60, [("critical", "Any"), ("warning", "Any")])])
@pytest.mark.requirement("AT-123")
def test_nobody_is_called_in_the_maintenance_window_and_everybody_outside(
    starts: int, told: list[tuple[str, str]], tmp_path: Path
) -> None:
    begins = datetime.now(UTC) + timedelta(minutes=starts)
    window = "-".join(f"{at:%a:%H:%M}".lower() for at in (begins, begins + timedelta(hours=2)))
    values: Any = prometheus_values(replace(REQUEST, quiet_window=window))
    with running(values["alertmanager"]["config"], tmp_path) as manager:
        manager.fire(_alert("Any", "critical", namespace="a"), _alert("Any", "warning", namespace="b"))
        manager.settle()
        assert manager.names() == told


def _alert(name: str, severity: str, **labels: str) -> dict[str, str]:
    return {"alertname": name, "severity": severity, **labels}
