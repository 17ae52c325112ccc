"""What must be gone before a resource can be deleted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.cloud.identity import physical_name
from sandbox.cloud.model import Record, Refusal, World, at, flag, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Table, refusal, strings_at


@dataclass(frozen=True)
class Dependents:
    """The inputs of other types that hold a resource back, and what AWS answers while they do.

    ``users`` maps a type to the input paths that refer to the resource by its id, ARN or physical name; a path to
    an object or a list covers all that is in it.
    """

    code: str
    message: str
    users: dict[str, tuple[str, ...]]


_INTERFACES: Final[dict[str, tuple[str, ...]]] = {
    facts.NAT_GATEWAY: ("subnetId",),
    facts.LOAD_BALANCER: ("subnets[]", "securityGroups[]"),
    facts.ENDPOINT: ("subnetIds[]", "securityGroupIds[]"),
    facts.CLUSTER: ("vpcConfig.subnetIds[]", "vpcConfig.securityGroupIds[]"),
    facts.NODE_GROUP: ("subnetIds[]",),
    facts.INSTANCE_GROUP: ("vpcZoneIdentifiers[]",),
    facts.FARGATE_PROFILE: ("subnetIds[]",),
    facts.PROXY: ("vpcSubnetIds[]", "vpcSecurityGroupIds[]"),
    "aws:rds/proxyEndpoint:ProxyEndpoint": ("vpcSubnetIds[]", "vpcSecurityGroupIds[]"),
    facts.DATABASE: ("vpcSecurityGroupIds[]",),
    facts.CACHE: ("securityGroupIds[]",),
    facts.MOUNT_TARGET: ("subnetId", "securityGroups[]"),
    facts.CANARY: ("vpcConfig.subnetIds[]", "vpcConfig.securityGroupIds[]"),
    facts.FUNCTION: ("vpcConfig.subnetIds[]", "vpcConfig.securityGroupIds[]"),
}
_WAF: Final = "WAFAssociatedItemException"

DEPENDENTS: Final[dict[str, Dependents]] = {
    facts.VPC: Dependents(
        "DependencyViolation", "The vpc '{id}' has dependencies and cannot be deleted",
        {
            facts.SUBNET: ("vpcId",), facts.SECURITY_GROUP: ("vpcId",), facts.INTERNET_GATEWAY: ("vpcId",),
            facts.ROUTE_TABLE: ("vpcId",), facts.ENDPOINT: ("vpcId",), facts.NAT_GATEWAY: ("vpcId",),
            facts.NETWORK_ACL: ("vpcId",),
        },
    ),
    facts.SUBNET: Dependents(
        "DependencyViolation", "The subnet '{id}' has dependencies and cannot be deleted", _INTERFACES
    ),
    facts.SECURITY_GROUP: Dependents(
        "DependencyViolation", "resource {id} has a dependent object",
        {
            **_INTERFACES,
            facts.INGRESS_RULE: ("referencedSecurityGroupId",),
            facts.EGRESS_RULE: ("referencedSecurityGroupId",),
            facts.SECURITY_GROUP: ("ingress[].securityGroups[]", "egress[].securityGroups[]"),
        },
    ),
    facts.ELASTIC_IP: Dependents(
        "InvalidIPAddress.InUse", "Address {id} is in use", {facts.NAT_GATEWAY: ("allocationId",)}
    ),
    facts.CLUSTER: Dependents(
        "ResourceInUseException", "Cluster {name} has nodegroups attached",
        {facts.NODE_GROUP: ("clusterName",), facts.FARGATE_PROFILE: ("clusterName",)},
    ),
    facts.POLICY: Dependents(
        "DeleteConflict", "Cannot delete a policy attached to entities", {facts.ROLE_ATTACHMENT: ("policyArn",)}
    ),
    facts.DATABASE_SUBNETS: Dependents(
        "InvalidDBSubnetGroupStateFault",
        "Cannot delete the subnet group '{name}' because at least one database instance is still using it",
        {facts.DATABASE: ("dbSubnetGroupName",)},
    ),
    facts.DATABASE_PARAMETERS: Dependents(
        "InvalidDBParameterGroupState", "One or more database instances are still members of parameter group {name}",
        {facts.DATABASE: ("parameterGroupName",)},
    ),
    facts.FILE_SYSTEM: Dependents(
        "FileSystemInUse", "The file system '{id}' has mount targets and cannot be deleted",
        {facts.MOUNT_TARGET: ("fileSystemId",)},
    ),
    facts.CACHE_SUBNETS: Dependents(
        "CacheSubnetGroupInUse", "Cache subnet group {name} is currently in use by a cache cluster",
        {facts.CACHE: ("subnetGroupName",)},
    ),
    facts.CACHE_PARAMETERS: Dependents(
        "InvalidCacheParameterGroupState", "One or more cache clusters are still members of parameter group {name}",
        {facts.CACHE: ("parameterGroupName",)},
    ),
    facts.CACHE_USER_GROUP: Dependents(
        "InvalidUserGroupState", "User group {name} is associated with a replication group",
        {facts.CACHE: ("userGroupIds[]",)},
    ),
    facts.TARGET_GROUP: Dependents(
        "ResourceInUse", "Target group '{id}' is currently in use by a listener or a rule",
        {
            facts.LISTENER: (
                "defaultActions[].targetGroupArn", "defaultActions[].forward.targetGroups[].arn",
            ),
            facts.LISTENER_RULE: ("actions[].targetGroupArn", "actions[].forward.targetGroups[].arn"),
        },
    ),
    facts.CERTIFICATE: Dependents(
        "ResourceInUseException", "Certificate {id} in use",
        {
            facts.LISTENER: ("certificateArn",),
            "aws:lb/listenerCertificate:ListenerCertificate": ("certificateArn",),
            facts.DISTRIBUTION: ("viewerCertificate.acmCertificateArn",),
        },
    ),
    facts.WEB_ACL: Dependents(
        _WAF, "AWS WAF couldn't perform the operation because web ACL {name} is in use",
        {facts.WEB_ACL_ASSOCIATION: ("webAclArn",), facts.DISTRIBUTION: ("webAclId",)},
    ),
    facts.ORIGIN_ACCESS: Dependents(
        "OriginAccessControlInUse", "Origin access control {id} is in use",
        {facts.DISTRIBUTION: ("origins[].originAccessControlId",)},
    ),
    facts.RESPONSE_HEADERS: Dependents(
        "ResponseHeadersPolicyInUse", "Response headers policy {id} is in use",
        {facts.DISTRIBUTION: ("defaultCacheBehavior.responseHeadersPolicyId",)},
    ),
    facts.IP_SET: Dependents(
        _WAF, "AWS WAF couldn't perform the operation because IP set {name} is in use",
        {facts.WEB_ACL: ("rules",)},
    ),
    facts.BUCKET: Dependents(
        "BucketNotEmpty", "The bucket {name} you tried to delete is not empty: something still writes to it",
        {
            facts.LOAD_BALANCER: ("accessLogs.bucket", "connectionLogs.bucket"),
            facts.FLOW_LOG: ("logDestination",),
            "aws:s3/bucketLogging:BucketLogging": ("targetBucket",),
            "aws:s3/bucketObjectv2:BucketObjectv2": ("bucket",),
        },
    ),
    facts.VAULT: Dependents(
        "InvalidRequestException", "Backup vault {name} is locked", {facts.VAULT_LOCK: ("backupVaultName",)}
    ),
    facts.BACKUP_PLAN: Dependents(
        "InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion",
        {facts.BACKUP_SELECTION: ("planId",)},
    ),
    facts.EVENT_RULE: Dependents(
        "ValidationException", "Rule {name} can't be deleted since it has targets", {facts.EVENT_TARGET: ("rule",)}
    ),
    facts.ZONE: Dependents(
        "HostedZoneNotEmpty", "Hosted zone {id} contains non-required resource record sets and cannot be deleted",
        {facts.DNS_RECORD: ("zoneId",)},
    ),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": Dependents(
        "ResourceInUseException", "Query log config {id} is associated with VPCs",
        {"aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": (
            "resolverQueryLogConfigId",
        )},
    ),
}  # fmt: skip

# Types that AWS empties by itself when this input says so.
_EMPTIED: Final = {facts.BUCKET: "forceDestroy", facts.ZONE: "forceDestroy", facts.EVENT_RULE: "forceDestroy"}
# Groups of subnets: what lives in one keeps its subnets occupied, although it names the group only.
_SUBNET_GROUPS: Final = {
    facts.DATABASE_SUBNETS: (facts.DATABASE, "dbSubnetGroupName"),
    facts.CACHE_SUBNETS: (facts.CACHE, "subnetGroupName"),
}
_NAMED_ALARM: Final = re.compile(r"""ALARM\(\s*["']?(?P<name>[^"')]+)["']?\s*\)""")


def _identities(record: Record) -> list[str]:
    found = {record.id, physical_name(record), record.arn or ""}
    return sorted(identity for identity in found if identity)


def _refers(user: Record, paths: tuple[str, ...], identity: str) -> str | None:
    for path in paths:
        listed = "[]" in path
        found = strings_at(user.inputs, path) if listed else facts.walk(at(user.inputs, path), path)
        for where, value in found:
            if value == identity:
                return where
    return None


def dependents(record: Record, world: World) -> Iterator[Refusal]:
    """Refuse a deletion while another resource uses this one."""
    rule = DEPENDENTS.get(record.type)
    if rule is None or flag(record.inputs, _EMPTIED.get(record.type, "")) is True:
        return
    seen: set[str] = set()
    for identity in _identities(record):
        for user in world.mentioning(identity):
            where = _refers(user, rule.users[user.type], identity) if user.type in rule.users else None
            if where is None or user.urn in seen or _elsewhere(record, user, identity):
                continue
            if facts.is_same(record, user):
                continue
            seen.add(user.urn)
            message = rule.message.format(id=record.id, name=physical_name(record))
            yield refusal("", rule.code, f"{message}; {facts.label(user)} uses it at {where}", _mend(user))


def _mend(user: Record) -> str:
    return f"delete {facts.label(user)} first: it must depend on this resource, by an output or by depends_on"


def _elsewhere(record: Record, user: Record, identity: str) -> bool:
    """Names are used in one region; ids and ARNs mean the same everywhere."""
    by_name = identity == physical_name(record) and record.type not in (facts.BUCKET, facts.ZONE)
    return by_name and user.region != record.region


def subnet_groups(record: Record, world: World) -> Iterator[Refusal]:
    """A subnet is occupied by the databases and caches of the subnet groups that list it."""
    for group in world.mentioning(record.id):
        if group.type not in _SUBNET_GROUPS:
            continue
        type, path = _SUBNET_GROUPS[group.type]
        for user in world.mentioning(physical_name(group)):
            if user.type == type and text(user.inputs, path) == physical_name(group) and user.region == group.region:
                message = f"The subnet '{record.id}' has dependencies and cannot be deleted: {facts.label(user)}"
                yield refusal("", "DependencyViolation", message, _mend(user))


def mapped_addresses(record: Record, world: World) -> Iterator[Refusal]:
    """A gateway stays while something in its VPC has a public address."""
    vpc_id = text(record.inputs, "vpcId")
    for user in [*world.of_type(facts.NAT_GATEWAY), *world.of_type(facts.LOAD_BALANCER)]:
        private = text(user.inputs, "connectivityType") == "private" or flag(user.inputs, "internal") is True
        if private or vpc_id is None or vpc_id not in _vpcs(user, world):
            continue
        yield refusal(
            "",
            "DependencyViolation",
            f"Network {vpc_id} has some mapped public address(es); {facts.label(user)} holds one. Please unmap those "
            "public address(es) before detaching the gateway",
            f"add depends_on=[internet_gateway] to {facts.label(user)}, so that it is deleted before the gateway",
        )


def _vpcs(user: Record, world: World) -> set[str]:
    stated = text(user.inputs, "vpcId")
    found = {stated} if stated else set[str]()
    for _, id in [*strings_at(user.inputs, "subnetId"), *strings_at(user.inputs, "subnets[]")]:
        subnet = world.by_id(id, facts.SUBNET)
        vpc_id = text(subnet.inputs, "vpcId") if subnet else None
        found |= {vpc_id} if vpc_id else set()
    return found


def role_is_bare(record: Record, world: World) -> Iterator[Refusal]:
    """A role goes when its policies are gone."""
    if flag(record.inputs, "forceDetachPolicies") is True:
        return
    for user in world.mentioning(physical_name(record)):
        if user.type in (facts.ROLE_ATTACHMENT, facts.ROLE_POLICY) and text(user.inputs, "role") == record.id:
            message = "Cannot delete entity, must detach all policies first"
            yield refusal("", "DeleteConflict", f"{message}; {facts.label(user)} is one", _mend(user))


def alarm_is_not_watched(record: Record, world: World) -> Iterator[Refusal]:
    """An alarm stays while a composite alarm's rule names it."""
    name = physical_name(record)
    for composite in facts.peers(record, world, facts.COMPOSITE_ALARM):
        rule = text(composite.inputs, "alarmRule") or ""
        if name in {match["name"] for match in _NAMED_ALARM.finditer(rule)}:
            message = f"Cannot delete {name} as there are composite alarm(s) depending on it: {facts.label(composite)}"
            yield refusal("", "ValidationError", message, _mend(composite))


