"""Every figure of the AI trading system's guide that runs on the cluster, compared with what helm renders."""

from typing import Any

import pytest
import yaml

from components.monitoring.charts import NAMESPACE as MONITORING
from components.runtimes.kubernetes.values import workload_values
from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings.types import mebibytes, millicores
from tests.charts.ai_trading import NAMESPACE, REGISTRY, ai_trading, rendered, run, values, wiring
from tests.charts.rendering import at, with_toolbox

_CONTAINER = "spec.template.spec.containers[0]"
_SERVICES = {"trading-app": 8000, "data-processor": 8001, "ml-service": 8002}
_REPLICAS = {"trading-app": (3, 10), "data-processor": (3, 12), "ml-service": (2, 6)}
_NAMES = tuple(_SERVICES)
_POOLS = ("critical", "standard", "timeseries")
_CHARTS = ("cluster", "foundation", "image-policy", "timescale", "workload")


def _figures(chart: str, kind: str, name: str, *rows: tuple[str, str, object]) -> list[Any]:
    return [
        pytest.param(
            chart,
            kind,
            name,
            path,
            expected,
            id=f"{identifier}-{name}-{path}",
            marks=pytest.mark.requirement(identifier),
        )
        for identifier, path, expected in rows
    ]


def _resource(name: str, percent: int) -> dict[str, Any]:
    return {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}}


_CLUSTER = _figures(
    "timescale",
    "Cluster",
    "timeseries",
    ("AT-35", "spec.instances", 3),
    ("AT-37", "spec.postgresql.pg_hba", ["hostnossl all all all reject", "hostssl all all all scram-sha-256"]),
    ("AT-37", "spec.postgresql.parameters.ssl_min_protocol_version", "TLSv1.3"),
    ("AT-40", "spec.imageCatalogRef.kind", "ImageCatalog"),
    ("AT-40", "spec.imageCatalogRef.name", "timeseries"),
    ("AT-40", "spec.imageCatalogRef.major", 17),
    ("AT-40", "spec.postgresql.shared_preload_libraries", ["timescaledb"]),
    ("AT-40", "spec.bootstrap.initdb.postInitApplicationSQL[0]", "CREATE EXTENSION IF NOT EXISTS timescaledb"),
    ("AT-40", "spec.bootstrap.initdb.secret.name", "timeseries-role"),
    ("AT-40", "spec.plugins[0].isWALArchiver", True),
    ("AT-41", "spec.affinity.nodeSelector", {"groundwork.io/pool": "timeseries"}),
    ("AT-41", "spec.storage.storageClass", "timeseries-gp3-16000-1000"),
    ("AT-41", "spec.walStorage.storageClass", "timeseries-gp3-16000-1000"),
    ("AT-45", "spec.storage.size", "1000Gi"),
    ("AT-64", "spec.affinity.topologyKey", "topology.kubernetes.io/zone"),
    ("AT-64", "spec.affinity.podAntiAffinityType", "required"),
)
_CATALOG = _figures(
    "timescale",
    "ImageCatalog",
    "timeseries",
    ("AT-40", "spec.images", [{"major": 17, "image": "docker.io/timescale/timescaledb-ha:pg17.6-ts2.22.1"}]),
)
_STORAGE = _figures(
    "timescale",
    "StorageClass",
    "timeseries-gp3-16000-1000",
    ("AT-07", "provisioner", "ebs.csi.aws.com"),
    ("AT-38", "parameters.encrypted", "true"),
    ("AT-65", "parameters.iops", "16000"),
    ("AT-65", "parameters.throughput", "1000"),
)
_POOLER = _figures(
    "timescale",
    "Pooler",
    "timeseries-pooler-rw",
    ("AT-36", "spec.pgbouncer.poolMode", "transaction"),
    ("AT-36", "spec.pgbouncer.parameters.default_pool_size", "50"),
    ("AT-37", "spec.pgbouncer.parameters.client_tls_sslmode", "require"),
    ("AT-44", "spec.pgbouncer.parameters.max_client_conn", "1000"),
    ("AT-64", "spec.template.spec.topologySpreadConstraints[0].topologyKey", "topology.kubernetes.io/zone"),
)
_SERVICE_ROWS = [
    row
    for name, port in _SERVICES.items()
    for row in (
        *_figures(
            "workload",
            "Deployment",
            name,
            ("AT-01", f"{_CONTAINER}.image", f"ai-trading/{name}:v1.0.0"),
            ("AT-66", "spec.template.spec.securityContext.runAsNonRoot", True),
            *(
                (identifier, f"{_CONTAINER}.{probe}Probe.httpGet", {"path": "/health", "port": port})
                for identifier in ({8000: "AT-10", 8001: "AT-11", 8002: "AT-12"}[port],)
                for probe in ("startup", "readiness", "liveness")
            ),
        ),
        *_figures(
            "workload",
            "Service",
            name,
            ({8000: "AT-10", 8001: "AT-11", 8002: "AT-12"}[port], "spec.ports[name=http].port", port),
        ),
        *_figures(
            "workload",
            "HorizontalPodAutoscaler",
            f"{name}-hpa",
            ("AT-54", "spec.minReplicas", _REPLICAS[name][0]),
            ("AT-54", "spec.maxReplicas", _REPLICAS[name][1]),
            ("AT-55", "spec.metrics[0].resource", _resource("cpu", 70)),
            ("AT-56", "spec.metrics[1].resource", _resource("memory", 80)),
            ("AT-57", "spec.metrics[2].pods.metric.name", "http_requests_per_second"),
            ("AT-57", "spec.metrics[2].pods.target", {"type": "AverageValue", "averageValue": "100"}),
        ),
    )
]
_DUMP = _figures(
    "workload",
    "CronJob",
    "database-dump",
    # An hour before the Sunday window that the guide's own two o'clock falls into.
    ("AT-106", "spec.schedule", "0 1 * * *"),
    ("AT-106", "spec.timeZone", "Etc/UTC"),
)


