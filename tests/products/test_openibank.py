"""OpeniBank's figures beside the cluster: database, cache, edge, secrets, backups, and what ties them together."""

import json
import tomllib
from typing import Any

import pytest

from settings.arithmetic.budgets import cache_connections, database_connections
from tests.charts.rendering import at, rendered, stack
from tests.charts.whole_platform import recorded
from tests.products.proof import (
    CACHE,
    CACHE_PARAMETERS,
    DATABASE,
    HEALTH_CHECK,
    LIFECYCLE,
    LISTENER_RULE,
    LOAD_BALANCER,
    PARAMETERS,
    RANDOM_BYTES,
    ROTATION,
    SECRET_VERSION,
    TARGET_GROUP,
    WEB_ACL,
    figure,
    inputs,
    rows,
)

_PRODUCT = "openibank"
_API = "ingress-target-groups-api-server-http"
_RATE_LIMIT = "rules[name=rate-limit].statement.rateBasedStatement"

_FIGURES = rows(
    ("OB-13", HEALTH_CHECK, "monitoring-uptime-check", "resourcePath", "/health"),
    ("OB-13", HEALTH_CHECK, "monitoring-uptime-check", "fqdn", "api.openibank.com"),
    ("OB-14", HEALTH_CHECK, "monitoring-uptime-check", "searchString", '"status":"healthy"'),
    ("OB-14", HEALTH_CHECK, "monitoring-uptime-check", "type", "HTTPS_STR_MATCH"),
    ("OB-15", LOAD_BALANCER, "ingress-alb", "idleTimeout", 120),
    ("OB-17", LOAD_BALANCER, "ingress-alb", "idleTimeout", 120),
    ("OB-17", TARGET_GROUP, _API, "deregistrationDelay", 30),
    ("OB-66", DATABASE, "database-primary", "engine", "postgres"),
    ("OB-66", DATABASE, "database-primary", "engineVersion", "16"),
    ("OB-66", PARAMETERS, "database-parameters", "family", "postgres16"),
    ("OB-67", DATABASE, "database-primary", "instanceClass", "db.m7g.xlarge"),
    ("OB-67", DATABASE, "database-replica-1", "instanceClass", "db.m7g.xlarge"),
    ("OB-67", DATABASE, "database-primary", "port", 5432),
    ("OB-68", DATABASE, "database-primary", "multiAz", True),
    ("OB-76", CACHE, "cache-group", "engine", "redis"),
    ("OB-76", CACHE, "cache-group", "engineVersion", "7.1"),
    ("OB-77", CACHE, "cache-group", "nodeType", "cache.m7g.large"),
    ("OB-78", CACHE, "cache-group", "numNodeGroups", 3),
    ("OB-78", CACHE, "cache-group", "clusterMode", "enabled"),
    ("OB-79", CACHE_PARAMETERS, "cache-parameters", "parameters[name=maxmemory-policy].value", "volatile-lru"),
    ("OB-82", LISTENER_RULE, "ingress-listeners-rule-api", "conditions[0].hostHeader.values", ["api.openibank.com"]),
    ("OB-82", LISTENER_RULE, "ingress-listeners-rule-api", "conditions[1].pathPattern.values", ["/*"]),
    ("OB-86", WEB_ACL, "ingress-firewall-acl", f"{_RATE_LIMIT}.limit", 100),
    ("OB-86", WEB_ACL, "ingress-firewall-acl", f"{_RATE_LIMIT}.evaluationWindowSec", 60),
    ("OB-87", WEB_ACL, "ingress-firewall-acl", f"{_RATE_LIMIT}.limit", 100),
    ("OB-87", WEB_ACL, "ingress-firewall-acl", f"{_RATE_LIMIT}.evaluationWindowSec", 60),
    ("OB-40", RANDOM_BYTES, "secrets-jwt-secret-value", "length", 32),
    ("OB-64", ROTATION, "secrets-rotation-jwt-secret", "rotationRules.automaticallyAfterDays", 90),
    ("OB-110", LIFECYCLE, "backups-store-lifecycle", "rules[id=expire-dumps].expiration.days", 30),
    ("OB-110", DATABASE, "database-primary", "backupRetentionPeriod", 30),
)


@pytest.mark.parametrize(("token", "name", "path", "expected"), _FIGURES)
def test_figure(token: str, name: str, path: str, expected: object) -> None:
    assert figure(_PRODUCT, token, name, path) == expected


def _configuration() -> dict[str, dict[str, Any]]:
    data = rendered("workload", "prod").one("ConfigMap", "api-server-files")["data"]
    return tomllib.loads(data["app__config.toml"])


def _variable(name: str) -> str:
    deployment = rendered("workload", "prod").one("Deployment", "api-server")
    return at(deployment, f"spec.template.spec.containers[0].env[name={name}].value")


