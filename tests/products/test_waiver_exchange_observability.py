"""What is watched of waiver.exchange: in the budget form without a cluster, and in the standard form with one."""

import json
from functools import cache
from typing import Any

import pytest

from tests.charts.waiver_exchange_forms import FORMS, form, rendered
from tests.components.recording import Registration
from tests.products.proof import DATABASE, HEALTH_CHECK

_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_RELEASE = "kubernetes:helm.sh/v3:Release"
_RULES = "aws:amp/ruleGroupNamespace:RuleGroupNamespace"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_WORKSPACE = "aws:amp/workspace:Workspace"
_BOTH = pytest.mark.parametrize("name", FORMS)
_GIB = 1024**3
_PORTS = {"rest": 8081, "oauth": 8082, "ws": 8081}


def _alarm(name: str, key: str) -> Registration:
    return form(name).one(_ALARM, f"monitoring-alarms-{key}")


def _tells_somebody(name: str, alarm: Registration) -> bool:
    topic = form(name).value(form(name).result.monitoring.topic_arn)
    return alarm.inputs["alarmActions"] == [topic]


@cache
def _dashboard(name: str) -> dict[str, dict[str, Any]]:
    """Give the graphs of the stack's CloudWatch dashboard by their titles."""
    body = form(name).one("aws:cloudwatch/dashboard:Dashboard").document("dashboardBody")
    return {each["properties"]["title"]: each["properties"] for each in body["widgets"]}


def _metrics(name: str, title: str) -> set[str]:
    return {each[1] for each in _dashboard(name)[title]["metrics"]}


def _scraped(service: str) -> dict[str, Any]:
    containers = form("budget").one(_TASK, f"application-{service}-task").document("containerDefinitions")
    (collector,) = [each for each in containers if each["name"] == "collector"]
    given = {each["name"]: each["value"] for each in collector["environment"]}
    (job,) = json.loads(given["AOT_CONFIG_CONTENT"])["receivers"]["prometheus"]["config"]["scrape_configs"]
    return job


@pytest.mark.requirement("WX-62")
@pytest.mark.parametrize("service", _PORTS)
def test_the_budgets_metrics_are_read_beside_each_task_into_managed_prometheus(service: str) -> None:
    assert form("budget").one(_WORKSPACE).inputs["alias"] == "waiver-exchange-budget"
    job = _scraped(service)
    assert (job["metrics_path"], job["scrape_interval"]) == ("/metrics", "30s")
    assert job["static_configs"][0]["targets"] == [f"localhost:{_PORTS[service]}"]


@pytest.mark.requirement("WX-62")
@pytest.mark.requirement("WX-77")
@pytest.mark.parametrize("service", _PORTS)
def test_the_standard_form_runs_prometheus_and_grafana_which_cost_no_licence(service: str) -> None:
    (release,) = [
        each for each in form("standard").of_type(_RELEASE) if each.inputs["chart"] == "kube-prometheus-stack"
    ]
    assert release.inputs["values"]["grafana"].get("enabled", True) is True
    (endpoint,) = rendered().one("ServiceMonitor", service)["spec"]["endpoints"]
    assert (endpoint["port"], endpoint["path"], endpoint["interval"]) == ("http", "/metrics", "30s")


@pytest.mark.requirement("WX-64")
@pytest.mark.requirement("WX-78")
@_BOTH
def test_its_health_is_asked_for_from_outside_and_an_outage_is_told(name: str) -> None:
    check = form(name).one(HEALTH_CHECK).inputs
    assert (check["type"], check["fqdn"], check["resourcePath"]) == ("HTTPS_STR_MATCH", "waiver.exchange", "/health")
    assert check["searchString"] == "ok"
    assert check["requestInterval"] == 30
    alarm = form(name).one(_ALARM, "monitoring-uptime-alarms-down")
    assert alarm.inputs["metricName"] == "HealthCheckStatus"
    assert _tells_somebody(name, alarm)


@pytest.mark.requirement("WX-78")
def test_alarms_read_the_logs_of_every_service() -> None:
    for service in _PORTS:
        assert _tells_somebody("budget", _alarm("budget", f"logs-{service}-credentials"))
    assert _tells_somebody("standard", _alarm("standard", "logs-credentials"))


@pytest.mark.requirement("WX-65")
@pytest.mark.requirement("WX-66")
@pytest.mark.parametrize("service", _PORTS)
def test_processor_and_memory_of_each_service_are_watched(service: str) -> None:
    """At the figures that stand for those that the guide leaves out (WX-G07)."""
    for key, metric, threshold in (("cpu", "CPUUtilization", 80), ("memory", "MemoryUtilization", 90)):
        alarm = _alarm("budget", f"service-{service}-{key}")
        assert (alarm.inputs["metricName"], alarm.inputs["threshold"]) == (metric, threshold)
        assert _tells_somebody("budget", alarm)


