"""Two networks connected: what AWS refuses, each diagnostic next to what is accepted."""

from dataclasses import dataclass

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

HOME, AWAY = "eu-west-1", "us-east-1"


@dataclass(frozen=True)
class Networks:
    world: Memory
    home: Record
    away: Record


@pytest.fixture
def networks() -> Networks:
    world = Memory(HOME)
    return Networks(
        world,
        create(world, facts.VPC, "home", HOME, cidrBlock="10.1.0.0/16"),
        create(world, facts.VPC, "away", AWAY, cidrBlock="10.0.0.0/16"),
    )


def connected(of: Networks) -> Record:
    ends = {"vpcId": of.home.id, "peerVpcId": of.away.id, "peerRegion": AWAY}
    return create(of.world, facts.PEERING, "peering", HOME, **ends)


def test_networks_of_two_regions_are_connected_and_accepted_in_the_other(networks: Networks) -> None:
    peering = connected(networks)
    assert peering.id.startswith("pcx-")
    accepter = {"vpcPeeringConnectionId": peering.id, "autoAccept": True}
    here = diagnostics(networks.world, facts.PEERING_ACCEPTER, "accepter", HOME, **accepter)
    assert codes(here) == {"OperationNotPermitted"}
    accepted = create(networks.world, facts.PEERING_ACCEPTER, "accepter", AWAY, **accepter)
    assert accepted.id == peering.id
    assert (accepted.outputs["acceptStatus"], accepted.outputs["peerVpcId"]) == ("active", networks.home.id)


def test_networks_that_share_an_address_are_not_connected(networks: Networks) -> None:
    world = networks.world
    wide = create(world, facts.VPC, "wide", AWAY, cidrBlock="10.1.128.0/17")
    ends = {"vpcId": networks.home.id, "peerVpcId": wide.id, "peerRegion": AWAY}
    found = diagnostics(world, facts.PEERING, "peering", HOME, **ends)
    assert codes(found) == {"VpcPeeringConnectionFailed"}
    assert "10.1.0.0/16 and 10.1.128.0/17" in found[0].reason


def test_the_peer_is_looked_for_in_the_region_that_is_named(networks: Networks) -> None:
    ends = {"vpcId": networks.home.id, "peerVpcId": networks.away.id}
    found = diagnostics(networks.world, facts.PEERING, "peering", HOME, **ends)
    assert codes(found) == {"InvalidVpcID.NotFound"}
    assert f"it is in {AWAY}" in found[0].reason


def test_a_pair_of_networks_is_connected_once(networks: Networks) -> None:
    connected(networks)
    ends = {"vpcId": networks.home.id, "peerVpcId": networks.away.id, "peerRegion": AWAY}
    found = diagnostics(networks.world, facts.PEERING, "second", HOME, **ends)
    assert codes(found) == {"VpcPeeringConnectionAlreadyExists"}


def test_a_route_through_a_connection_starts_at_one_of_its_ends(networks: Networks) -> None:
    world, peering = networks.world, connected(networks)
    third = create(world, facts.VPC, "third", AWAY, cidrBlock="10.2.0.0/16")
    tables = {
        "away": create(world, facts.ROUTE_TABLE, "away-table", AWAY, vpcId=networks.away.id),
        "third": create(world, facts.ROUTE_TABLE, "third-table", AWAY, vpcId=third.id),
    }
    route = {"destinationCidrBlock": "10.1.0.0/16", "vpcPeeringConnectionId": peering.id}
    assert diagnostics(world, facts.ROUTE, "back", AWAY, routeTableId=tables["away"].id, **route) == []
    astray = diagnostics(world, facts.ROUTE, "astray", AWAY, routeTableId=tables["third"].id, **route)
    assert codes(astray) == {"InvalidParameterValue"}
    gone = {**route, "vpcPeeringConnectionId": "pcx-00000000000000000"}
    missing = diagnostics(world, facts.ROUTE, "back", AWAY, routeTableId=tables["away"].id, **gone)
    assert codes(missing) == {"InvalidVpcPeeringConnectionID.NotFound"}
