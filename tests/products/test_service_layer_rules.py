"""Service Layer's alerts, objective and panels, as Prometheus and Grafana get them."""

import json
from typing import Any

import pytest

from tests.charts.service_layer import release

_DOWN = 'up{job="service-layer"} == 0 or absent(up{job="service-layer"})'
_LATENCY = (
    'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="service-layer"}[5m]))) > 1'
)


def _rules() -> dict[str, dict[str, Any]]:
    groups = release("workload").one("PrometheusRule", "service-layer")["spec"]["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


_ALERTS = [
    pytest.param(name, expression, duration, severity, summary, id=name, marks=pytest.mark.requirement(requirement))
    for requirement, name, expression, duration, severity, summary in (
        ("SL-110", "ServiceLayerDown", _DOWN, "1m", "critical", "Service Layer is down"),
        ("SL-111", "HighLatency", _LATENCY, "5m", "warning", "High API latency"),
        (
            "SL-112",
            "ModuleFailed",
            'service_module_status{status="failed"} > 0',
            "1m",
            "critical",
            "Service module {{ $labels.module }} failed",
        ),
    )
]


@pytest.mark.parametrize(("name", "expression", "duration", "severity", "summary"), _ALERTS)
def test_alert_of_the_guide(name: str, expression: str, duration: str, severity: str, summary: str) -> None:
    rule = _rules()[name]
    assert (rule["expr"], rule["for"]) == (expression, duration)
    assert rule["labels"]["severity"] == severity
    assert rule["annotations"]["summary"] == summary


_THRESHOLDS = [
    pytest.param(name, expression, id=name, marks=pytest.mark.requirement(requirement))
    for requirement, name, expression in (
        ("SL-106", "HighTraffic", "sum(rate(http_requests_total[5m])) * 60 > 10000"),
        ("SL-107", "HighLatency", _LATENCY),
        ("SL-108", "ModuleNotStarted", 'service_module_status{status!="started"} > 0'),
        # Four fifths of the 20 connections of a pod.
        ("SL-109", "DatabasePoolNearlyFull", "db_connections_active > 16"),
    )
]


@pytest.mark.parametrize(("name", "expression"), _THRESHOLDS)
def test_threshold_of_a_metric(name: str, expression: str) -> None:
    assert _rules()[name]["expr"] == expression


@pytest.mark.requirement("SL-109")
def test_the_pool_that_the_threshold_is_of_is_the_products() -> None:
    stated = release("workload").one("ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"]
    assert "default_pool_size = 20" in stated


@pytest.mark.requirement("SL-107")
def test_the_objective_is_the_alerts_second() -> None:
    groups = release("workload").one("PrometheusRule", "service-layer")["spec"]["groups"]
    (objectives,) = [group["rules"] for group in groups if group["name"] == "service-layer-objectives"]
    (recorded,) = [rule for rule in objectives if "record" in rule]
    (missed,) = [rule for rule in objectives if rule.get("alert") == "ObjectiveMissed"]
    assert "histogram_quantile(0.99, " in recorded["expr"]
    assert "http_request_duration_seconds_bucket" in recorded["expr"]
    assert 'service="service-layer"' in recorded["expr"]
    assert missed["expr"].partition(" unless ")[0].rpartition(">")[2].strip() in {"1", "1.0"}


_PANELS = [
    pytest.param(title, expression, id=f"{requirement}-{title}", marks=pytest.mark.requirement(requirement))
    for requirement, title, expression in (
        ("SL-104", "Requests", "sum by (code) (rate(http_requests_total[5m]))"),
        (
            "SL-104",
            "Latency (99th percentile)",
            "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
        ),
        ("SL-104", "Modules by status", "sum by (module, status) (service_module_status)"),
        ("SL-104", "Database connections in use", "sum by (pod) (db_connections_active)"),
        ("SL-132", "Modules by status", "sum by (module, status) (service_module_status)"),
        ("SL-132", "Database connections in use", "sum by (pod) (db_connections_active)"),
    )
]


def _dashboard() -> dict[str, Any]:
    data: dict[str, str] = release("workload").one("ConfigMap", "service-layer-dashboards")["data"]
    text = data["service-layer.json"]
    return json.loads(text)


@pytest.mark.parametrize(("title", "expression"), _PANELS)
def test_panel(title: str, expression: str) -> None:
    panels = {panel["title"]: panel["targets"][0]["expr"] for panel in _dashboard()["panels"]}
    assert panels[title] == expression


@pytest.mark.requirement("SL-105")
def test_the_dashboard_is_delivered_to_grafana() -> None:
    assert _dashboard()["title"] == "Service Layer"
    labels = release("workload").one("ConfigMap", "service-layer-dashboards")["metadata"]["labels"]
    assert labels["grafana_dashboard"] == "1"


@pytest.mark.requirement("SL-129")
def test_every_alert_says_where_the_products_documents_are() -> None:
    contacts = "github.com/r3e-network/service_layer/issues"
    for name in ("ServiceLayerDown", "HighLatency", "ModuleFailed"):
        assert contacts in json.dumps(_rules()[name]["annotations"])
