"""Every figure of OpeniBank's guide that runs on the cluster, compared with what helm renders for stack prod."""

import tomllib
from typing import Any

import pytest

from settings.arithmetic.exporters import CACHE_METRICS, DATABASE_METRICS, PUBLIC_PROBE
from tests.charts.rendering import at, rendered

_CONTAINER = "spec.template.spec.containers[0]"
_ENVIRONMENT = f"{_CONTAINER}.env[name={{}}].value"


def _figures(kind: str, name: str, *rows: tuple[str, str, object]) -> list[Any]:
    return [
        pytest.param(kind, name, path, expected, id=f"{identifier}-{path}", marks=pytest.mark.requirement(identifier))
        for identifier, path, expected in rows
    ]


_API = _figures(
    "Deployment",
    "api-server",
    ("OB-04", f"{_CONTAINER}.image", "openibank/api-server:v1.0.0"),
    ("OB-04", f"{_CONTAINER}.name", "api-server"),
    ("OB-04", "spec.template.metadata.labels.app", "api-server"),
    ("OB-04", "spec.selector.matchLabels", {"app": "api-server"}),
    ("OB-06", f"{_CONTAINER}.ports[name=http].containerPort", 3000),
    ("OB-06", f"{_CONTAINER}.ports[name=metrics].containerPort", 9090),
    ("OB-08", "spec.template.spec.topologySpreadConstraints[0].topologyKey", "topology.kubernetes.io/zone"),
    ("OB-08", "spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable", "DoNotSchedule"),
    ("OB-09", f"{_CONTAINER}.resources.requests", {"cpu": "1", "memory": "2Gi"}),
    ("OB-10", f"{_CONTAINER}.resources.limits", {"cpu": "2", "memory": "4Gi"}),
    ("OB-11", f"{_CONTAINER}.livenessProbe.httpGet", {"path": "/api/v1/ping", "port": 3000}),
    ("OB-11", f"{_CONTAINER}.livenessProbe.initialDelaySeconds", 10),
    ("OB-11", f"{_CONTAINER}.livenessProbe.periodSeconds", 10),
    ("OB-12", f"{_CONTAINER}.readinessProbe.httpGet", {"path": "/api/v1/ping", "port": 3000}),
    ("OB-12", f"{_CONTAINER}.readinessProbe.initialDelaySeconds", 5),
    ("OB-12", f"{_CONTAINER}.readinessProbe.periodSeconds", 5),
    ("OB-16", _ENVIRONMENT.format("OPENIBANK_WORKERS"), "4"),
    ("OB-61", f"{_CONTAINER}.envFrom", [{"secretRef": {"name": "openibank-secrets"}}]),
    ("OB-62", f"{_CONTAINER}.volumeMounts[mountPath=/secrets/issuer-keypair.json].readOnly", True),
    ("OB-62", "spec.template.spec.volumes[name=secret-files].secret.defaultMode", 0o400),
    ("OB-62", "spec.template.spec.volumes[name=secret-files].secret.secretName", "openibank-files"),
    ("OB-62", "spec.template.spec.securityContext.fsGroup", 10001),
    (
        "OB-64",
        "metadata.annotations",
        {"secret.reloader.stakater.com/reload": "openibank-secrets,openibank-files"},
    ),
    ("OB-97", "spec.template.spec.securityContext.runAsNonRoot", True),
    ("OB-97", f"{_CONTAINER}.securityContext.readOnlyRootFilesystem", True),
    ("OB-97", f"{_CONTAINER}.securityContext.capabilities", {"drop": ["ALL"]}),
)

