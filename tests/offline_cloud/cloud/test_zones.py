"""Zones by name and by id: an account's names stand for the same zones every time, and EKS refuses three of them."""

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Value
from offline_cloud.cloud.services.ec2.outputs import zone_id, zone_name
from tests.offline_cloud.cloud.memory import change, codes, create, diagnostics
from tests.offline_cloud.cloud.platform import Platform


def _subnet(world: Platform, number: int, **where: Value) -> Value:
    cidr = f"10.0.{number}.0/24"
    return create(world, facts.SUBNET, f"extra-{number}", vpcId=world.vpc.id, cidrBlock=cidr, **where).id


@pytest.mark.parametrize(
    ("where", "given"),
    [
        ({"availabilityZone": "us-east-1b"}, {"availabilityZoneId": "use1-az1"}),
        ({"availabilityZoneId": "use1-az1"}, {"availabilityZone": "us-east-1b"}),
        ({}, {"availabilityZone": "us-east-1a", "availabilityZoneId": "use1-az6"}),
    ],
)
def test_a_subnet_is_given_the_other_name_of_its_zone(where: dict[str, Value], given: dict[str, Value]) -> None:
    world = Platform()
    made = create(world, facts.SUBNET, "extra", vpcId=world.vpc.id, cidrBlock="10.0.9.0/24", **where)
    assert {key: made.outputs[key] for key in given} == given


@pytest.mark.parametrize("region", ["us-east-1", "us-west-1", "ca-central-1", "eu-west-1"])
def test_names_and_ids_are_each_others(region: str) -> None:
    names = [f"{region}{letter}" for letter in "abc"]
    assert [zone_name(region, zone_id(region, name)) for name in names] == names


@pytest.mark.parametrize(
    ("region", "where"),
    [
        ("us-east-1", {"availabilityZoneId": "use1-az3"}),
        ("us-east-1", {"availabilityZone": "us-east-1e"}),
        ("us-west-1", {"availabilityZoneId": "usw1-az2"}),
        ("ca-central-1", {"availabilityZoneId": "cac1-az3"}),
    ],
)
def test_eks_serves_no_subnet_in_three_zones(region: str, where: dict[str, Value]) -> None:
    world = Platform(region)
    _assert_refused(world, _subnet(world, 9, **where))


def _assert_refused(world: Platform, subnet_id: Value) -> None:
    network: dict[str, Value] = {"subnetIds": [*world.subnet_ids, subnet_id]}
    inputs: dict[str, Value] = {"name": "shop", "roleArn": world.role.arn, "vpcConfig": network}
    assert codes(diagnostics(world, facts.CLUSTER, "cluster", **inputs)) == {"UnsupportedAvailabilityZoneException"}


def test_a_cluster_stays_in_the_zones_that_it_was_made_with() -> None:
    world = Platform()
    had: dict[str, Value] = {"subnetIds": list(world.subnet_ids)}
    cluster = world.add(facts.CLUSTER, "cluster", name="shop", roleArn=world.role.arn, vpcConfig=had)
    other = _subnet(world, 9, availabilityZoneId="use1-az4")
    refused = change(world, cluster, vpcConfig={"subnetIds": [*world.subnet_ids, other]})
    assert codes(refused) == {"InvalidParameterException"}
    assert "the exact set of AZs" in refused[0].reason
    same = _subnet(world, 10, availabilityZone=facts.zone_of(world.subnets[0]))
    assert change(world, cluster, vpcConfig={"subnetIds": [*world.subnet_ids, same]}) == []


def test_eks_takes_every_other_zone() -> None:
    world = Platform()
    network: dict[str, Value] = {"subnetIds": [*world.subnet_ids, _subnet(world, 9, availabilityZoneId="use1-az4")]}
    inputs: dict[str, Value] = {"name": "shop", "roleArn": world.role.arn, "vpcConfig": network}
    assert codes(diagnostics(world, facts.CLUSTER, "cluster", **inputs)) == set()
