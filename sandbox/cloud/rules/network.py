"""Address ranges, zones, gateways, routes and rules of a VPC."""

from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Network, IPv6Network, NetmaskValueError, ip_network
from typing import Final

from sandbox.cloud.identity.network import zone_id, zone_name
from sandbox.cloud.model import Properties, Record, Refusal, World, flag, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal, strings_at

_ASSOCIATION: Final = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_RULE_TARGETS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
LARGEST: Final = 16
SMALLEST: Final = 28


def parse(cidr: str | None) -> IPv4Network | None:
    """Read an IPv4 range; ``None`` when there is none, or when it is none (another rule says so)."""
    try:
        network = ip_network(cidr) if cidr else None
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    return network if isinstance(network, IPv4Network) else None


def _ipv4_range(inputs: Properties, code: str) -> Iterator[Refusal]:
    cidr = text(inputs, "cidrBlock")
    if cidr is None:
        return
    try:
        network = ip_network(cidr)
    except ValueError as error:
        yield refusal("cidrBlock", "InvalidParameterValue", f"Value ({cidr}) is invalid: {error}", "write 10.0.0.0/16")
        return
    if isinstance(network, IPv6Network) or not LARGEST <= network.prefixlen <= SMALLEST:
        yield refusal(
            "cidrBlock", code, f"The CIDR '{cidr}' is invalid", f"use a range between /{LARGEST} and /{SMALLEST}"
        )