_VARIABLES = [
    pytest.param(name, value, id=f"{identifier}-{name}", marks=pytest.mark.requirement(identifier))
    for identifier, name, value in (
        ("OB-33", "DATABASE_POOL_SIZE", "20"),
        ("OB-34", "DATABASE_TIMEOUT", "30"),
        ("OB-36", "REDIS_CLUSTER_NODES", "node1:6379,node2:6379,node3:6379"),
        ("OB-37", "OPENIBANK_HOST", "0.0.0.0"),
        ("OB-38", "OPENIBANK_PORT", "3000"),
        ("OB-39", "OPENIBANK_WORKERS", "4"),
        ("OB-41", "JWT_ACCESS_EXPIRY", "3600"),
        ("OB-42", "JWT_REFRESH_EXPIRY", "2592000"),
        ("OB-44", "OPENIBANK_LLM_PROVIDER", "openai"),
        ("OB-46", "OPENIBANK_OLLAMA_URL", "http://ollama:11434"),
        ("OB-47", "OPENIBANK_ISSUER_KEYPAIR", "/secrets/issuer-keypair.json"),
        ("OB-48", "OPENIBANK_ISSUER_RESERVE_CAP", "100000000000"),
        ("OB-49", "RUST_LOG", "info,openibank=debug"),
        ("OB-50", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel-collector:4317"),
        ("OB-51", "METRICS_PORT", "9090"),
    )
]

_OTHERS = [
    *_figures(
        "Service",
        "api-server",
        ("OB-07", "spec.ports[name=http]", {"name": "http", "port": 3000, "targetPort": 3000, "protocol": "TCP"}),
        ("OB-07", "spec.ports[name=metrics]", {"name": "metrics", "port": 9090, "targetPort": 9090, "protocol": "TCP"}),
        ("OB-07", "spec.selector", {"app": "api-server"}),
        ("OB-07", "spec.type", "ClusterIP"),
    ),
    *_figures(
        "HorizontalPodAutoscaler",
        "api-server-hpa",
        ("OB-08", "spec.minReplicas", 3),
        ("OB-88", "apiVersion", "autoscaling/v2"),
        ("OB-88", "spec.scaleTargetRef", {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api-server"}),
        ("OB-88", "spec.minReplicas", 3),
        ("OB-88", "spec.maxReplicas", 10),
        (
            "OB-89",
            "spec.metrics[0].resource",
            {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
        ),
        (
            "OB-90",
            "spec.metrics[1].resource",
            {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
        ),
    ),
    *_figures(
        "Deployment",
        "resonancex",
        ("OB-20", f"{_CONTAINER}.image", "openibank/resonancex-server:v1.0.0"),
        ("OB-21", f"{_CONTAINER}.ports[name=http].containerPort", 8080),
        ("OB-22", "spec.replicas", 2),
        ("OB-23", f"{_CONTAINER}.resources.limits", {"cpu": "4", "memory": "8Gi"}),
        ("OB-23", f"{_CONTAINER}.resources.requests", {"cpu": "2", "memory": "4Gi"}),
        ("OB-24", f"{_CONTAINER}.env[name=DATABASE_URL].valueFrom.secretKeyRef.key", "DATABASE_URL"),
        ("OB-24", f"{_CONTAINER}.env[name=REDIS_URL].valueFrom.secretKeyRef.key", "REDIS_URL"),
    ),
    *_figures("Service", "resonancex", ("OB-21", "spec.ports[name=http].port", 8080)),
    *_figures(
        "Deployment",
        "playground",
        ("OB-25", f"{_CONTAINER}.image", "openibank/playground:v1.0.0"),
        ("OB-28", f"{_CONTAINER}.resources.limits", {"cpu": "1", "memory": "2Gi"}),
        ("OB-28", f"{_CONTAINER}.resources.requests", {"cpu": "500m", "memory": "1Gi"}),
    ),
    *_figures("Service", "playground", ("OB-26", "spec.ports[name=http].port", 8080)),
    *_figures(
        "HorizontalPodAutoscaler",
        "playground-hpa",
        ("OB-27", "spec.minReplicas", 1),
        ("OB-27", "spec.maxReplicas", 2),
    ),
    *_figures(
        "TargetGroupBinding",
        "api-server-http",
        ("OB-82", "spec.serviceRef", {"name": "api-server", "port": 3000}),
        ("OB-82", "spec.targetType", "ip"),
    ),
    *_figures(
        "ServiceMonitor",
        "api-server",
        ("OB-99", "spec.endpoints[0].port", "metrics"),
        ("OB-99", "spec.endpoints[0].path", "/metrics"),
        ("OB-99", "spec.selector.matchLabels", {"app": "api-server"}),
    ),
    *_figures(
        "Job",
        "migration",
        ("OB-72", f"{_CONTAINER}.command[0]", "sqlx"),
        ("OB-72", f"{_CONTAINER}.command[1]", "migrate"),
        ("OB-72", f"{_CONTAINER}.command[2]", "run"),
        (
            "OB-72",
            f"{_CONTAINER}.env[name=DATABASE_URL].valueFrom.secretKeyRef.name",
            "openibank-secrets-database-owner",
        ),
        (
            "OB-72",
            "metadata.annotations",
            {"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation"},
        ),
        ("OB-73", f"{_CONTAINER}.command[4]", "crates/openibank-db/migrations"),
        ("OB-73", f"{_CONTAINER}.image", "openibank/migrations:v1.0.0"),
    ),
    *_figures(
        "CronJob",
        "database-dump",
        ("OB-109", "spec.schedule", "0 2 * * *"),
        ("OB-109", "spec.timeZone", "Etc/UTC"),
        ("OB-109", "spec.concurrencyPolicy", "Forbid"),
    ),
]


@pytest.mark.parametrize(("kind", "name", "path", "expected"), [*_API, *_OTHERS])
def test_figure(kind: str, name: str, path: str, expected: object) -> None:
    assert at(rendered("workload", "prod").one(kind, name), path) == expected


@pytest.mark.parametrize(("name", "value"), _VARIABLES)
def test_environment_variable(name: str, value: str) -> None:
    deployment = rendered("workload", "prod").one("Deployment", "api-server")
    assert at(deployment, _ENVIRONMENT.format(name)) == value


def test_no_variable_is_there_that_the_guide_does_not_name() -> None:
    deployment = rendered("workload", "prod").one("Deployment", "api-server")
    names = {item["name"] for item in at(deployment, f"{_CONTAINER}.env")}
    assert names == {each.values[0] for each in _VARIABLES}


@pytest.mark.requirement("OB-05")
def test_the_image_starts_by_itself() -> None:
    container = at(rendered("workload", "prod").one("Deployment", "api-server"), _CONTAINER)
    assert "command" not in container
    assert "args" not in container


@pytest.mark.requirement("OB-08")
@pytest.mark.requirement("OB-88")
def test_the_autoscaler_alone_sets_the_number_of_pods() -> None:
    assert "replicas" not in rendered("workload", "prod").one("Deployment", "api-server")["spec"]


@pytest.mark.requirement("OB-19")
def test_containers_are_restarted_whenever_they_exit() -> None:
    template = rendered("workload", "prod").one("Deployment", "api-server")["spec"]["template"]
    assert template["spec"].get("restartPolicy", "Always") == "Always"


_BLOCKS: list[tuple[str, str, dict[str, object]]] = [
    ("OB-53", "server", {"host": "0.0.0.0", "port": 3000, "workers": 4, "request_timeout": 30}),
    ("OB-54", "database", {"url": "${DATABASE_URL}", "pool_size": 20, "connect_timeout": 10, "idle_timeout": 600}),
    ("OB-55", "redis", {"url": "${REDIS_URL}", "pool_size": 10}),
    (
        "OB-56",
        "auth",
        {"jwt_secret": "${JWT_SECRET}", "access_token_ttl": 3600, "refresh_token_ttl": 2592000, "bcrypt_cost": 12},
    ),
    ("OB-57", "rate_limit", {"requests_per_minute": 1200, "orders_per_second": 10, "orders_per_day": 200000}),
    (
        "OB-58",
        "trading",
        {"enable_websocket": True, "websocket_ping_interval": 30, "max_open_orders": 100, "min_notional": 10.0},
    ),
    (
        "OB-59",
        "issuer",
        {
            "reserve_cap": 100000000000,
            "max_single_mint": 10000000,
            "keypair_path": "/secrets/issuer-keypair.json",
        },
    ),
    ("OB-60", "metrics", {"enabled": True, "port": 9090, "path": "/metrics"}),
]


@pytest.mark.parametrize(
    ("block", "expected"),
    [pytest.param(block, values, id=one, marks=pytest.mark.requirement(one)) for one, block, values in _BLOCKS],
)
def test_config_file_block(block: str, expected: dict[str, object]) -> None:
    data = rendered("workload", "prod").one("ConfigMap", "api-server-files")["data"]
    assert tomllib.loads(data["app__config.toml"])[block] == expected


@pytest.mark.requirement("OB-98")
def test_authentication_is_set_by_configuration_the_same_in_file_and_environment() -> None:
    release = rendered("workload", "prod")
    auth = tomllib.loads(release.one("ConfigMap", "api-server-files")["data"]["app__config.toml"])["auth"]
    environment = {
        item["name"]: item.get("value") for item in at(release.one("Deployment", "api-server"), f"{_CONTAINER}.env")
    }
    assert (auth["access_token_ttl"], auth["refresh_token_ttl"], auth["bcrypt_cost"]) == (3600, 2592000, 12)
    assert environment["JWT_ACCESS_EXPIRY"] == str(auth["access_token_ttl"])
    assert environment["JWT_REFRESH_EXPIRY"] == str(auth["refresh_token_ttl"])


@pytest.mark.requirement("OB-52")
def test_config_file_is_mounted_and_a_change_of_it_replaces_the_pods() -> None:
    release = rendered("workload", "prod")
    deployment = release.one("Deployment", "api-server")
    mount = at(deployment, f"{_CONTAINER}.volumeMounts[mountPath=/app/config.toml]")
    assert mount["subPath"] in release.one("ConfigMap", "api-server-files")["data"]
    assert at(deployment, "spec.template.metadata.annotations")["checksum/files"]
    blocks = tomllib.loads(release.one("ConfigMap", "api-server-files")["data"]["app__config.toml"])
    assert set(blocks) == {block for _, block, _ in _BLOCKS}


@pytest.mark.requirement("OB-128")
def test_production_runs_the_three_services_of_the_guide() -> None:
    beside = {PUBLIC_PROBE, DATABASE_METRICS, CACHE_METRICS}
    assert rendered("workload", "prod").names("Deployment") - beside == {"api-server", "resonancex", "playground"}


@pytest.mark.requirement("OB-129")
def test_development_runs_one_pod_of_each_and_no_autoscaler() -> None:
    release = rendered("workload", "dev")
    assert {item["spec"]["replicas"] for item in release.of_kind("Deployment")} == {1}
    assert not release.of_kind("HorizontalPodAutoscaler")
    assert not release.of_kind("PodDisruptionBudget")
