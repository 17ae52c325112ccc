"""What of a stack's graph several rules ask: which subnets are public, and what stands in them.

Resources are followed by the outputs that they are made of, which a first preview knows too; what a program names by a
literal ID is not followed.
"""

from collections.abc import Iterable, Iterator, Sequence

from policies.addresses import open_to_everybody
from policies.view import Resource

ROUTE, ROUTE_TABLE = "aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"
_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
_NAT = "aws:ec2/natGateway:NatGateway"


def of_type(resources: Iterable[Resource], *types: str) -> Iterator[Resource]:
    """Yield the resources of these types."""
    yield from (each for each in resources if each.type in types)


def urns(resources: Iterable[Resource], *types: str) -> frozenset[str]:
    """Give the URNs of the resources of these types."""
    return frozenset(each.urn for each in of_type(resources, *types))


def goes_everywhere(route: Resource) -> bool:
    """Whether a route takes traffic to every address."""
    return open_to_everybody(route.value(key) for key in ("destinationCidrBlock", "destinationIpv6CidrBlock"))


def public_subnets(resources: Sequence[Resource]) -> frozenset[str]:
    """Give the subnets with a route to an internet gateway of the stack."""
    return _subnets_towards(resources, _GATEWAY)


def subnets_with_a_way_out(resources: Sequence[Resource]) -> frozenset[str]:
    """Give the subnets from which packets reach the internet, by a gateway or by address translation."""
    return _subnets_towards(resources, _GATEWAY, _NAT)


def _subnets_towards(resources: Sequence[Resource], *gateways: str) -> frozenset[str]:
    targets = urns(resources, *gateways)
    tables = {
        table
        for route in of_type(resources, ROUTE)
        if targets & route.refers("gatewayId", "natGatewayId")
        for table in route.refers("routeTableId")
    } | {table.urn for table in of_type(resources, ROUTE_TABLE) if targets & table.refers("routes")}
    return frozenset(
        subnet
        for association in of_type(resources, _ASSOCIATION)
        if tables & association.refers("routeTableId")
        for subnet in association.refers("subnetId")
    )


def through(resources: Iterable[Resource], found: frozenset[str], *types: str) -> frozenset[str]:
    """Add what resources of these types, where they are among the found ones, are made of.

    A topic is often named by its policy's output, so that its policy is there before the first message.
    """
    passed = (each.refers() for each in of_type(resources, *types) if each.urn in found)
    return found.union(*passed)
