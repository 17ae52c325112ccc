"""VPC encryption control in enforce mode: what is not excluded and does not encrypt blocks it, and is then refused.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html. A network of another region counts as one
that does not encrypt; so does EFS.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, text

CONTROL: Final = "aws:ec2/vpcEncryptionControl:VpcEncryptionControl"
_EXCLUSIONS: Final[Mapping[str, str]] = {
    facts.INTERNET_GATEWAY: "internetGatewayExclusion",
    facts.NAT_GATEWAY: "natGatewayExclusion",
    facts.PEERING: "vpcPeeringExclusion",
    facts.MOUNT_TARGET: "elasticFileSystemExclusion",
}


def _network_of(record: Record, world: World) -> set[str]:
    """The networks that a gateway, a peering connection or a mount target stands in."""
    stated = {text(record.inputs, path) for path in ("vpcId", "peerVpcId")}
    subnet = world.by_id(text(record.inputs, "subnetId") or "", facts.SUBNET)
    if subnet is not None:
        stated.add(text(subnet.inputs, "vpcId"))
    return {network for network in stated if network}


def blocked(record: Record, world: World) -> Iterator[Diagnostic]:
    """Enforcing fails while the network holds what neither encrypts nor is excluded."""
    network = text(record.inputs, "vpcId")
    if text(record.inputs, "mode") != "enforce" or network is None:
        return
    for type, exclusion in _EXCLUSIONS.items():
        for other in world.of_type(type):
            if network in _network_of(other, world) and text(record.inputs, exclusion) != "enable":
                reason = f"enforce-failed: {facts.label(other)} blocks encryption enforcement"
                yield reject(exclusion, "InvalidState", reason, f"set {exclusion} to enable")


def enforced(record: Record, world: World) -> Iterator[Diagnostic]:
    """A network that enforces takes nothing that neither encrypts nor is excluded."""
    exclusion = _EXCLUSIONS[record.type]
    networks = _network_of(record, world)
    for control in world.of_type(CONTROL):
        stated = control.inputs
        enforces = text(stated, "mode") == "enforce" and text(stated, "vpcId") in networks
        if enforces and text(stated, exclusion) != "enable":
            reason = f"{text(stated, 'vpcId')} enforces encryption in transit and does not exclude this"
            yield reject("", "OperationNotPermitted", reason, f"set {exclusion} of {control.name} to enable")