@pytest.mark.parametrize(
    ("chart", "kind", "name", "path", "expected"), [*_CLUSTER, *_CATALOG, *_STORAGE, *_POOLER, *_SERVICE_ROWS, *_DUMP]
)
def test_figure(chart: str, kind: str, name: str, path: str, expected: object) -> None:
    assert at(rendered(chart, "prod").one(kind, name), path) == expected


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("chart", _CHARTS)
def test_every_object_fits_its_schema(chart: str, stack: str) -> None:
    for item in rendered(chart, stack).objects:
        kind, version = item["kind"], item["apiVersion"]
        validator = schema.built_in("1.35", version, kind) or definitions.validator(version, kind)
        assert validator is not None, f"no schema of {version} {kind}"
        assert schema.diagnostics(KubernetesObject(dict(item), "ai-trading", "test"), validator) == []


@pytest.mark.parametrize("chart", _CHARTS)
def test_the_chart_passes_a_strict_lint(chart: str) -> None:
    answer = run(chart, values(chart, "prod"), lint=True)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.requirement("AT-15")
def test_the_trading_pods_are_guaranteed_and_the_others_burstable() -> None:
    def pods(name: str) -> Any:
        return at(rendered("workload", "prod").one("Deployment", name), "spec.template.spec")

    for container in pods("trading-app")["containers"]:
        assert container["resources"]["requests"] == container["resources"]["limits"]
    for name in ("data-processor", "ml-service"):
        resources = pods(name)["containers"][0]["resources"]
        assert millicores(resources["requests"]["cpu"]) < millicores(resources["limits"]["cpu"])


@pytest.mark.requirement("AT-14")
@pytest.mark.parametrize("chart", ["workload", "foundation"])
def test_every_container_has_requests_and_limits(chart: str) -> None:
    templates = list(rendered(chart, "prod").pod_templates())
    assert templates
    for name, template in templates:
        for container in (*template["spec"]["containers"], *template["spec"].get("initContainers", [])):
            for part in ("requests", "limits"):
                assert set(container["resources"][part]) >= {"cpu", "memory"}, f"{name}: {container['name']}"


@pytest.mark.requirement("AT-16")
@pytest.mark.parametrize(
    ("service", "pool"), [("trading-app", "critical"), ("data-processor", "standard"), ("ml-service", "standard")]
)
def test_a_services_pods_go_to_their_pool_and_nobody_else_does(service: str, pool: str) -> None:
    pods = at(rendered("workload", "prod").one("Deployment", service), "spec.template.spec")
    terms = at(pods, "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms")
    assert terms == [{"matchExpressions": [{"key": "groundwork.io/pool", "operator": "In", "values": [pool]}]}]
    taint = {"key": "groundwork.io/pool", "value": pool, "effect": "NoSchedule"}
    assert pods["tolerations"] == [{**taint, "operator": "Equal"}]
    assert at(rendered("cluster", "prod").one("NodePool", pool), "spec.template.spec.taints") == [taint]
    labels = at(rendered("cluster", "prod").one("NodePool", pool), "spec.template.metadata.labels")
    assert labels == {"groundwork.io/pool": pool}