@pytest.mark.requirement("OB-15")
def test_a_websocket_that_pings_every_30_seconds_stays_open() -> None:
    trading = _configuration()["trading"]
    assert (trading["enable_websocket"], trading["websocket_ping_interval"]) == (True, 30)
    assert inputs(_PRODUCT, LOAD_BALANCER, "ingress-alb")["idleTimeout"] > trading["websocket_ping_interval"]


@pytest.mark.requirement("OB-16")
def test_file_and_environment_state_the_same_number_of_workers() -> None:
    assert str(_configuration()["server"]["workers"]) == _variable("OPENIBANK_WORKERS") == "4"


@pytest.mark.requirement("OB-17")
def test_the_load_balancer_waits_as_long_as_the_server_takes() -> None:
    timeout = _configuration()["server"]["request_timeout"]
    assert timeout == 30
    assert inputs(_PRODUCT, LOAD_BALANCER, "ingress-alb")["idleTimeout"] >= timeout
    assert inputs(_PRODUCT, TARGET_GROUP, _API)["deregistrationDelay"] >= timeout


@pytest.mark.requirement("OB-62")
def test_the_issuers_key_pair_is_read_from_where_its_owner_keeps_it() -> None:
    """Nothing here makes it, so that it is in no state; the pods' file is what the store is asked for by name."""
    platform = recorded(_PRODUCT, "production")
    assert not [each.name for each in platform.registrations if "issuer-keypair" in each.name]
    (files,) = [
        each
        for each in rendered("foundation", "prod").of_kind("ExternalSecret")
        if each["metadata"]["name"] == "openibank-files"
    ]
    assert at(files, "spec.data[secretKey=ISSUER_KEYPAIR].remoteRef.key") == "openibank/prod/ISSUER_KEYPAIR"


@pytest.mark.requirement("OB-68")
@pytest.mark.requirement("OB-128")
def test_one_primary_and_two_replicas_of_it() -> None:
    instances = recorded(_PRODUCT, "production").of_type(DATABASE)
    assert [each.name for each in instances] == ["database-primary", "database-replica-1", "database-replica-2"]
    assert [each.inputs.get("replicateSourceDb") for each in instances] == [None, *["openibank-prod-primary"] * 2]


@pytest.mark.requirement("OB-69")
def test_database_and_owner_are_called_as_the_guide_calls_them() -> None:
    (job,) = rendered("foundation", "prod").of_kind("Job")
    for variable, stated in (("DATABASES", "openibank="), ("ROLE", "openibank"), ("OWNER", "openibank_owner")):
        assert at(job, f"spec.template.spec.containers[0].env[name=APP_{variable}].value") == stated
    credential = recorded(_PRODUCT, "production").one(SECRET_VERSION, "secrets-database-role-version").inputs
    assert json.loads(credential["secretString"])["username"] == "openibank"


@pytest.mark.requirement("OB-71")
def test_the_pool_that_the_server_opens_is_the_one_that_the_budget_counts() -> None:
    database = _configuration()["database"]
    assert (database["pool_size"], database["connect_timeout"], database["idle_timeout"]) == (20, 10, 600)
    settings = stack("prod")
    assert settings.workload.services["api-server"].database_pool == database["pool_size"]
    budget = database_connections(settings)
    assert budget is not None
    (api,) = [row for row in budget.rows if row.service == "api-server"]
    # OB-D02: from 60 connections of three replicas to 200 of ten.
    assert (api.at_minimum, api.at_maximum) == (60, 200)


@pytest.mark.requirement("OB-80")
def test_the_cache_pool_that_the_server_opens_is_the_one_that_the_budget_counts() -> None:
    pool = _configuration()["redis"]["pool_size"]
    settings = stack("prod")
    assert settings.workload.services["api-server"].cache_pool == pool
    budget = cache_connections(settings)
    assert budget is not None
    (api,) = [row for row in budget.rows if row.service == "api-server"]
    # OB-D03: from 30 connections to 100.
    assert (api.at_minimum, api.at_maximum) == (30, 100)


@pytest.mark.requirement("OB-87")
def test_requests_are_limited_at_the_edge_and_by_the_application() -> None:
    limits = stack("prod").workload.ingress.rate_limit
    assert limits is not None
    assert limits.application_requests == _configuration()["rate_limit"]["requests_per_minute"] == 1200


@pytest.mark.requirement("OB-99")
def test_the_port_that_is_scraped_is_the_one_that_the_server_opens() -> None:
    metrics = _configuration()["metrics"]
    service = rendered("workload", "prod").one("Service", "api-server")
    monitor = at(rendered("workload", "prod").one("ServiceMonitor", "api-server"), "spec.endpoints[0]")
    assert at(service, f"spec.ports[name={monitor['port']}].port") == metrics["port"] == 9090
    assert monitor["path"] == metrics["path"] == "/metrics"


@pytest.mark.requirement("OB-105")
def test_the_log_level_of_the_products_own_modules_is_debug() -> None:
    assert _variable("RUST_LOG") == "info,openibank=debug"


