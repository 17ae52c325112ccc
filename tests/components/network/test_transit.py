"""Encryption between machines, and which machines can."""

import pytest

from components.network.transit import TransitEncryption, TransitEncryptionArgs
from components.plans.transit import encrypts_in_transit
from tests.components.recording import Recorder, build

CONTROL = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"


def _made(*, ways_out: bool) -> Recorder[TransitEncryption]:
    args = TransitEncryptionArgs(prefix="shop-prod", vpc_id="vpc-1", ways_out=ways_out)
    return build(lambda: TransitEncryption("transit", args))


@pytest.mark.requirement("AT-47")
def test_the_network_refuses_what_does_not_encrypt_and_excludes_only_the_gateways() -> None:
    inputs = _made(ways_out=True).one(CONTROL).inputs
    assert (inputs["mode"], inputs["vpcId"]) == ("enforce", "vpc-1")
    excluded = {key for key, value in inputs.items() if key.endswith("Exclusion") and value == "enable"}
    assert excluded == {"internetGatewayExclusion", "natGatewayExclusion"}


def test_a_network_without_a_nat_gateway_excludes_none() -> None:
    assert _made(ways_out=False).one(CONTROL).inputs["natGatewayExclusion"] == "disable"


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("name", ["m7i.large", "m6i.large", "c6in.4xlarge", "c5n.large", "m7g.large", "c6gn.large"])
def test_these_machines_encrypt(name: str) -> None:
    assert encrypts_in_transit(name)


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("name", ["t3.large", "t4g.small", "m5.large", "m6g.large", "c6gd.large", "x.large"])
def test_these_machines_do_not(name: str) -> None:
    assert not encrypts_in_transit(name)