def _requirement(pool: str, key: str, operator: str) -> list[str]:
    stated = at(rendered("cluster", "prod").one("NodePool", pool), "spec.template.spec.requirements")
    return next(each["values"] for each in stated if each["key"] == key and each["operator"] == operator)


@pytest.mark.requirement("AT-60")
@pytest.mark.requirement("AT-65")
@pytest.mark.parametrize("pool", _POOLS)
def test_a_production_machine_has_500_gb_of_encrypted_ssd(pool: str) -> None:
    volume = at(rendered("cluster", "prod").one("EC2NodeClass", pool), "spec.blockDeviceMappings[0].ebs")
    assert (volume["volumeType"], volume["volumeSize"], volume["encrypted"]) == ("gp3", "500Gi", True)
    assert volume["iops"] >= 3000
    assert volume["throughput"] >= 125


@pytest.mark.requirement("AT-58")
@pytest.mark.parametrize("pool", _POOLS)
def test_the_pools_grow_on_demand_up_to_a_limit(pool: str) -> None:
    pools = rendered("cluster", "prod")
    stated = ai_trading("prod").node_pools[pool]
    assert at(pools.one("NodePool", pool), "spec.limits.cpu") == str(stated.maximum_nodes * stated.maximum_cpu)
    demand = {
        name: millicores(service.resources.requests.cpu) * service.replicas.maximum
        for name, service in ai_trading("prod").workload.services.items()
        if service.node_pool == pool
    }
    assert stated.maximum_nodes * stated.maximum_cpu * 1000 >= sum(demand.values())


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("pool", ["workload", *_POOLS])
def test_only_machines_whose_network_encrypts_are_launched(pool: str) -> None:
    assert _requirement(pool, "karpenter.k8s.aws/instance-encryption-in-transit-supported", "In") == ["true"]


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_READER_URL", "TIMESCALE_URL", "TIMESCALE_READER_URL"])
def test_every_database_url_asks_for_tls(name: str) -> None:
    secret = rendered("foundation", "prod").one("ExternalSecret", "ai-trading-secrets")
    assert secret["spec"]["target"]["template"]["data"][name].endswith("sslmode=require")


@pytest.mark.requirement("AT-47")
@pytest.mark.requirement("AT-42")
def test_the_caches_url_asks_for_tls() -> None:
    secret = rendered("foundation", "prod").one("ExternalSecret", "ai-trading-secrets")
    assert secret["spec"]["target"]["template"]["data"]["REDIS_URL"].startswith("rediss://")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("DATABASE_PASSWORD", marks=pytest.mark.requirement("AT-25")),
        pytest.param("REDIS_PASSWORD", marks=pytest.mark.requirement("AT-26")),
        pytest.param("API_KEYS", marks=pytest.mark.requirement("AT-27")),
        pytest.param("JWT_SECRET", marks=pytest.mark.requirement("AT-28")),
        pytest.param("DATABASE_URL", marks=pytest.mark.requirement("AT-29")),
    ],
)
def test_every_secret_reaches_every_service(name: str) -> None:
    secret = rendered("foundation", "prod").one("ExternalSecret", "ai-trading-secrets")
    assert name in secret["spec"]["target"]["template"]["data"]
    for service in _NAMES:
        sources = at(rendered("workload", "prod").one("Deployment", service), _CONTAINER)["envFrom"]
        assert {"secretRef": {"name": "ai-trading-secrets"}} in sources


@pytest.mark.requirement("AT-40")
def test_the_time_series_url_is_made_of_the_databases_own_credential() -> None:
    spec = rendered("foundation", "prod").one("ExternalSecret", "ai-trading-secrets")["spec"]
    url = spec["target"]["template"]["data"]["TIMESCALE_URL"]
    assert "@timeseries-pooler-rw.timeseries.svc.cluster.local:5432/market?" in url
    keys = {each["secretKey"]: each["remoteRef"] for each in spec["data"]}
    assert keys["timeseries_password"] == {"key": "ai-trading/prod/timeseries-role", "property": "password"}


