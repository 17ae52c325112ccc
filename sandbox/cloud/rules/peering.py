"""Peering connections between VPCs. Source: "What is VPC peering", limitations, in the VPC peering guide."""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Record, Refusal, World, flag, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal
from sandbox.cloud.rules.network import parse

_NOT_FOUND: Final = "InvalidVpcPeeringConnectionID.NotFound"


def check_peering(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    if inputs.get("peerRegion") is not None and flag(inputs, "autoAccept") is True:
        yield refusal(
            "autoAccept", "InvalidParameterCombination", "A connection to another region is accepted there",
            "leave autoAccept out, and add a VpcPeeringConnectionAccepter with a provider of peerRegion",
        )  # fmt: skip


def two_networks(record: Record, world: World) -> Iterator[Refusal]:
    """The peer is there, where the request looks for it, and shares no address with the requester."""
    wanted, region = text(record.inputs, "peerVpcId"), text(record.inputs, "peerRegion") or record.region
    peer = world.by_id(wanted, facts.VPC) if wanted else None
    if wanted and (peer is None or peer.region != region):
        elsewhere = f"; it is in {peer.region}" if peer else ""
        yield refusal(
            "peerVpcId", "InvalidVpcID.NotFound", f"The vpc ID '{wanted}' does not exist in {region}{elsewhere}",
            "give peerRegion the region of the peer",
        )  # fmt: skip
        return
    own = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    mine, theirs = (parse(text(vpc.inputs, "cidrBlock")) if vpc else None for vpc in (own, peer))
    if mine and theirs and mine.overlaps(theirs):
        yield refusal(
            "peerVpcId", "VpcPeeringConnectionFailed",
            f"The ranges of the two networks overlap: {mine} and {theirs}", "give one of them another range",
        )  # fmt: skip


def accepted_where_it_leads(record: Record, world: World) -> Iterator[Refusal]:
    """A connection is accepted in the peer's region."""
    connection, refusals = _connection(record, world)
    yield from refusals
    if connection is None:
        return
    region = text(connection.inputs, "peerRegion") or connection.region
    if region != record.region:
        yield refusal(
            "vpcPeeringConnectionId", "OperationNotPermitted",
            f"The connection leads to {region} and is accepted there, not in {record.region}",
            f"give the accepter a provider of {region}",
        )  # fmt: skip


def leads_from_its_end(record: Record, world: World) -> Iterator[Refusal]:
    """A route through a connection stands in a table of one of its two networks."""
    connection, refusals = _connection(record, world)
    yield from refusals
    table = world.by_id(text(record.inputs, "routeTableId") or "", facts.ROUTE_TABLE)
    vpc = text(table.inputs, "vpcId") if table else None
    if connection is None or vpc is None or any(facts.is_unknown(connection.inputs, end) for end in _ENDS):
        return
    if vpc not in {text(connection.inputs, end) for end in _ENDS}:
        yield refusal(
            "vpcPeeringConnectionId", "InvalidParameterValue",
            f"route table {table.id if table else ''} and peering connection {connection.id} belong to different "
            "networks", "route from one of the two networks that are connected",
        )  # fmt: skip


_ENDS: Final = ("vpcId", "peerVpcId")


def _connection(record: Record, world: World) -> tuple[Record | None, list[Refusal]]:
    wanted = text(record.inputs, "vpcPeeringConnectionId")
    found = world.by_id(wanted, facts.PEERING) if wanted else None
    if wanted is None or found is not None:
        return found, []
    mend = "refer to the connection's output, so that it is created first"
    message = f"The vpcPeeringConnection ID '{wanted}' does not exist"
    return None, [refusal("vpcPeeringConnectionId", _NOT_FOUND, message, mend)]


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {facts.PEERING: (check_peering,)}
STATES: Final[Table] = {
    facts.PEERING: (two_networks,),
    facts.PEERING_ACCEPTER: (accepted_where_it_leads,),
    facts.ROUTE: (leads_from_its_end,),
}
