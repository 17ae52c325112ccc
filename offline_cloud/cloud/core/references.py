"""Ids, ARNs and names that must exist when something refers to them."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts, registry
from offline_cloud.cloud.core.facts import reject, strings_at
from offline_cloud.cloud.core.regions import is_global
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.core.resource import Missing
from offline_cloud.cloud.model import ACCOUNT_ID, Diagnostic, Record, World, text

_ID: Final = re.compile(
    r"^(vpc|subnet|sg|rtb|igw|nat|eipalloc|vpce|lt|acl|dopt|rqlc|pcx)-[0-9a-f]{8,17}$",
)
_KEY_ID: Final = re.compile(r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
_KEY_PROPERTIES: Final = frozenset({"keyId", "kmsKeyId", "kmsMasterKeyId", "targetKeyId"})
# What EC2 answers for an id that does not exist, by the prefix of the id.
_ID_CODES: Final = {
    "vpc": ("InvalidVpcID.NotFound", "vpc ID"),
    "subnet": ("InvalidSubnetID.NotFound", "subnet ID"),
    "sg": ("InvalidGroup.NotFound", "security group"),
    "rtb": ("InvalidRouteTableID.NotFound", "routeTable ID"),
    "igw": ("InvalidInternetGatewayID.NotFound", "internetGateway ID"),
    "nat": ("InvalidNatGatewayID.NotFound", "NatGateway ID"),
    "eipalloc": ("InvalidAllocationID.NotFound", "allocation ID"),
    "vpce": ("InvalidVpcEndpointId.NotFound", "Vpc Endpoint ID"),
    "lt": ("InvalidLaunchTemplateId.NotFound", "launch template ID"),
    "acl": ("InvalidNetworkAclID.NotFound", "networkAcl ID"),
    "dopt": ("InvalidDhcpOptionID.NotFound", "DHCP options ID"),
    "pcx": ("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID"),
    "rqlc": ("ResourceNotFoundException", "query log config"),
}
# What AWS makes along with a resource, and the output that names it.
_IMPLICIT_IDS: Final = {
    "sg": (
        (facts.VPC, "defaultSecurityGroupId"),
        (facts.CLUSTER, "vpcConfig.clusterSecurityGroupId"),
    ),
    "rtb": ((facts.VPC, "mainRouteTableId"), (facts.NAT_GATEWAY, "routeTableId")),
    "acl": ((facts.VPC, "defaultNetworkAclId"),),
    "dopt": ((facts.VPC, "dhcpOptionsId"),),
}
_IMPLICIT_ARNS: Final = {
    "secretsmanager": ((facts.DATABASE, "masterUserSecrets[0].secretArn"),),
    "kms": ((facts.DATABASE, "masterUserSecrets[0].kmsKeyId"),),
    "eks": ((facts.ACCESS_ENTRY, "accessEntryArn"), (facts.POD_IDENTITY, "associationArn")),
}
# Roles that people and AWS bring themselves: single sign-on, service-linked roles, the account itself, users.
_OUTSIDE: Final = re.compile(
    r"^(root$|user/|role/aws-service-role/|role/aws-reserved/|role/service-role/|saml-provider/)"
)
# ARNs of operators (their own roles), and of what need not exist yet: AWS takes these on trust.
_NOT_CHECKED: Final = frozenset(
    {
        (facts.ACCESS_ENTRY, "principalArn"),
        (facts.ACCESS_POLICY, "principalArn"),
        # Both ends of a peering connection know it, and each knows the other's network: rules.peering looks at them.
        (facts.PEERING, "peerVpcId"),
        (facts.PEERING_ACCEPTER, "vpcPeeringConnectionId"),
        (facts.ROUTE, "vpcPeeringConnectionId"),
        (facts.BACKUP_SELECTION, "resources"),
        (facts.BACKUP_SELECTION, "notResources"),
        ("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", "guardrailPolicyArns"),
        ("aws:sqs/queue:Queue", "redriveAllowPolicy"),
    }
)
_SERVICES: Final = frozenset(
    [
        "acm",
        "backup",
        "ecs",
        "eks",
        "elasticache",
        "elasticfilesystem",
        "elasticloadbalancing",
        "events",
        "iam",
        "kms",
        "lambda",
        "logs",
        "rds",
        "secretsmanager",
        "sns",
        "sqs",
        "wafv2",
    ]
)


_NO_LOG_BUCKET: Final = Missing("InvalidConfigurationRequest")
# Where a reference is answered otherwise than others to the same type.
_OTHERWISE: Final = {
    ("aws:s3/bucketLogging:BucketLogging", "targetBucket"): Missing("InvalidTargetBucketForLogging"),
    (facts.LOAD_BALANCER, "accessLogs.bucket"): _NO_LOG_BUCKET,
    (facts.LOAD_BALANCER, "connectionLogs.bucket"): _NO_LOG_BUCKET,
}
_CREATE_FIRST: Final = "refer to the resource's output instead of writing its {0}, so that it is created first"


def dangling(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse every reference in the inputs to something that does not exist."""
    yield from _names(record, world)
    yield from _plain_ids(record, world)
    yield from _scan(record, world)