@pytest.mark.requirement("WX-67")
@_BOTH
def test_a_tenth_of_the_disk_left_is_told(name: str) -> None:
    storage = form(name).one(DATABASE, "database-primary").inputs["allocatedStorage"]
    alarm = _alarm(name, "database-storage")
    assert alarm.inputs["metricName"] == "FreeStorageSpace"
    assert alarm.inputs["threshold"] == storage * _GIB / 10
    assert _tells_somebody(name, alarm)


@pytest.mark.requirement("WX-68")
@_BOTH
def test_the_networks_latency_is_measured_from_outside(name: str) -> None:
    assert form(name).one(HEALTH_CHECK).inputs["measureLatency"] is True
    assert _metrics(name, "From outside (ms)") == {"SSLHandshakeTime", "TimeToFirstByte"}


def _of_objective(name: str) -> dict[str, str]:
    groups = form("budget").one(_RULES).document("data")["groups"]
    rules = [rule for group in groups for rule in group["rules"] if rule["labels"].get("objective") == name]
    return {rule.get("alert") or rule["record"]: rule["expr"] for rule in rules}


@pytest.mark.requirement("WX-69")
@pytest.mark.parametrize("service", ["rest", "oauth"])
def test_answers_that_take_longer_than_half_a_second_are_told(service: str) -> None:
    rules, where = _of_objective(f"{service}-latency"), f'namespace="waiver-exchange", service="{service}"'
    recorded = f"histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{{where}}}[5m])))"
    assert rules["objective:latency_seconds"] == recorded
    asked = rules["ObjectiveMissed"].partition(" unless ")[0]
    assert asked == f'objective:latency_seconds{{objective="{service}-latency"}} > 0.5'


@pytest.mark.requirement("WX-70")
@pytest.mark.parametrize("service", ["rest", "oauth"])
def test_one_error_in_a_hundred_answers_is_told(service: str) -> None:
    rules, where = _of_objective(f"{service}-errors"), f'namespace="waiver-exchange", service="{service}"'
    failed = f'(sum(rate(http_requests_total{{{where}, status=~"5.."}}[1h])) or vector(0))'
    assert rules["objective:error_ratio:rate1h"] == f"{failed} / (sum(rate(http_requests_total{{{where}}}[1h])) > 0)"
    of = f'{{objective="{service}-errors"}}'
    assert f"objective:error_ratio:rate1h{of} > 14.4 * 0.01 and" in rules["ErrorBudgetBurningFast"]


@pytest.mark.requirement("WX-27")
@pytest.mark.requirement("WX-71")
@_BOTH
def test_the_databases_performance_is_watched_and_shown(name: str) -> None:
    for key, metric in (("load", "DBLoad"), ("read-latency", "ReadLatency"), ("write-latency", "WriteLatency")):
        alarm = _alarm(name, f"database-{key}")
        assert alarm.inputs["metricName"] == metric
        assert _tells_somebody(name, alarm)
    assert {"DBLoad"} == _metrics(name, "Database: active sessions")
    assert form(name).one(DATABASE, "database-primary").inputs["performanceInsightsEnabled"] is True


@pytest.mark.requirement("WX-30")
@pytest.mark.requirement("WX-72")
@_BOTH
def test_how_many_reads_the_cache_answers_is_shown_and_few_are_told(name: str) -> None:
    assert _metrics(name, "Cache: reads that find a key (%)") == {"CacheHitRate"}
    alarm = _alarm(name, "cache-0001-001-misses")
    assert alarm.inputs["threshold"] == 50
    names = {each["metric"]["metricName"] for each in alarm.inputs["metricQueries"] if "metric" in each}
    assert names == {"CacheMisses", "GetTypeCmds"}
    assert _tells_somebody(name, alarm)


@pytest.mark.parametrize(
    ("title", "unit", "expression"),
    [
        pytest.param(*row, marks=pytest.mark.requirement(requirement), id=f"{requirement}-{row[0]}")
        for requirement, *row in (
            ("WX-73", "Active users", "short", "sum(exchange_active_users)"),
            ("WX-74", "Trades per hour", "short", "sum(rate(exchange_trades_total[5m])) * 3600"),
            (
                "WX-74",
                "Traded dollars per hour",
                "currencyUSD",
                "sum(rate(exchange_traded_dollars_total[5m])) * 3600",
            ),
            ("WX-75", "Revenue per day", "currencyUSD", "sum(increase(exchange_revenue_dollars_total[1d]))"),
            (
                "WX-76",
                "Engagement, actions per active user and hour",
                "short",
                "sum(rate(exchange_user_actions_total[5m])) * 3600 / sum(exchange_active_users)",
            ),
        )
    ],
)
def test_the_business_is_shown_in_grafana(title: str, unit: str, expression: str) -> None:
    data = rendered().one("ConfigMap", "waiver-exchange-dashboards")["data"]
    (business,) = [each for each in map(json.loads, data.values()) if each["title"] == "waiver.exchange business"]
    (panel,) = [each for each in business["panels"] if each["title"] == title]
    assert [each["expr"] for each in panel["targets"]] == [expression]
    assert panel["fieldConfig"]["defaults"]["unit"] == unit
