"""The private way from a secondary region to the primary's database, and nothing beyond it."""

from functools import cache

import pytest

from components.network.peering import Peer, Peering, PeeringArgs
from tests.components.recording import Recorder, build

ROUTE = "aws:ec2/route:Route"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
DOOR = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@cache
def peering() -> Recorder[Peering]:
    args = PeeringArgs(
        prefix="shop-prod-eu-west-1",
        tags={"Product": "shop"},
        vpc_id="vpc-here",
        cidr="10.1.0.0/16",
        route_table_ids=["rtb-a", "rtb-b"],
        client_cidrs=["10.1.0.0/19", "10.1.32.0/19"],
        rule_number=214,
        peer=Peer(
            region="us-east-1",
            vpc_id="vpc-there",
            data_cidr="10.0.208.0/20",
            data_route_table_ids=["rtb-x", "rtb-y", "rtb-z"],
            data_acl_id="acl-data",
            database_security_group_id="sg-database",
        ),
    )
    return build(lambda: Peering("peering", args))


def _there() -> str:
    provider = peering().one("pulumi:providers:aws")
    assert provider.inputs["region"] == "us-east-1"
    return f"{provider.urn}::peering-aws-id"


@pytest.mark.requirement("SL-125")
def test_this_region_asks_and_the_primarys_accepts() -> None:
    connection = peering().named("peering-connection")
    ends = {key: connection.inputs[key] for key in ("vpcId", "peerVpcId", "peerRegion")}
    assert ends == {"vpcId": "vpc-here", "peerVpcId": "vpc-there", "peerRegion": "us-east-1"}
    assert connection.provider != _there()
    accepter = peering().named("peering-accepter")
    assert accepter.provider == _there()
    assert accepter.inputs["autoAccept"] is True


@pytest.mark.requirement("SL-125")
def test_routes_lead_to_the_data_tier_and_back_from_every_zone_of_it() -> None:
    accepter = peering().named("peering-accepter")
    routes = peering().of_type(ROUTE)
    away = {route.inputs["routeTableId"]: route for route in routes if "to-primary" in route.name}
    back = {route.inputs["routeTableId"]: route for route in routes if "from-primary" in route.name}
    assert set(away) == {"rtb-a", "rtb-b"}
    assert {route.inputs["destinationCidrBlock"] for route in away.values()} == {"10.0.208.0/20"}
    assert set(back) == {"rtb-x", "rtb-y", "rtb-z"}
    assert {route.inputs["destinationCidrBlock"] for route in back.values()} == {"10.1.0.0/16"}
    assert {route.provider for route in back.values()} == {_there()}
    assert all(route.depends_on(accepter) for route in routes)


@pytest.mark.requirement("SL-125")
def test_the_primarys_database_lets_this_regions_pods_in_on_one_port() -> None:
    doors = peering().of_type(DOOR)
    assert [door.inputs["cidrIpv4"] for door in doors] == ["10.1.0.0/19", "10.1.32.0/19"]
    for door in doors:
        assert door.inputs["securityGroupId"] == "sg-database"
        assert (door.inputs["ipProtocol"], door.inputs["fromPort"], door.inputs["toPort"]) == ("tcp", 5432, 5432)
        assert door.provider == _there()


def test_the_data_tiers_network_acl_lets_questions_in_and_answers_out() -> None:
    rules = {rule.inputs["egress"]: rule.inputs for rule in peering().of_type(ACL_RULE)}
    assert {rule["networkAclId"] for rule in rules.values()} == {"acl-data"}
    assert {rule["cidrBlock"] for rule in rules.values()} == {"10.1.0.0/16"}
    assert (rules[False]["fromPort"], rules[False]["toPort"]) == (5432, 5432)
    assert (rules[True]["fromPort"], rules[True]["toPort"]) == (1024, 65535)
    assert {rule["ruleNumber"] for rule in rules.values()} == {214}
