"""The add-on charts: pinned, installed whole, in order, each with the least it needs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from components.cluster.addons import AddOns
from components.cluster.charts import CHARTS
from tests.components.recording import ACCOUNT, Recorder, Registration

RELEASE = "kubernetes:helm.sh/v3:Release"
ROOT = Path(__file__).parents[3]
FACTS = json.loads((ROOT / "offline_cloud/kubernetes/charts/versions.json").read_text())


def release(recorder: Recorder[AddOns], name: str) -> Registration:
    (found,) = [each for each in recorder.of_type(RELEASE) if each.inputs["name"] == name]
    return found


def values(recorder: Recorder[AddOns], name: str) -> dict[str, Any]:
    return release(recorder, name).inputs["values"]


def permissions(recorder: Recorder[AddOns], name: str) -> dict[str, dict[str, Any]]:
    document = recorder.named(f"{name}-role-permissions").document("policy")
    return {statement["Sid"]: statement for statement in document["Statement"]}


def pod_specs(node: object) -> Iterator[dict[str, Any]]:
    """Every part of a chart's values that places pods."""
    if isinstance(node, dict):
        mapping = cast("dict[str, Any]", node)
        if "nodeSelector" in mapping:
            yield mapping
        for value in mapping.values():
            yield from pod_specs(value)


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_a_chart_is_the_pinned_one(add_ons: Recorder[AddOns], name: str) -> None:
    inputs = release(add_ons, name).inputs
    fact = FACTS[name]
    assert inputs["version"] == fact["version"]
    where = inputs.get("repositoryOpts", {}).get("repo") or inputs["chart"]
    assert where == fact["repository"]


@pytest.mark.parametrize("name", [*sorted(CHARTS), "cluster"])
def test_a_release_is_all_or_nothing_and_bounded(add_ons: Recorder[AddOns], name: str) -> None:
    found = release(add_ons, name)
    assert found.inputs["atomic"] is True
    assert found.inputs["cleanupOnFail"] is True
    assert found.inputs["timeout"] >= 600
    assert "cluster-provider" in found.provider


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_a_chart_waits_for_a_cluster_that_can_run_it(add_ons: Recorder[AddOns], name: str) -> None:
    found = release(add_ons, name)
    assert add_ons.comes_after(found, add_ons.one("aws:eks/nodeGroup:NodeGroup"))
    for add_on in add_ons.of_type("aws:eks/addon:Addon"):
        assert add_ons.comes_after(found, add_on), add_on.name


@pytest.mark.requirement("SL-64")
@pytest.mark.parametrize("name", ["aws-load-balancer-controller", "external-secrets", "karpenter"])
def test_a_controllers_role_is_there_before_its_pods(add_ons: Recorder[AddOns], name: str) -> None:
    chart = CHARTS[name]
    (association,) = [
        each
        for each in add_ons.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation")
        if each.inputs["serviceAccount"] == chart.service_account
    ]
    assert association.inputs["namespace"] == release(add_ons, name).inputs["namespace"]
    assert add_ons.comes_after(release(add_ons, name), association)


