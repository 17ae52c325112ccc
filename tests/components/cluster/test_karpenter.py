"""Karpenter: what it hears of, what it may do, what its nodes are."""

from collections.abc import Callable
from typing import Any

import pytest

from components.cluster.addons import AddOns
from tests.components.recording import ACCOUNT, CLUSTER_SECURITY_GROUP, Recorder, Registration

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


def statements(recorder: Recorder[AddOns]) -> dict[str, dict[str, Any]]:
    document = recorder.named("add-ons-karpenter-chart-role-permissions").document("policy")
    return {statement["Sid"]: statement for statement in document["Statement"]}


def chart(recorder: Recorder[AddOns]) -> Registration:
    return recorder.named("add-ons-karpenter-chart-release")


def objects(recorder: Recorder[AddOns]) -> dict[str, Any]:
    return recorder.named("add-ons-objects-release").inputs["values"]


def test_four_events_reach_the_queue(add_ons: Recorder[AddOns]) -> None:
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:add-ons-karpenter-interruptions-queue-arn"
    heard = {rule.document("eventPattern")["detail-type"][0] for rule in add_ons.of_type(RULE)}
    assert heard == {
        "AWS Health Event",
        "EC2 Spot Instance Interruption Warning",
        "EC2 Instance Rebalance Recommendation",
        "EC2 Instance State-change Notification",
    }
    assert {target.inputs["arn"] for target in add_ons.of_type(TARGET)} == {queue}
    assert {target.inputs["rule"] for target in add_ons.of_type(TARGET)} == {
        rule.inputs["name"] for rule in add_ons.of_type(RULE)
    }


def test_the_queue_is_encrypted_and_takes_these_rules_events_alone(add_ons: Recorder[AddOns]) -> None:
    queue = add_ons.one("aws:sqs/queue:Queue").inputs
    assert queue["sqsManagedSseEnabled"] is True
    assert queue["messageRetentionSeconds"] == 300
    allow, deny = add_ons.one("aws:sqs/queuePolicy:QueuePolicy").document("policy")["Statement"]
    assert len(allow["Condition"]["ArnEquals"]["aws:SourceArn"]) == 4
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_definitions_come_from_a_chart_of_their_own_which_helm_upgrades(add_ons: Recorder[AddOns]) -> None:
    definitions = add_ons.named("add-ons-karpenter-definitions-release")
    assert definitions.inputs["chart"] == "oci://public.ecr.aws/karpenter/karpenter-crd"
    assert definitions.inputs["version"] == chart(add_ons).inputs["version"]
    assert chart(add_ons).inputs["skipCrds"] is True
    assert "skipCrds" not in definitions.inputs
    assert add_ons.comes_after(chart(add_ons), definitions)


def test_karpenter_reads_the_queue_it_is_told_of(add_ons: Recorder[AddOns]) -> None:
    told = chart(add_ons).inputs["values"]["settings"]
    assert told["interruptionQueue"] == add_ons.one("aws:sqs/queue:Queue").inputs["name"] == "shop-prod"
    assert told["clusterName"] == "shop-prod"
    assert told["featureGates"] == {"nodeRepair": True}
    assert add_ons.comes_after(chart(add_ons), add_ons.one("aws:sqs/queuePolicy:QueuePolicy"))


def test_nodes_may_enter_before_one_is_launched(add_ons: Recorder[AddOns]) -> None:
    entry = add_ons.named("add-ons-karpenter-entry")
    assert entry.type == "aws:eks/accessEntry:AccessEntry"
    assert entry.inputs["type"] == "EC2_LINUX"
    role = add_ons.named("add-ons-karpenter-node-role")
    assert entry.depends_on(role)
    assert add_ons.comes_after(chart(add_ons), entry)
    assert add_ons.named("add-ons-karpenter-profile").inputs["role"] == "shop-prod-workload-node"


def test_karpenter_passes_the_nodes_role_and_no_other(add_ons: Recorder[AddOns]) -> None:
    passing = statements(add_ons)["GiveNodesTheirRole"]
    assert passing["Resource"] == add_ons.value(add_ons.result.workload_node_role_arn)
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


