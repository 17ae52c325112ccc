"""Address ranges, zones, gateways, routes and rules of a VPC."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Network, IPv6Network, NetmaskValueError, ip_network
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject, strings_at
from offline_cloud.cloud.core.resource import Rule
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, text
from offline_cloud.cloud.services.ec2.outputs import zone_id, zone_name

_ASSOCIATION: Final = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
LARGEST: Final = 16
SMALLEST: Final = 28


def parse(cidr: str | None) -> IPv4Network | None:
    """Read an IPv4 range; ``None`` when there is none, or when it is none (another rule says so)."""
    try:
        network = ip_network(cidr) if cidr else None
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    return network if isinstance(network, IPv4Network) else None


def _ipv4_range(inputs: Properties, code: str) -> Iterator[Diagnostic]:
    cidr = text(inputs, "cidrBlock")
    if cidr is None:
        return
    try:
        network = ip_network(cidr)
    except ValueError as error:
        yield reject("cidrBlock", "InvalidParameterValue", f"Value ({cidr}) is invalid: {error}", "write 10.0.0.0/16")
        return
    if isinstance(network, IPv6Network) or not LARGEST <= network.prefixlen <= SMALLEST:
        yield reject(
            "cidrBlock", code, f"The CIDR '{cidr}' is invalid", f"use a range between /{LARGEST} and /{SMALLEST}"
        )


def check_vpc(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    yield from _ipv4_range(inputs, "InvalidVpc.Range")


def check_subnet(inputs: Properties, region: str) -> Iterator[Diagnostic]:
    yield from _ipv4_range(inputs, "InvalidSubnet.Range")
    zone = text(inputs, "availabilityZone")
    if zone is not None and not zone.startswith(region):
        yield reject(
            "availabilityZone",
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid: subnets of {region} cannot be created in it",
            f"use a zone of {region}, such as {region}a",
        )
    by_id = text(inputs, "availabilityZoneId")
    if by_id is not None and zone is not None:
        reason = "availabilityZone and availabilityZoneId name the zone twice"
        yield reject("availabilityZoneId", "InvalidParameterCombination", reason, "leave one of them out")
    if by_id is not None and not zone_name(region, by_id):
        reason = f"Value ({by_id}) for parameter availabilityZoneId is invalid: {region} has no such zone"
        fix = f"use a zone of {region}, such as {zone_id(region, f'{region}a')}"
        yield reject("availabilityZoneId", "InvalidParameterValue", reason, fix)


def check_endpoint(inputs: Properties, region: str) -> Iterator[Diagnostic]:
    service = text(inputs, "serviceName")
    if service is not None and service.startswith("com.amazonaws.") and inputs.get("serviceRegion") is None:
        named = service.split(".")[2]
        if named not in (region, "s3-global", "vpce"):
            reason = f"The Vpc Endpoint Service '{service}' does not exist in {region}"
            fix = f"use com.amazonaws.{region}.{service.split('.', 3)[-1]}"
            yield reject("serviceName", "InvalidServiceName", reason, fix)
    kind = text(inputs, "vpcEndpointType") or "Gateway"
    if kind == "Gateway" and service is not None and service.rsplit(".", 1)[-1] not in ("s3", "dynamodb"):
        yield reject(
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


def subnet_in_vpc(record: Record, world: World) -> Iterator[Diagnostic]:
    """A subnet lies inside its VPC and overlaps no sibling."""
    vpc = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    network = parse(text(record.inputs, "cidrBlock"))
    if vpc is None or network is None:
        return
    blocks = _blocks(vpc, world)
    if blocks and not any(network.subnet_of(block) for block in blocks):
        listed = " or ".join(map(str, blocks))
        reason = f"The CIDR '{network}' is invalid: it is not inside {listed}, the range of {facts.label(vpc)}"
        fix = "choose a range inside the VPC's, or associate another block with it first"
        yield reject("cidrBlock", "InvalidSubnet.Range", reason, fix)
    for sibling in facts.peers(record, world):
        other = parse(text(sibling.inputs, "cidrBlock"))
        if other is not None and text(sibling.inputs, "vpcId") == vpc.id and network.overlaps(other):
            reason = f"The CIDR '{network}' conflicts with another subnet: {facts.label(sibling)} has {other}"
            fix = "choose a range that no subnet of the VPC uses"
            yield reject("cidrBlock", "InvalidSubnet.Conflict", reason, fix)


def has_internet_gateway(vpc_id: str, world: World) -> bool:
    """Tell whether a VPC has an internet gateway, or may have one once a preview is carried out."""
    gateways = world.of_type(facts.INTERNET_GATEWAY)
    return any(text(it.inputs, "vpcId") == vpc_id or facts.is_unknown(it.inputs, "vpcId") for it in gateways)


def needs_internet_gateway(record: Record, world: World) -> Iterator[Diagnostic]:
    """A public NAT gateway works in a VPC that reaches the internet."""
    if text(record.inputs, "connectivityType") == "private":
        return
    subnet = world.by_id(text(record.inputs, "subnetId") or "", facts.SUBNET)
    vpc_id = text(subnet.inputs if subnet else record.inputs, "vpcId")
    if vpc_id is not None and not has_internet_gateway(vpc_id, world):
        reason = f"Network {vpc_id} has no Internet gateway attached"
        fix = "add depends_on=[internet_gateway], so that the gateway is attached first"
        yield reject("subnetId" if subnet else "vpcId", "Gateway.NotAttached", reason, fix)


def table_of_its_network(record: Record, world: World) -> Iterator[Diagnostic]:
    """A subnet is associated with a route table of its own VPC."""
    subnet = world.by_id(text(record.inputs, "subnetId") or "", facts.SUBNET)
    table = world.by_id(text(record.inputs, "routeTableId") or "", facts.ROUTE_TABLE)
    if subnet and table and text(subnet.inputs, "vpcId") != text(table.inputs, "vpcId"):
        reason = f"Route table {table.id} and subnet {subnet.id} belong to different networks"
        yield reject("routeTableId", "InvalidParameterValue", reason, "take both from one VPC")


def one_vpc(subnets: str, groups: str = "") -> Rule:
    """Make the rule that the subnets of a thing, and its security groups, belong to one VPC."""

    def rule(record: Record, world: World) -> Iterator[Diagnostic]:
        stated = (text(it.inputs, "vpcId") for it in facts.subnet_records(record.inputs, subnets, world))
        vpcs = sorted({vpc for vpc in stated if vpc})
        listed = ", ".join(vpcs)
        if len(vpcs) > 1:
            message = f"The subnets are of different VPCs: {listed}"
            yield reject(subnets, "InvalidSubnet", message, "take all subnets from one VPC")
        for where, id in strings_at(record.inputs, f"{groups}[]") if vpcs else ():
            group = world.by_id(id, facts.SECURITY_GROUP)
            owner = text(group.inputs, "vpcId") if group else None
            if owner is not None and owner not in vpcs:
                message = f"Security group {id} is of {owner}, the subnets are of {listed}"
                yield reject(where, "InvalidParameter", message, "take the security group from the same VPC")

    return rule


def two_zones(subnets: str, code: str, message: str) -> Rule:
    """Make the rule that the subnets of a thing are in at least two zones."""

    def rule(record: Record, world: World) -> Iterator[Diagnostic]:
        found = facts.subnet_records(record.inputs, subnets, world)
        zones = {facts.zone_of(subnet) for subnet in found}
        if found and len(zones) == 1 and None not in zones and not facts.has_unknown(record.inputs, subnets):
            reason = f"{message}: all are in {facts.zone_of(found[0])}"
            yield reject(subnets, code, reason, "add a subnet in a second availability zone")

    return rule


def endpoint_zones(record: Record, world: World) -> Iterator[Diagnostic]:
    """An interface endpoint has one subnet in each zone; private DNS needs DNS in the VPC, and is had once."""
    seen: dict[str, str] = {}
    for subnet in facts.subnet_records(record.inputs, "subnetIds", world):
        zone = facts.zone_of(subnet)
        if zone is not None and zone in seen:
            reason = f"Found another VPC endpoint subnet in the availability zone of {subnet.id}"
            yield reject("subnetIds", "DuplicateSubnetsInSameZone", reason, "give one subnet for each zone")
        seen[zone or subnet.id] = subnet.id
    if flag(record.inputs, "privateDnsEnabled") is not True:
        return
    vpc = world.by_id(text(record.inputs, "vpcId") or "", facts.VPC)
    if vpc and (flag(vpc.inputs, "enableDnsSupport") is False or flag(vpc.inputs, "enableDnsHostnames") is not True):
        reason = "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true"
        yield reject("privateDnsEnabled", "InvalidParameter", reason, "set both on the VPC")
    yield from _private_dns_once(record, world)


def _private_dns_once(record: Record, world: World) -> Iterator[Diagnostic]:
    service, vpc_id = text(record.inputs, "serviceName"), text(record.inputs, "vpcId")
    for other in world.mentioning(service) if service and vpc_id else ():
        same = other.type == record.type and text(other.inputs, "vpcId") == vpc_id
        if same and not facts.is_same(record, other) and flag(other.inputs, "privateDnsEnabled") is True:
            yield reject(
                "privateDnsEnabled",
                "InvalidParameter",
                f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service}",
                f"keep one endpoint for the service; {facts.label(other)} is another",
            )
