"""The cluster chart: nodes, volumes, priorities, the secret store, and how the nodes go."""

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
import yaml

from components.cluster.api_access import ClusterNetwork
from components.cluster.cluster import Cluster, ClusterArgs
from components.cluster.cluster_objects import ClusterObjects, ClusterObjectsArgs
from components.cluster.demand import workload_capacity, workload_demand
from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings.arithmetic.capacity import Demand
from tests.charts.ai_trading import rendered as ai_trading_chart
from tests.charts.rendering import KUBERNETES, ROOT, Rendered, at, helm, stack
from tests.components.recording import build

Values = dict[str, Any]
KINDS = {
    "PriorityClass",
    "StorageClass",
    "ClusterSecretStore",
    "EC2NodeClass",
    "NodePool",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Job",
}


@cache
def wired() -> Values:
    """The values that the component hands to the chart in stack prod."""
    settings = stack("prod")

    def objects() -> ClusterObjects:
        cluster = Cluster(
            "cluster",
            ClusterArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                settings=settings.stack.cluster,
                network=ClusterNetwork(vpc_id="vpc-1", cidr="10.0.0.0/16", route_table_ids=["rtb-a"]),
                subnet_ids=["subnet-a", "subnet-b"],
                logs_key_arn="logs-key",
                cluster_key_arn="cluster-key",
                data_key_arn="data-key",
                access=(),
                network_ready=[],
                protect=False,
            ),
        )
        return ClusterObjects(
            "objects",
            ClusterObjectsArgs(
                cluster=settings.prefix,
                region=settings.stack.region,
                zones=settings.stack.zones,
                version=settings.stack.cluster.version,
                nodes=settings.stack.cluster.workload_nodes,
                capacity=workload_capacity(settings),
                longest_run_seconds=4 * 3600,
                instance_profile="profile",
                security_group_id="sg-0123456789abcdef0",
                data_key_arn="data-key",
                namespaces=("openibank",),
                tags={"Stack": "prod"},
                provider=cluster.provider,
                after=[],
            ),
        )

    return dict(build(objects).named("objects-release").inputs["values"])


def run(values: Values, command: str = "template") -> Any:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "values.json"
        file.write_text(json.dumps(values))
        path = str(ROOT / "charts/cluster")
        common = ["--values", str(file), "--namespace", "kube-system", "--kube-version", KUBERNETES]
        if command == "lint":
            return helm("lint", "--strict", path, *common)
        return helm("template", "cluster", path, *common)


@cache
def rendered() -> Rendered:
    answer = run(wired())
    assert answer.returncode == 0, answer.stderr
    return Rendered(tuple(item for item in yaml.safe_load_all(answer.stdout) if item))


def requirement(key: str, operator: str) -> list[str]:
    pool = rendered().one("NodePool", "workload")
    (found,) = [
        each["values"]
        for each in at(pool, "spec.template.spec.requirements")
        if (each["key"], each["operator"]) == (key, operator)
    ]
    return found


def test_lint_has_nothing_to_say() -> None:
    answer = run(wired(), "lint")
    assert answer.returncode == 0, answer.stdout
    assert "[WARNING]" not in answer.stdout


def test_it_renders_what_the_cluster_shares() -> None:
    assert {item["kind"] for item in rendered().objects} == KINDS


def test_every_object_fits_its_schema() -> None:
    for item in rendered().objects:
        kind, api_version = item["kind"], item["apiVersion"]
        validator = schema.built_in(KUBERNETES, api_version, kind) or definitions.validator(api_version, kind)
        assert validator is not None, f"{api_version} {kind} has no schema"
        found = schema.diagnostics(KubernetesObject(cast("dict[str, Any]", item), "kube-system"), validator)
        assert [str(each) for each in found] == []


@pytest.mark.requirement("OB-91")
def test_the_pool_may_grow_to_openibanks_peak_with_head_room() -> None:
    demand = workload_demand(stack("prod"))
    limits = at(rendered().one("NodePool", "workload"), "spec.limits")
    assert int(limits["cpu"]) * 1000 > demand.millicores
    assert int(limits["memory"].removesuffix("Gi")) * 1024 > demand.mebibytes


@pytest.mark.requirement("OB-D01")
def test_openibanks_peak_is_the_figure_of_the_guide() -> None:
    """Beside it, the probe and the exporters of database and cache."""
    assert workload_demand(stack("prod")) == Demand(millicores=15_000 + 3 * 20, mebibytes=30 * 1024 + 3 * 32)


def test_the_pool_launches_what_the_settings_name() -> None:
    nodes = stack("prod").stack.cluster.workload_nodes
    assert requirement("kubernetes.io/arch", "In") == [nodes.architecture]
    assert requirement("karpenter.sh/capacity-type", "In") == list(nodes.capacity_types)
    assert requirement("karpenter.k8s.aws/instance-category", "In") == list(nodes.instance_categories)
    assert requirement("karpenter.k8s.aws/instance-generation", "Gt") == [str(nodes.minimum_generation - 1)]
    # Names of zones differ by account, and a node carries both.
    assert requirement("topology.k8s.aws/zone-id", "In") == list(stack("prod").stack.zones)


