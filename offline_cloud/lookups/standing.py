"""The network that every account has in every region: the default VPC with a public subnet in each zone.

https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
It is no stack's, is kept in no store, and stands in the account from the moment that somebody asks for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from offline_cloud.cloud import identity
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Properties, Record, World, digest
from offline_cloud.cloud.services.ec2.outputs import implicit_id
from offline_cloud.lookups.account import zones

if TYPE_CHECKING:
    from offline_cloud.account_file import Thing

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
ROUTE: Final = "aws:ec2/route:Route"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
TABLE: Final = "aws:ec2/routeTable:RouteTable"
# The stack part of their URNs: no stack can be called so.
_OWNER: Final = "(account)"
_DEFAULT: Final = "default-"
_RANGE: Final = "172.31.0.0/16"


def is_default(record: Record) -> bool:
    """Tell whether a record is part of a default network."""
    return record.stack == _OWNER and record.name.startswith(_DEFAULT)


def default_network(region: str, world: World) -> list[Record]:
    """Give the default VPC of a region and what comes with it."""
    return [_known(record, world) for record in _records(region)]


def key(thing: "Thing | Record") -> tuple[str, str, str]:
    """Give what tells one thing from all others in the account."""
    return (thing.type, thing.region, thing.id)


def stated(things: "Iterable[Thing]", world: World) -> Iterator[Record]:
    """Give what a person says stands in the account."""
    for thing in things:
        properties = cast("Properties", dict(thing.properties))
        urn = f"urn:pulumi:{_OWNER}::{thing.region}::{thing.type}::{thing.id}"
        record = Record(urn=urn, type=thing.type, inputs=properties, region=thing.region, id=thing.id)
        known = _known(record, world)
        yield replace(known, outputs={**known.outputs, **properties})


def named(type: str, name: str, region: str, world: World) -> Record | None:
    """Find what is imported by the name that people know it by, such as a database's, whose id is another one."""
    here = [record for record in world.of_type(type) if record.region == region and record.id]
    return next((record for record in here if physical_name(record) == name), None)


def _records(region: str) -> Iterator[Record]:
    vpc = _id("vpc", region)
    yield _record(VPC, "vpc", region, vpc, {"cidrBlock": _RANGE, "enableDnsHostnames": True, "enableDnsSupport": True})
    for number, zone in enumerate(zones(region)):
        inputs: Properties = {
            "vpcId": vpc,
            "cidrBlock": f"172.31.{16 * number}.0/20",
            "availabilityZone": zone,
            "mapPublicIpOnLaunch": True,
        }
        yield _record(SUBNET, f"subnet-{zone}", region, _id("subnet", zone), inputs)
    gateway = _id("igw", region)
    yield _record(GATEWAY, "gateway", region, gateway, {"vpcId": vpc})
    table = implicit_id("rtb", vpc)
    yield _record(TABLE, "routes", region, table, {"vpcId": vpc})
    way_out: Properties = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway}
    yield _record(ROUTE, "way-out", region, f"r-{table}1080289494", way_out)
    group: Properties = {"name": "default", "description": "default VPC security group", "vpcId": vpc}
    yield _record(GROUP, "group", region, implicit_id("sg", vpc), group)


def _id(prefix: str, *of: str) -> str:
    return f"{prefix}-0{digest('default', prefix, *of, length=16)}"


def _record(type: str, name: str, region: str, id: str, inputs: Properties) -> Record:
    return Record(
        urn=f"urn:pulumi:{_OWNER}::{region}::{type}::{_DEFAULT}{name}", type=type, inputs=inputs, region=region, id=id
    )


def _known(record: Record, world: World) -> Record:
    """Add what AWS computes to what a person would have stated."""
    return replace(record, outputs={**record.inputs, **identity.outputs(record, world).outputs})
