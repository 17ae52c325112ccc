"""Rules over where things stand in the network: subnets, routes and zones."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, low, medium
from policies.graph import ROUTE, goes_everywhere, of_type, public_subnets, subnets_with_a_way_out, urns
from policies.rule import PRODUCTION, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_SUBNET_GROUPS: Final = ("aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup")
_NODES = "aws:eks/nodeGroup:NodeGroup"
_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_ADDRESS = "aws:ec2/eip:Eip"
_LEAST_ZONES = 2


@stack_rule(
    "data-subnets-not-public",
    "Databases and caches stand in no public subnet",
    about=high(
        "One switch, or one rule of a security group, then puts the data on the internet.",
        "Name subnets without a route to an internet gateway.",
        "PCI DSS 1.4.4",
    ),
)
def data_subnets_not_public(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    public = public_subnets(resources)
    for group in of_type(resources, *_SUBNET_GROUPS):
        if group.refers("subnetIds") & public:
            yield group, "subnetIds holds a subnet with a route to the internet; name private ones"


@stack_rule(
    "data-subnets-isolated",
    "In production packets find no way from the data to the internet",
    about=high(
        "Who gets into a database carries its data away.",
        "Take the route to a gateway out of the data subnets' route tables.",
    ),
)
def data_subnets_isolated(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A public subnet is named by another rule."""
    leaking = subnets_with_a_way_out(resources) - public_subnets(resources)
    for group in of_type(resources, *_SUBNET_GROUPS):
        if group.held_to(PRODUCTION) and group.refers("subnetIds") & leaking:
            yield group, "a route leads from its subnets through NAT to the internet; take it out"


@stack_rule(
    "nodes-not-in-public-subnets",
    "In production the cluster's nodes stand in no public subnet",
    about=high(
        "A node that gets an address is on the internet, and with it every pod on it.",
        "Name private subnets in subnetIds.",
    ),
)
def nodes_not_in_public_subnets(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    public = public_subnets(resources)
    for nodes in of_type(resources, _NODES):
        if nodes.held_to(PRODUCTION) and nodes.refers("subnetIds") & public:
            yield nodes, "subnetIds holds a subnet with a route to the internet; name private ones"


@resource_rule(
    "data-in-two-zones",
    "Databases and caches have subnets in two zones",
    *_SUBNET_GROUPS,
    about=medium(
        "There is nowhere to go when the zone fails.",
        "Name a subnet of each zone in subnetIds.",
    ),
)
def data_in_two_zones(group: Resource) -> Iterator[str]:
    subnets = group.value("subnetIds")
    if subnets is not UNKNOWN and len(group.places("subnetIds")) < _LEAST_ZONES:
        yield "subnetIds names fewer than two subnets; name one of each zone"


@resource_rule(
    "load-balancer-in-two-zones",
    "A load balancer answers from two zones",
    _BALANCER,
    about=medium(
        "One zone that fails takes the product off the internet.",
        "Name a subnet of each zone in subnets.",
    ),
)
def load_balancer_in_two_zones(balancer: Resource) -> Iterator[str]:
    """Subnets may be stated as mappings too."""
    stated = "subnetMappings" if balancer.has("subnetMappings") else "subnets"
    if balancer.value(stated) is not UNKNOWN and len(balancer.places(stated)) < _LEAST_ZONES:
        yield f"{stated} names fewer than two subnets; name one of each zone"


@resource_rule(
    "peering-route-confined",
    "A route to another network names that network's addresses",
    ROUTE,
    about=medium(
        "The other network sees traffic that is meant for somebody else.",
        "State the other network's range in destinationCidrBlock.",
        "CKV2_AWS_44",
        "CIS AWS 5.6",
    ),
)
def peering_route_confined(route: Resource) -> Iterator[str]:
    if route.has("vpcPeeringConnectionId") and goes_everywhere(route):
        yield "every address is sent to the other network; state its own range in destinationCidrBlock"


@resource_rule(
    "endpoint-private-names",
    "An interface endpoint answers under the service's own name",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    about=medium(
        "Calls go out past the endpoint, and its policy holds for none of them.",
        "Switch privateDnsEnabled on.",
    ),
)
def endpoint_private_names(endpoint: Resource) -> Iterator[str]:
    interface = endpoint.value("vpcEndpointType") == "Interface"
    if interface and not endpoint.is_set("privateDnsEnabled"):
        yield "privateDnsEnabled is off; switch it on"


@stack_rule(
    "default-security-group-taken-over",
    "Every VPC's default security group is a resource of the stack, and closed",
    about=medium(
        "What is launched without a group of its own is connected to everything else that was.",
        "Add an aws.ec2.DefaultSecurityGroup of the VPC, without rules.",
        "CKV2_AWS_12",
        "CIS AWS 5.5",
    ),
)
def default_security_group_taken_over(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    groups = list(of_type(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"))
    networks = list(of_type(resources, "aws:ec2/vpc:Vpc"))
    taken = frozenset[str]().union(*(group.refers("vpcId") for group in groups))
    literal = any(not group.refers("vpcId") for group in groups)
    for network in networks:
        if network.urn not in taken and not literal:
            yield network, "its default security group lets its members talk; add a DefaultSecurityGroup without rules"


@stack_rule(
    "address-in-use",
    "Every public address belongs to something",
    about=low(
        "An address that nobody uses is paid for each hour, and found by scanners once somebody does.",
        "Delete it, or name what uses it.",
        "CKV2_AWS_19",
    ),
)
def address_in_use(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    used = frozenset[str]().union(*(each.refers() for each in resources))
    for address in of_type(resources, _ADDRESS):
        if address.urn not in used and not (address.has("instance") or address.has("networkInterface")):
            yield address, "nothing uses it; delete it"


@stack_rule(
    "storage-not-through-translation",
    "What goes to S3 from private subnets goes through the gateway endpoint, which is free",
    about=low(
        "Each gigabyte to or from S3 is paid for at the NAT gateway.",
        "Add an aws.ec2.VpcEndpoint of the type Gateway for S3, and name the route tables.",
    ),
)
def storage_not_through_translation(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    endpoints = of_type(resources, "aws:ec2/vpcEndpoint:VpcEndpoint")
    names = [endpoint.value("serviceName") for endpoint in endpoints]
    if any(name is UNKNOWN or str(name).endswith(".s3") for name in names):
        return
    gateways = urns(resources, "aws:ec2/natGateway:NatGateway")
    for gateway in resources:
        if gateway.urn in gateways:
            yield gateway, "S3 is reached through it; add a gateway endpoint for S3"
            return


RULES = (
    data_subnets_not_public,
    data_subnets_isolated,
    nodes_not_in_public_subnets,
    data_in_two_zones,
    load_balancer_in_two_zones,
    peering_route_confined,
    endpoint_private_names,
    default_security_group_taken_over,
    address_in_use,
    storage_not_through_translation,
)
