"""Mistakes in what a stack uses or takes over, as far as the settings alone tell them."""

from typing import Any

from settings.raw import Raw
from tests.settings.bad_input.case import Case, stack

_VPC = "vpc-0123456789abcdef0"
_BLOCKS = {"public": 0, "private": 16, "data": 32}


def subnets(tier: str, zones: str = "abc") -> list[dict[str, Raw]]:
    """A tier's subnets in zones of us-east-1, inside 10.0.0.0/16."""
    return [
        {
            "id": f"subnet-{_BLOCKS[tier] + place:017x}",
            "zone": f"us-east-1{letter}",
            "cidr": f"10.0.{_BLOCKS[tier] + place}.0/24",
        }
        for place, letter in enumerate(zones)
    ]


NETWORK: dict[str, Raw] = {"vpc": _VPC, **{f"{tier}_subnets": [*subnets(tier)] for tier in _BLOCKS}}
DATABASE: dict[str, Raw] = {
    "identifier": "shop",
    "take_over": True,
    "username": "postgres",
    "master_secret": "arn:aws:secretsmanager:us-east-1:000000000000:secret:shop/prod/existing-master-AbCdEf",
    "kms_key": "arn:aws:kms:us-east-1:000000000000:key/old",
    "subnet_group": "old",
    "security_group": "sg-0123456789abcdef0",
}
CLUSTER: dict[str, Raw] = {
    "name": "old",
    "take_over": True,
    "role": "arn:aws:iam::000000000000:role/old-cluster",
    "add_ons": ["vpc-cni"],
}


def _network(path: str, value: Raw, allowed: str, fix: str, **more: Any) -> Case:
    also: dict[str, Raw] = {"existing": {"network": NETWORK}, **more.pop("also", {})}
    return stack(f"existing.network.{path}", value, allowed, fix, also=also, **more)


def _database(path: str, value: Raw, allowed: str, fix: str, **more: Any) -> Case:
    also: dict[str, Raw] = {"existing": {"network": NETWORK, "database": DATABASE}, **more.pop("also", {})}
    return stack(path, value, allowed, fix, also=also, **more)


CASES = (
    _network("vpc", "vpc-1", "a VPC's id", "write it like"),
    _network(
        "data_subnets",
        [*subnets("data", "ab")],
        "one subnet in each zone of the stack: us-east-1a | us-east-1b | us-east-1c",
        "add the subnet in us-east-1c",
    ),
    _network(
        "data_subnets",
        [*subnets("data", "abcd")],
        "a zone of the stack: us-east-1a | us-east-1b | us-east-1c",
        "or add the zone at the end of `zones`",
        at="existing.network.data_subnets[3].zone",
    ),
    _network(
        "public_subnets",
        [*subnets("public"), {"id": "subnet-0aaaaaaaaaaaaaaaa", "zone": "us-east-1a", "cidr": "10.0.9.0/24"}],
        "one subnet in each zone",
        "remove one of the two",
        at="existing.network.public_subnets[3].zone",
    ),
    _network(
        "public_subnets[0].cidr",
        "10.1.0.0/24",
        "inside network.cidr, 10.0.0.0/16",
        "write the subnet's own range",
    ),
    _network(
        "private_subnets[0].cidr",
        "10.0.0.0/24",
        "no overlap with 10.0.0.0/24",
        "aws ec2 describe-subnets",
    ),
    _network(
        "private_subnets[0].id",
        "subnet-00000000000000000",
        "a subnet of one tier and zone",
        "name another subnet",
    ),
    _network(
        "vpc",
        _VPC,
        "a stack of one region",
        "leave existing.network out",
        also={"replica_regions": ["eu-west-1"]},
    ),
    _network(
        "vpc",
        _VPC,
        "an add-on of the platform: amazon-cloudwatch-observability",
        "remove it: it stays as it is",
        at="existing.cluster.add_ons[0]",
        also={"existing.cluster": {**CLUSTER, "add_ons": ["adot"]}},
    ),
    stack(
        "existing.cluster",
        CLUSTER,
        "one in a VPC that the stack uses",
        "name that VPC in existing.network",
        at="existing.cluster.name",
    ),
    _database(
        "existing.database.take_over",
        False,
        "true",
        "write true",
    ),
    _database(
        "existing.database.master_secret",
        "arn:aws:secretsmanager:us-east-1:000000000000:secret:old-AbCdEf",
        "a secret in us-east-1 whose name starts with shop/prod/",
        "aws secretsmanager create-secret --name shop/prod/existing-master",
    ),
    _database(
        "existing.network",
        None,
        "one in a VPC that the stack uses",
        "name that VPC in existing.network",
        at="existing.database.identifier",
    ),
    stack(
        "existing.buckets.uploads",
        {"name": "shop-uploads", "take_over": True},
        "under a name of the product's buckets: it has none",
        "remove it",
    ),
    stack(
        "existing.buckets.uploads",
        {"name": "https://x/y", "take_over": True},
        "a bucket's name",
        "write it like",
        at="existing.buckets.uploads.name",
    ),
    stack("existing.zone.id", "example.com", "hosted zone's id", "write it like"),
)