def check_vpc(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    yield from _ipv4_range(inputs, "InvalidVpc.Range")


def check_subnet(inputs: Properties, region: str) -> Iterator[Refusal]:
    yield from _ipv4_range(inputs, "InvalidSubnet.Range")
    zone = text(inputs, "availabilityZone")
    if zone is not None and not zone.startswith(region):
        yield refusal(
            "availabilityZone",
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid: subnets of {region} cannot be created in it",
            f"use a zone of {region}, such as {region}a",
        )
    by_id = text(inputs, "availabilityZoneId")
    if by_id is not None and zone is not None:
        yield refusal(
            "availabilityZoneId", "InvalidParameterCombination",
            "availabilityZone and availabilityZoneId name the zone twice", "leave one of them out",
        )  # fmt: skip
    if by_id is not None and not zone_name(region, by_id):
        yield refusal(
            "availabilityZoneId", "InvalidParameterValue",
            f"Value ({by_id}) for parameter availabilityZoneId is invalid: {region} has no such zone",
            f"use a zone of {region}, such as {zone_id(region, f'{region}a')}",
        )  # fmt: skip


def check_endpoint(inputs: Properties, region: str) -> Iterator[Refusal]:
    service = text(inputs, "serviceName")
    if service is not None and service.startswith("com.amazonaws.") and inputs.get("serviceRegion") is None:
        named = service.split(".")[2]
        if named not in (region, "s3-global", "vpce"):
            yield refusal(
                "serviceName",
                "InvalidServiceName",
                f"The Vpc Endpoint Service '{service}' does not exist in {region}",
                f"use com.amazonaws.{region}.{service.split('.', 3)[-1]}",
            )
    kind = text(inputs, "vpcEndpointType") or "Gateway"
    if kind == "Gateway" and service is not None and service.rsplit(".", 1)[-1] not in ("s3", "dynamodb"):
        yield refusal(
            "vpcEndpointType", "InvalidParameter", f"{service} has no gateway endpoint", "use vpcEndpointType Interface"
        )


def _blocks(vpc: Record, world: World) -> list[IPv4Network]:
    """Give the blocks of a VPC, the first one and those associated since; none while one of them is not known."""
    stated = [vpc.inputs.get("cidrBlock")]
    for other in world.of_type(_ASSOCIATION):
        if text(other.inputs, "vpcId") in (None, vpc.id):
            stated.append(other.inputs.get("cidrBlock"))
    blocks = [parse(block) if isinstance(block, str) else None for block in stated]
    return [] if None in blocks else [block for block in blocks if block is not None]


def subnet_in_vpc(record: Record, world: World) -> Iterator[Refusal]:
    """A subnet lies inside its VPC and overlaps no sibling."""
    vpc = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    network = parse(text(record.inputs, "cidrBlock"))
    if vpc is None or network is None:
        return
    blocks = _blocks(vpc, world)
    if blocks and not any(network.subnet_of(block) for block in blocks):
        listed = " or ".join(map(str, blocks))
        yield refusal(
            "cidrBlock",
            "InvalidSubnet.Range",
            f"The CIDR '{network}' is invalid: it is not inside {listed}, the range of {facts.label(vpc)}",
            "choose a range inside the VPC's, or associate another block with it first",
        )
    for sibling in facts.peers(record, world):
        other = parse(text(sibling.inputs, "cidrBlock"))
        if other is not None and text(sibling.inputs, "vpcId") == vpc.id and network.overlaps(other):
            yield refusal(
                "cidrBlock",
                "InvalidSubnet.Conflict",
                f"The CIDR '{network}' conflicts with another subnet: {facts.label(sibling)} has {other}",
                "choose a range that no subnet of the VPC uses",
            )


def one_gateway(record: Record, world: World) -> Iterator[Refusal]:
    """A VPC has one internet gateway."""
    vpc = text(record.inputs, "vpcId")
    for other in facts.peers(record, world):
        if vpc is not None and text(other.inputs, "vpcId") == vpc:
            yield refusal(
                "vpcId",
                "Resource.AlreadyAssociated",
                f"VPC {vpc} already has an internet gateway attached: {facts.label(other)}",
                "use that one",
            )


def has_internet_gateway(vpc_id: str, world: World) -> bool:
    """Tell whether a VPC has an internet gateway, or may have one once a preview is carried out."""
    gateways = world.of_type(facts.INTERNET_GATEWAY)
    return any(text(it.inputs, "vpcId") == vpc_id or facts.is_unknown(it.inputs, "vpcId") for it in gateways)


def needs_internet_gateway(record: Record, world: World) -> Iterator[Refusal]:
    """A public NAT gateway works in a VPC that reaches the internet."""
    if text(record.inputs, "connectivityType") == "private":
        return
    subnet = world.by_id(text(record.inputs, "subnetId") or "", facts.SUBNET)
    vpc_id = text(subnet.inputs if subnet else record.inputs, "vpcId")
    if vpc_id is not None and not has_internet_gateway(vpc_id, world):
        yield refusal(
            "subnetId" if subnet else "vpcId",
            "Gateway.NotAttached",
            f"Network {vpc_id} has no Internet gateway attached",
            "add depends_on=[internet_gateway], so that the gateway is attached first",
        )


def address_is_free(record: Record, world: World) -> Iterator[Refusal]:
    """An address serves one NAT gateway."""
    allocation = text(record.inputs, "allocationId")
    for other in facts.peers(record, world):
        if allocation is not None and text(other.inputs, "allocationId") == allocation:
            yield refusal(
                "allocationId",
                "Resource.AlreadyAssociated",
                f"Elastic IP address [{allocation}] is already associated with {facts.label(other)}",
                "allocate an address for each NAT gateway",
            )


def route_is_new(record: Record, world: World) -> Iterator[Refusal]:
    """A route table has one route to a destination."""
    table = text(record.inputs, "routeTableId")
    for path in ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"):
        wanted = text(record.inputs, path)
        for other in world.mentioning(wanted) if table and wanted else ():
            same = text(other.inputs, "routeTableId") == table and text(other.inputs, path) == wanted
            if other.type == record.type and same and not facts.is_same(record, other):
                yield refusal(
                    path,
                    "RouteAlreadyExists",
                    f"The route identified by {wanted} already exists in {table}: {facts.label(other)}",
                    "keep one of the two",
                )


def subnet_has_one_table(record: Record, world: World) -> Iterator[Refusal]:
    """A subnet is associated with one route table, and that one is of its own VPC."""
    subnet_id = text(record.inputs, "subnetId")
    if subnet_id is None:
        return
    for other in world.mentioning(subnet_id):
        if other.type == record.type and not facts.is_same(record, other):
            yield refusal(
                "subnetId",
                "Resource.AlreadyAssociated",
                f"The subnet {subnet_id} is associated with a route table already, by {facts.label(other)}",
                "associate each subnet once",
            )
    subnet = world.by_id(subnet_id, facts.SUBNET)
    table = world.by_id(text(record.inputs, "routeTableId") or "", facts.ROUTE_TABLE)
    if subnet and table and text(subnet.inputs, "vpcId") != text(table.inputs, "vpcId"):
        yield refusal(
            "routeTableId",
            "InvalidParameterValue",
            f"Route table {table.id} and subnet {subnet_id} belong to different networks",
            "take both from one VPC",
        )


def rule_is_new(record: Record, world: World) -> Iterator[Refusal]:
    """A security group has no rule twice."""
    group = text(record.inputs, "securityGroupId")
    if group is None:
        return
    wanted = _rule_key(record.inputs)
    for other in world.mentioning(group):
        if other.type != record.type or facts.is_same(record, other) or text(other.inputs, "securityGroupId") != group:
            continue
        if wanted == _rule_key(other.inputs) and not any(facts.is_unknown(record.inputs, p) for p in _RULE_TARGETS):
            yield refusal(
                "securityGroupId",
                "InvalidPermission.Duplicate",
                f"the specified rule already exists in {group}: {facts.label(other)}",
                "keep one of the two",
            )


def _rule_key(inputs: Properties) -> tuple[object, ...]:
    paths = ("ipProtocol", "fromPort", "toPort", *_RULE_TARGETS)
    return tuple(inputs.get(path) for path in paths)


def groups_of_one_vpc(record: Record, world: World) -> Iterator[Refusal]:
    """The security groups of a thing belong to the VPC of its subnets."""
    path, subnets_path = _GROUPS[record.type]
    vpcs = {text(it.inputs, "vpcId") for it in facts.subnet_records(record.inputs, subnets_path, world)}
    vpcs.discard(None)
    if len(vpcs) > 1:
        yield refusal(
            subnets_path,
            "InvalidSubnet",
            f"The subnets are of different VPCs: {', '.join(sorted(filter(None, vpcs)))}",
            "take all subnets from one VPC",
        )
    for where, id in strings_at(record.inputs, path + "[]"):
        group = world.by_id(id, facts.SECURITY_GROUP)
        owner = text(group.inputs, "vpcId") if group else None
        if owner is not None and vpcs and owner not in vpcs:
            yield refusal(
                where,
                "InvalidParameter",
                f"Security group {id} is of {owner}, the subnets are of {', '.join(sorted(filter(None, vpcs)))}",
                "take the security group from the same VPC",
            )


_GROUPS: Final[Mapping[str, tuple[str, str]]] = {
    facts.LOAD_BALANCER: ("securityGroups", "subnets"),
    facts.ENDPOINT: ("securityGroupIds", "subnetIds"),
    facts.CLUSTER: ("vpcConfig.securityGroupIds", "vpcConfig.subnetIds"),
    facts.PROXY: ("vpcSecurityGroupIds", "vpcSubnetIds"),
    facts.DATABASE_SUBNETS: ("", "subnetIds"),
    facts.CACHE_SUBNETS: ("", "subnetIds"),
    facts.NODE_GROUP: ("", "subnetIds"),
}


def endpoint_zones(record: Record, world: World) -> Iterator[Refusal]:
    """An interface endpoint has one subnet in each zone; private DNS needs DNS in the VPC, and is had once."""
    seen: dict[str, str] = {}
    for subnet in facts.subnet_records(record.inputs, "subnetIds", world):
        zone = facts.zone_of(subnet)
        if zone is not None and zone in seen:
            yield refusal(
                "subnetIds",
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet.id}",
                "give one subnet for each zone",
            )
        seen[zone or subnet.id] = subnet.id
    if flag(record.inputs, "privateDnsEnabled") is not True:
        return
    vpc = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    if vpc and (flag(vpc.inputs, "enableDnsSupport") is False or flag(vpc.inputs, "enableDnsHostnames") is not True):
        yield refusal(
            "privateDnsEnabled",
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true",
            "set both on the VPC",
        )
    yield from _private_dns_once(record, world)


