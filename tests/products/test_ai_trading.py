"""The AI trading system's figures in what its platform creates: stores, edge, secrets and windows."""

from typing import Any

import pytest

from settings.arithmetic.timeseries import needed_throughput_mib
from tests.charts.ai_trading import ai_trading, rendered
from tests.charts.rendering import at
from tests.charts.whole_platform import RELEASE, recorded
from tests.products.proof import (
    CACHE,
    DATABASE,
    HEALTH_CHECK,
    PARAMETERS,
    RANDOM_BYTES,
    SECRET_VERSION,
    TARGET_GROUP,
    WEB_ACL,
    figure,
    inputs,
    rows,
)

_PRODUCT = "ai-trading"
_SERVICES = ("trading-app", "data-processor", "ml-service")
_WINDOW = "sun:02:00-sun:04:00"
_LIMIT = "rules[name=rate-limit].statement.rateBasedStatement"
_APP = "ingress-target-groups-trading-app-http"
_POINTS_PER_SECOND = 1_000_000
_POINT_BYTES = 100

_FIGURES = rows(
    ("AT-10", TARGET_GROUP, _APP, "port", 8000),
    ("AT-10", TARGET_GROUP, _APP, "healthCheck.path", "/health"),
    ("AT-28", RANDOM_BYTES, "secrets-jwt-secret-value", "length", 32),
    ("AT-34", DATABASE, "database-primary", "engineVersion", "15"),
    ("AT-34", PARAMETERS, "database-parameters", "family", "postgres15"),
    ("AT-42", CACHE, "cache-group", "transitEncryptionMode", "required"),
    ("AT-43", CACHE, "cache-group", "numNodeGroups", 3),
    ("AT-43", CACHE, "cache-group", "clusterMode", "enabled"),
    ("AT-45", DATABASE, "database-primary", "allocatedStorage", 500),
    ("AT-45", DATABASE, "database-primary", "storageType", "gp3"),
    ("AT-48", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.limit", 1000),
    ("AT-48", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.evaluationWindowSec", 60),
    ("AT-86", HEALTH_CHECK, "monitoring-uptime-check", "fqdn", "api.openibank.com"),
    ("AT-86", HEALTH_CHECK, "monitoring-uptime-check", "resourcePath", "/health"),
    ("AT-123", DATABASE, "database-primary", "maintenanceWindow", _WINDOW),
    ("AT-123", DATABASE, "database-replica-1", "maintenanceWindow", _WINDOW),
    ("AT-123", CACHE, "cache-group", "maintenanceWindow", _WINDOW),
)


@pytest.mark.parametrize(("token", "name", "path", "expected"), _FIGURES)
def test_figure(token: str, name: str, path: str, expected: object) -> None:
    assert figure(_PRODUCT, token, name, path) == expected


@pytest.mark.requirement("AT-35")
def test_queries_are_spread_over_two_copies_of_the_primary() -> None:
    instances = recorded(_PRODUCT, "production").of_type(DATABASE)
    assert [each.inputs.get("replicateSourceDb") for each in instances].count("ai-trading-prod-primary") == 2
    assert len(instances) == 3


def _secret() -> dict[str, Any]:
    """What the product's Secret is made of: text with names of sources in it, and the sources."""
    values = recorded(_PRODUCT, "production").named("application-foundation").inputs["values"]
    (found,) = [each for each in values["externalSecrets"] if each["name"] == "ai-trading-secrets"]
    return found


_DATABASE_USER = "postgres://{{ .database_username }}:{{ .database_password | urlquery }}"
_TIMESCALE_USER = "postgres://{{ .timeseries_username }}:{{ .timeseries_password | urlquery }}"
_SECRETS = [
    pytest.param(name, text, id=f"{requirement}-{name}", marks=pytest.mark.requirement(requirement))
    for requirement, name, text in (
        ("AT-25", "DATABASE_PASSWORD", "{{ .database_password }}"),
        ("AT-26", "REDIS_PASSWORD", "{{ .cache_password }}"),
        ("AT-27", "API_KEYS", "{{ .API_KEYS }}"),
        ("AT-28", "JWT_SECRET", "{{ .JWT_SECRET }}"),
        ("AT-29", "DATABASE_URL", f"{_DATABASE_USER}@pgbouncer:6432/trading?sslmode=require"),
        ("AT-36", "DATABASE_URL", f"{_DATABASE_USER}@pgbouncer:6432/trading?sslmode=require"),
        (
            "AT-35",
            "DATABASE_READER_URL",
            f"{_DATABASE_USER}@db-reader.ai-trading-prod.internal:5432/trading?sslmode=require",
        ),
        (
            "AT-40",
            "TIMESCALE_URL",
            f"{_TIMESCALE_USER}@timeseries-pooler-rw.timeseries.svc.cluster.local:5432/market?sslmode=require",
        ),
        (
            "AT-40",
            "TIMESCALE_READER_URL",
            f"{_TIMESCALE_USER}@timeseries-ro.timeseries.svc.cluster.local:5432/market?sslmode=require",
        ),
        (
            "AT-42",
            "REDIS_URL",
            "rediss://{{ .cache_username }}:{{ .cache_password | urlquery }}"
            "@clustercfg.ai-trading-prod.abc123.use1.cache.amazonaws.com:6379",
        ),
    )
]


@pytest.mark.parametrize(("name", "text"), _SECRETS)
def test_a_variable_is_made_of_its_stores_own_credential(name: str, text: str) -> None:
    assert _secret()["data"][name] == text


@pytest.mark.requirement("AT-25")
@pytest.mark.requirement("AT-26")
def test_a_stores_password_is_the_one_that_the_store_was_given() -> None:
    platform, sources = recorded(_PRODUCT, "production"), _secret()["sources"]
    assert sources["database_password"] == {"key": "ai-trading/prod/database-role", "property": "password"}
    assert sources["cache_password"] == {"key": "ai-trading/prod/cache-user", "property": "password"}
    stored = platform.one(SECRET_VERSION, "secrets-cache-user-version").document("secretString")
    user = platform.named("cache-application-user").inputs["authenticationMode"]
    assert user == {"type": "password", "passwords": [stored["password"]]}


@pytest.mark.requirement("AT-27")
def test_the_keys_of_brokers_are_their_owners_and_never_made_up() -> None:
    platform = recorded(_PRODUCT, "production")
    assert _secret()["sources"]["API_KEYS"] == {"key": "ai-trading/prod/API_KEYS"}
    made = {each.inputs["name"] for each in platform.of_type("aws:secretsmanager/secret:Secret")}
    assert "ai-trading/prod/JWT_SECRET" in made
    assert "ai-trading/prod/API_KEYS" not in made


@pytest.mark.requirement("AT-42")
@pytest.mark.parametrize("service", _SERVICES)
def test_every_service_is_told_where_the_cache_is(service: str) -> None:
    services = recorded(_PRODUCT, "production").named("application-workload").inputs["values"]["services"]
    address = "clustercfg.ai-trading-prod.abc123.use1.cache.amazonaws.com"
    assert services[service]["environment"]["REDIS_HOST"] == address


@pytest.mark.requirement("AT-36")
def test_pgbouncer_takes_a_thousand_clients_and_opens_fifty_connections() -> None:
    lines = rendered("workload", "prod").one("ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"].splitlines()
    assert {"pool_mode = transaction", "max_client_conn = 1000", "default_pool_size = 50"} <= set(lines)


@pytest.mark.requirement("AT-40")
def test_the_time_series_store_is_timescales_own_edition() -> None:
    values = recorded(_PRODUCT, "production").named("timeseries-release").inputs["values"]
    assert values["image"] == "docker.io/timescale/timescaledb-ha:pg17.6-ts2.22.1"
    assert values["major"] == 17
    assert values["parameters"]["timescaledb.license"] == "timescale"


def _ingest() -> tuple[int, int]:
    needs = ai_trading("prod").workload.timeseries
    assert needs is not None
    assert needs.ingest is not None
    return needs.ingest.points_per_second, needs.ingest.bytes_per_point


@pytest.mark.requirement("AT-41")
@pytest.mark.requirement("AT-62")
def test_the_volumes_take_the_guides_million_points_a_second() -> None:
    assert _ingest() == (_POINTS_PER_SECOND, _POINT_BYTES)
    volumes = rendered("timescale", "prod").one("Cluster", "timeseries")["spec"]
    for part in ("storage", "walStorage"):
        offered = rendered("timescale", "prod").one("StorageClass", volumes[part]["storageClass"])["parameters"]
        assert int(offered["throughput"]) >= needed_throughput_mib(_POINTS_PER_SECOND, _POINT_BYTES)


@pytest.mark.requirement("AT-62")
def test_the_machines_network_carries_the_points_to_the_copies_and_the_archive() -> None:
    """Rows come in once; the log of them, at most twice as long (AT-D02), goes to each copy and to S3."""
    cluster = rendered("timescale", "prod").one("Cluster", "timeseries")["spec"]
    (pool,) = cluster["affinity"]["nodeSelector"].values()
    requirements = at(rendered("cluster", "prod").one("NodePool", pool), "spec.template.spec.requirements")
    (bandwidth,) = [
        int(each["values"][0])
        for each in requirements
        if each["key"] == "karpenter.k8s.aws/instance-network-bandwidth" and each["operator"] == "Gt"
    ]
    megabits = _POINTS_PER_SECOND * _POINT_BYTES * 8 / 1e6
    copies = cluster["instances"] - 1
    assert copies == 2
    assert megabits * (1 + 2 * (copies + 1)) <= bandwidth


@pytest.mark.requirement("AT-57")
def test_the_request_rate_that_autoscalers_ask_for_is_the_rate_of_the_products_counter() -> None:
    release = recorded(_PRODUCT, "production").one(RELEASE, "monitoring-adapter-release").inputs
    (rule,) = release["values"]["rules"]["custom"]
    assert rule["seriesQuery"] == 'http_requests_total{namespace="trading-system",pod!=""}'
    assert rule["name"] == {"as": "http_requests_per_second", "matches": "^http_requests_total$"}
    assert rule["metricsQuery"] == "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)"


@pytest.mark.requirement("AT-69")
def test_only_the_release_workflows_signature_counts() -> None:
    policy = rendered("image-policy", "prod").one("ClusterImagePolicy", "ai-trading-signed")
    assert at(policy, "spec.authorities[0].keyless.identities") == [
        {
            "issuer": "https://token.actions.githubusercontent.com",
            "subject": "https://github.com/ai-trading/trading-app/.github/workflows/ci-cd.yml@refs/tags/v1.0.0",
        }
    ]


@pytest.mark.requirement("AT-47")
def test_pods_know_each_other_by_certificates_and_machines_encrypt() -> None:
    platform = recorded(_PRODUCT, "production")
    assert platform.named("add-ons-ztunnel-release").inputs["chart"] == "ztunnel"
    assert platform.named("application-workload").inputs["values"]["mesh"] == {"namespace": "trading-system"}
    assert platform.named("transit-control").inputs["mode"] == "enforce"
    assert inputs(_PRODUCT, CACHE, "cache-group")["transitEncryptionEnabled"] is True
