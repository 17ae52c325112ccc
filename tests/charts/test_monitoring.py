"""Alerts, objectives and dashboards, as Prometheus and Grafana get them."""

import json
from collections.abc import Mapping
from typing import Any, cast

import promql_parser
import pytest

from tests.charts.rendering import at, rendered

_GUIDE = [
    pytest.param(name, expression, duration, severity, id=one, marks=pytest.mark.requirement(one))
    for one, name, expression, duration, severity in (
        ("OB-106", "HighErrorRate", 'rate(http_requests_total{status=~"5.."}[5m]) > 0.1', "5m", "critical"),
        (
            "OB-107",
            "HighLatency",
            "histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[5m])) > 1",
            "5m",
            "warning",
        ),
        (
            "OB-108",
            "DatabaseConnectionExhausted",
            "db_pool_connections_active / db_pool_connections_max > 0.9",
            "2m",
            "critical",
        ),
    )
]


def _groups(stack: str = "prod") -> dict[str, list[Mapping[str, Any]]]:
    rule = rendered("workload", stack).one("PrometheusRule", "openibank")
    return {group["name"]: group["rules"] for group in rule["spec"]["groups"]}


def _alert(group: str, name: str) -> Mapping[str, Any]:
    (found,) = [rule for rule in _groups()[group] if rule.get("alert") == name]
    return found


@pytest.mark.parametrize(("name", "expression", "duration", "severity"), _GUIDE)
def test_alert_of_the_guide(name: str, expression: str, duration: str, severity: str) -> None:
    alert = _alert("openibank", name)
    assert alert["expr"] == expression
    assert alert["for"] == duration
    assert alert["labels"]["severity"] == severity


@pytest.mark.requirement("OB-106")
def test_a_ratio_stands_beside_the_absolute_error_rate() -> None:
    expression = _alert("openibank", "HighErrorRatio")["expr"]
    assert isinstance(promql_parser.parse(expression), promql_parser.BinaryExpr)
    assert "/ sum(rate(http_requests_total[5m]))" in expression


@pytest.mark.requirement("OB-127")
def test_every_alert_says_where_to_turn() -> None:
    for rules in _groups().values():
        for rule in rules:
            if "alert" in rule:
                assert rule["annotations"]["support_email"] == "support@openibank.com"
                assert rule["annotations"]["support_chat"] == "discord.gg/openibank"
                assert rule["annotations"]["support_issues"] == "github.com/openibank/openibank/issues"
                assert rule["annotations"]["summary"]


@pytest.mark.requirement("OB-119")
def test_pods_that_are_not_ready_raise_an_alert() -> None:
    assert (
        _alert("openibank-platform", "PodsNotReady")["expr"]
        == 'kube_deployment_status_replicas_unavailable{namespace="openibank"} > 0'
    )


@pytest.mark.requirement("OB-130")
def test_the_objective_is_the_99th_percentile_below_a_second() -> None:
    rules = [rule for rule in _groups()["openibank-objectives"] if rule.get("labels", {})["objective"] == "api-latency"]
    record, alert, unmeasured = rules
    assert record["record"] == "objective:latency_seconds"
    assert record["expr"] == (
        "histogram_quantile(0.99, sum by (le) "
        '(rate(http_request_duration_seconds_bucket{namespace="openibank", service="api-server"}[5m])))'
    )
    assert alert["expr"].startswith('objective:latency_seconds{objective="api-latency"} > 1 unless on () ')
    where = 'namespace="openibank", service="api-server"'
    assert unmeasured["expr"].startswith(f"absent(http_request_duration_seconds_count{{{where}}}) unless on () ")


@pytest.mark.requirement("OB-109")
def test_a_missing_dump_raises_an_alert() -> None:
    assert "93600" in _alert("openibank-platform", "DatabaseDumpOverdue")["expr"]  # 26 hours


def test_prometheus_can_read_every_expression() -> None:
    expressions = [rule["expr"] for rules in _groups().values() for rule in rules]
    expressions += [panel["targets"][0]["expr"] for panel in _dashboard()["panels"]]
    assert len(expressions) >= 20
    for expression in expressions:
        promql_parser.parse(expression)


def test_an_expression_that_prometheus_cannot_read_would_be_found() -> None:
    with pytest.raises(ValueError, match="unexpected character"):
        promql_parser.parse("rate(http_requests_total[5m)")


def test_no_alert_stands_twice() -> None:
    alerts = [rule for rules in _groups().values() for rule in rules if "alert" in rule]
    names = [(rule["alert"], rule["labels"].get("objective")) for rule in alerts]
    assert len(names) == len(set(names))


def _dashboard() -> dict[str, Any]:
    release = rendered("workload", "prod").one("ConfigMap", "openibank-dashboards")
    assert release["metadata"]["labels"]["grafana_dashboard"] == "1"
    return cast("dict[str, Any]", json.loads(release["data"]["openibank.json"]))


@pytest.mark.parametrize(
    "metric",
    [
        pytest.param(metric, id=metric, marks=pytest.mark.requirement(one))
        for one, metric in (
            ("OB-100", "http_requests_total"),
            ("OB-100", "http_request_duration_seconds_bucket"),
            ("OB-101", "orders_created_total"),
            ("OB-101", "orders_filled_total"),
            ("OB-101", "trades_executed_total"),
            ("OB-102", "db_pool_connections_active"),
            ("OB-102", "redis_pool_connections_active"),
            ("OB-102", "db_pool_connections_max"),
        )
    ],
)
def test_the_dashboard_draws(metric: str) -> None:
    assert any(metric in panel["targets"][0]["expr"] for panel in _dashboard()["panels"])


@pytest.mark.requirement("OB-103")
def test_the_dashboard_is_laid_out_without_overlap() -> None:
    cells: set[tuple[int, int]] = set()
    for panel in _dashboard()["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        covered = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & covered
        cells |= covered
    assert len({panel["id"] for panel in _dashboard()["panels"]}) == 9


def test_a_service_monitor_names_a_port_of_its_service() -> None:
    release = rendered("workload", "prod")
    for monitor in release.of_kind("ServiceMonitor"):
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        services = release.of_kind("Service")
        (service,) = [each for each in services if wanted <= each["metadata"].get("labels", {}).items()]
        assert at(service, f"spec.ports[name={monitor['spec']['endpoints'][0]['port']}]")
