"""Every figure of GridTokenX's guide that runs on the cluster, compared with what helm renders for stack prod."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from components.runtimes.kubernetes.flows import service_policies
from tests.charts.gridtokenx import ENDPOINTS, gridtokenx, rendered, wiring
from tests.charts.rendering import at

_POD = "spec.template.spec"
_CONTAINER = f"{_POD}.containers[0]"


def _figures(kind: str, name: str, *rows: tuple[str, str, object]) -> list[Any]:
    return [
        pytest.param(kind, name, path, expected, id=f"{identifier}-{path}", marks=pytest.mark.requirement(identifier))
        for identifier, path, expected in rows
    ]


_DEPLOYMENT = _figures(
    "Deployment",
    "api-gateway",
    ("GX-11", f"{_CONTAINER}.image", "gridtokenx/api-gateway:v1.0.0"),
    ("GX-11", f"{_CONTAINER}.name", "api-gateway"),
    ("GX-11", "spec.template.metadata.labels.app", "api-gateway"),
    ("GX-11", "spec.selector.matchLabels", {"app": "api-gateway"}),
    ("GX-12", f"{_CONTAINER}.ports[name=http].containerPort", 8080),
    ("GX-13", f"{_CONTAINER}.ports[name=metrics].containerPort", 9090),
    ("GX-02", f"{_POD}.topologySpreadConstraints[0].topologyKey", "topology.kubernetes.io/zone"),
    ("GX-02", f"{_POD}.topologySpreadConstraints[0].whenUnsatisfiable", "DoNotSchedule"),
    ("GX-16", f"{_CONTAINER}.resources.requests", {"cpu": "2000m", "memory": "4Gi"}),
    ("GX-17", f"{_CONTAINER}.resources.limits", {"cpu": "4000m", "memory": "8Gi"}),
    ("GX-18", f"{_CONTAINER}.livenessProbe.httpGet", {"path": "/api/health", "port": 8080}),
    ("GX-18", f"{_CONTAINER}.livenessProbe.initialDelaySeconds", 30),
    ("GX-18", f"{_CONTAINER}.livenessProbe.periodSeconds", 10),
    ("GX-19", f"{_CONTAINER}.readinessProbe.httpGet", {"path": "/api/health", "port": 8080}),
    ("GX-19", f"{_CONTAINER}.readinessProbe.initialDelaySeconds", 5),
    ("GX-19", f"{_CONTAINER}.readinessProbe.periodSeconds", 5),
    ("GX-20", f"{_CONTAINER}.envFrom", [{"secretRef": {"name": "gridtokenx-secrets"}}]),
    ("GX-23", f"{_CONTAINER}.securityContext.readOnlyRootFilesystem", True),
    ("GX-23", f"{_CONTAINER}.volumeMounts[mountPath=/opt/gridtokenx/logs].mountPath", "/opt/gridtokenx/logs"),
    ("GX-23", f"{_CONTAINER}.volumeMounts[mountPath=/tmp].mountPath", "/tmp"),
    ("GX-24", f"{_POD}.securityContext.runAsNonRoot", True),
    ("GX-24", f"{_CONTAINER}.securityContext.allowPrivilegeEscalation", False),
    ("GX-59", f"{_CONTAINER}.volumeMounts[mountPath=/secure/vault/mainnet-keypair.json].readOnly", True),
    ("GX-59", f"{_POD}.volumes[name=secret-files].secret.secretName", "gridtokenx-files"),
    ("GX-59", f"{_POD}.volumes[name=secret-files].secret.defaultMode", 0o400),
)

_VARIABLES = [
    pytest.param(name, value, id=f"{identifier}-{name}", marks=pytest.mark.requirement(identifier))
    for identifier, name, value in (
        ("GX-44", "PORT", "8080"),
        ("GX-45", "RUST_LOG", "info,api_gateway=debug"),
        ("GX-46", "WORKERS", "8"),
        ("GX-47", "RUST_BACKTRACE", "1"),
        ("GX-49", "DATABASE_MAX_CONNECTIONS", "20"),
        ("GX-50", "DATABASE_MIN_CONNECTIONS", "5"),
        ("GX-51", "DATABASE_ACQUIRE_TIMEOUT", "30"),
        ("GX-56", "REDIS_POOL_SIZE", "20"),
        ("GX-57", "REDIS_TIMEOUT", "5"),
        ("GX-58", "SOLANA_RPC_URL", "https://api.mainnet-beta.solana.com"),
        ("GX-59", "BLOCKCHAIN_KEYPAIR_PATH", "/secure/vault/mainnet-keypair.json"),
        ("GX-60", "SOLANA_COMMITMENT", "finalized"),
        ("GX-61", "SOLANA_TIMEOUT", "30"),
        ("GX-62", "MATCHING_INTERVAL_MS", "1000"),
        ("GX-63", "ORDER_EXPIRATION_HOURS", "24"),
        ("GX-64", "MAX_ORDER_BOOK_SIZE", "100000"),
        ("GX-65", "SETTLEMENT_FEE_RATE", "0.001"),
        ("GX-66", "SETTLEMENT_RETRY_ATTEMPTS", "3"),
        ("GX-67", "SETTLEMENT_RETRY_DELAY_SECS", "5"),
        ("GX-68", "SETTLEMENT_CONFIRMATION_TIMEOUT_SECS", "30"),
        ("GX-70", "JWT_EXPIRATION_HOURS", "24"),
        ("GX-71", "CORS_ALLOWED_ORIGINS", "https://app.gridtokenx.com,https://admin.gridtokenx.com"),
        ("GX-72", "ALLOWED_HOSTS", "api.gridtokenx.com"),
        ("GX-73", "RATE_LIMIT_PER_MINUTE", "100"),
        ("GX-74", "RATE_LIMIT_BURST", "20"),
        ("GX-75", "ADMIN_RATE_LIMIT_PER_MINUTE", "200"),
        ("GX-76", "METRICS_ENABLED", "true"),
        ("GX-77", "METRICS_PORT", "9090"),
        ("GX-78", "TRACING_ENABLED", "true"),
        ("GX-78", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel-collector:4317"),
    )
]

_SCALER = _figures(
    "HorizontalPodAutoscaler",
    "api-gateway-hpa",
    ("GX-02", "spec.minReplicas", 3),
    ("GX-15", "spec.minReplicas", 3),
    ("GX-117", "spec.minReplicas", 3),
    ("GX-117", "spec.maxReplicas", 20),
    ("GX-116", "spec.scaleTargetRef", {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api-gateway"}),
    (
        "GX-116",
        "spec.metrics[0].resource",
        {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
    ),
    (
        "GX-116",
        "spec.metrics[1].resource",
        {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
    ),
    (
        "GX-117",
        "spec.metrics[2]",
        {
            "type": "Pods",
            "pods": {
                "metric": {"name": "http_requests_per_second"},
                "target": {"type": "AverageValue", "averageValue": "1000"},
            },
        },
    ),
)

_OTHERS = [
    *_figures(
        "Service",
        "api-gateway",
        ("GX-14", "spec.type", "ClusterIP"),
        ("GX-14", "spec.ports[name=http].targetPort", 8080),
        ("GX-13", "spec.ports[name=metrics].port", 9090),
    ),
    *_figures(
        "TargetGroupBinding",
        "api-gateway-http",
        ("GX-14", "spec.serviceRef", {"name": "api-gateway", "port": 8080}),
    ),
    *_figures(
        "ServiceMonitor",
        "api-gateway",
        ("GX-77", "spec.endpoints[0].port", "metrics"),
    ),
    *_figures("CronJob", "database-dump", ("GX-141", "spec.schedule", "0 */6 * * *")),
]


@pytest.mark.parametrize(("kind", "name", "path", "expected"), [*_DEPLOYMENT, *_SCALER, *_OTHERS])
def test_a_figure_of_the_guide_is_the_figure_of_the_object(kind: str, name: str, path: str, expected: object) -> None:
    assert at(rendered("workload", "prod").one(kind, name), path) == expected


@pytest.mark.parametrize(("name", "value"), _VARIABLES)
def test_a_variable_of_the_guide_has_its_value(name: str, value: str) -> None:
    deployment = rendered("workload", "prod").one("Deployment", "api-gateway")
    assert at(deployment, f"{_CONTAINER}.env[name={name}].value") == value


_SECRETS = {
    "DATABASE_URL": "@writer.gridtokenx-prod.internal:5432/gridtokenx?sslmode=require",
    "DATABASE_PRIMARY_URL": "@writer.gridtokenx-prod.internal:5432/gridtokenx?sslmode=require",
    "DATABASE_REPLICA_URL": "@reader.gridtokenx-prod.internal:5432/gridtokenx?sslmode=require",
    "REDIS_URL": "@cache.gridtokenx-prod.internal:6379",
    "REDIS_PASSWORD": "{{ .cache_password }}",
    "JWT_SECRET": "{{ .JWT_SECRET }}",
}


@pytest.mark.parametrize(("key", "fragment"), _SECRETS.items())
def test_a_secret_variable_is_composed_inside_the_cluster(key: str, fragment: str) -> None:
    external = rendered("foundation", "prod").one("ExternalSecret", "gridtokenx-secrets")
    assert external["spec"]["target"]["template"]["data"][key].endswith(fragment)


@pytest.mark.requirement("GX-54")
def test_the_cache_is_spoken_to_over_tls() -> None:
    external = rendered("foundation", "prod").one("ExternalSecret", "gridtokenx-secrets")
    assert external["spec"]["target"]["template"]["data"]["REDIS_URL"].startswith("rediss://")


def test_the_chain_key_is_read_from_where_its_owner_keeps_it() -> None:
    external = rendered("foundation", "prod").one("ExternalSecret", "gridtokenx-files")
    (source,) = external["spec"]["data"]
    assert source["remoteRef"]["key"] == "gridtokenx/blockchain-keypair"


@pytest.mark.requirement("GX-82")
def test_code_that_reads_secrets_has_a_way_to_its_credentials_and_to_the_endpoint() -> None:
    policy = rendered("workload", "prod").one("NetworkPolicy", "api-gateway-policy")
    ways = {
        (peer["ipBlock"]["cidr"], rule["ports"][0]["port"])
        for rule in policy["spec"]["egress"]
        for peer in rule["to"]
        if "ipBlock" in peer
    }
    assert ("169.254.170.23/32", 80) in ways
    assert {(cidr, 443) for cidr in ENDPOINTS} <= ways


def test_without_private_endpoints_the_way_leads_outside() -> None:
    settings = gridtokenx("prod")
    given = replace(wiring(settings), endpoint_cidrs=())
    flows = service_policies(settings, given)["api-gateway-policy"].egress
    (endpoint,) = [flow for flow in flows if flow.name == "secrets-manager"]
    assert endpoint.cidrs == ("0.0.0.0/0",)
    assert endpoint.except_ is not None
    assert "10.0.0.0/8" in endpoint.except_


@pytest.mark.requirement("GX-08")
def test_the_product_has_a_namespace_of_its_own() -> None:
    assert rendered("foundation", "prod").names("Namespace") == {"gridtokenx"}


@pytest.mark.requirement("GX-27")
def test_a_pod_is_always_restarted() -> None:
    pod = rendered("workload", "prod").one("Deployment", "api-gateway")["spec"]["template"]["spec"]
    assert pod.get("restartPolicy", "Always") == "Always"


@pytest.mark.requirement("GX-26")
def test_the_image_says_how_it_starts() -> None:
    container = rendered("workload", "prod").one("Deployment", "api-gateway")["spec"]["template"]["spec"]["containers"][
        0
    ]
    assert "command" not in container
    assert "args" not in container


@pytest.mark.requirement("GX-58")
@pytest.mark.requirement("GX-115")
def test_the_chain_and_error_tracking_are_reached_over_https_alone() -> None:
    policy = rendered("workload", "prod").one("NetworkPolicy", "api-gateway-policy")
    outside = [rule for rule in policy["spec"]["egress"] if "0.0.0.0/0" in str(rule)]
    assert [rule["ports"] for rule in outside] == [[{"port": 443, "protocol": "TCP"}]]


@pytest.mark.requirement("GX-108")
@pytest.mark.requirement("GX-113")
def test_the_load_balancer_reaches_the_api_port_and_no_other() -> None:
    policy = rendered("workload", "prod").one("NetworkPolicy", "api-gateway-policy")
    inward = [rule for rule in policy["spec"]["ingress"] if "10.0.0.0/24" in str(rule)]
    assert [rule["ports"] for rule in inward] == [[{"port": 8080, "protocol": "TCP"}]]


@pytest.mark.requirement("GX-06")
def test_scaling_reacts_to_processor_memory_and_requests() -> None:
    metrics = rendered("workload", "prod").one("HorizontalPodAutoscaler", "api-gateway-hpa")["spec"]["metrics"]
    assert [each["type"] for each in metrics] == ["Resource", "Resource", "Pods"]
    assert {each["resource"]["name"] for each in metrics[:2]} == {"cpu", "memory"}


@pytest.mark.requirement("GX-27")
def test_a_pod_starts_once_the_database_answers() -> None:
    pod = rendered("workload", "prod").one("Deployment", "api-gateway")["spec"]["template"]["spec"]
    assert any("writer.gridtokenx-prod.internal" in str(container) for container in pod["initContainers"])


def _requirement(key: str, operator: str) -> list[str]:
    stated = at(rendered("cluster", "prod").one("NodePool", "api"), "spec.template.spec.requirements")
    return next(each["values"] for each in stated if each["key"] == key and each["operator"] == operator)


@pytest.mark.requirement("GX-36")
def test_the_pods_run_on_the_guides_instances() -> None:
    assert _requirement("node.kubernetes.io/instance-type", "In") == ["c6i.2xlarge"]
    volume = at(rendered("cluster", "prod").one("EC2NodeClass", "api"), "spec.blockDeviceMappings[0].ebs")
    assert (volume["volumeType"], volume["volumeSize"], volume["encrypted"]) == ("gp3", "100Gi", True)


@pytest.mark.requirement("GX-36")
@pytest.mark.requirement("GX-119")
def test_the_pods_name_their_pool() -> None:
    pod = rendered("workload", "prod").one("Deployment", "api-gateway")["spec"]["template"]["spec"]
    assert {"key": "groundwork.io/pool", "value": "api", "effect": "NoSchedule", "operator": "Equal"} in pod[
        "tolerations"
    ]


@pytest.mark.requirement("GX-25")
def test_a_process_may_open_65536_files_and_a_pod_hold_4096_processes() -> None:
    machine = rendered("cluster", "prod").one("EC2NodeClass", "api")["spec"]["userData"]
    parts = [part.strip() for part in machine.split("--//")]
    (script,) = [part for part in parts if "text/x-shellscript" in part]
    assert "LimitNOFILE=65536" in script
    assert "containerd.service.d" in script
    (node,) = [part for part in parts if "application/node.eks.aws" in part]
    configuration = yaml.safe_load(node.split("\n\n", 1)[1])
    assert configuration["spec"]["kubelet"]["config"] == {"podPidsLimit": 4096}
    assert parts[-1] == "--"