@pytest.mark.parametrize("name", sorted(set(CHARTS) - {"karpenter-crd"}))
def test_every_controller_runs_on_the_system_nodes(add_ons: Recorder[AddOns], name: str) -> None:
    specs = list(pod_specs(values(add_ons, name)))
    assert specs
    for spec in specs:
        assert spec["nodeSelector"]["groundwork.io/pool"] == "system"
        # Karpenter's chart tolerates the taint by itself.
        if name != "karpenter":
            assert spec["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]


def test_the_load_balancer_controller_only_joins_pods(add_ons: Recorder[AddOns]) -> None:
    told = values(add_ons, "aws-load-balancer-controller")
    assert told["clusterName"] == "shop-prod"
    assert told["vpcId"] == "vpc-1"
    for switch in ("createIngressClassResource", "enableServiceMutatorWebhook", "enableShield", "enableWaf"):
        assert told[switch] is False
    allowed = permissions(add_ons, "add-ons-aws-load-balancer-controller")
    assert set(allowed) == {"JoinOwnTargetGroups", "Look"}
    assert allowed["JoinOwnTargetGroups"]["Condition"] == {
        "StringEquals": {"aws:ResourceTag/Product": "shop", "aws:ResourceTag/Stack": "prod"}
    }
    for action in allowed["Look"]["Action"]:
        assert action.split(":")[1].startswith("Describe")


@pytest.mark.requirement("SL-64")
def test_external_secrets_reads_the_stacks_secrets_alone(add_ons: Recorder[AddOns]) -> None:
    start = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:"
    allowed = permissions(add_ons, "add-ons-external-secrets")
    assert allowed["ReadOwn"]["Resource"] == [f"{start}shop/prod/*", f"{start}elsewhere-??????"]
    assert allowed["ReadOwnDatabases"]["Condition"] == {
        "StringLike": {
            "aws:ResourceTag/aws:rds:primaryDBInstanceArn": f"arn:aws:rds:us-east-1:{ACCOUNT}:db:shop-prod-*"
        }
    }
    assert allowed["DecryptThroughSecretsManager"]["Resource"] == ["secrets-key"]
    for statement in (allowed["ReadOwn"], allowed["ReadOwnDatabases"]):
        assert not [action for action in statement["Action"] if "Put" in action or "*" in action]


def test_external_secrets_survives_the_loss_of_a_node(add_ons: Recorder[AddOns]) -> None:
    told = values(add_ons, "external-secrets")
    for part in (told, told["webhook"]):
        assert part["replicaCount"] == 2
        assert part["podDisruptionBudget"] == {"enabled": True, "minAvailable": 1}


@pytest.mark.requirement("OB-126")
def test_metrics_server_answers_kubectl_top(add_ons: Recorder[AddOns]) -> None:
    assert release(add_ons, "metrics-server").inputs["namespace"] == "kube-system"
    assert values(add_ons, "metrics-server")["replicas"] == 2


def test_reloader_restarts_what_asks_for_it(add_ons: Recorder[AddOns]) -> None:
    told = values(add_ons, "reloader")["reloader"]
    assert told["watchGlobally"] is True
    assert told["autoReloadAll"] is False
    assert told["enableHA"] is True
    assert told["deployment"]["replicas"] == 2


def test_whatever_uses_the_cluster_can_wait_for_everything(add_ons: Recorder[AddOns]) -> None:
    ready = {add_ons.urn(resource) for resource in add_ons.result.ready}
    assert ready == {each.urn for each in add_ons.of_type(RELEASE)}


def test_the_controllers_webhook_is_up_before_other_charts(add_ons: Recorder[AddOns]) -> None:
    controller = release(add_ons, "aws-load-balancer-controller")
    for each in add_ons.of_type(RELEASE):
        assert each.urn == controller.urn or add_ons.comes_after(each, controller)


def test_shared_objects_go_before_the_controllers_that_own_what_they_made(add_ons: Recorder[AddOns]) -> None:
    objects = release(add_ons, "cluster")
    for name in ("karpenter", "external-secrets"):
        assert add_ons.comes_after(objects, release(add_ons, name))


def test_isolation_follows_the_way_out(
    add_ons: Recorder[AddOns], add_ons_with: Callable[..., Recorder[AddOns]]
) -> None:
    assert values(add_ons, "karpenter")["settings"]["isolatedVPC"] is False
    assert values(add_ons_with(nat="none"), "karpenter")["settings"]["isolatedVPC"] is True


def test_a_chart_that_cleans_up_goes_while_there_are_nodes_that_its_job_tolerates(
    add_ons_with: Callable[..., Recorder[AddOns]],
) -> None:
    recorder = add_ons_with(optional=("cert-manager", "policy-controller"))
    objects = release(recorder, "cluster")
    assert recorder.comes_after(release(recorder, "policy-controller"), objects)
    assert not recorder.comes_after(release(recorder, "cert-manager"), objects)


def test_without_a_way_out_the_admission_controller_does_not_ask_for_sigstores_roots(
    add_ons_with: Callable[..., Recorder[AddOns]],
) -> None:
    charts = ("cert-manager", "policy-controller")
    assert "extraArgs" not in values(add_ons_with(optional=charts), "policy-controller")["webhook"]
    told = values(add_ons_with(optional=charts, nat="none"), "policy-controller")["webhook"]
    assert told["extraArgs"] == {"disable-tuf": True}