def test_zones_by_name_are_values_of_another_label() -> None:
    answer = run({**wired(), "zones": ["eu-west-1a", "eu-west-1b"]})
    named = Rendered(tuple(item for item in yaml.safe_load_all(answer.stdout) if item)).one("NodePool", "workload")
    values = {each["key"]: each.get("values") for each in at(named, "spec.template.spec.requirements")}
    assert values["topology.kubernetes.io/zone"] == ["eu-west-1a", "eu-west-1b"]
    assert "topology.k8s.aws/zone-id" not in values


def test_a_pod_cannot_reach_the_nodes_credentials() -> None:
    options = at(rendered().one("EC2NodeClass", "workload"), "spec.metadataOptions")
    assert options["httpTokens"] == "required"
    assert options["httpPutResponseHopLimit"] == 1


def test_node_and_pod_volumes_are_encrypted_with_the_stacks_key() -> None:
    (device,) = at(rendered().one("EC2NodeClass", "workload"), "spec.blockDeviceMappings")
    assert device["ebs"]["encrypted"] is True
    assert device["ebs"]["kmsKeyID"] == "data-key"
    volumes = rendered().one("StorageClass", "gp3")
    assert volumes["parameters"] == {"type": "gp3", "encrypted": "true", "kmsKeyId": "data-key"}
    assert volumes["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] == "true"
    assert volumes["volumeBindingMode"] == "WaitForFirstConsumer"


def test_a_nodes_volume_goes_with_the_node() -> None:
    """Nothing of a node is left, and paid for, once it is gone."""
    classes = [*rendered().of_kind("EC2NodeClass"), *ai_trading_chart("cluster", "prod").of_kind("EC2NodeClass")]
    assert {each["metadata"]["name"] for each in classes} > {"workload"}
    for each in classes:
        volumes = [device["ebs"] for device in at(each, "spec.blockDeviceMappings")]
        assert volumes
        assert all(volume["deleteOnTermination"] is True for volume in volumes), each["metadata"]["name"]


@pytest.mark.requirement("OB-122")
def test_workload_nodes_run_al2023_which_keeps_time_from_first_boot() -> None:
    assert at(rendered().one("EC2NodeClass", "workload"), "spec.amiSelectorTerms") == [{"alias": "al2023@latest"}]


@pytest.mark.requirement("SL-64")
def test_the_secret_store_serves_the_named_namespaces_without_a_credential() -> None:
    spec = rendered().one("ClusterSecretStore", "aws-secrets-manager")["spec"]
    assert spec["conditions"] == [{"namespaces": ["openibank"]}]
    assert spec["provider"] == {"aws": {"service": "SecretsManager", "region": "us-east-1"}}


def test_one_priority_is_the_default_and_background_work_takes_nobodys_place() -> None:
    classes = rendered().of_kind("PriorityClass")
    assert [each["metadata"]["name"] for each in classes if each.get("globalDefault")] == ["product"]
    assert rendered().one("PriorityClass", "background")["preemptionPolicy"] == "Never"
    order = sorted(classes, key=lambda each: each["value"])
    assert [each["metadata"]["name"] for each in order] == ["background", "product", "platform"]


def test_the_nodes_go_before_their_controller_does() -> None:
    """Pools first, or a pool makes new claims; the class last, since claims hold it."""
    job = rendered().one("Job", "node-drain")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-delete"
    spec = job["spec"]["template"]["spec"]
    steps = [container["args"][:2] for container in [*spec["initContainers"], *spec["containers"]]]
    assert steps == [
        ["delete", "nodepools.karpenter.sh"],
        ["delete", "nodeclaims.karpenter.sh"],
        ["delete", "ec2nodeclasses.karpenter.k8s.aws"],
    ]
    for container in [*spec["initContainers"], *spec["containers"]]:
        assert "--wait=true" in container["args"]
        assert container["image"] == "registry.k8s.io/kubectl:v1.35.0"


def test_the_drain_runs_where_the_nodes_it_ends_are_not() -> None:
    spec = rendered().one("Job", "node-drain")["spec"]["template"]["spec"]
    assert spec["priorityClassName"] == "system-cluster-critical"
    assert spec["nodeSelector"] == {"groundwork.io/pool": "system"}
    assert spec["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]


def test_the_drain_may_delete_what_it_deletes_and_nothing_else() -> None:
    rules = rendered().one("ClusterRole", "node-drain")["rules"]
    assert {(rule["apiGroups"][0], resource) for rule in rules for resource in rule["resources"]} == {
        ("karpenter.sh", "nodepools"),
        ("karpenter.sh", "nodeclaims"),
        ("karpenter.k8s.aws", "ec2nodeclasses"),
    }
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch", "delete"}


def _break(*path: str, value: object) -> Callable[[Values], None]:
    def change(values: Values) -> None:
        here: Any = values
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_break("node", value={}), "node"),
        (_break("nodes", "cpus", value=3), "cpus"),
        (_break("nodes", "cpu", value="32"), "cpu"),
        (_break("nodes", "architecture", value="x86"), "architecture"),
        (_break("nodes", "capacityTypes", value=[]), "capacityTypes"),
        (_break("nodes", "diskGib", value=5), "diskGib"),
        (_break("region", value="moon"), "region"),
        (_break("secrets", "namespaces", value=[]), "namespaces"),
    ],
)
def test_wrong_values_are_refused_by_name(change: Callable[[Values], None], named: str) -> None:
    values = copy.deepcopy(wired())
    change(values)
    answer = run(values)
    assert answer.returncode != 0
    assert named in answer.stderr