@dataclass(frozen=True)
class Protection:
    """An input that forbids deletion while it is true."""

    path: str
    code: str
    message: str


PROTECTIONS: Final = {
    facts.DATABASE: Protection(
        "deletionProtection", "InvalidParameterCombination",
        "Cannot delete protected DB Instance, please disable deletion protection and try again",
    ),
    facts.CLUSTER: Protection(
        "deletionProtection", "InvalidRequestException",
        "The cluster cannot be deleted because deletion protection is enabled",
    ),
    facts.LOAD_BALANCER: Protection(
        "enableDeletionProtection", "OperationNotPermitted",
        "Load balancer cannot be deleted because deletion protection is enabled",
    ),
    facts.LOG_GROUP: Protection(
        "deletionProtectionEnabled", "ValidationException",
        "Log group cannot be deleted because deletion protection is enabled",
    ),
}  # fmt: skip


def protection(record: Record, world: World) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a rule
    """Refuse the deletion of what is protected against it."""
    rule = PROTECTIONS.get(record.type)
    if rule is not None and flag(record.inputs, rule.path) is True:
        yield refusal(rule.path, rule.code, rule.message, f"set {rule.path} to false and run up before you delete it")


def final_snapshot(record: Record, world: World) -> Iterator[Refusal]:
    """A database leaves a snapshot behind, or says that it does not; a replica never does."""
    skips = flag(record.inputs, "skipFinalSnapshot") is True
    replica = text(record.inputs, "replicateSourceDb") is not None
    if replica and not skips:
        yield refusal(
            "skipFinalSnapshot", "InvalidParameterCombination", "FinalDBSnapshotIdentifier can not be specified when "
            "deleting a replica instance", "set skipFinalSnapshot to true on replicas",
        )  # fmt: skip
    elif not skips and text(record.inputs, "finalSnapshotIdentifier") is None:
        yield refusal(
            "finalSnapshotIdentifier", "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified",
            "give finalSnapshotIdentifier, or set skipFinalSnapshot to true, and run up before you delete it",
        )  # fmt: skip
    for proxy_target in world.mentioning(physical_name(record)):
        if proxy_target.type == "aws:rds/proxyTarget:ProxyTarget" and proxy_target.region == record.region:
            message = f"The DB instance {physical_name(record)} is a target of {facts.label(proxy_target)}"
            yield refusal("", "InvalidDBInstanceState", message, _mend(proxy_target))


def locked_objects(record: Record, world: World) -> Iterator[Refusal]:
    """Objects under a compliance lock cannot be deleted by anybody, so ``forceDestroy`` cannot empty the bucket."""
    for lock in world.mentioning(physical_name(record)):
        if lock.type != "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":
            continue
        modes = [text(rule, "defaultRetention.mode") for rule in objects(lock.inputs, "rule")]
        if "COMPLIANCE" in modes:
            message = f"Objects of {physical_name(record)} are locked in compliance mode by {facts.label(lock)}"
            yield refusal("", "AccessDenied", message, _mend(lock))


DELETES: Final[Table] = {
    facts.SUBNET: (subnet_groups,),
    facts.INTERNET_GATEWAY: (mapped_addresses,),
    facts.ROLE: (role_is_bare,),
    facts.METRIC_ALARM: (alarm_is_not_watched,),
    facts.COMPOSITE_ALARM: (alarm_is_not_watched,),
    facts.DATABASE: (final_snapshot,),
    facts.BUCKET: (locked_objects,),
}
