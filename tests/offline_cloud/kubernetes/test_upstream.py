"""What is told of upstream charts: definitions that stay old, Jobs that find no node, priorities that are not there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cloud.cloud.model import Properties, Value
from offline_cloud.kubernetes import catalog
from offline_cloud.kubernetes.cluster import NODE_GROUP
from tests.offline_cloud.kubernetes.clouds import Cloud, noted, said, thing

TAINT: Properties = {"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}
MONITOR = thing("monitoring.coreos.com/v1", "PodMonitor", "m", spec={"selector": {}, "podMetricsEndpoints": [{}]})
POOL = thing(
    "karpenter.sh/v1",
    "NodePool",
    "workload",
    spec={
        "template": {
            "spec": {"nodeClassRef": {"group": "eks.amazonaws.com", "kind": "X", "name": "x"}, "requirements": []}
        }
    },
)


def upgraded(cloud: Cloud, chart: str, **inputs: Value) -> str:
    """Install an older version of a chart, upgrade it, and give what is noted."""
    noted(cloud.upstream(chart, **inputs))
    old = cloud.release(chart)
    cloud.world.remove(old)
    cloud.world.add(replace(old, inputs={**old.inputs, "version": "0.0.1"}))
    return noted(cloud.upgrade(chart, version=catalog.pinned()[chart]["version"]))


@pytest.mark.parametrize(
    ("chart", "fix"),
    [
        ("karpenter", "install karpenter-crd before it and skip them here"),
        ("kube-prometheus-stack", "install prometheus-operator-crds before it"),
        ("aws-load-balancer-controller", "apply them before the new version"),
    ],
)
def test_helm_leaves_definitions_as_they_were(cloud: Cloud, chart: str, fix: str) -> None:
    told = upgraded(cloud, chart)
    assert "its definitions stay as 0.0.1 or an earlier one installed them, since Helm never upgrades crds/" in told
    assert fix in told


@pytest.mark.parametrize(
    ("chart", "inputs"),
    [
        ("karpenter", {"skipCrds": True}),
        ("kube-prometheus-stack", {"values": {"crds": {"enabled": False}}}),
        ("external-secrets", {}),
        ("reloader", {}),
    ],
)
def test_definitions_that_come_otherwise_do_not_stay_behind(cloud: Cloud, chart: str, inputs: Properties) -> None:
    assert "its definitions stay" not in upgraded(cloud, chart, **inputs)


def test_the_same_version_leaves_nothing_behind(cloud: Cloud) -> None:
    noted(cloud.upstream("karpenter"))
    assert "its definitions stay" not in noted(cloud.upgrade("karpenter", values={"replicas": 2}))


@pytest.mark.parametrize(
    ("definer", "controller", "item"),
    [
        ("karpenter-crd", "karpenter", POOL),
        ("prometheus-operator-crds", "kube-prometheus-stack", MONITOR),
    ],
)
def test_a_chart_of_definitions_is_enough_for_the_objects_and_must_stay(
    cloud: Cloud, definer: str, controller: str, item: Properties
) -> None:
    noted(cloud.upstream(controller, skipCrds=True))
    assert "the cluster does not know" in said(cloud.objects(item))
    noted(cloud.upstream(definer))
    noted(cloud.objects(item))
    assert f"release {definer} serves" in str(cloud.uninstall(definer)[0])


def test_a_controller_that_has_to_clean_up_stays_even_if_another_chart_defines_its_objects(cloud: Cloud) -> None:
    noted(cloud.upstream("karpenter-crd"))
    noted(cloud.upstream("karpenter", skipCrds=True))
    noted(cloud.objects(POOL))
    assert "their finalizers would never be served" in str(cloud.uninstall("karpenter")[0])


def test_a_job_that_tolerates_nothing_needs_a_node_without_a_taint(cloud: Cloud) -> None:
    noted(cloud.upstream("policy-controller"))
    (system,) = cloud.world.of_type(NODE_GROUP)
    cloud.world.remove(system)
    cloud.add(NODE_GROUP, "system", {"clusterName": "prod", "taints": [TAINT]})
    (diagnostic,) = cloud.uninstall("policy-controller")
    assert "runs the Job leases-cleanup once it is gone, which tolerates no taint, and every node has one" in str(
        diagnostic
    )
    noted(cloud.upstream("karpenter"))
    noted(cloud.objects(POOL))
    assert cloud.uninstall("policy-controller") == []


def test_pods_of_a_priority_that_is_not_there_are_never_made(cloud: Cloud) -> None:
    values: Properties = {"priorityClassName": "platform", "podDisruptionBudget": {"enabled": True}}
    assert "values.priorityClassName: no PriorityClass 'platform' in the cluster" in said(
        cloud.upstream("metrics-server", values=values)
    )
    noted(cloud.objects(thing("scheduling.k8s.io/v1", "PriorityClass", "platform", value=1000)))
    noted(cloud.upstream("metrics-server", values=values))
    noted(
        cloud.upstream("reloader", values={"reloader": {"deployment": {"priorityClassName": "system-node-critical"}}})
    )


def test_facts_name_only_what_is_pinned() -> None:
    text = json.loads((Path(catalog.TABLES) / "facts.json").read_text())
    assert set(text["charts"]) <= set(catalog.pinned())
