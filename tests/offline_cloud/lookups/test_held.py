"""Look-ups of what the offline account holds, and of the network that every account has."""

import pytest

from offline_cloud.cloud.model import ACCOUNT_ID, Record, items
from offline_cloud.cloud.rules import before_create
from offline_cloud.cloud.world import Index
from offline_cloud.lookups import Question, answer
from offline_cloud.lookups.held import resource_of
from tests.offline_cloud.lookups.asking import answered, record, refused, where

VPC = "aws:ec2/getVpc:getVpc"
SUBNETS = "aws:ec2/getSubnets:getSubnets"
ZONE = "aws:route53/getZone:getZone"
MAIN = record("aws:ec2/vpc:Vpc", "vpc-1", {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "main"}})
SUBNET = record(
    "aws:ec2/subnet:Subnet",
    "subnet-1",
    {"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24", "tags": {"Tier": "data"}},
    availabilityZone="eu-west-1a",
)


def test_the_default_network_stands_in_every_region() -> None:
    world = Index()
    found = answer(Question(VPC, {"default": True}, "us-west-2", world, world.add))
    assert isinstance(found, dict)
    assert found["cidrBlock"] == "172.31.0.0/16"
    subnets = answer(Question(SUBNETS, {"filters": where(vpc_id=found["id"])}, "us-west-2", world, world.add))
    assert isinstance(subnets, dict)
    assert len(items(subnets, "ids")) == 4
    # What a program makes in it is judged like anything else.
    inside = Record(
        urn="urn:pulumi:dev::small::aws:ec2/subnet:Subnet::more",
        type="aws:ec2/subnet:Subnet",
        inputs={"vpcId": found["id"], "cidrBlock": "172.31.0.0/24", "availabilityZone": "us-west-2a"},
        region="us-west-2",
    )
    assert "conflicts" in str(before_create(inside, world)[0])


def test_a_network_is_found_by_id_tag_and_filter() -> None:
    assert answered(VPC, MAIN, SUBNET, id="vpc-1")["id"] == "vpc-1"
    assert answered(VPC, MAIN, SUBNET, tags={"Name": "main"})["id"] == "vpc-1"
    assert answered(VPC, MAIN, SUBNET, filters=where(tag__Name="ma*"))["id"] == "vpc-1"
    assert answered(VPC, MAIN, default=False)["id"] == "vpc-1"
    assert answered(VPC, MAIN, default=True)["id"] != "vpc-1"


def test_what_is_found_is_told_with_what_aws_adds() -> None:
    subnet = answered("aws:ec2/getSubnet:getSubnet", MAIN, SUBNET, id="subnet-1")
    assert subnet["availabilityZone"] == "eu-west-1a"
    assert subnet["ownerId"] == ACCOUNT_ID
    assert subnet["tags"] == {"Tier": "data"}


def test_what_is_not_there_is_refused_with_what_is() -> None:
    said = refused(VPC, MAIN, id="vpc-2")
    assert "the offline account has no Vpc with id=vpc-2 in eu-west-1; it has vpc-1 (vpc-1)" in said
    assert "create it in the program, or state what stands in the account with --account FILE" in said
    assert "it has none" in refused(ZONE, name="example.com")
    assert "id=vpc-1 in us-east-1" in refused(VPC, MAIN, region="us-east-1", id="vpc-1")


def test_one_of_several_has_to_be_asked_for() -> None:
    other = record("aws:ec2/vpc:Vpc", "vpc-2", {"cidrBlock": "10.1.0.0/16"})
    assert "2 of the account's Vpc fit filters: cidr=10.*" not in refused(VPC, MAIN, other, default=False)
    assert "ask for one, by its id or a tag" in refused(VPC, MAIN, other, default=False)


def test_an_unknown_filter_is_refused_by_name() -> None:
    assert "knows no filter 'colour' of aws:ec2/getSubnets:getSubnets" in refused(SUBNETS, filters=where(colour="red"))


def test_many_are_told_in_lists() -> None:
    second = record("aws:ec2/subnet:Subnet", "subnet-2", {"vpcId": "vpc-1", "cidrBlock": "10.0.2.0/24"})
    found = answered(SUBNETS, MAIN, SUBNET, second, filters=where(vpc_id="vpc-1"))
    assert found["ids"] == ["subnet-1", "subnet-2"]
    assert answered(SUBNETS, MAIN, SUBNET, second, filters=where(tag__Tier="data"))["ids"] == ["subnet-1"]
    assert answered(SUBNETS, MAIN, filters=where(vpc_id="vpc-1"))["ids"] == []


def test_a_hosted_zone_is_found_with_and_without_the_dot() -> None:
    zone = record("aws:route53/zone:Zone", "Z1", {"name": "example.com"}, region="us-east-1")
    assert answered(ZONE, zone, name="example.com.")["zoneId"] == "Z1"
    assert answered(ZONE, zone, zoneId="Z1")["name"] == "example.com"


def test_a_secret_is_not_told_from_its_fingerprint() -> None:
    version = record(
        "aws:secretsmanager/secretVersion:SecretVersion",
        "arn:aws:secretsmanager:eu-west-1:000000000000:secret:api|1",
        {"secretId": "arn:of:it", "secretString": "secret:sha256:00"},
    )
    token = "aws:secretsmanager/getSecretVersion:getSecretVersion"
    assert "keeps as a fingerprint alone; pass the value itself" in refused(token, version, secretId="arn:of:it")


def test_what_was_only_previewed_is_not_there() -> None:
    assert "it has none" in refused(ZONE, record("aws:route53/zone:Zone", "", {"name": "example.com"}), name="a.com")


@pytest.mark.parametrize(
    ("token", "type"),
    [
        ("aws:ec2/getVpc:getVpc", "aws:ec2/vpc:Vpc"),
        ("aws:ec2/getSubnets:getSubnets", "aws:ec2/subnet:Subnet"),
        ("aws:ec2/getElasticIp:getElasticIp", "aws:ec2/eip:Eip"),
        ("aws:lb/getLoadBalancer:getLoadBalancer", "aws:lb/loadBalancer:LoadBalancer"),
        ("aws:pricing/getProduct:getProduct", None),
    ],
)
def test_a_look_up_asks_for_records_of_a_type(token: str, type: str | None) -> None:
    assert resource_of(token) == type