def _private_dns_once(record: Record, world: World) -> Iterator[Refusal]:
    service, vpc_id = text(record.inputs, "serviceName"), text(record.inputs, "vpcId")
    for other in world.mentioning(service) if service and vpc_id else ():
        same = other.type == record.type and text(other.inputs, "vpcId") == vpc_id
        if same and not facts.is_same(record, other) and flag(other.inputs, "privateDnsEnabled") is True:
            yield refusal(
                "privateDnsEnabled",
                "InvalidParameter",
                f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service}",
                f"keep one endpoint for the service; {facts.label(other)} is another",
            )


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    facts.VPC: (check_vpc,),
    facts.SUBNET: (check_subnet,),
    facts.ENDPOINT: (check_endpoint,),
}
# What holds at a create and at every update.
STATES: Final[Table] = {
    facts.SUBNET: (subnet_in_vpc,),
    facts.INTERNET_GATEWAY: (one_gateway,),
    facts.NAT_GATEWAY: (address_is_free,),
    facts.ROUTE: (route_is_new,),
    facts.ROUTE_TABLE_ASSOCIATION: (subnet_has_one_table,),
    facts.INGRESS_RULE: (rule_is_new,),
    facts.EGRESS_RULE: (rule_is_new,),
    facts.ENDPOINT: (groups_of_one_vpc, endpoint_zones),
    facts.LOAD_BALANCER: (groups_of_one_vpc,),
    facts.CLUSTER: (groups_of_one_vpc,),
    facts.PROXY: (groups_of_one_vpc,),
    facts.DATABASE_SUBNETS: (groups_of_one_vpc,),
    facts.CACHE_SUBNETS: (groups_of_one_vpc,),
    facts.NODE_GROUP: (groups_of_one_vpc,),
}
CREATES: Final[Table] = {facts.NAT_GATEWAY: (needs_internet_gateway,)}
