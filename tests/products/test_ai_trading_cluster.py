"""The AI trading system's figures in what runs in its cluster: machines, flows, rules and proofs."""

import json
import re
from typing import Any

import pytest

from settings.types import mebibytes
from tests.charts.ai_trading import rendered
from tests.charts.rendering import at

_CONTAINER = "spec.template.spec.containers[0]"
_PORTS = {"trading-app": 8000, "data-processor": 8001, "ml-service": 8002}
_MACHINE = [
    pytest.param(pool, label, least, id=f"{requirement}-{pool}-{label}", marks=pytest.mark.requirement(requirement))
    for pool in ("critical", "standard", "timeseries")
    for requirement, label, least in (
        ("AT-60", "cpu", 16),
        ("AT-60", "memory", 32 * 1024),
        ("AT-53", "network-bandwidth", 10_000),
        ("AT-60", "network-bandwidth", 10_000),
    )
    # The database's own memory is more than the guide's machine has.
    if (pool, label) != ("timeseries", "memory")
]


@pytest.mark.parametrize(("pool", "label", "least"), _MACHINE)
def test_no_machine_is_smaller_than_the_guides(pool: str, label: str, least: int) -> None:
    stated = at(rendered("cluster", "prod").one("NodePool", pool), "spec.template.spec.requirements")
    key = f"karpenter.k8s.aws/instance-{label}"
    (above,) = [int(each["values"][0]) for each in stated if each["key"] == key and each["operator"] == "Gt"]
    assert above + 1 == least


@pytest.mark.requirement("AT-60")
@pytest.mark.parametrize("pool", ["critical", "standard", "timeseries"])
def test_every_machine_has_the_guides_disk(pool: str) -> None:
    volume = at(rendered("cluster", "prod").one("EC2NodeClass", pool), "spec.blockDeviceMappings[0].ebs")
    assert (volume["volumeType"], volume["volumeSize"]) == ("gp3", "500Gi")


@pytest.mark.requirement("AT-13")
@pytest.mark.parametrize("service", _PORTS)
def test_a_pods_container_is_addressed_by_its_services_name(service: str) -> None:
    containers = at(rendered("workload", "prod").one("Deployment", service), "spec.template.spec.containers")
    assert [each["name"] for each in containers] == [service]


@pytest.mark.requirement("AT-15")
def test_a_trading_pod_has_a_quarter_of_its_machines_cores_for_itself() -> None:
    resources = at(rendered("workload", "prod").one("Deployment", "trading-app"), f"{_CONTAINER}.resources")
    assert resources["requests"] == resources["limits"] == {"cpu": "4", "memory": "8Gi"}
    assert 4 * mebibytes(resources["requests"]["memory"]) == 32 * 1024


_LOAD_BALANCER = "10.0.0.0/24"
_STORES = {("10.0.96.0/24", 5432), ("10.0.96.0/24", 6379), ("timeseries", 5432), ("pgbouncer", 6432)}
_TUNNEL = 15008
_PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"]


def _peer(peer: dict[str, Any]) -> str:
    """Name a peer by its block of addresses, its namespace or its app; fails where it is wider than one of these."""
    (kind,) = peer
    if kind == "ipBlock":
        if peer[kind]["cidr"] == "0.0.0.0/0":
            assert peer[kind]["except"] == _PRIVATE
            return "outside"
        return peer[kind]["cidr"]
    ((_, name),) = peer[kind]["matchLabels"].items()
    return name


def _flows(policy: Any, direction: str, peers: str) -> set[tuple[str, int]]:
    """Every peer with every port that a policy opens, but for the mesh's own tunnel."""
    return {
        (_peer(peer), port["port"])
        for flow in policy["spec"].get(direction, [])
        for peer in flow[peers]
        for port in flow["ports"]
        if port["port"] != _TUNNEL
    }


@pytest.mark.requirement("AT-50")
@pytest.mark.parametrize(
    ("service", "callers", "called"),
    [
        (
            "trading-app",
            {(_LOAD_BALANCER, 8000), ("load-test", 8000)},
            {("data-processor", 8001), ("ml-service", 8002), ("outside", 443)},
        ),
        ("data-processor", {("trading-app", 8001)}, {("outside", 443)}),
        ("ml-service", {("trading-app", 8002)}, set[tuple[str, int]]()),
    ],
)
def test_a_service_is_reached_by_its_callers_and_reaches_whom_it_calls_and_its_stores(
    service: str, callers: set[tuple[str, int]], called: set[tuple[str, int]]
) -> None:
    policy = rendered("workload", "prod").one("NetworkPolicy", f"{service}-policy")
    assert policy["spec"]["podSelector"] == {"matchLabels": {"app": service}}
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert _flows(policy, "ingress", "from") == callers | {("monitoring", _PORTS[service])}
    assert _flows(policy, "egress", "to") == called | _STORES | {("monitoring", 4317)}


@pytest.mark.requirement("AT-50")
@pytest.mark.parametrize(("chart", "namespace"), [("foundation", "trading-system"), ("timescale", "timeseries")])
def test_whatever_no_policy_names_is_closed(chart: str, namespace: str) -> None:
    policy = rendered(chart, "prod").one("NetworkPolicy", "default-deny")
    assert policy["metadata"]["namespace"] == namespace
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.requirement("AT-50")
def test_the_time_series_database_is_reached_by_the_product_its_operator_and_the_monitors() -> None:
    policy = rendered("timescale", "prod").one("NetworkPolicy", "timeseries")
    assert _flows(policy, "ingress", "from") == {
        ("trading-system", 5432),
        ("timeseries", 5432),
        ("timeseries", 8000),
        ("cnpg-system", 5432),
        ("cnpg-system", 8000),
        ("monitoring", 9127),
        ("monitoring", 9187),
    }


