"""What keeps subnets and gateways from being deleted."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject, strings_at
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, flag, text

# Groups of subnets: what lives in one keeps its subnets occupied, although it names the group only.
_SUBNET_GROUPS: Final = {
    facts.DATABASE_SUBNETS: (facts.DATABASE, "dbSubnetGroupName"),
    facts.CACHE_SUBNETS: (facts.CACHE, "subnetGroupName"),
}


def subnet_groups(record: Record, world: World) -> Iterator[Diagnostic]:
    """A subnet is occupied by the databases and caches of the subnet groups that list it."""
    for group in world.mentioning(record.id):
        if group.type not in _SUBNET_GROUPS:
            continue
        type, path = _SUBNET_GROUPS[group.type]
        for user in world.mentioning(physical_name(group)):
            if user.type == type and text(user.inputs, path) == physical_name(group) and user.region == group.region:
                message = f"The subnet '{record.id}' has dependencies and cannot be deleted: {facts.label(user)}"
                yield reject("", "DependencyViolation", message, facts.delete_first(user))


def mapped_addresses(record: Record, world: World) -> Iterator[Diagnostic]:
    """A gateway stays while something in its VPC has a public address."""
    vpc_id = text(record.inputs, "vpcId")
    for user in [*world.of_type(facts.NAT_GATEWAY), *world.of_type(facts.LOAD_BALANCER)]:
        private = text(user.inputs, "connectivityType") == "private" or flag(user.inputs, "internal") is True
        if private or vpc_id is None or vpc_id not in _vpcs(user, world):
            continue
        reason = (
            f"Network {vpc_id} has some mapped public address(es); {facts.label(user)} holds one. Please unmap those "
            "public address(es) before detaching the gateway"
        )
        fix = f"add depends_on=[internet_gateway] to {facts.label(user)}, so that it is deleted before the gateway"
        yield reject("", "DependencyViolation", reason, fix)


def _vpcs(user: Record, world: World) -> set[str]:
    stated = text(user.inputs, "vpcId")
    found = {stated} if stated else set[str]()
    for _, id in [*strings_at(user.inputs, "subnetId"), *strings_at(user.inputs, "subnets[]")]:
        subnet = world.by_id(id, facts.SUBNET)
        vpc_id = text(subnet.inputs, "vpcId") if subnet else None
        found |= {vpc_id} if vpc_id else set()
    return found
