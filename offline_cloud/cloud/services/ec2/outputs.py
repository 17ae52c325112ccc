"""Outputs of VPCs and what lives in them, with the objects AWS creates along with a VPC."""

from typing import Final

from offline_cloud.cloud.core.regions import short_name
from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import ACCOUNT_ID, Properties, digest, text

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"


def implicit_id(prefix: str, vpc_id: str) -> str:
    """Give the id of what comes with a VPC: its security group (``sg``), route table (``rtb``) or ACL (``acl``)."""
    return f"{prefix}-0{digest('implicit', prefix, vpc_id, length=16)}"


def vpc(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("ec2", f"vpc/{subject.id}"),
        "ownerId": ACCOUNT_ID,
        "defaultSecurityGroupId": implicit_id("sg", subject.id),
        "defaultNetworkAclId": implicit_id("acl", subject.id),
        "defaultRouteTableId": implicit_id("rtb", subject.id),
        "mainRouteTableId": implicit_id("rtb", subject.id),
        "dhcpOptionsId": f"dopt-0{digest('dhcp options', subject.region, length=16)}",
        "instanceTenancy": subject.input("instanceTenancy", "default"),
    }


def subnet(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.arn("ec2", f"subnet/{subject.id}"), "ownerId": ACCOUNT_ID}
    zone = subject.input("availabilityZone")
    if "availabilityZone" not in subject.inputs:
        stated = subject.input("availabilityZoneId")
        outputs["availabilityZone"] = zone = zone_name(subject.region, stated) or f"{subject.region}a"
    if "availabilityZoneId" not in subject.inputs and zone:
        outputs["availabilityZoneId"] = zone_id(subject.region, zone)
    return outputs


_ORDER: Final = {"us-east-1": "612435", "us-west-1": "312"}
"""Numbers of the zones a, b, c … of this account, where they do not follow the letters; every account has an order of
its own. https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""


def zone_id(region: str, zone: str) -> str:
    """Give the id of a zone, such as ``use1-az6`` for ``us-east-1a``."""
    number = _ORDER.get(region, "123456")[ord(zone[-1]) - ord("a")]
    return f"{short_name(region)}-az{number}"


def zone_name(region: str, zone: str) -> str:
    """Give the name of a zone by its id; empty when this account has no such zone."""
    names = (f"{region}{letter}" for letter in "abcdef")
    return next((name for name in names if zone_id(region, name) == zone), "")


def _public_address(subject: Subject) -> str:
    # 203.0.113.0/24 and 198.51.100.0/24 are reserved for documentation (RFC 5737): nobody's real address appears.
    number = int(subject.hex(6, "address"), 16)
    block = "203.0.113" if number % 2 else "198.51.100"
    return f"{block}.{number // 2 % 254 + 1}"


def elastic_ip(subject: Subject) -> Properties:
    address = _public_address(subject)
    suffix = "compute-1" if subject.region == "us-east-1" else f"{subject.region}.compute"
    return {
        "allocationId": subject.id,
        "arn": subject.arn("ec2", f"elastic-ip/{subject.id}"),
        "publicIp": address,
        "publicDns": f"ec2-{address.replace('.', '-')}.{suffix}.amazonaws.com",
        "domain": subject.input("domain", "vpc"),
    }


def nat_gateway(subject: Subject) -> Properties:
    address = subject.referenced("allocationId", "aws:ec2/eip:Eip")
    outputs: Properties = {
        "networkInterfaceId": f"eni-0{subject.hex(16, 'interface')}",
        "associationId": f"eipassoc-0{subject.hex(16, 'association')}",
        "publicIp": (text(address.outputs, "publicIp") if address else None) or _public_address(subject),
    }
    if subject.input("availabilityMode") == "regional":
        outputs["routeTableId"] = f"rtb-0{subject.hex(16, 'routes')}"
    return outputs


def endpoint(subject: Subject) -> Properties:
    service = subject.input("serviceName")
    outputs: Properties = {
        "arn": subject.arn("ec2", f"vpc-endpoint/{subject.id}"),
        "ownerId": ACCOUNT_ID,
        "state": "available",
        "requesterManaged": False,
    }
    if subject.input("vpcEndpointType", "Gateway") == "Gateway":
        outputs["prefixListId"] = f"pl-0{digest('prefix list', subject.region, service, length=16)}"
        outputs["cidrBlocks"] = ["198.51.100.0/24"]
        return outputs
    subnets = subject.inputs.get("subnetIds")
    count = len(subnets) if isinstance(subnets, list) else 0
    host = service.rsplit(".", 1)[-1]
    outputs["networkInterfaceIds"] = [f"eni-0{subject.hex(16, str(index))}" for index in range(count)]
    outputs["dnsEntries"] = [
        {
            "dnsName": f"{subject.id}-{subject.hex(8, 'dns')}.{host}.{subject.region}.vpce.amazonaws.com",
            "hostedZoneId": "Z7HUB22UULQXV",
        }
    ]
    return outputs


def peering_accepter(subject: Subject) -> Properties:
    """Give what the accepter's side sees: the requester is the peer."""
    connection = subject.referenced("vpcPeeringConnectionId", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    if connection is None:
        return {"acceptStatus": "pending-acceptance"}
    return {
        "acceptStatus": "active" if subject.inputs.get("autoAccept") is True else "pending-acceptance",
        "peerOwnerId": ACCOUNT_ID,
        "peerRegion": connection.region,
        "peerVpcId": text(connection.inputs, "vpcId") or "",
        "vpcId": text(connection.inputs, "peerVpcId") or "",
    }


class DefaultOutputs:
    """Finds the VPC whose default object is adopted, and names it."""

    def __init__(self, kind: str, output: str) -> None:
        self._kind = kind
        self._output = output

    def __call__(self, subject: Subject) -> Properties:
        outputs: Properties = {"arn": subject.arn("ec2", f"{self._kind}/{subject.id}"), "ownerId": ACCOUNT_ID}
        for vpc_record in subject.world.of_type(VPC):
            if text(vpc_record.outputs, self._output) == subject.id:
                outputs["vpcId"] = vpc_record.id
        return outputs


def launch_template(subject: Subject) -> Properties:
    # Each update of a template makes one more version; the record being replaced tells how many there were.
    previous = subject.record.outputs.get("latestVersion")
    version = previous + 1 if isinstance(previous, int) and not isinstance(previous, bool) else 1
    outputs: Properties = {"latestVersion": version}
    if "defaultVersion" not in subject.inputs:
        outputs["defaultVersion"] = version if subject.inputs.get("updateDefaultVersion") is True else 1
    return outputs


def main_route_table_association(subject: Subject) -> Properties:
    return {"originalRouteTableId": implicit_id("rtb", subject.input("vpcId"))}


def default_security_group_id(subject: Subject) -> str:
    return implicit_id("sg", subject.input("vpcId"))