@pytest.mark.requirement("AT-64")
@pytest.mark.parametrize(
    ("name", "label", "namespace"),
    [
        ("timeseries-pooler-rw", {"cnpg.io/poolerName": "timeseries-pooler-rw"}, "timeseries"),
        # What the operator's own chart lacks: see offline_cloud/kubernetes/charts/facts.json.
        ("cloudnative-pg", {"app.kubernetes.io/name": "cloudnative-pg"}, "cnpg-system"),
    ],
)
def test_copies_that_nobody_else_keeps_have_a_budget(name: str, label: dict[str, str], namespace: str) -> None:
    budget = rendered("timescale", "prod").one("PodDisruptionBudget", name)
    assert budget["metadata"]["namespace"] == namespace
    assert at(budget, "spec.selector.matchLabels") == label
    spec = budget["spec"]
    assert 1 in (spec.get("maxUnavailable"), spec.get("minAvailable"))


@pytest.mark.requirement("AT-69")
def test_the_products_images_must_be_signed_and_all_others_are_named() -> None:
    policy = rendered("image-policy", "prod").one("ClusterImagePolicy", "ai-trading-signed")["spec"]
    assert policy["mode"] == "enforce"
    globs = {each["glob"] for each in policy["images"]}
    assert globs == {f"{REGISTRY}/{name}{end}" for name in _NAMES for end in ("@*", ":*")}
    (authority,) = policy["authorities"]
    assert authority["signatureFormat"] == "bundle"
    (statement,) = authority["attestations"]
    assert statement["predicateType"] == "https://sigstore.dev/cosign/sign/v1"
    (identity,) = authority["keyless"]["identities"]
    assert identity["issuer"] == "https://token.actions.githubusercontent.com"
    unsigned = rendered("image-policy", "prod").one("ClusterImagePolicy", "ai-trading-unsigned")["spec"]
    assert not any("ai-trading/" in each["glob"] for each in unsigned["images"])


@pytest.mark.requirement("AT-69")
def test_the_products_namespace_asks_to_be_judged() -> None:
    namespace = rendered("foundation", "prod").one("Namespace", NAMESPACE)
    assert namespace["metadata"]["labels"]["policy.sigstore.dev/include"] == "true"


@pytest.mark.requirement("AT-59")
def test_dev_is_small_and_still_has_what_the_guide_calls_the_least() -> None:
    stack = ai_trading("dev").stack
    assert ai_trading("dev").node_pools == {}
    assert [each["metadata"]["name"] for each in rendered("cluster", "dev").of_kind("NodePool")] == ["workload"]
    # Two machines of 2 vCPU and 8 GiB, with 50 GB each, before Karpenter launches any.
    assert set(stack.cluster.system_nodes.instance_types) == {"m7i.large", "m6i.large"}
    assert stack.cluster.system_nodes.minimum * 2 >= 4
    assert stack.cluster.system_nodes.minimum * 8 >= 8
    assert stack.cluster.system_nodes.disk_gib >= 50
    figures = stack.timeseries
    assert figures is not None
    assert mebibytes(figures.memory) <= 8 * 1024
    assert at(rendered("timescale", "dev").one("Cluster", "timeseries"), "spec.instances") == 1


@pytest.mark.requirement("AT-128")
def test_an_operator_reaches_both_databases_from_the_toolbox() -> None:
    settings = with_toolbox(ai_trading("prod"))
    answer = run("workload", workload_values(settings, wiring(settings)).to_helm())
    assert answer.returncode == 0, answer.stderr
    objects = [item for item in yaml.safe_load_all(answer.stdout) if item]
    (policy,) = [each for each in objects if each["kind"] == "NetworkPolicy" and "toolbox" in each["metadata"]["name"]]
    assert {"database", "timeseries", "cache"} <= set(policy["metadata"]["annotations"]["groundwork/egress"].split())
    (toolbox,) = [each for each in objects if each["kind"] == "Deployment" and each["metadata"]["name"] == "toolbox"]
    images = {each["image"].rsplit(":", 1)[0] for each in at(toolbox, "spec.template.spec.containers")}
    assert "public.ecr.aws/docker/library/postgres" in images


@pytest.mark.requirement("AT-04")
def test_metrics_are_collected_from_a_namespace_of_their_own() -> None:
    for service in _NAMES:
        policy = rendered("workload", "prod").one("NetworkPolicy", f"{service}-policy")
        senders = [
            peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
            for flow in policy["spec"]["ingress"]
            for peer in flow["from"]
            if "namespaceSelector" in peer
        ]
        assert senders == [MONITORING] == ["monitoring"]
