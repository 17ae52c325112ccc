"""Encryption between machines, and which machines can."""

import pytest

from components.checked import refuse_unbuildable
from components.network.transit import TransitEncryption, TransitEncryptionArgs
from components.platform import Platform
from settings.arithmetic.transit import encrypts_in_transit
from settings.diagnostics import SettingsError
from tests.charts.ai_trading import ai_trading
from tests.components.recording import Recorder, build

CONTROL = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"


def _made(*, ways_out: bool, peered: bool = False, shares_files: bool = False) -> Recorder[TransitEncryption]:
    args = TransitEncryptionArgs(
        prefix="shop-prod", vpc_id="vpc-1", ways_out=ways_out, peered=peered, shares_files=shares_files, after=()
    )
    return build(lambda: TransitEncryption("transit", args))


@pytest.mark.requirement("AT-47")
def test_the_network_refuses_what_does_not_encrypt_and_excludes_only_the_gateways() -> None:
    inputs = _made(ways_out=True).one(CONTROL).inputs
    assert (inputs["mode"], inputs["vpcId"]) == ("enforce", "vpc-1")
    excluded = {key for key, value in inputs.items() if key.endswith("Exclusion") and value == "enable"}
    assert excluded == {"internetGatewayExclusion", "natGatewayExclusion"}


def test_a_network_without_a_nat_gateway_excludes_none() -> None:
    assert _made(ways_out=False).one(CONTROL).inputs["natGatewayExclusion"] == "disable"


def test_another_regions_network_and_shared_files_are_excluded_where_there_are_any() -> None:
    plain = _made(ways_out=True).one(CONTROL).inputs
    assert (plain["vpcPeeringExclusion"], plain["elasticFileSystemExclusion"]) == ("disable", "disable")
    joined = _made(ways_out=True, peered=True, shares_files=True).one(CONTROL).inputs
    assert (joined["vpcPeeringExclusion"], joined["elasticFileSystemExclusion"]) == ("enable", "enable")


@pytest.mark.requirement("AT-47")
def test_the_network_enforces_after_its_gateways_and_before_anything_is_placed_into_it() -> None:
    recorder = build(lambda: Platform("platform", ai_trading("prod")))
    control = recorder.one(CONTROL)
    for kind in ("natGateway:NatGateway", "vpcEndpoint:VpcEndpoint", "route:Route"):
        for made in recorder.of_type(f"aws:ec2/{kind}"):
            assert recorder.comes_after(control, made), made.name
    placed = (
        "aws:eks/cluster:Cluster",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:rds/subnetGroup:SubnetGroup",
        "aws:elasticache/subnetGroup:SubnetGroup",
        "aws:lb/loadBalancer:LoadBalancer",
    )
    for kind in placed:
        for made in recorder.of_type(kind):
            assert recorder.comes_after(made, control), made.name


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("name", ["m7i.large", "m6i.large", "c6in.4xlarge", "c5n.large", "m7g.large", "c6gn.large"])
def test_these_machines_encrypt(name: str) -> None:
    assert encrypts_in_transit(name)


@pytest.mark.requirement("AT-47")
@pytest.mark.parametrize("name", ["t3.large", "t4g.small", "m5.large", "m6g.large", "c6gd.large", "x.large"])
def test_these_machines_do_not(name: str) -> None:
    assert not encrypts_in_transit(name)


@pytest.mark.requirement("AT-47")
def test_nodes_that_cannot_encrypt_are_refused_before_anything_is_made() -> None:
    settings = ai_trading("prod")
    refuse_unbuildable(settings)
    nodes = settings.stack.cluster.system_nodes.model_copy(update={"instance_types": ("m7i.large", "t3.large")})
    cluster = settings.stack.cluster.model_copy(update={"system_nodes": nodes})
    stack = settings.stack.model_copy(update={"cluster": cluster})
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(settings.model_copy(update={"stack": stack}))
    assert [diagnostic.setting for diagnostic in refusal.value.diagnostics] == [
        "cluster.system_nodes.instance_types[1]"
    ]
