"""What the account has is held against the settings: everything that does not fit is told at once, with its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from components.existing.found import refuse_unmet, unmet
from settings import Diagnostic, PlatformSettings, load
from settings.raw import Raw
from tests.components.recording import Answers, build
from tests.settings.bad_input.in_existing import DATABASE, NETWORK, subnets

ROOT = Path(__file__).parents[3]
_SUBNETS = {str(each["id"]): each for tier in ("public", "private", "data") for each in subnets(tier)}
_VPC: dict[str, Any] = {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": True, "enableDnsHostnames": True}
_ZONE: dict[str, Any] = {"name": "openibank.com.", "privateZone": False}
_CLUSTER: dict[str, Any] = {
    "version": "1.35",
    "roleArn": "arn:aws:iam::000000000000:role/old-cluster",
    "accessConfigs": [{"authenticationMode": "API"}],
    "vpcConfig": {"vpcId": NETWORK["vpc"]},
}
_INSTANCE: dict[str, Any] = {
    "engine": "postgres",
    "engineVersion": "16.4",
    "storageEncrypted": True,
    "allocatedStorage": 100,
    "masterUsername": DATABASE["username"],
    "kmsKeyId": DATABASE["kms_key"],
    "dbSubnetGroup": DATABASE["subnet_group"],
    "vpcSecurityGroups": [DATABASE["security_group"]],
}


def settings_of(*, adjust: bool = False) -> PlatformSettings:
    """OpeniBank in production, in a network that stands, with everything that can be taken over."""
    stated: dict[str, Raw] = {
        "environment": "production",
        "region": "us-east-1",
        "zones": ["us-east-1a", "us-east-1b", "us-east-1c"],
        "domain": "openibank.com",
        "workload": "openibank",
        "network": {"cidr": "10.0.0.0/16"},
        "cluster": {"api_access": "tunnel"},
        "monitoring": {"emails": ["support@openibank.com"]},
        "existing": {
            "network": NETWORK,
            "zone": {"id": "Z0123456789ABC", "take_over": True},
            "cluster": {
                "name": "old",
                "take_over": True,
                "role": _CLUSTER["roleArn"],
                "add_ons": ["vpc-cni", "coredns"],
            },
            "database": {
                **DATABASE,
                "adjust": adjust,
                "master_secret": "arn:aws:secretsmanager:us-east-1:000000000000:secret:openibank/prod/master-AbCdEf",
            },
        },
    }
    return load("prod", stated, ROOT / "workloads")


def _subnet(asked: Mapping[str, Any]) -> dict[str, Any]:
    stated = _SUBNETS[asked["id"]]
    return {"vpcId": NETWORK["vpc"], "availabilityZone": stated["zone"], "cidrBlock": stated["cidr"]}


def answers_with(**changes: dict[str, Any]) -> Answers:
    """What the account answers: what fits, and these changes laid over it."""
    return {
        "aws:ec2/getVpc:getVpc": lambda _: _VPC | changes.get("vpc", {}),
        "aws:ec2/getSubnet:getSubnet": lambda asked: _subnet(asked) | changes.get(asked["id"], {}),
        "aws:route53/getZone:getZone": lambda _: _ZONE | changes.get("zone", {}),
        "aws:rds/getInstance:getInstance": lambda _: _INSTANCE | changes.get("database", {}),
        "aws:eks/getCluster:getCluster": lambda _: _CLUSTER | changes.get("cluster", {}),
        "aws:ec2/getPrefixList:getPrefixList": lambda _: {"cidrBlocks": ["198.51.100.0/24"]},
    }


def _refused(changes: dict[str, dict[str, Any]] | None = None, *, adjust: bool = False) -> list[Diagnostic]:
    found: list[Diagnostic] = []

    def program() -> None:
        found.extend(unmet(settings_of(adjust=adjust), aws.Provider("aws", region="us-east-1")))

    build(program, answers=answers_with(**(changes or {})))
    return sorted(found, key=lambda diagnostic: diagnostic.setting)


def test_what_fits_is_let_pass() -> None:
    assert _refused() == []


_FIRST, _DATA = str(subnets("public")[0]["id"]), str(subnets("data")[2]["id"])


@pytest.mark.parametrize(
    ("changes", "setting", "allowed", "fix"),
    [
        ({"vpc": {"cidrBlock": "10.8.0.0/16"}}, "network.cidr", "10.8.0.0/16", "write 10.8.0.0/16"),
        (
            {"vpc": {"enableDnsHostnames": False}},
            "existing.network.vpc",
            "a VPC with dns-hostnames",
            "--enable-dns-hos",
        ),
        (
            {_DATA: {"availabilityZone": "us-east-1f"}},
            "existing.network.data_subnets[2].zone",
            f"us-east-1c; {_DATA} is in us-east-1f",
            "name a subnet in us-east-1c",
        ),
        ({_FIRST: {"vpcId": "vpc-2"}}, "existing.network.public_subnets[0].id", f"{_FIRST} is in vpc-2", "name a"),
        ({_FIRST: {"cidrBlock": "10.0.77.0/24"}}, "existing.network.public_subnets[0].cidr", "10.0.77.0/24", "write"),
        ({"zone": {"name": "example.org"}}, "existing.zone.id", "is of example.org", "name another zone"),
        ({"zone": {"name": "com."}}, "existing.zone.id", "is of com", "leave take_over out"),
        ({"zone": {"privateZone": True}}, "existing.zone.id", "is private", "name a public one"),
        ({"database": {"storageEncrypted": False}}, "existing.database.identifier", "an encrypted", "encrypted copy"),
        ({"database": {"engine": "mysql"}}, "existing.database.identifier", "PostgreSQL; it is mysql", "by a dump"),
        (
            {"database": {"engineVersion": "12.19"}},
            "existing.database.identifier",
            "PostgreSQL 16, as the product states; it is 12.19",
            "upgrade it first, to 14 | 15",
        ),
        (
            {"database": {"engineVersion": "15.2"}},
            "existing.database.identifier",
            "it is 15.2",
            "raise it once `adjust`",
        ),
        ({"cluster": {"version": "1.34"}}, "cluster.version", "1.34, which old runs", "upgrade it first"),
        (
            {"cluster": {"accessConfigs": [{"authenticationMode": "CONFIG_MAP"}]}},
            "existing.cluster.name",
            "by access entries; it has CONFIG_MAP",
            "authenticationMode=API_AND_CONFIG_MAP",
        ),
        ({"cluster": {"vpcConfig": {"vpcId": "vpc-2"}}}, "existing.cluster.name", "it is in vpc-2", "name its VPC"),
        ({"cluster": {"roleArn": "arn:r"}}, "existing.cluster.role", "what old has: arn:r", "write arn:r"),
        ({"database": {"kmsKeyId": "arn:other"}}, "existing.database.kms_key", "has: arn:other", "write arn:other"),
        ({"database": {"vpcSecurityGroups": ["sg-9"]}}, "existing.database.security_group", "has: sg-9", "write sg-9"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(
    changes: dict[str, dict[str, Any]], setting: str, allowed: str, fix: str
) -> None:
    (diagnostic,) = _refused(changes)
    assert diagnostic.setting == setting
    assert allowed in diagnostic.allowed
    assert fix in diagnostic.fix


def test_everything_is_told_at_once_and_what_is_not_there_too() -> None:
    told = _refused(
        {"vpc": {"cidrBlock": "10.8.0.0/16"}, "zone": {"privateZone": True}, "database": {"engine": "mysql"}}
    )
    assert [each.setting for each in told] == ["existing.database.identifier", "existing.zone.id", "network.cidr"]


def test_without_existing_nothing_is_asked() -> None:
    settings = settings_of()
    stack = settings.stack.model_copy(update={"existing": type(settings.stack.existing)()})
    plain = settings.model_copy(update={"stack": stack})
    build(lambda: refuse_unmet(plain, aws.Provider("aws", region="us-east-1")))


def test_adjusting_upgrades_but_never_shrinks() -> None:
    assert _refused({"database": {"engineVersion": "15.2"}}, adjust=True) == []
    (diagnostic,) = _refused({"database": {"allocatedStorage": 500}}, adjust=True)
    assert (diagnostic.setting, diagnostic.given, diagnostic.fix) == ("database.storage_gib", 100, "write 500")
