"""Where the pods of EKS add-ons can be placed."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.cloud.rules import check
from offline_cloud.cloud.services.eks.add_ons import WORKLOADS, tolerated
from tests.offline_cloud.cloud.memory import change, codes, create, diagnostics
from tests.offline_cloud.cloud.platform import WORKER, Platform

SYSTEM: Properties = {"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}
OTHER: Properties = {"key": "gpu", "value": "yes", "effect": "NO_EXECUTE"}


@pytest.fixture
def world() -> Platform:
    made = Platform()
    made.cluster()
    create(made, facts.ROLE_ATTACHMENT, "worker", role="node", policyArn=WORKER)
    return made


def nodes(world: Platform, name: str, *taints: Value) -> None:
    create(
        world,
        facts.NODE_GROUP,
        name,
        clusterName="shop",
        nodeGroupName=name,
        nodeRoleArn=world.role.arn,
        subnetIds=[world.subnets[0].id],
        taints=list(taints),
    )


def add_on(name: str, /, **configuration: object) -> dict[str, Value]:
    return {"clusterName": "shop", "addonName": name, "configurationValues": json.dumps(configuration)}


def test_a_deployment_that_tolerates_no_node_groups_taints_is_never_active(world: Platform) -> None:
    nodes(world, "system", SYSTEM)
    root = add_on("amazon-cloudwatch-observability", tolerations=[{"operator": "Exists"}])
    (found,) = diagnostics(world, facts.ADDON, "logs", **root)
    assert found.path == "configurationValues"
    assert found.reason.startswith("InsufficientNumberOfReplicas: ")
    assert "controller-manager tolerates the taints of no node group (CriticalAddonsOnly)" in found.reason
    assert found.fix == "state the toleration in manager.tolerations"


def test_its_own_list_places_it_and_losing_that_is_refused(world: Platform) -> None:
    nodes(world, "system", SYSTEM)
    own: dict[str, object] = {"tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}]}
    made = create(world, facts.ADDON, "logs", **add_on("amazon-cloudwatch-observability", manager=own))
    assert codes(change(world, made, configurationValues="{}")) == {"InsufficientNumberOfReplicas"}


@pytest.mark.parametrize("name", ["coredns", "aws-ebs-csi-driver", "aws-efs-csi-driver"])
def test_what_tolerates_the_system_taint_by_itself_is_placed_until_told_otherwise(world: Platform, name: str) -> None:
    nodes(world, "system", SYSTEM)
    assert diagnostics(world, facts.ADDON, "it", **add_on(name)) == []
    bare = add_on(name, tolerations=[]) if name == "coredns" else add_on(name, controller={"tolerations": []})
    assert codes(diagnostics(world, facts.ADDON, "it", **bare)) == {"InsufficientNumberOfReplicas"}


def test_one_node_group_that_takes_the_pods_is_enough(world: Platform) -> None:
    nodes(world, "gpu", OTHER)
    assert codes(diagnostics(world, facts.ADDON, "dns", **add_on("coredns"))) == {"InsufficientNumberOfReplicas"}
    nodes(world, "plain")
    assert diagnostics(world, facts.ADDON, "dns", **add_on("coredns")) == []


def test_what_is_not_known_yet_is_not_judged(world: Platform) -> None:
    nodes(world, "system", SYSTEM)
    unknown: dict[str, Value] = {**add_on("amazon-cloudwatch-observability"), "configurationValues": UNKNOWN}
    assert diagnostics(world, facts.ADDON, "logs", **unknown) == []


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"operator": "Exists"}, True),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "value": "yes"}, True),
        ({"key": "gpu", "value": "no"}, False),
        ({"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, False),
        ({"key": "cpu", "operator": "Exists"}, False),
    ],
)
def test_a_toleration_matches_key_value_and_effect(toleration: Properties, expected: bool) -> None:
    assert tolerated(OTHER, [toleration]) is expected


def test_a_preference_keeps_no_pod_away() -> None:
    assert tolerated({"key": "gpu", "effect": "PREFER_NO_SCHEDULE"}, [])


def test_every_add_ons_daemons_go_to_every_node_unless_told_otherwise() -> None:
    for workloads in WORKLOADS.values():
        for workload in workloads:
            assert not workload.every_node or tolerated(OTHER, workload.tolerations({})), workload.name


@pytest.mark.parametrize(
    ("policy", "remedy"),
    [
        ("service-role/AmazonEBSCSIDriverPolicyV2", "name arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"),
        ("AmazonEKSWorkerPolicy", "name arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"),
        ("Nonsense0123456789", "correct the name"),
    ],
)
def test_a_policy_that_aws_does_not_have_cannot_be_attached(policy: str, remedy: str) -> None:
    arn = f"arn:aws:iam::aws:policy/{policy}"
    (found,) = check(facts.ROLE_ATTACHMENT, {"role": "node", "policyArn": arn}, "us-east-1")
    assert found.reason == f"NoSuchEntity: Policy {arn} does not exist or is not attachable"
    assert found.fix.startswith(remedy)
