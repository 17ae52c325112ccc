"""GridTokenX's pods, nodes, stores and secrets: the guide's figures in what its platform creates."""

from base64 import b64decode
from typing import Any

import pytest

from settings.arithmetic.budgets import cache_connections, database_connections
from settings.arithmetic.connections import BudgetRow, ConnectionBudget
from settings.arithmetic.instance_classes import database_class, sustained_iops
from tests.charts.gridtokenx import gridtokenx, rendered
from tests.charts.rendering import at
from tests.products.gridtokenx import (
    RECORD,
    RELEASE,
    SERVICE,
    in_workload,
    produced,
    secret_variables,
    variable,
)
from tests.products.proof import CACHE, DATABASE, LISTENER_RULE, PARAMETERS, RANDOM_BYTES, SECRET_VERSION, rows

_URL = "postgres://{{ .database_username }}:{{ .database_password | urlquery }}@"
_STORE = ":5432/gridtokenx?sslmode=require"

_FIGURES = rows(
    ("GX-03", DATABASE, "database-primary", "multiAz", True),
    ("GX-38", DATABASE, "database-primary", "instanceClass", "db.m6g.4xlarge"),
    ("GX-38", DATABASE, "database-primary", "allocatedStorage", 500),
    ("GX-38", DATABASE, "database-primary", "iops", 20000),
    ("GX-38", DATABASE, "database-replica-2", "instanceClass", "db.m6g.4xlarge"),
    ("GX-04", CACHE, "cache-group", "numNodeGroups", 3),
    ("GX-04", CACHE, "cache-group", "clusterMode", "enabled"),
    ("GX-40", CACHE, "cache-group", "nodeType", "cache.r6g.xlarge"),
    ("GX-89", CACHE, "cache-group", "numNodeGroups", 3),
    ("GX-89", CACHE, "cache-group", "replicasPerNodeGroup", 1),
    ("GX-84", PARAMETERS, "database-parameters", "parameters[name=rds.force_ssl].value", "1"),
    ("GX-90", CACHE, "cache-group", "snapshotRetentionLimit", 7),
    ("GX-69", RANDOM_BYTES, "secrets-jwt-secret-value", "length", 32),
)


@pytest.mark.parametrize(("token", "name", "path", "expected"), _FIGURES)
def test_figure(token: str, name: str, path: str, expected: object) -> None:
    assert at(produced().one(token, name).inputs, path) == expected


@pytest.mark.requirement("GX-01")
def test_the_guides_picture_is_one_chain_from_the_cdn_to_the_stores() -> None:
    recorder = produced()
    cdn = recorder.one("aws:cloudfront/distribution:Distribution").inputs
    assert cdn["webAclId"].endswith(":ingress-cdn-firewall-acl-arn")
    assert [each["domainName"] for each in cdn["origins"]] == ["ingress-alb-dnsName"]
    targets = {rule.inputs["actions"][0]["targetGroupArn"] for rule in recorder.of_type(LISTENER_RULE)}
    values = recorder.one(RELEASE, "application-workload").inputs["values"]
    service = values["services"][SERVICE]
    assert {(group["service"], group["arn"]) for group in values["targetGroups"]} == {(SERVICE, arn) for arn in targets}
    assert in_workload("HorizontalPodAutoscaler", f"{SERVICE}-hpa", "spec.minReplicas") == 3
    assert recorder.one(CACHE).inputs["snapshotRetentionLimit"] >= 1
    sources = [each.inputs.get("replicateSourceDb") for each in recorder.of_type(DATABASE)]
    assert sources == [None, *["gridtokenx-prod-primary"] * 2]
    assert service["environment"]["SOLANA_RPC_URL"] == "https://api.mainnet-beta.solana.com"
    assert values["dump"]["bucket"] == recorder.named("backups-store-bucket").inputs["bucket"]


@pytest.mark.requirement("GX-03")
@pytest.mark.requirement("GX-87")
def test_one_primary_and_two_replicas_of_it() -> None:
    instances = produced().of_type(DATABASE)
    assert [each.name for each in instances] == ["database-primary", "database-replica-1", "database-replica-2"]
    assert [each.inputs.get("replicateSourceDb") for each in instances] == [None, *["gridtokenx-prod-primary"] * 2]


@pytest.mark.requirement("GX-38")
def test_the_class_of_the_database_sustains_what_is_paid_for() -> None:
    primary = produced().one(DATABASE, "database-primary").inputs
    size, sustained = database_class(primary["instanceClass"]), sustained_iops(primary["instanceClass"])
    # 8 cores and 32 GB are floors (N14); the guide's own class sustains 12,000 of the 20,000 operations (N15).
    assert (size.vcpus, size.memory_gib) == (16, 64)
    assert sustained is not None
    assert sustained >= primary["iops"]


