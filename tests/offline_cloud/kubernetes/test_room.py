"""Pods that a managed node group has no room for."""

import json

import pytest

from offline_cloud.cloud.model import Properties, Value
from offline_cloud.kubernetes.cluster import NODE_GROUP
from tests.offline_cloud.kubernetes.clouds import Cloud, said

SELECTED: Properties = {"nodeSelector": {"kubernetes.io/os": "linux", "pool": "system"}}


def values(cpu: str, copies: int = 2) -> Properties:
    return {**SELECTED, "replicas": copies, "resources": {"requests": {"cpu": cpu, "memory": "64Mi"}}}


GROUP: Properties = {
    "clusterName": "prod",
    "instanceTypes": ["m7i.large", "m6i.xlarge"],
    "scalingConfig": {"minSize": 2, "maxSize": 4},
    "labels": {"pool": "system"},
    "taints": [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}],
}


@pytest.fixture
def small(cloud: Cloud) -> Cloud:
    """Two nodes of two cores, 3,860 millicores in all, that carry the label of the system's pods."""
    cloud.add(NODE_GROUP, "small", GROUP)
    return cloud


def add_on(cloud: Cloud, name: str, **configuration: Value) -> None:
    stated: Properties = {
        "clusterName": "prod",
        "addonName": name,
        "configurationValues": json.dumps(configuration),
    }
    cloud.add("aws:eks/addon:Addon", name, stated)


def test_pods_beyond_the_smallest_size_of_the_group_are_refused(small: Cloud) -> None:
    assert said(small.upstream("metrics-server", values=values("1500m"))) == ""
    refused = said(small.upstream("karpenter", values={**SELECTED, "controller": values("500m")}))
    assert "release karpenter: values: Insufficient cpu" in refused
    assert "request 4000m, and its 2 nodes have 3860m" in refused


def test_groups_that_take_the_same_pods_are_one_place(small: Cloud) -> None:
    small.add(NODE_GROUP, "more", {**GROUP, "scalingConfig": {"minSize": 1, "maxSize": 2}})
    assert said(small.upstream("metrics-server", values=values("2500m"))) == ""
    refused = said(small.upstream("karpenter", values={**SELECTED, "controller": values("500m")}))
    assert "request 6000m, and its 3 nodes have 5790m" in refused


def test_add_ons_count_by_copy_and_by_node(small: Cloud) -> None:
    add_on(small, "coredns")
    add_on(small, "kube-proxy")
    assert said(small.upstream("metrics-server", values=values("1730m"))) == ""
    add_on(small, "aws-efs-csi-driver", controller={"resources": {"requests": {"cpu": "10m"}}})
    assert "request 4000m" in said(small.upstream("karpenter", values={**SELECTED, "controller": values("20m", 1)}))


def test_an_add_on_that_states_no_requests_has_its_defaults(small: Cloud) -> None:
    add_on(small, "aws-efs-csi-driver")
    assert "request 4260m" in said(small.upstream("metrics-server", values=values("1500m")))


def test_pods_of_other_nodes_do_not_count(small: Cloud) -> None:
    elsewhere: Properties = {**values("3000m"), "nodeSelector": {"pool": "other"}}
    assert said(small.upstream("metrics-server", values=elsewhere)) == ""
    assert said(small.upstream("karpenter", values={**SELECTED, "controller": values("500m")})) == ""


def test_a_mesh_takes_its_part_of_every_node(small: Cloud) -> None:
    agent: Properties = {"resources": {"requests": {"cpu": "200m", "memory": "64Mi"}}}
    assert said(small.upstream("ztunnel", values=agent)) == ""
    assert "request 4000m" in said(small.upstream("metrics-server", values=values("1800m")))


def test_types_that_are_not_known_are_not_judged(cloud: Cloud) -> None:
    cloud.add(
        NODE_GROUP, "metal", {"clusterName": "prod", "instanceTypes": ["m7i.metal-24xl"], "labels": {"pool": "system"}}
    )
    assert said(cloud.upstream("metrics-server", values=values("900"))) == ""
