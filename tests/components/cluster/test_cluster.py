"""The cluster: control plane, access, system nodes, managed add-ons, provider."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from components.cluster.cluster import Cluster
from offline_cloud.cloud import rules
from offline_cloud.cloud.model import Properties
from offline_cloud.cloud.services.eks.add_ons import WORKLOADS, tolerated
from settings.environments import ENVIRONMENTS
from settings.facts.kubernetes import KUBERNETES, OFFERED
from settings.facts.node_images import ami_type
from tests.components.cluster.conftest import make_cluster_with
from tests.components.recording import ACCOUNT, Recorder, Registration

ADD_ON = "aws:eks/addon:Addon"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
BEFORE_NODES = {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}
AFTER_NODES = {
    "coredns",
    "aws-ebs-csi-driver",
    "eks-node-monitoring-agent",
    "amazon-cloudwatch-observability",
}


def plane(recorder: Recorder[Cluster]) -> Registration:
    return recorder.one("aws:eks/cluster:Cluster")


def add_on(recorder: Recorder[Cluster], name: str) -> Registration:
    (found,) = [each for each in recorder.of_type(ADD_ON) if each.inputs["addonName"] == name]
    return found


def configuration(recorder: Recorder[Cluster], name: str) -> dict[str, object]:
    return add_on(recorder, name).document("configurationValues")


@pytest.mark.requirement("OB-02")
def test_the_version_is_the_settings(cluster: Recorder[Cluster]) -> None:
    inputs = plane(cluster).inputs
    assert inputs["name"] == "shop-prod"
    assert inputs["version"] == "1.35"
    assert inputs["bootstrapSelfManagedAddons"] is False


def test_the_api_is_private_unless_ranges_are_listed(
    cluster: Recorder[Cluster], cluster_with: Callable[..., Recorder[Cluster]]
) -> None:
    private = plane(cluster).inputs["vpcConfig"]
    assert private["endpointPrivateAccess"] is True
    assert private["endpointPublicAccess"] is False
    assert "publicAccessCidrs" not in private
    opened = plane(cluster_with(public_access_cidrs=("198.51.100.0/24",))).inputs["vpcConfig"]
    assert opened["endpointPrivateAccess"] is True
    assert opened["endpointPublicAccess"] is True
    assert opened["publicAccessCidrs"] == ["198.51.100.0/24"]


def test_secrets_are_encrypted_with_the_clusters_key(cluster: Recorder[Cluster]) -> None:
    assert plane(cluster).inputs["encryptionConfig"] == {
        "provider": {"keyArn": "cluster-key"},
        "resources": ["secrets"],
    }


def test_all_control_plane_logs_go_to_a_group_made_before(cluster: Recorder[Cluster]) -> None:
    assert set(plane(cluster).inputs["enabledClusterLogTypes"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    group = cluster.named("cluster-control-plane-logs")
    assert group.inputs["name"] == "/aws/eks/shop-prod/cluster"
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["kmsKeyId"] == "logs-key"
    assert plane(cluster).depends_on(group)


def test_protection_upgrade_and_zonal_shift_follow_the_settings(cluster: Recorder[Cluster]) -> None:
    inputs = plane(cluster).inputs
    assert inputs["deletionProtection"] is True
    assert inputs["upgradePolicy"] == {"supportType": "STANDARD"}
    assert inputs["zonalShiftConfig"] == {"enabled": True}


def test_the_cluster_is_protected_where_the_environment_says(
    cluster: Recorder[Cluster], cluster_with: Callable[..., Recorder[Cluster]]
) -> None:
    assert plane(cluster).protect
    assert not plane(cluster_with(protect=False)).protect


def test_the_role_is_complete_before_the_cluster_and_outlives_it(cluster: Recorder[Cluster]) -> None:
    for name in ("cluster-control-plane-role-policy", "cluster-control-plane-role-encryption"):
        assert plane(cluster).depends_on(cluster.named(name))


def test_access_is_by_entries_of_the_settings(cluster: Recorder[Cluster]) -> None:
    assert plane(cluster).inputs["accessConfig"]["authenticationMode"] == "API"
    operators = cluster.one(
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "cluster-access-operators-policy"
    )
    assert operators.inputs["policyArn"].endswith(":cluster-access-policy/AmazonEKSClusterAdminPolicy")
    assert operators.inputs["accessScope"] == {"type": "cluster"}
    support = cluster.named("cluster-access-support-policy")
    assert support.inputs["policyArn"].endswith(":cluster-access-policy/AmazonEKSViewPolicy")
    assert support.inputs["accessScope"] == {"type": "namespace", "namespaces": ["shop"]}
    assert support.inputs["principalArn"] == "arn:aws:iam::111122223333:role/support"
    assert support.depends_on(cluster.named("cluster-access-support"))


def test_nodes_wait_for_what_makes_them_ready(cluster: Recorder[Cluster]) -> None:
    group = cluster.one("aws:eks/nodeGroup:NodeGroup")
    for name in BEFORE_NODES:
        assert cluster.comes_after(group, add_on(cluster, name)), name


def test_what_needs_nodes_waits_for_them(cluster: Recorder[Cluster]) -> None:
    group = cluster.one("aws:eks/nodeGroup:NodeGroup")
    for name in AFTER_NODES:
        assert cluster.comes_after(add_on(cluster, name), group), name
    assert {each.inputs["addonName"] for each in cluster.of_type(ADD_ON)} == BEFORE_NODES | AFTER_NODES


def test_the_cni_waits_for_the_agent_that_hands_it_credentials(cluster: Recorder[Cluster]) -> None:
    assert cluster.comes_after(add_on(cluster, "vpc-cni"), add_on(cluster, "eks-pod-identity-agent"))


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("vpc-cni", "kube-system/aws-node"),
        ("aws-ebs-csi-driver", "kube-system/ebs-csi-controller-sa"),
        ("amazon-cloudwatch-observability", "amazon-cloudwatch/cloudwatch-agent"),
    ],
)
def test_an_add_ons_credentials_are_there_before_its_pods(cluster: Recorder[Cluster], name: str, account: str) -> None:
    (association,) = [
        each
        for each in cluster.of_type(ASSOCIATION)
        if f"{each.inputs['namespace']}/{each.inputs['serviceAccount']}" == account
    ]
    assert cluster.comes_after(add_on(cluster, name), association)


def test_add_ons_are_pinned_for_every_version_an_environment_names(cluster: Recorder[Cluster]) -> None:
    for each in cluster.of_type(ADD_ON):
        assert each.inputs["addonVersion"] == KUBERNETES["1.35"].add_ons[each.inputs["addonName"]]
    rows = cast("Mapping[str, Any]", ENVIRONMENTS).values()
    assert {row["cluster"]["version"] for row in rows} <= set(OFFERED)
    assert {frozenset(KUBERNETES[version].add_ons) for version in OFFERED} == {
        frozenset({*BEFORE_NODES, *AFTER_NODES, "aws-efs-csi-driver"})
    }


@pytest.mark.requirement("OB-96")
def test_network_policies_are_enforced_and_prefixes_delegated(cluster: Recorder[Cluster]) -> None:
    cni = configuration(cluster, "vpc-cni")
    assert cni["enableNetworkPolicy"] == "true"
    assert cni["env"] == {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}


@pytest.mark.requirement("OB-121")
def test_refusals_by_network_policy_are_logged(cluster: Recorder[Cluster]) -> None:
    assert configuration(cluster, "vpc-cni")["nodeAgent"] == {
        "enablePolicyEventLogs": "true",
        "enableCloudWatchLogs": "true",
    }
    policy = cluster.named("cluster-base-vpc-cni-role-permissions").document("policy")
    writes = policy["Statement"][1]
    assert "logs:PutLogEvents" in writes["Action"]
    assert writes["Resource"] == [
        f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/eks/shop-prod/cluster",
        f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/eks/shop-prod/cluster:*",
    ]


@pytest.mark.requirement("OB-105")
def test_container_logs_are_collected_into_encrypted_groups_with_retention(cluster: Recorder[Cluster]) -> None:
    assert configuration(cluster, "amazon-cloudwatch-observability")["containerLogs"] == {"enabled": True}
    for name in ("application", "dataplane", "host", "performance"):
        group = cluster.named(f"cluster-services-{name}-logs")
        assert group.inputs["name"] == f"/aws/containerinsights/shop-prod/{name}"
        assert group.inputs["retentionInDays"] == 365
        assert group.inputs["kmsKeyId"] == "logs-key"
        assert cluster.comes_after(add_on(cluster, "amazon-cloudwatch-observability"), group)


def test_every_add_on_finds_nodes_when_it_is_installed(cluster: Recorder[Cluster]) -> None:
    """The first nodes all carry the system taint, and tainted pools of the product come later."""
    (taint,) = cluster.one("aws:eks/nodeGroup:NodeGroup").inputs["taints"]
    later: Properties = {"key": "groundwork.io/pool", "value": "model", "effect": "NO_SCHEDULE"}
    for name in BEFORE_NODES | AFTER_NODES:
        stated = add_on(cluster, name).inputs.get("configurationValues")
        values: Properties = json.loads(stated) if stated else {}
        for workload in WORKLOADS[name]:
            tolerations = workload.tolerations(values)
            assert tolerated(taint, tolerations), f"{name}: {workload.name}"
            assert tolerated(later, tolerations) is workload.every_node, f"{name}: {workload.name}"


def test_volumes_are_managed_by_their_tag(cluster: Recorder[Cluster]) -> None:
    attached = {
        each.inputs["policyArn"]
        for each in cluster.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.inputs["role"] == "shop-prod-aws-ebs-csi-driver"
    }
    assert attached == {"arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"}


def test_volumes_may_use_the_data_key_alone(cluster: Recorder[Cluster]) -> None:
    policy = cluster.named("cluster-services-aws-ebs-csi-driver-role-permissions").document("policy")
    assert {statement["Resource"] for statement in policy["Statement"]} == {"data-key"}
    assert policy["Statement"][1]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_node_metadata_ends_at_the_node(cluster: Recorder[Cluster]) -> None:
    metadata = cluster.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["metadataOptions"]
    assert metadata["httpTokens"] == "required"
    assert metadata["httpPutResponseHopLimit"] == 1


def test_node_volumes_are_encrypted_gp3(cluster: Recorder[Cluster]) -> None:
    (mapping,) = cluster.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["blockDeviceMappings"]
    assert mapping["ebs"]["volumeType"] == "gp3"
    assert mapping["ebs"]["volumeSize"] == 100
    assert mapping["ebs"]["encrypted"] == "true"
    assert mapping["ebs"]["kmsKeyId"] == "data-key"


def test_a_nodes_volume_goes_with_the_node(cluster: Recorder[Cluster]) -> None:
    (mapping,) = cluster.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["blockDeviceMappings"]
    assert mapping["ebs"]["deleteOnTermination"] == "true"


def test_system_nodes_carry_the_platforms_pods_alone(cluster: Recorder[Cluster]) -> None:
    group = cluster.one("aws:eks/nodeGroup:NodeGroup").inputs
    assert group["taints"] == [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NO_SCHEDULE"}]
    assert group["labels"] == {"groundwork.io/pool": "system"}
    assert group["scalingConfig"] == {"minSize": 3, "maxSize": 6, "desiredSize": 3}
    assert group["nodeRepairConfig"] == {"enabled": True}
    assert group["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]


def test_a_zone_that_was_added_gets_a_group_of_its_own_and_the_others_stay(cluster: Recorder[Cluster]) -> None:
    grown = make_cluster_with({"d": "subnet-d"})
    (stays,) = cluster.of_type("aws:eks/nodeGroup:NodeGroup")
    added, same = grown.of_type("aws:eks/nodeGroup:NodeGroup")
    assert (same.name, same.inputs) == (stays.name, stays.inputs)
    assert (added.name, added.inputs["subnetIds"]) == ("cluster-system-d-group", ["subnet-d"])
    assert added.inputs["scalingConfig"] == {"minSize": 1, "maxSize": 2, "desiredSize": 1}
    assert added.inputs["taints"] == same.inputs["taints"]
    planes = [each.one("aws:eks/cluster:Cluster").inputs["vpcConfig"] for each in (cluster, grown)]
    assert planes[0] == planes[1]


def test_a_higher_minimum_brings_the_size_with_it(cluster: Recorder[Cluster]) -> None:
    """EKS refuses a minimum above the size that it is told, and an ignored size stays what it was."""
    group = cluster.one("aws:eks/nodeGroup:NodeGroup")
    assert group.ignore_changes == ()
    size = group.inputs["scalingConfig"]
    ignored = {**size, "minSize": size["minSize"] + 1}
    (refused,) = rules.check(group.type, {"scalingConfig": ignored}, "us-east-1")
    assert "scalingConfig.minSize 4 is above scalingConfig.desiredSize 3" in refused.reason
    assert rules.check(group.type, {"scalingConfig": {**ignored, "desiredSize": ignored["minSize"]}}, "us-east-1") == []


@pytest.mark.requirement("OB-122")
def test_nodes_run_al2023_which_keeps_time_from_first_boot(cluster: Recorder[Cluster]) -> None:
    assert cluster.one("aws:eks/nodeGroup:NodeGroup").inputs["amiType"] == "AL2023_x86_64_STANDARD"


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("m7i.large", "m6a.large"), "AL2023_x86_64_STANDARD"),
        (("m7g.large", "c7gn.xlarge"), "AL2023_ARM_64_STANDARD"),
        (("g5.xlarge",), "AL2023_x86_64_STANDARD"),
    ],
)
def test_the_image_follows_the_architecture(types: tuple[str, ...], expected: str) -> None:
    assert ami_type(types) == expected


def test_a_node_group_of_two_architectures_is_refused() -> None:
    with pytest.raises(ValueError, match=r"m7g\.large are arm64"):
        ami_type(("m7i.large", "m7g.large"))


def test_a_nodes_role_holds_three_policies_and_none_of_the_cnis(cluster: Recorder[Cluster]) -> None:
    attached = {
        each.inputs["policyArn"].rsplit("/", 1)[-1]
        for each in cluster.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.inputs["role"] == "shop-prod-system-node"
    }
    assert attached == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    }


def test_another_kubeconfig_replaces_nothing_on_the_cluster(cluster: Recorder[Cluster]) -> None:
    provider = cluster.one("pulumi:providers:kubernetes").inputs
    assert provider["clusterIdentifier"] == cluster.value(cluster.result.arn)
    config = json.loads(provider["kubeconfig"])
    user = config["users"][0]["user"]
    assert user["exec"]["command"] == "aws"
    assert user["exec"]["args"][:6] == ["eks", "get-token", "--cluster-name", "shop-prod", "--region", "us-east-1"]
    assert set(user) == {"exec"}


def test_what_charts_wait_for(cluster: Recorder[Cluster]) -> None:
    ready = {cluster.urn(resource) for resource in cluster.result.ready}
    assert cluster.one("aws:eks/nodeGroup:NodeGroup").urn in ready
    assert {each.urn for each in cluster.of_type(ADD_ON)} <= ready
    assert cluster.named("cluster-access-operators-policy").urn in ready


@pytest.mark.requirement("OB-121")
def test_the_policy_agent_may_make_the_group_that_it_does_not_find(cluster: Recorder[Cluster]) -> None:
    """It reads the first fifty groups of the account, and gives up its log where it may not ask for its own."""
    documents = [each.document("policy") for each in cluster.of_type("aws:iam/rolePolicy:RolePolicy")]
    statements = [each for document in documents for each in document["Statement"]]
    (writes,) = [each for each in statements if "logs:CreateLogGroup" in each["Action"]]
    assert set(writes["Action"]) == {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
    assert all(":log-group:/aws/eks/" in arn and "/cluster" in arn for arn in writes["Resource"])
