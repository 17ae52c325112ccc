"""Service Layer's figures in what its platform creates: edge, stores, secrets, rules, backups and checks."""

import json
import re
from typing import Any

import pytest
import yaml

from settings.arithmetic.budgets import pooler_clients
from tests.charts.rendering import at
from tests.charts.service_layer import release, settings
from tests.charts.whole_platform import recorded
from tests.products.proof import (
    DATABASE,
    LIFECYCLE,
    LISTENER_RULE,
    PARAMETERS,
    RANDOM_BYTES,
    SECRET_VERSION,
    TARGET_GROUP,
    WEB_ACL,
    figure,
    inputs,
    rows,
)

_PRODUCT = "service-layer"
_CONTAINER = "spec.template.spec.containers[0]"
_HTTPS = "aws:lb/listener:Listener"
_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
_GROUP = "ingress-target-groups-service-layer-http"
_RULE = "ingress-listeners-rule-api"
_LIMIT = "rules[name=rate-limit-accounts].statement.rateBasedStatement"
_PATHS = "rules[name=requests-accounts].statement.regexMatchStatement.regexString"

_FIGURES = rows(
    ("SL-06", DATABASE, "database-primary", "instanceClass", "db.m7g.xlarge"),
    ("SL-06", DATABASE, "database-primary", "storageType", "gp3"),
    ("SL-16", TARGET_GROUP, _GROUP, "healthCheck.path", "/readyz"),
    ("SL-17", TARGET_GROUP, _GROUP, "healthCheck.interval", 10),
    ("SL-17", TARGET_GROUP, _GROUP, "healthCheck.timeout", 5),
    ("SL-17", TARGET_GROUP, _GROUP, "healthCheck.unhealthyThreshold", 3),
    ("SL-22", WEB_ACL, "ingress-firewall-acl", _PATHS, "^(/accounts)(/|$)"),
    # 100 a second and address, and 50 at once beyond that.
    ("SL-91", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.limit", 60 * 100 + 50),
    ("SL-91", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.evaluationWindowSec", 60),
    ("SL-91", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.aggregateKeyType", "IP"),
    ("SL-92", WEB_ACL, "ingress-firewall-acl", _PATHS, "^(/accounts)(/|$)"),
    ("SL-92", WEB_ACL, "ingress-firewall-acl", f"{_LIMIT}.limit", 60 * 100 + 50),
    ("SL-23", _DISTRIBUTION, "site-dashboard-distribution", "aliases", ["dashboard.openibank.com"]),
    ("SL-23", _DISTRIBUTION, "site-dashboard-distribution", "customErrorResponses[0].responsePagePath", "/index.html"),
    ("SL-33", RANDOM_BYTES, "secrets-auth-jwt-secret-value", "length", 32),
    ("SL-34", RANDOM_BYTES, "secrets-secret-encryption-key-value", "length", 32),
    ("SL-36", RANDOM_BYTES, "secrets-random-signing-key-value", "length", 32),
    ("SL-68", DATABASE, "database-primary", "engineVersion", "15"),
    ("SL-68", PARAMETERS, "database-parameters", "family", "postgres15"),
    ("SL-81", LISTENER_RULE, _RULE, "conditions[0].hostHeader.values", ["api.openibank.com"]),
    ("SL-81", LISTENER_RULE, _RULE, "conditions[1].pathPattern.values", ["/*"]),
    ("SL-87", _HTTPS, "ingress-listeners-https", "routingHttpResponseXContentTypeOptionsHeaderValue", "nosniff"),
    ("SL-89", _HTTPS, "ingress-listeners-https", "routingHttpResponseXFrameOptionsHeaderValue", "DENY"),
    ("SL-118", LIFECYCLE, "backups-store-lifecycle", "rules[id=expire-dumps].expiration.days", 30),
    ("SL-118", DATABASE, "database-primary", "backupRetentionPeriod", 30),
)


@pytest.mark.parametrize(("token", "name", "path", "expected"), _FIGURES)
def test_figure(token: str, name: str, path: str, expected: object) -> None:
    assert figure(_PRODUCT, token, name, path) == expected


@pytest.mark.requirement("SL-87")
def test_browsers_are_told_to_stay_with_tls_for_a_year() -> None:
    header = "routingHttpResponseStrictTransportSecurityHeaderValue"
    assert str(inputs(_PRODUCT, _HTTPS, "ingress-listeners-https")[header]).startswith("max-age=31536000")


@pytest.mark.requirement("SL-93")
def test_whatever_operators_ask_for_is_not_found_from_outside() -> None:
    blocked = {
        path
        for rule in recorded(_PRODUCT, "production").of_type(LISTENER_RULE)
        if rule.inputs["actions"][0]["type"] == "fixed-response"
        for path in rule.inputs["conditions"][0]["pathPattern"]["values"]
    }
    paths = ("/metrics", "/admin", "/system/status", "/debug/pprof")
    assert blocked == {each for path in paths for each in (path, f"{path}/*")}
    pattern = at(inputs(_PRODUCT, WEB_ACL, "ingress-firewall-acl"), "rules[name=blocked-paths]")["statement"]
    matched = re.compile(pattern["regexMatchStatement"]["regexString"])
    for path in ("/metrics", "/admin/audit", "/system/status", "/debug/pprof/heap"):
        assert matched.match(path)


@pytest.mark.requirement("SL-73")
def test_one_replica_stands_beside_the_primary() -> None:
    instances = recorded(_PRODUCT, "production").of_type(DATABASE)
    assert [each.name for each in instances] == ["database-primary", "database-replica-1"]
    assert instances[1].inputs["replicateSourceDb"] == "service-layer-prod-primary"


@pytest.mark.requirement("SL-70")
def test_the_role_that_owns_the_database_is_the_guides() -> None:
    credential = inputs(_PRODUCT, SECRET_VERSION, "secrets-database-role-version")["secretString"]
    assert json.loads(credential)["username"] == "serviceuser"
    (job,) = release("foundation").of_kind("Job")
    for variable, stated in (("DATABASES", "service_layer="), ("OWNER", "serviceuser"), ("ROLE", "serviceuser")):
        assert at(job, f"{_CONTAINER}.env[name=APP_{variable}].value") == stated


def _secret(name: str) -> str:
    return str(inputs(_PRODUCT, SECRET_VERSION, f"secrets-{name}-version")["secretString"])


@pytest.mark.requirement("SL-31")
@pytest.mark.requirement("SL-40")
@pytest.mark.parametrize("name", ["api-tokens", "oracle-runner-tokens"])
def test_two_tokens_of_32_random_bytes_are_valid_at_a_time(name: str) -> None:
    assert len(_secret(name).split(",")) == 2
    values = [each for each in recorded(_PRODUCT, "production").of_type(RANDOM_BYTES) if f"-{name}-" in each.name]
    assert [each.inputs["length"] for each in values] == [32, 32]


@pytest.mark.requirement("SL-32")
def test_the_administrator_is_stored_by_name_hash_and_role() -> None:
    name, hashed, role = _secret("auth-users").split(":")
    assert (name, role) == ("admin", "admin")
    assert hashed.endswith("bcryptHash")


@pytest.mark.requirement("SL-33")
def test_the_signing_secret_has_64_characters() -> None:
    assert _secret("auth-jwt-secret").endswith("-hex")  # 32 bytes in hexadecimal


@pytest.mark.requirement("SL-34")
@pytest.mark.requirement("SL-36")
@pytest.mark.parametrize(("name", "size"), [("secret-encryption-key", 32), ("random-signing-key", 64)])
def test_keys_are_base64_of_the_length_that_the_code_takes(name: str, size: int) -> None:
    """The encryption key alone, and an Ed25519 key with its public half."""
    text = _secret(name)
    assert re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text)
    assert len(text.rstrip("=")) * 6 // 8 == size


@pytest.mark.requirement("SL-63")
def test_the_secret_of_the_guide_holds_the_keys_of_the_guide_and_the_pod_reads_each() -> None:
    held = release("foundation").one("ExternalSecret", "service-layer-secrets")["spec"]["target"]
    assert held["name"] == "service-layer-secrets"
    environment = at(release("workload").one("Deployment", _PRODUCT), f"{_CONTAINER}.env")
    read = {each["valueFrom"]["secretKeyRef"]["key"] for each in environment if "valueFrom" in each}
    guide = {"DATABASE_URL", "API_TOKENS", "AUTH_JWT_SECRET", "SECRET_ENCRYPTION_KEY"}
    assert guide <= set(held["template"]["data"])
    assert guide <= read


@pytest.mark.requirement("SL-42")
@pytest.mark.requirement("SL-46")
@pytest.mark.parametrize("name", ["GASBANK_RESOLVER_KEY", "PRICEFEED_FETCH_KEY"])
def test_an_optional_key_that_has_no_value_is_left_out_of_everything(name: str) -> None:
    environment = at(release("workload").one("Deployment", _PRODUCT), f"{_CONTAINER}.env")
    assert name not in {each["name"] for each in environment}
    given = recorded(_PRODUCT, "production").of_type("aws:secretsmanager/secret:Secret")
    assert not [each for each in given if each.inputs["name"].endswith(f"/{name}")]


@pytest.mark.requirement("SL-10")
@pytest.mark.requirement("SL-60")
def test_file_variable_and_port_name_the_same_address() -> None:
    stated = yaml.safe_load(release("workload").one("ConfigMap", "service-layer-config")["data"]["config.yaml"])
    assert stated == {"server": {"host": "0.0.0.0", "port": 8080}, "logging": {"level": "info", "format": "json"}}
    deployment = release("workload").one("Deployment", _PRODUCT)
    assert at(deployment, f"{_CONTAINER}.env[name=LISTEN_ADDR].value") == ":8080"
    assert at(deployment, f"{_CONTAINER}.ports[0].containerPort") == 8080


@pytest.mark.requirement("SL-62")
def test_snapshots_lie_on_a_volume_that_every_pod_shares() -> None:
    (claim,) = release("workload").of_kind("PersistentVolumeClaim")
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "20Gi"


@pytest.mark.requirement("SL-101")
@pytest.mark.requirement("SL-52")
def test_the_audit_file_is_the_one_that_joins_the_pods_log() -> None:
    deployment = release("workload").one("Deployment", _PRODUCT)
    path = at(deployment, f"{_CONTAINER}.env[name=AUDIT_LOG_PATH].value")
    assert path == "/var/log/service-layer/audit.jsonl"
    assert path in at(deployment, "spec.template.spec.initContainers[name=log-audit].command")


@pytest.mark.requirement("SL-116")
def test_logs_are_json_at_the_level_of_the_guide() -> None:
    deployment = release("workload").one("Deployment", _PRODUCT)
    assert at(deployment, f"{_CONTAINER}.env[name=LOG_FORMAT].value") == "json"
    assert at(deployment, f"{_CONTAINER}.env[name=LOG_LEVEL].value") == "info"


_OUTSIDE = [
    pytest.param(name, url, id=requirement, marks=pytest.mark.requirement(requirement))
    for requirement, name, url in (
        ("SL-26", "NEO_RPC_URL", "https://neo.example.com:10332"),
        ("SL-27", "GASBANK_RESOLVER_URL", "https://settlement.example.com"),
        ("SL-28", "PRICEFEED_FETCH_URL", "https://prices.example.com"),
    )
]


@pytest.mark.parametrize(("name", "url"), _OUTSIDE)
def test_an_outside_service_is_named_and_its_port_is_open(name: str, url: str) -> None:
    deployment = release("workload").one("Deployment", _PRODUCT)
    assert at(deployment, f"{_CONTAINER}.env[name={name}].value") == url
    rules = release("workload").one("NetworkPolicy", f"{_PRODUCT}-policy")["spec"]["egress"]
    port = int(url.rpartition(":")[2]) if url.count(":") > 1 else 443
    assert port in {each["port"] for rule in rules for each in rule["ports"]}


@pytest.mark.requirement("SL-27")
def test_the_settlement_is_asked_five_times_fifteen_seconds_apart() -> None:
    deployment = release("workload").one("Deployment", _PRODUCT)
    assert at(deployment, f"{_CONTAINER}.env[name=GASBANK_POLL_INTERVAL].value") == "15s"
    assert at(deployment, f"{_CONTAINER}.env[name=GASBANK_MAX_ATTEMPTS].value") == "5"


@pytest.mark.requirement("SL-29")
def test_the_event_bus_is_rocketmq_under_the_prefix_and_group_of_the_guide() -> None:
    deployment = release("workload").one("Deployment", _PRODUCT)
    named = {"ROCKETMQ_TOPIC_PREFIX": "sl-prod", "ROCKETMQ_CONSUMER_GROUP": "sl-prod-consumers"}
    for name, value in named.items():
        assert at(deployment, f"{_CONTAINER}.env[name={name}].value") == value
    assert recorded(_PRODUCT, "production").named("event-bus-release").inputs["chart"] == "./charts/event-bus"


@pytest.mark.requirement("SL-76")
@pytest.mark.requirement("SL-78")
@pytest.mark.requirement("SL-80")
def test_the_pooler_has_the_guides_port_mode_and_limits() -> None:
    assert release("workload").one("Deployment", "pgbouncer")["spec"]["replicas"] == 2
    stated = release("workload").one("ConfigMap", "pgbouncer")["data"]["pgbouncer.ini"].splitlines()
    for line in (
        "listen_addr = *",
        "listen_port = 6432",
        "pool_mode = transaction",
        "max_client_conn = 1000",
        "default_pool_size = 20",
    ):
        assert line in stated
    assert at(release("workload").one("Service", "pgbouncer"), "spec.ports[name=postgres].port") == 6432


@pytest.mark.requirement("SL-74")
def test_the_migration_goes_past_the_pooler_with_the_products_image() -> None:
    job = release("workload").one("Job", "migration")
    assert at(job, f"{_CONTAINER}.command")[2] == "$(DATABASE_DIRECT_URL)"
    assert at(job, f"{_CONTAINER}.image") == "ghcr.io/r3e-network/service_layer:v1.0.0"
    data = release("foundation").one("ExternalSecret", "service-layer-secrets")["spec"]["target"]["template"]["data"]
    assert ":5432/" in data["DATABASE_DIRECT_URL"]


@pytest.mark.requirement("SL-18")
def test_the_check_after_a_rollout_says_what_the_guide_asks_by_hand() -> None:
    job = release("workload").one("Job", "rollout-check")
    assert at(job, f"{_CONTAINER}.command")[2].splitlines() == [
        "api=http://service-layer",
        'curl --fail --silent --show-error --retry 10 --retry-all-errors --retry-delay 3 "$api/livez" "$api/readyz"',
        'curl --fail --silent --show-error --header "Authorization: Bearer ${API_TOKENS%%,*}" "$api/system/status"'
        " > /tmp/status",
        """! grep -E '"status": *"(failed|stopped)"' /tmp/status""",
    ]


@pytest.mark.requirement("SL-119")
def test_the_dump_is_restored_every_sunday_and_served_by_the_product() -> None:
    cron = release("workload").one("CronJob", "restore-test")["spec"]
    assert cron["schedule"] == "0 4 * * 0"
    pod = cron["jobTemplate"]["spec"]["template"]["spec"]
    images = [each["image"] for each in (*pod.get("initContainers", []), *pod["containers"])]
    assert "ghcr.io/r3e-network/service_layer:v1.0.0" in images


@pytest.mark.requirement("SL-141")
def test_both_health_endpoints_are_asked_for_over_the_public_host_after_every_rollout() -> None:
    checks: list[dict[str, Any]] = json.loads(release("workload").one("ConfigMap", "smoke")["data"]["checks.json"])[
        "checks"
    ]
    asked = {(each["kind"], each["host"], each.get("path")) for each in checks}
    assert {("http", "api.openibank.com", "/livez"), ("http", "api.openibank.com", "/readyz")} <= asked
    hook = release("workload").one("Job", "smoke")["metadata"]["annotations"]["helm.sh/hook"]
    assert hook == "post-install,post-upgrade"


@pytest.mark.requirement("SL-19")
@pytest.mark.requirement("SL-74")
def test_the_migration_ends_when_it_is_done() -> None:
    command = at(release("workload").one("Job", "migration"), f"{_CONTAINER}.command")
    assert command == ["./bin/appserver", "-dsn", "$(DATABASE_DIRECT_URL)", "-migrate-only"]


@pytest.mark.requirement("SL-109")
def test_the_budget_counts_the_pool_that_the_threshold_is_of() -> None:
    (pod,) = [each for each in settings("prod").workload.services.values() if "pooler" in each.uses]
    assert pod.database_pool == 20
    assert pooler_clients(settings("prod")) >= 20 * 10


@pytest.mark.requirement("SL-103")
def test_the_api_is_scraped_on_its_one_port() -> None:
    (endpoint,) = release("workload").one("ServiceMonitor", _PRODUCT)["spec"]["endpoints"]
    assert (endpoint["port"], endpoint["path"]) == ("http", "/metrics")
    assert at(release("workload").one("Service", _PRODUCT), "spec.ports[name=http].targetPort") == 8080


@pytest.mark.requirement("SL-95")
def test_a_region_has_three_replicas_one_in_each_zone() -> None:
    scaler = release("workload").one("HorizontalPodAutoscaler", f"{_PRODUCT}-hpa")["spec"]
    assert scaler["minReplicas"] == 3
    spreads = release("workload").one("Deployment", _PRODUCT)["spec"]["template"]["spec"]["topologySpreadConstraints"]
    by_key = {each["topologyKey"]: each for each in spreads}
    assert by_key["topology.kubernetes.io/zone"]["maxSkew"] == 1
