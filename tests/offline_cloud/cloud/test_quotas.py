"""An account's quotas: a new one has few addresses and machines, and its second production does not fit."""

import pytest

from offline_cloud import account
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value
from offline_cloud.cloud.services.ec2 import quotas
from offline_cloud.faults import FaultSyntaxError
from tests.offline_cloud.cloud.memory import Memory, create


def _wanted(type: str, region: str = "us-east-1", **inputs: Value) -> Record:
    return Record(urn=f"urn:pulumi:prod::groundwork::{type}::wanted", type=type, inputs=inputs, region=region)


def _codes(record: Record, world: Memory, present: dict[str, int]) -> list[str]:
    return [each.reason.partition(":")[0] for each in quotas.refused(record, world, present)]


def test_the_sixth_address_of_a_region_is_refused() -> None:
    world, fresh = Memory(), dict(quotas.FRESH)
    for number in range(5):
        assert _codes(_wanted(quotas.EIP, domain="vpc"), world, fresh) == []
        create(world, quotas.EIP, f"address-{number}", domain="vpc")
    (refused,) = quotas.refused(_wanted(quotas.EIP, domain="vpc"), world, fresh)
    assert refused.reason.startswith("AddressLimitExceeded")
    assert "--service-code ec2 --quota-code L-0263D0A3 --desired-value 6" in refused.fix
    assert _codes(_wanted(quotas.EIP, "eu-west-1", domain="vpc"), world, fresh) == []
    assert _codes(_wanted(quotas.EIP, domain="vpc"), world, {}) == []


def test_the_sixth_vpc_of_a_region_is_refused() -> None:
    world = Memory()
    for number in range(5):
        create(world, facts.VPC, f"vpc-{number}", cidrBlock=f"10.{number}.0.0/16")
    assert _codes(_wanted(facts.VPC, cidrBlock="10.9.0.0/16"), world, dict(quotas.FRESH)) == ["VpcLimitExceeded"]


@pytest.mark.parametrize(
    ("types", "least", "limit", "refused"),
    [
        (["m7i.large", "m6i.large"], 3, 5, True),
        (["m7i.large", "m6i.large"], 2, 5, False),
        (["m7i.large"], 3, 6, False),
        (["m7i.2xlarge"], 1, 5, True),
    ],
)
def test_machines_that_start_have_to_fit(types: list[Value], least: int, limit: int, refused: bool) -> None:
    size: Value = {"minSize": least, "desiredSize": least, "maxSize": 9}
    group = _wanted(facts.NODE_GROUP, instanceTypes=types, scalingConfig=size)
    found = quotas.refused(group, Memory(), {quotas.ON_DEMAND_CPU: limit})
    assert bool(found) is refused
    if found:
        assert f"limit of {limit} allows" in found[0].reason


def test_how_quotas_are_stated() -> None:
    assert account.quotas(quotas.FRESH, {}) == {}
    assert account.quotas(quotas.FRESH, {"OFFLINE_CLOUD_QUOTAS": "fresh"}) == quotas.FRESH
    assert account.quotas(quotas.FRESH, {"OFFLINE_CLOUD_QUOTAS": "L-1216C47A=32, L-0263D0A3=10"}) == {
        "L-1216C47A": 32,
        "L-0263D0A3": 10,
    }
    with pytest.raises(FaultSyntaxError, match="OFFLINE_CLOUD_QUOTAS: write fresh, or <code>=<number>"):
        account.quotas(quotas.FRESH, {"OFFLINE_CLOUD_QUOTAS": "many"})
