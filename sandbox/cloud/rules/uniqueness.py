"""Names that AWS keeps unique, and what it answers to a second resource of the same name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sandbox.cloud.model import Record, Refusal, World, at, flag, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import refusal


@dataclass(frozen=True)
class Unique:
    """Input paths that together occur once, per region or in the whole account (or, for buckets, the world)."""

    paths: tuple[str, ...]
    code: str
    message: str
    scope: Literal["region", "account"] = "region"


def _once(path: str, code: str, message: str) -> Unique:
    return Unique(tuple(path.split()), code, message)


def _ever(path: str, code: str, message: str) -> Unique:
    return Unique(tuple(path.split()), code, message, "account")


_ENTITY: Final = "EntityAlreadyExists"
_IN_USE: Final = "ResourceInUseException"
_EXISTS: Final = "ResourceAlreadyExistsException"

UNIQUE: Final[dict[str, Unique]] = {
    facts.SECURITY_GROUP: _once(
        "vpcId name", "InvalidGroup.Duplicate", "The security group '{name}' already exists for VPC '{vpcId}'"
    ),
    facts.LAUNCH_TEMPLATE: _once(
        "name", "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name {name} is already in use"
    ),
    facts.INSTANCE_GROUP: _once("name", "AlreadyExists", "AutoScalingGroup by this name already exists: {name}"),
    facts.CLUSTER: _once("name", _IN_USE, "Cluster already exists with name: {name}"),
    "aws:ecs/service:Service": _once(
        "cluster name", "InvalidParameterException", "Creation of service was not idempotent: {name} exists already"
    ),
    "aws:scheduler/schedule:Schedule": _once("name", "ConflictException", "Schedule {name} already exists"),
    facts.NODE_GROUP: _once(
        "clusterName nodeGroupName", _IN_USE, "NodeGroup already exists with name {nodeGroupName} in {clusterName}"
    ),
    facts.ADDON: _once("clusterName addonName", _IN_USE, "Addon {addonName} already exists on {clusterName}"),
    facts.ACCESS_ENTRY: _once(
        "clusterName principalArn", _IN_USE, "The access entry for {principalArn} is already in use on {clusterName}"
    ),
    facts.ACCESS_POLICY: _once(
        "clusterName principalArn policyArn", _IN_USE, "{policyArn} is associated with {principalArn} already"
    ),
    facts.POD_IDENTITY: _once(
        "clusterName namespace serviceAccount", _IN_USE,
        "Association already exists: service account {serviceAccount} in namespace {namespace} of {clusterName}",
    ),
    facts.ROLE: _ever("name", _ENTITY, "Role with name {name} already exists"),
    facts.ROLE_POLICY: _ever("role name", _ENTITY, "Role {role} has an inline policy {name} already"),
    facts.INSTANCE_PROFILE: _ever("name", _ENTITY, "Instance Profile {name} already exists"),
    facts.POLICY: _ever("name", _ENTITY, "A policy called {name} already exists"),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _ever(
        "url", _ENTITY, "Provider with url {url} already exists"
    ),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": _ever(
        "awsServiceName customSuffix", "InvalidInput", "The service-linked role of {awsServiceName} has been taken"
    ),
    "aws:kms/alias:Alias": _once("name", "AlreadyExistsException", "An alias with the name {name} already exists"),
    facts.DATABASE: _once("identifier", "DBInstanceAlreadyExists", "DB instance {identifier} already exists"),
    facts.DATABASE_SUBNETS: _once("name", "DBSubnetGroupAlreadyExists", "The DB subnet group '{name}' already exists"),
    facts.DATABASE_PARAMETERS: _once(
        "name", "DBParameterGroupAlreadyExists", "Parameter group {name} already exists"
    ),
    facts.PROXY: _once("name", "DBProxyAlreadyExistsFault", "A DB proxy named {name} already exists"),
    "aws:rds/eventSubscription:EventSubscription": _once(
        "name", "SubscriptionAlreadyExist", "Event subscription {name} already exists"
    ),
    facts.CACHE: _once(
        "replicationGroupId", "ReplicationGroupAlreadyExists",
        "Replication group with id {replicationGroupId} already exists",
    ),
    facts.FILE_SYSTEM: _once(
        "creationToken", "FileSystemAlreadyExists", "A file system with creation token {creationToken} already exists"
    ),
    facts.MOUNT_TARGET: _once(
        "fileSystemId subnetId", "MountTargetConflict", "{fileSystemId} has a mount target in {subnetId} already"
    ),
    facts.CACHE_SUBNETS: _once("name", "CacheSubnetGroupAlreadyExists", "Cache subnet group {name} already exists"),
    facts.CACHE_PARAMETERS: _once(
        "name", "CacheParameterGroupAlreadyExists", "A cache parameter group with the name {name} already exists"
    ),
    facts.CACHE_USER: _once("userId", "UserAlreadyExists", "User {userId} already exists"),
    facts.CACHE_USER_GROUP: _once("userGroupId", "UserGroupAlreadyExists", "User Group {userGroupId} already exists"),
    facts.SECRET: _once("name", "ResourceExistsException", "The secret {name} already exists"),
    facts.LOAD_BALANCER: _once("name", "DuplicateLoadBalancerName", "A load balancer named '{name}' already exists"),
    facts.TARGET_GROUP: _once("name", "DuplicateTargetGroupName", "A target group named '{name}' already exists"),
    facts.LISTENER: _once("loadBalancerArn port", "DuplicateListener", "A listener already exists on port {port}"),
    facts.LISTENER_RULE: _once("listenerArn priority", "PriorityInUse", "Priority '{priority}' is currently in use"),
    facts.DNS_RECORD: _ever(
        "zoneId name type setIdentifier", "InvalidChangeBatch",
        "Tried to create resource record set [name='{name}', type='{type}'] but it already exists",
    ),
    facts.WEB_ACL: _once("name scope", "WAFDuplicateItemException", "A web ACL named {name} exists already"),
    facts.IP_SET: _once("name scope", "WAFDuplicateItemException", "An IP set named {name} exists already"),
    facts.ORIGIN_ACCESS: _ever(
        "name", "OriginAccessControlAlreadyExists", "An origin access control named {name} exists already"
    ),
    facts.RESPONSE_HEADERS: _ever(
        "name", "ResponseHeadersPolicyAlreadyExists", "A response headers policy named {name} exists already"
    ),
    facts.WEB_ACL_ASSOCIATION: _once(
        "resourceArn", "WAFAssociatedItemException", "{resourceArn} is associated with a web ACL already"
    ),
    facts.BUCKET: _ever("bucket", "BucketAlreadyOwnedByYou", "The bucket {bucket} exists already"),
    "aws:s3/bucketPolicy:BucketPolicy": _ever(
        "bucket", "OperationAborted", "The bucket {bucket} has a policy already; this one would overwrite it"
    ),
    facts.VAULT: _once("name", "AlreadyExistsException", "Backup vault with the same name {name} already exists"),
    facts.LOG_GROUP: _once("name", _EXISTS, "The specified log group {name} already exists"),
    facts.METRIC_ALARM: _once(
        "name", _EXISTS, "An alarm named {name} exists already; PutMetricAlarm would overwrite it"
    ),
    facts.COMPOSITE_ALARM: _once(
        "alarmName", _EXISTS, "An alarm named {alarmName} exists already; PutCompositeAlarm would overwrite it"
    ),
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": _once(
        "name", _EXISTS, "A mute rule named {name} exists already; PutAlarmMuteRule would overwrite it"
    ),
    "aws:cloudwatch/dashboard:Dashboard": _ever(
        "dashboardName", _EXISTS, "A dashboard named {dashboardName} exists already; PutDashboard would overwrite it"
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _once(
        "logGroupName name", _EXISTS, "The log group {logGroupName} has a metric filter {name} already"
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": _once(
        "policyName", _EXISTS, "A resource policy named {policyName} exists already"
    ),
    facts.EVENT_RULE: _once("eventBusName name", _EXISTS, "Rule {name} already exists"),
    facts.EVENT_TARGET: _once("rule targetId", _EXISTS, "Rule {rule} has a target {targetId} already"),
    facts.TOPIC: _once("name", _EXISTS, "Topic {name} already exists"),
    facts.SSM_DOCUMENT: _once("name", "DocumentAlreadyExists", "Document with name {name} already exists"),
    facts.PEERING: _once(
        "vpcId peerVpcId", "VpcPeeringConnectionAlreadyExists", "{vpcId} and {peerVpcId} are connected already"
    ),
    facts.QUEUE: _once("name", "QueueNameExists", "A queue already exists with the name {name}"),
    facts.FUNCTION: _once("name", "ResourceConflictException", "Function already exist: {name}"),
    facts.PERMISSION: _once(
        "function statementId", "ResourceConflictException", "The statement id ({statementId}) provided already exists"
    ),
    facts.NETWORK_ACL_RULE: _once(
        "networkAclId egress ruleNumber", "NetworkAclEntryAlreadyExists",
        "The network acl entry identified by {ruleNumber} already exists in {networkAclId}",
    ),
    facts.CANARY: _once("name", "ConflictException", "Canary name {name} already exists"),
    facts.REPOSITORY: _once(
        "name", "RepositoryAlreadyExistsException", "The repository with name '{name}' already exists"
    ),
    "aws:ssm/parameter:Parameter": _once("name", "ParameterAlreadyExists", "The parameter {name} already exists"),
    "aws:budgets/budget:Budget": _ever("name", "DuplicateRecordException", "The budget {name} already exists"),
}  # fmt: skip

# Inputs that are as good as absent when they are not stated, where others must be known to compare.
_OPTIONAL: Final = frozenset({"setIdentifier", "customSuffix", "eventBusName", "vpcId", "egress"})


def duplicates(record: Record, world: World) -> Iterator[Refusal]:
    """Refuse a resource whose name another one has in the same scope."""
    rule = UNIQUE.get(record.type)
    if rule is None or flag(record.inputs, "allowOverwrite") is True:
        return
    wanted = _key(record, rule)
    if wanted is None:
        return
    for other in _candidates(record, rule, world):
        if facts.is_same(record, other) or _key(other, rule) != wanted:
            continue
        if rule.scope == "region" and other.region != record.region:
            continue
        names = {path: at(record.inputs, path) for path in rule.paths}
        taken = f"{rule.message.format_map(names)}: it is {facts.label(other)}"
        yield refusal(rule.paths[-1] if rule.paths[-1] not in _OPTIONAL else rule.paths[0], rule.code, taken, _MEND)
        return


_MEND: Final = "give one of the two another name, or leave the name out to have one generated"


def _candidates(record: Record, rule: Unique, world: World) -> Iterator[Record]:
    for path in reversed(rule.paths):
        value = text(record.inputs, path)
        if value is not None:
            # The index over inputs gives few records, where the type may have hundreds.
            yield from (other for other in world.mentioning(value) if other.type == record.type)
            return


def _key(record: Record, rule: Unique) -> tuple[str, ...] | None:
    values: list[str] = []
    for path in rule.paths:
        value = at(record.inputs, path)
        if not isinstance(value, str | int):
            if path not in _OPTIONAL or facts.is_unknown(record.inputs, path):
                return None
            value = ""
        values.append(str(value).lower().rstrip(".") if record.type == facts.DNS_RECORD else str(value))
    return tuple(values)