def _names(record: Record, world: World) -> Iterator[Diagnostic]:
    for stated, type in registry.of(record.type).names.items():
        missing = _missing(record.type, stated, type)
        for path, value in strings_at(record.inputs, stated):
            plain = _plain(value)
            if not missing.is_provided(plain) and facts.named(world, type, plain, record.region) is None:
                reason = f"{facts.word(type)} {plain} does not exist{_elsewhere(world, type, plain)}"
                yield reject(path, missing.code, reason, _CREATE_FIRST.format("name"))


def _missing(type: str, path: str, target: str) -> Missing:
    return _OTHERWISE.get((type, path), registry.of(target).missing)


def _plain(value: str) -> str:
    """Give the name in an ARN (``log-group:/shop``, ``function:rotate``), and a name as it is."""
    resource = value.removesuffix(":*").split(":", 5)[-1] if value.startswith("arn:") else value
    return re.split("[:/]", resource, maxsplit=1)[-1] if value.startswith("arn:") else resource


def _elsewhere(world: World, type: str, name: str) -> str:
    for other in world.mentioning(name):
        if other.type == type and physical_name(other) == name and not is_global(type):
            return f" in this region; there is one in {other.region}"
    return ""


def _plain_ids(record: Record, world: World) -> Iterator[Diagnostic]:
    for stated, type in registry.of(record.type).ids.items():
        missing = registry.of(type).missing
        for path, value in strings_at(record.inputs, stated):
            if world.by_id(value, type) is None:
                reason = f"{facts.word(type)} {value} does not exist"
                yield reject(path, missing.code, reason, _CREATE_FIRST.format("id"))


def _scan(record: Record, world: World) -> Iterator[Diagnostic]:
    for path, value in facts.walk(record.inputs, ""):
        if (record.type, path.split("[")[0]) in _NOT_CHECKED:
            continue
        match = _ID.match(value)
        if match is not None:
            yield from _missing_id(record, world, path, value, match[1])
        elif value.startswith("arn:aws:") and "*" not in value.removesuffix(":*"):
            yield from _missing_arn(world, path, value.removesuffix(":*"))
        elif _is_key(path, value) and not _key_exists(record, world, value):
            yield reject(path, "NotFoundException", f"Key '{value}' does not exist", _CREATE_FIRST.format("id"))


def _is_key(path: str, value: str) -> bool:
    return path.rsplit(".", 1)[-1] in _KEY_PROPERTIES and _KEY_ID.match(value) is not None


def _key_exists(record: Record, world: World, id: str) -> bool:
    return any(world.by_id(id, type, record.region) for type in (facts.KEY, facts.REPLICA_KEY))


def _missing_id(record: Record, world: World, path: str, id: str, prefix: str) -> Iterator[Diagnostic]:
    found = world.by_id(id)
    code, kind = _ID_CODES[prefix]
    if found is not None:
        if found.region != record.region and not is_global(record.type):
            reason = f"The {kind} '{id}' does not exist in {record.region}; it is in {found.region}"
            yield reject(path, code, reason, "give both resources the same region or provider")
        return
    for type, output in _IMPLICIT_IDS.get(prefix, ()):
        if any(text(owner.outputs, output) == id for owner in world.of_type(type)):
            return
    yield reject(path, code, f"The {kind} '{id}' does not exist", _CREATE_FIRST.format("id"))


def _missing_arn(world: World, path: str, arn: str) -> Iterator[Diagnostic]:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[4] != ACCOUNT_ID or parts[2] not in _SERVICES:  # noqa: PLR2004 - the fields of an ARN
        return
    service, resource = parts[2], parts[5]
    if service == "iam" and _OUTSIDE.match(resource):
        return
    if arn_exists(world, arn):
        return
    yield reject(
        path, "ResourceNotFoundException", f"There is no {service} resource {arn}", _CREATE_FIRST.format("ARN")
    )


def arn_exists(world: World, arn: str) -> bool:
    """Tell whether an ARN of this account names something in the world, or may name something being previewed."""
    if world.by_arn(arn) or world.by_id(arn):
        return True
    service, resource = arn.split(":", 5)[2], arn.split(":", 5)[5]
    for type, output in _IMPLICIT_ARNS.get(service, ()):
        if any(text(owner.outputs, output) == arn for owner in world.of_type(type)):
            return True
    # In a preview a resource has no ARN yet, so an ARN put together from its name is taken on trust.
    words = {part for separator in "/:" for part in resource.split(separator)}
    words |= {resource.partition(separator)[2] for separator in "/:"} | {resource.rpartition("/")[2]}
    return any(not candidate.id for word in words if word for candidate in world.mentioning(word))