_POOLS = [
    pytest.param(key, host, id=key, marks=pytest.mark.requirement(requirement))
    for requirement, key, host in (
        ("GX-48", "DATABASE_URL", "database-primary-address"),
        ("GX-52", "DATABASE_PRIMARY_URL", "database-primary-address"),
        ("GX-53", "DATABASE_REPLICA_URL", "db-reader.gridtokenx-prod.internal"),
    )
]


@pytest.mark.parametrize(("key", "host"), _POOLS)
def test_a_pool_leads_to_its_instances_over_tls(key: str, host: str) -> None:
    assert secret_variables()[key] == f"{_URL}{host}{_STORE}"


@pytest.mark.requirement("GX-53")
@pytest.mark.requirement("GX-87")
def test_the_readers_name_is_shared_by_the_two_replicas_alone() -> None:
    readers = [
        each.inputs
        for each in produced().of_type(RECORD)
        if each.inputs["name"] == "db-reader.gridtokenx-prod.internal"
    ]
    assert {each["records"][0] for each in readers} == {"database-replica-1-address", "database-replica-2-address"}
    assert [each["weightedRoutingPolicies"][0]["weight"] for each in readers] == [100, 100]


def _row(budget: ConnectionBudget | None) -> BudgetRow:
    assert budget is not None
    assert budget.fits
    (row,) = budget.rows
    return row


@pytest.mark.requirement("GX-53")
@pytest.mark.requirement("GX-86")
def test_twenty_to_the_writer_and_forty_to_the_readers_are_counted_for_every_pod() -> None:
    row = _row(database_connections(gridtokenx("prod")))
    writer = int(variable("DATABASE_MAX_CONNECTIONS"))
    assert row.pool == writer + 40 == 60
    # GX-D02: 400 to the writer and 800 to the readers at twenty pods, 60 and 120 at three.
    assert (row.at_minimum, row.at_maximum) == (60 + 120, 400 + 800)


@pytest.mark.requirement("GX-56")
def test_the_cache_pool_that_a_pod_opens_is_the_one_that_is_counted() -> None:
    row = _row(cache_connections(gridtokenx("prod")))
    assert row.pool == int(variable("REDIS_POOL_SIZE")) == 20
    assert (row.at_minimum, row.at_maximum) == (60, 400)


@pytest.mark.requirement("GX-54")
@pytest.mark.requirement("GX-55")
def test_the_cache_is_reached_at_its_cluster_endpoint_with_the_password_given_apart() -> None:
    given = secret_variables()
    endpoint = "clustercfg.gridtokenx-prod.abc123.use1.cache.amazonaws.com"
    assert (
        given["REDIS_URL"] == f"rediss://{{{{ .cache_username }}}}:{{{{ .cache_password | urlquery }}}}@{endpoint}:6379"
    )
    assert given["REDIS_PASSWORD"] == "{{ .cache_password }}"


@pytest.mark.requirement("GX-69")
def test_the_signing_key_is_32_random_bytes_in_base64() -> None:
    version = produced().one(SECRET_VERSION, "secrets-jwt-secret-version")
    assert len(b64decode(version.inputs["secretString"], validate=True)) == 32
    assert "secretString" in version.secret_inputs
    assert secret_variables()["JWT_SECRET"] == "{{ .JWT_SECRET }}"


@pytest.mark.requirement("GX-79")
@pytest.mark.requirement("GX-139")
def test_error_tracking_is_on_once_the_operator_gives_its_address() -> None:
    assert "SENTRY_DSN" not in secret_variables()
    assert secret_variables("SENTRY_DSN")["SENTRY_DSN"] == "{{ .SENTRY_DSN }}"
    stored = [
        each
        for each in produced("SENTRY_DSN").of_type(SECRET_VERSION)
        if each.inputs.get("secretString") == "given-by-the-operator"
    ]
    assert len(stored) == 1
    assert "secretString" in stored[0].secret_inputs


@pytest.mark.requirement("GX-59")
@pytest.mark.requirement("GX-81")
def test_the_chains_key_pair_is_mounted_where_the_product_looks_for_it() -> None:
    stated = produced().one(RELEASE, "application-foundation").inputs["values"]["externalSecrets"]
    files = at(stated, "[name=gridtokenx-files]")
    assert files["sources"] == {"BLOCKCHAIN_KEYPAIR": {"key": "gridtokenx/blockchain-keypair"}}
    path = variable("BLOCKCHAIN_KEYPAIR_PATH")
    assert path == "/secure/vault/mainnet-keypair.json"
    mount = in_workload("Deployment", SERVICE, f"spec.template.spec.containers[0].volumeMounts[mountPath={path}]")
    assert (mount["name"], mount["subPath"], mount["readOnly"]) == ("secret-files", "BLOCKCHAIN_KEYPAIR", True)


@pytest.mark.requirement("GX-85")
def test_the_schema_is_migrated_by_the_products_image_before_a_pod_of_it_starts() -> None:
    job = rendered("workload", "prod").one("Job", "migration")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    (container,) = at(job, "spec.template.spec.containers")
    assert container["image"] == "gridtokenx/api-gateway:v1.0.0"
    assert container["env"] == [
        {
            "name": "DATABASE_URL",
            "valueFrom": {"secretKeyRef": {"name": "gridtokenx-secrets-database-owner", "key": "DATABASE_URL"}},
        }
    ]