@pytest.mark.requirement("OB-117")
@pytest.mark.parametrize("name", ["api-server", "resonancex", "playground"])
def test_all_three_images_carry_the_version(name: str) -> None:
    container = at(rendered("workload", "prod").one("Deployment", name), "spec.template.spec.containers[0]")
    assert container["image"].endswith(":v1.0.0")


@pytest.mark.requirement("OB-128")
def test_production_has_the_sizes_of_the_guides_table() -> None:
    settings = stack("prod")
    pods = {name: settings.replicas(name) for name in ("api-server", "resonancex", "playground")}
    assert {name: (each.minimum, each.maximum) for name, each in pods.items()} == {
        "api-server": (3, 10),
        "resonancex": (2, 2),
        "playground": (1, 2),
    }
    assert inputs(_PRODUCT, CACHE, "cache-group")["numNodeGroups"] == 3


_PANELS = [
    pytest.param(title, expression, id=title, marks=pytest.mark.requirement(requirement))
    for requirement, title, expression in (
        ("OB-100", "Requests by path", "sum by (method, path) (rate(http_requests_total[5m]))"),
        ("OB-100", "Requests by status", "sum by (status) (rate(http_requests_total[5m]))"),
        (
            "OB-100",
            "Latency by path (99th percentile)",
            "histogram_quantile(0.99, sum by (le, path) (rate(http_request_duration_seconds_bucket[5m])))",
        ),
        ("OB-101", "Orders created", "sum by (side, type) (rate(orders_created_total[5m]))"),
        ("OB-101", "Orders filled", "sum by (side) (rate(orders_filled_total[5m]))"),
        ("OB-101", "Trades by symbol", "sum by (symbol) (rate(trades_executed_total[5m]))"),
        ("OB-102", "Database connections in use", "sum by (pod) (db_pool_connections_active)"),
        (
            "OB-102",
            "Database pool in use",
            "max by (pod) (db_pool_connections_active / db_pool_connections_max)",
        ),
        ("OB-102", "Cache connections in use", "sum by (pod) (redis_pool_connections_active)"),
    )
]


@pytest.mark.parametrize(("title", "expression"), _PANELS)
def test_panel(title: str, expression: str) -> None:
    delivered = json.loads(
        rendered("workload", "prod").one("ConfigMap", "openibank-dashboards")["data"]["openibank.json"]
    )
    assert delivered["title"] == "OpeniBank"
    panels = {panel["title"]: panel["targets"][0]["expr"] for panel in delivered["panels"]}
    assert panels[title] == expression


_SUMMARIES = [
    pytest.param(name, summary, id=name, marks=pytest.mark.requirement(requirement))
    for requirement, name, summary in (
        ("OB-106", "HighErrorRate", "High error rate detected"),
        ("OB-107", "HighLatency", "High latency detected"),
        ("OB-108", "DatabaseConnectionExhausted", "Database connection pool near exhaustion"),
    )
]


@pytest.mark.parametrize(("name", "summary"), _SUMMARIES)
def test_summary_of_an_alert(name: str, summary: str) -> None:
    groups = rendered("workload", "prod").one("PrometheusRule", "openibank")["spec"]["groups"]
    alerts = {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}
    assert alerts[name]["annotations"]["summary"] == summary


def _service() -> dict[str, Any]:
    release = recorded(_PRODUCT, "production").named("application-workload")
    return release.inputs["values"]["services"]["api-server"]


@pytest.mark.requirement("OB-30")
@pytest.mark.requirement("OB-50")
@pytest.mark.requirement("OB-104")
def test_traces_go_to_the_collector_under_the_name_that_the_guide_gives_it() -> None:
    assert _service()["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://otel-collector:4317"
    alias = rendered("foundation", "prod").one("Service", "otel-collector")["spec"]
    collector = recorded(_PRODUCT, "production").named("monitoring-traces-collector").inputs
    assert alias["externalName"] == f"otel-collector.{collector['namespace']}.svc.cluster.local"
    assert collector["values"]["fullnameOverride"] == "otel-collector"


@pytest.mark.requirement("OB-13")
def test_every_health_endpoint_is_reached_through_the_one_route() -> None:
    rules = recorded(_PRODUCT, "production").of_type(LISTENER_RULE)
    assert [each.name for each in rules] == ["ingress-listeners-rule-api"]
    assert not stack("prod").workload.ingress.blocked_paths
    probes = rendered("workload", "prod").one("Deployment", "api-server")["spec"]["template"]["spec"]["containers"][0]
    assert probes["livenessProbe"]["httpGet"]["path"] == "/api/v1/ping"


@pytest.mark.requirement("OB-80")
def test_connections_of_the_cache_are_watched() -> None:
    alarms = recorded(_PRODUCT, "production").of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    watched = [each for each in alarms if each.inputs.get("metricName") == "CurrConnections"]
    assert {each.inputs["namespace"] for each in watched} == {"AWS/ElastiCache"}
    assert len(watched) == 6  # three shards of two nodes
