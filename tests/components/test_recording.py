"""The stand-in itself: it must not pass silently."""

import pytest
from pulumi import ComponentResource, CustomResource, Output, ResourceOptions
from pulumi_aws import ec2, eks, get_caller_identity, s3

from tests.components.recording import CLUSTER_SECURITY_GROUP, build


class _Store(ComponentResource):
    def __init__(self, name: str, token: str = "groundwork:components:Store") -> None:
        super().__init__(token, name)
        vpc = ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=self))
        self.bucket = s3.Bucket(
            f"{name}-bucket",
            tags={"Vpc": vpc.id, "Word": Output.secret("hidden")},
            opts=ResourceOptions(parent=self, protect=True, ignore_changes=["bucket"]),
        )
        self.register_outputs({})


def test_inputs_options_and_wiring_are_kept() -> None:
    recorder = build(lambda: _Store("store"))
    vpc = recorder.one("aws:ec2/vpc:Vpc")
    bucket = recorder.named("store-bucket")
    assert vpc.inputs["cidrBlock"] == "10.0.0.0/16"
    assert bucket.inputs["tags"] == {"Vpc": "store-vpc-id", "Word": "hidden"}
    assert bucket.secret_inputs == {"tags"}
    assert bucket.protect
    assert bucket.ignore_changes == ("bucket",)
    assert bucket.depends_on(vpc)
    assert recorder.comes_after(bucket, vpc)
    assert not recorder.comes_after(vpc, bucket)
    assert bucket.parent == recorder.named("store").urn
    assert recorder.value(recorder.result.bucket.arn) == "arn:aws:s3:us-east-1:111122223333:store-bucket-arn"


def test_computed_outputs_are_made_up_inside_given_objects() -> None:
    def cluster() -> eks.Cluster:
        return eks.Cluster("cluster", role_arn="role", vpc_config=eks.ClusterVpcConfigArgs(subnet_ids=["a", "b"]))

    recorder = build(cluster)
    assert recorder.value(recorder.result.vpc_config.cluster_security_group_id) == CLUSTER_SECURITY_GROUP
    assert recorder.value(recorder.result.vpc_config.subnet_ids) == ["a", "b"]
    assert "clusterSecurityGroupId" not in recorder.one("aws:eks/cluster:Cluster").inputs["vpcConfig"]


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(Exception, match="is not a resource type of pulumi_aws"):
        build(lambda: CustomResource("aws:ec2/vpc:Vpcc", "odd"))


def test_an_unknown_package_is_refused() -> None:
    with pytest.raises(Exception, match="no SDK for package 'azure'"):
        build(lambda: CustomResource("azure:ec2/vpc:Vpc", "odd"))


def test_a_component_with_another_kind_of_token_is_refused() -> None:
    with pytest.raises(Exception, match="is not a component's token"):
        build(lambda: _Store("store", token="mine:Store"))


def test_a_look_up_is_refused() -> None:
    with pytest.raises(Exception, match="without `existing` a preview needs no look-up"):
        build(get_caller_identity)


def test_one_names_what_is_there() -> None:
    recorder = build(lambda: _Store("store"))
    with pytest.raises(AssertionError, match="there: store-vpc"):
        recorder.one("aws:ec2/vpc:Vpc", "other")
    with pytest.raises(AssertionError, match="0 resources are named other"):
        recorder.named("other")


def test_a_preview_leaves_computed_outputs_unknown() -> None:
    recorder = build(lambda: _Store("store"), preview=True)
    assert recorder.value(recorder.result.bucket.arn) is None