def _rules() -> dict[str, dict[str, Any]]:
    groups = rendered("workload", "prod").one("PrometheusRule", "ai-trading")["spec"]["groups"]
    return {rule.get("alert") or rule["record"]: rule for group in groups for rule in group["rules"]}


_TOLD = re.compile(r" unless on \(\) \(max_over_time\(ALERTS\{[^}]*\}\[\w+\]\) unless on \(\) ALERTS\{[^}]*\}\)")


def _condition(rule: dict[str, Any]) -> str:
    """What an alert asks, without where it keeps quiet because another one told: tests/observability shows that."""
    return _TOLD.sub("", rule["expr"])


@pytest.mark.requirement("AT-84")
@pytest.mark.requirement("AT-87")
def test_the_95th_percentile_of_the_guides_histogram_is_recorded_and_half_a_second_is_told() -> None:
    rules = _rules()
    where = 'namespace="trading-system", service="trading-app"'
    recorded = f"histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{{{where}}}[5m])))"
    assert rules["objective:latency_seconds"]["expr"] == recorded
    assert _condition(rules["ObjectiveMissed"]) == 'objective:latency_seconds{objective="response"} > 0.5'


@pytest.mark.requirement("AT-88")
def test_one_failed_request_in_a_hundred_is_told() -> None:
    assert _rules()["TradingErrorRate"]["expr"] == (
        'sum(rate(http_requests_total{status=~"5..",service="trading-app"}[5m]))'
        ' / sum(rate(http_requests_total{service="trading-app"}[5m])) > 0.01'
    )


def _of_objective(name: str) -> dict[str, dict[str, Any]]:
    groups = rendered("workload", "prod").one("PrometheusRule", "ai-trading")["spec"]["groups"]
    (rules,) = [group["rules"] for group in groups if group["name"] == "ai-trading-objectives"]
    return {rule.get("alert") or rule["record"]: rule for rule in rules if rule["labels"]["objective"] == name}


def _burning(name: str, budget: str) -> str:
    """The condition that calls a person: an hour at 14.4 times the pace of the budget, or six hours at 6 times."""
    of = f'{{objective="{name}"}}'
    return " or ".join(
        f"(objective:error_ratio:rate{long}{of} > {factor} * {budget}"
        f" and objective:error_ratio:rate{short}{of} > {factor} * {budget})"
        for factor, long, short in (("14.4", "1h", "5m"), ("6", "6h", "30m"))
    )


def _share_that_fails(service: str) -> str:
    where = f'namespace="trading-system", service="{service}"'
    failed = f'(sum(rate(http_requests_total{{{where}, status=~"5.."}}[1h])) or vector(0))'
    return f"{failed} / (sum(rate(http_requests_total{{{where}}}[1h])) > 0)"


@pytest.mark.requirement("AT-64")
@pytest.mark.requirement("AT-86")
@pytest.mark.parametrize("service", _PORTS)
def test_a_budget_of_a_thousandth_that_burns_calls_a_person_before_it_is_gone(service: str) -> None:
    """99.9 % (AT-D03), of each service: tests/alerts show when it fires."""
    rules = _of_objective(f"{service}-available")
    assert rules["objective:error_ratio:rate1h"]["expr"] == _share_that_fails(service)
    assert _condition(rules["ErrorBudgetBurningFast"]) == _burning(f"{service}-available", "0.001")
    assert rules["ErrorBudgetBurningFast"]["labels"]["severity"] == "critical"
    assert "0.1 % may in 30 days" in rules["ErrorBudgetBurningFast"]["annotations"]["description"]


@pytest.mark.requirement("AT-88")
def test_of_trading_requests_less_than_one_in_a_hundred_fails() -> None:
    rules = _of_objective("trading-errors")
    assert rules["objective:error_ratio:rate1h"]["expr"] == _share_that_fails("trading-app")
    assert _condition(rules["ErrorBudgetBurningFast"]) == _burning("trading-errors", "0.01")


def _file(app: str, name: str) -> dict[str, Any]:
    return json.loads(rendered("workload", "prod").one("ConfigMap", app)["data"][name])


@pytest.mark.requirement("AT-131")
def test_every_services_health_is_asked_for_and_the_public_one_from_outside() -> None:
    checks = [check for check in _file("smoke", "checks.json")["checks"] if check["kind"] == "http"]
    assert [(each["host"], each["path"], each["status"], each["contains"]) for each in checks] == [
        ("api.trading-system.com", "/health", 200, "ok")
    ]
    for service, port in _PORTS.items():
        container = at(rendered("workload", "prod").one("Deployment", service), _CONTAINER)
        assert container["readinessProbe"]["httpGet"] == {"path": "/health", "port": port}


@pytest.mark.requirement("AT-63")
def test_a_hundred_users_ask_at_once() -> None:
    stages = _file("load-test", "options.json")["scenarios"]["load"]["stages"]
    assert {stage["target"] for stage in stages} == {100}


@pytest.mark.requirement("AT-133")
def test_the_load_goes_to_the_trading_service() -> None:
    (load, _) = at(
        rendered("workload", "prod").one("CronJob", "load-test"), "spec.jobTemplate.spec.template.spec.containers"
    )
    assert load["env"] == [{"name": "TARGET", "value": "http://trading-app:8000/health"}]
    assert _file("load-test", "options.json")["thresholds"] == {
        "http_req_duration": ["p(95)<500"],
        "http_req_failed": ["rate<0.01"],
    }
