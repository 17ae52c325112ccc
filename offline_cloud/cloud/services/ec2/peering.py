"""Peering connections between VPCs. Source: "What is VPC peering", limitations, in the VPC peering guide."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, text
from offline_cloud.cloud.services.ec2.network import parse

_NOT_FOUND: Final = "InvalidVpcPeeringConnectionID.NotFound"


def two_networks(record: Record, world: World) -> Iterator[Diagnostic]:
    """The peer is there, where the request looks for it, and shares no address with the requester."""
    wanted, region = text(record.inputs, "peerVpcId"), text(record.inputs, "peerRegion") or record.region
    peer = world.by_id(wanted, facts.VPC) if wanted else None
    if wanted and (peer is None or peer.region != region):
        elsewhere = f"; it is in {peer.region}" if peer else ""
        reason = f"The vpc ID '{wanted}' does not exist in {region}{elsewhere}"
        yield reject("peerVpcId", "InvalidVpcID.NotFound", reason, "give peerRegion the region of the peer")
        return
    own = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    mine, theirs = (parse(text(vpc.inputs, "cidrBlock")) if vpc else None for vpc in (own, peer))
    if mine and theirs and mine.overlaps(theirs):
        reason = f"The ranges of the two networks overlap: {mine} and {theirs}"
        yield reject("peerVpcId", "VpcPeeringConnectionFailed", reason, "give one of them another range")


def accepted_where_it_leads(record: Record, world: World) -> Iterator[Diagnostic]:
    """A connection is accepted in the peer's region."""
    connection, diagnostics = _connection(record, world)
    yield from diagnostics
    if connection is None:
        return
    region = text(connection.inputs, "peerRegion") or connection.region
    if region != record.region:
        reason = f"The connection leads to {region} and is accepted there, not in {record.region}"
        fix = f"give the accepter a provider of {region}"
        yield reject("vpcPeeringConnectionId", "OperationNotPermitted", reason, fix)


def leads_from_its_end(record: Record, world: World) -> Iterator[Diagnostic]:
    """A route through a connection stands in a table of one of its two networks."""
    connection, diagnostics = _connection(record, world)
    yield from diagnostics
    table = world.by_id(text(record.inputs, "routeTableId") or "", facts.ROUTE_TABLE)
    vpc = text(table.inputs, "vpcId") if table else None
    if connection is None or vpc is None or any(facts.is_unknown(connection.inputs, end) for end in _ENDS):
        return
    if vpc not in {text(connection.inputs, end) for end in _ENDS}:
        yield reject(
            "vpcPeeringConnectionId", "InvalidParameterValue",
            f"route table {table.id if table else ''} and peering connection {connection.id} belong to different "
            "networks", "route from one of the two networks that are connected",
        )  # fmt: skip


_ENDS: Final = ("vpcId", "peerVpcId")


def _connection(record: Record, world: World) -> tuple[Record | None, list[Diagnostic]]:
    wanted = text(record.inputs, "vpcPeeringConnectionId")
    found = world.by_id(wanted, facts.PEERING) if wanted else None
    if wanted is None or found is not None:
        return found, []
    fix = "refer to the connection's output, so that it is created first"
    message = f"The vpcPeeringConnection ID '{wanted}' does not exist"
    return None, [reject("vpcPeeringConnectionId", _NOT_FOUND, message, fix)]
