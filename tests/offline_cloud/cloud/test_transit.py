"""What a network that enforces encryption in transit is stopped by, and what it stops."""

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Value
from offline_cloud.cloud.services.ec2.transit import CONTROL
from tests.offline_cloud.cloud.memory import Memory, codes, diagnostics

ENFORCE: dict[str, Value] = {"vpcId": "vpc-1", "mode": "enforce"}


@pytest.mark.parametrize(
    ("type", "inputs", "exclusion"),
    [
        (facts.INTERNET_GATEWAY, {"vpcId": "vpc-1"}, "internetGatewayExclusion"),
        (facts.PEERING, {"vpcId": "vpc-9", "peerVpcId": "vpc-1", "peerRegion": "eu-west-1"}, "vpcPeeringExclusion"),
        (facts.NAT_GATEWAY, {"vpcId": "vpc-1", "availabilityMode": "regional"}, "natGatewayExclusion"),
    ],
)
def test_what_does_not_encrypt_blocks_unless_it_is_excluded(
    type: str, inputs: dict[str, Value], exclusion: str
) -> None:
    world = Memory()
    world.add(type, "it", **inputs)
    assert codes(diagnostics(world, CONTROL, "control", **ENFORCE)) == {"InvalidState"}
    assert diagnostics(world, CONTROL, "control", **{**ENFORCE, exclusion: "enable"}) == []
    assert diagnostics(world, CONTROL, "control", **{**ENFORCE, "mode": "monitor"}) == []


def test_a_network_that_enforces_takes_no_mount_target_without_an_exclusion() -> None:
    world = Memory()
    world.add(facts.VPC, "vpc", cidrBlock="10.0.0.0/16")
    (vpc,) = world.of_type(facts.VPC)
    world.add(facts.SUBNET, "subnet", vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    (subnet,) = world.of_type(facts.SUBNET)
    control: dict[str, Value] = {"vpcId": vpc.id, "mode": "enforce"}
    world.add(CONTROL, "control", **control)
    target = diagnostics(world, facts.MOUNT_TARGET, "target", subnetId=subnet.id)
    assert "OperationNotPermitted" in codes(target)
    world.records.pop()
    world.add(CONTROL, "control", **control, elasticFileSystemExclusion="enable")
    assert "OperationNotPermitted" not in codes(diagnostics(world, facts.MOUNT_TARGET, "target", subnetId=subnet.id))
