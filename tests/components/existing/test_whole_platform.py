"""A whole platform in a network that stands, with everything that can be taken over: what is made, and from what."""

from functools import cache

from components.platform import Platform
from tests.components.existing.test_found import answers_with, settings_of
from tests.components.recording import Recorder, build

_BUCKET = "aws:s3/bucket:Bucket"


@cache
def _platform() -> Recorder[Platform]:
    settings = settings_of()
    return build(lambda: Platform("platform", settings), answers=answers_with())


def test_everything_that_is_taken_over_is_imported_under_the_name_that_it_has_in_a_stack() -> None:
    imported = {(each.type, each.name): each.import_id for each in _platform().registrations if each.import_id}
    assert imported == {
        ("aws:route53/zone:Zone", "ingress-zone"): "Z0123456789ABC",
        ("aws:rds/instance:Instance", "database-primary"): "shop",
        ("aws:eks/cluster:Cluster", "cluster-control-plane-cluster"): "old",
        ("aws:eks/addon:Addon", "cluster-base-vpc-cni-add-on"): "old:vpc-cni",
        ("aws:eks/addon:Addon", "cluster-services-coredns-add-on"): "old:coredns",
    }


def test_nothing_of_a_network_that_is_used_is_made() -> None:
    made = {each.type for each in _platform().registrations}
    assert (
        not {f"aws:ec2/{kind}" for kind in ("vpc:Vpc", "subnet:Subnet", "route:Route", "natGateway:NatGateway")} & made
    )


def test_nodes_start_in_the_subnets_that_are_named() -> None:
    objects = _platform().named("add-ons-objects-release")
    assert objects.inputs["values"]["nodes"]["subnets"] == [f"subnet-{16 + place:017x}" for place in range(3)]


def test_controllers_know_the_cluster_by_its_own_name() -> None:
    recorder = _platform()
    assert recorder.named("add-ons-objects-release").inputs["values"]["cluster"] == "old"
    (controller,) = [
        each for each in recorder.registrations if each.name == "add-ons-aws-load-balancer-controller-release"
    ]
    assert controller.inputs["values"]["clusterName"] == "old"
    cluster = recorder.named("cluster-control-plane-cluster")
    assert cluster.inputs["roleArn"] == "arn:aws:iam::000000000000:role/old-cluster"
    assert "/aws/eks/old/cluster" not in {
        each.inputs.get("name") for each in recorder.of_type("aws:cloudwatch/logGroup:LogGroup")
    }