@pytest.mark.requirement("GX-12")
def test_the_server_listens_on_the_port_that_is_published() -> None:
    port = in_workload("Deployment", SERVICE, "spec.template.spec.containers[0].ports[name=http].containerPort")
    assert port == int(variable("PORT")) == 8080


@pytest.mark.requirement("GX-13")
def test_the_server_shows_its_metrics_on_the_port_that_is_scraped() -> None:
    port = in_workload("Deployment", SERVICE, "spec.template.spec.containers[0].ports[name=metrics].containerPort")
    assert port == int(variable("METRICS_PORT")) == 9090


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        pytest.param(0, ("cpu", 70), marks=[pytest.mark.requirement("GX-116"), pytest.mark.requirement("GX-117")]),
        pytest.param(1, ("memory", 80), marks=pytest.mark.requirement("GX-116")),
    ],
)
def test_scaling(kind: int, figure: tuple[str, int]) -> None:
    autoscaler = rendered("workload", "prod").one("HorizontalPodAutoscaler", f"{SERVICE}-hpa")["spec"]
    stated = autoscaler["metrics"][kind]["resource"]
    assert (stated["name"], stated["target"]["averageUtilization"]) == figure
    assert (autoscaler["minReplicas"], autoscaler["maxReplicas"]) == (3, 20)


@pytest.mark.requirement("GX-68")
def test_a_pod_is_given_twice_the_time_that_a_settlement_waits() -> None:
    pod = in_workload("Deployment", SERVICE, "spec.template.spec")
    drain = at(pod, "containers[0].lifecycle.preStop.sleep.seconds")
    # The order to stop comes after the load balancer has let go of the pod.
    given = pod["terminationGracePeriodSeconds"] - drain
    assert given == 2 * int(variable("SETTLEMENT_CONFIRMATION_TIMEOUT_SECS")) == 60


def _requirements(stack: str) -> dict[tuple[str, str], list[str]]:
    stated = at(rendered("cluster", stack).one("NodePool", "api"), "spec.template.spec.requirements")
    return {(each["key"].rpartition("/")[2], each["operator"]): each["values"] for each in stated}


def _cores(stack: str) -> tuple[int, int]:
    found = _requirements(stack)
    return int(found["instance-cpu", "Gt"][0]) + 1, int(found["instance-cpu", "Lt"][0]) - 1


def _mebibytes(stack: str) -> int:
    return int(_requirements(stack)["instance-memory", "Gt"][0]) + 1


@pytest.mark.parametrize(
    ("stack", "cores"),
    [
        pytest.param("dev", 2, marks=pytest.mark.requirement("GX-34")),
        pytest.param("staging", 4, marks=pytest.mark.requirement("GX-35")),
        pytest.param("prod", 8, marks=pytest.mark.requirement("GX-36")),
    ],
)
def test_a_machine_has_the_guides_number_of_cores(stack: str, cores: int) -> None:
    assert _cores(stack) == (cores, cores)


@pytest.mark.parametrize(
    ("stack", "gibibytes"),
    [
        pytest.param("staging", 8, marks=pytest.mark.requirement("GX-35")),
        pytest.param("prod", 16, marks=pytest.mark.requirement("GX-36")),
    ],
)
def test_a_machine_has_the_guides_memory(stack: str, gibibytes: int) -> None:
    # A gibibyte less than on the label: the kernel and the hypervisor keep some of it back.
    assert _mebibytes(stack) == (gibibytes - 1) * 1024


@pytest.mark.requirement("GX-36")
def test_production_runs_on_the_guides_type_with_its_disk() -> None:
    assert _requirements("prod")["instance-type", "In"] == ["c6i.2xlarge"]
    volume: Any = at(rendered("cluster", "prod").one("EC2NodeClass", "api"), "spec.blockDeviceMappings[0].ebs")
    assert volume["volumeSize"] == "100Gi"


@pytest.mark.requirement("GX-42")
def test_a_machine_has_the_guides_gigabit_at_least() -> None:
    assert int(_requirements("prod")["instance-network-bandwidth", "Gt"][0]) + 1 == 1000


@pytest.mark.requirement("GX-119")
def test_ten_machines_hold_the_twenty_pods_and_a_rollout() -> None:
    limit = int(at(rendered("cluster", "prod").one("NodePool", "api"), "spec.limits.cpu"))
    assert limit == 10 * 8
    # GX-D01: twenty pods ask for 40 cores.
    assert limit >= 20 * 2


@pytest.mark.requirement("GX-25")
@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_files_and_processes_are_the_systemd_units(stack: str) -> None:
    machine = rendered("cluster", stack).one("EC2NodeClass", "api")["spec"]["userData"]
    assert "[Service]\\nLimitNOFILE=65536\\n" in machine
    assert "podPidsLimit: 4096\n" in machine