def test_karpenter_touches_what_carries_the_clusters_tags(add_ons: Recorder[AddOns]) -> None:
    allowed = statements(add_ons)
    owned = {"aws:ResourceTag/kubernetes.io/cluster/shop-prod": "owned"}
    made = {
        "aws:RequestTag/kubernetes.io/cluster/shop-prod": "owned",
        "aws:RequestTag/eks:eks-cluster-name": "shop-prod",
    }
    assert allowed["EndOwn"]["Condition"]["StringEquals"] == owned
    assert allowed["NameInstances"]["Condition"]["StringEquals"] == owned
    assert allowed["LaunchFromOwnTemplates"]["Condition"]["StringEquals"] == owned
    assert allowed["LaunchTagged"]["Condition"]["StringEquals"] == made
    tagging = allowed["TagWhatIsBeingMade"]["Condition"]["StringEquals"]
    assert tagging == {**made, "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"]}


def test_karpenter_may_encrypt_the_volumes_of_its_nodes_and_lend_their_key(add_ons: Recorder[AddOns]) -> None:
    """EC2 asks KMS in the name of whoever launches: without this every node ends before it joins."""
    allowed = statements(add_ons)
    key = objects(add_ons)["nodes"]["volumeKey"]
    by_ec2 = {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}
    encrypt, lend = allowed["EncryptVolumes"], allowed["LendKeyToVolumes"]
    assert encrypt["Resource"] == lend["Resource"] == key == "data-key"
    assert {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"} <= set(encrypt["Action"])
    assert encrypt["Condition"] == {"StringEquals": by_ec2}
    assert lend["Action"] == "kms:CreateGrant"
    assert lend["Condition"] == {"StringEquals": by_ec2, "Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_karpenter_reads_the_profile_that_the_program_made(add_ons: Recorder[AddOns]) -> None:
    assert statements(add_ons)["ReadProfile"]["Resource"].endswith("add-ons-karpenter-profile-arn")


def test_karpenter_changes_nothing_in_iam(add_ons: Recorder[AddOns]) -> None:
    actions = {
        action
        for statement in statements(add_ons).values()
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith("iam:")
    }
    assert actions == {"iam:PassRole", "iam:ListInstanceProfiles", "iam:GetInstanceProfile"}


def test_zonal_shift_is_seen_where_the_cluster_has_it(
    add_ons: Recorder[AddOns], add_ons_with: Callable[..., Recorder[AddOns]]
) -> None:
    assert "SeeZonalShifts" in statements(add_ons)
    assert chart(add_ons).inputs["values"]["settings"]["enableZonalShift"] is True
    without = add_ons_with(zonal_shift=False)
    assert "SeeZonalShifts" not in statements(without)
    assert chart(without).inputs["values"]["settings"]["enableZonalShift"] is False


def test_the_inline_policy_fits_iams_limit(add_ons: Recorder[AddOns]) -> None:
    """IAM takes 10 240 characters of inline policy for a role, blanks not counted."""
    policy = add_ons.named("add-ons-karpenter-chart-role-permissions").inputs["policy"]
    assert len("".join(policy.split())) < 10_240


@pytest.mark.requirement("OB-91")
def test_the_pools_limits_are_the_plans(add_ons: Recorder[AddOns]) -> None:
    nodes = objects(add_ons)["nodes"]
    assert nodes["cpu"] == 32
    assert nodes["memoryGib"] == 128


def test_the_pool_is_what_the_settings_say(add_ons: Recorder[AddOns]) -> None:
    told = objects(add_ons)
    assert told["zones"] == ["us-east-1a", "us-east-1b"]
    nodes = told["nodes"]
    assert nodes["capacityTypes"] == ["on-demand", "spot"]
    assert nodes["instanceCategories"] == ["c", "m", "r"]
    assert nodes["minimumGeneration"] == 6
    assert nodes["diskGib"] == 80
    assert nodes["expireAfterHours"] == 168
    assert nodes["volumeKey"] == "data-key"
    assert nodes["securityGroup"] == CLUSTER_SECURITY_GROUP
    assert nodes["instanceProfile"] == "shop-prod-workload-node"
    assert nodes["tags"] == {"Product": "shop", "Stack": "prod"}
    assert told["secrets"] == {"namespaces": ["shop", "observability"]}
