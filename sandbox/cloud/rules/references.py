"""Ids, ARNs and names that must exist when something refers to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.cloud.identity import physical_name
from sandbox.cloud.identity.regions import is_global
from sandbox.cloud.model import ACCOUNT_ID, Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import refusal, strings_at

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
    {
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
    }
)


@dataclass(frozen=True)
class Name:
    """An input that names a resource of another type, and what AWS answers when there is none."""

    type: str
    path: str
    target: str
    code: str
    message: str
    given: re.Pattern[str] | None = None  # names that AWS provides itself


_DEFAULTS: Final = re.compile(r"^default([.:-].*)?$")
_NO_CLUSTER: Final = ("ResourceNotFoundException", "No cluster found for name: {0}")
_NO_BUCKET: Final = ("NoSuchBucket", "The specified bucket {0} does not exist")
_NO_ROLE: Final = ("NoSuchEntity", "The role with name {0} cannot be found")
_NO_LOG_GROUP: Final = ("ResourceNotFoundException", "The specified log group {0} does not exist")
_NO_VAULT: Final = ("ResourceNotFoundException", "Backup vault with name {0} does not exist")
_NO_PROXY: Final = ("DBProxyNotFoundFault", "DB proxy {0} not found")
_NO_FILES: Final = ("FileSystemNotFound", "File system '{0}' does not exist")
_NO_USER: Final = ("UserNotFound", "User {0} not found")
_S3: Final = "aws:s3/bucket"
_BUCKET_PARTS: Final = (
    "Versioning",
    "ServerSideEncryptionConfiguration",
    "PublicAccessBlock",
    "LifecycleConfiguration",
    "ObjectLockConfiguration",
    "Policy",
    "OwnershipControls",
    "Logging",
    "Metric",
    "Notification",
)

NAMES: Final[tuple[Name, ...]] = (
    Name(
        facts.DATABASE, "dbSubnetGroupName", facts.DATABASE_SUBNETS, "DBSubnetGroupNotFoundFault",
        "DB subnet group {0} does not exist", _DEFAULTS,
    ),
    Name(
        facts.DATABASE, "parameterGroupName", facts.DATABASE_PARAMETERS, "DBParameterGroupNotFound",
        "DBParameterGroup not found: {0}", _DEFAULTS,
    ),
    Name(
        facts.CACHE, "subnetGroupName", facts.CACHE_SUBNETS, "CacheSubnetGroupNotFoundFault",
        "Cache subnet group {0} does not exist", _DEFAULTS,
    ),
    Name(
        facts.CACHE, "parameterGroupName", facts.CACHE_PARAMETERS, "CacheParameterGroupNotFound",
        "CacheParameterGroup not found: {0}", _DEFAULTS,
    ),
    Name(facts.CACHE, "userGroupIds[]", facts.CACHE_USER_GROUP, "UserGroupNotFound", "User group {0} not found"),
    Name(facts.CACHE_USER_GROUP, "userIds[]", facts.CACHE_USER, *_NO_USER, _DEFAULTS),
    Name("aws:elasticache/userGroupAssociation:UserGroupAssociation", "userId", facts.CACHE_USER, *_NO_USER),
    Name(
        "aws:elasticache/userGroupAssociation:UserGroupAssociation", "userGroupId", facts.CACHE_USER_GROUP,
        "UserGroupNotFound", "User group {0} not found",
    ),
    Name("aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup", "dbProxyName", facts.PROXY, *_NO_PROXY),
    Name("aws:rds/proxyTarget:ProxyTarget", "dbProxyName", facts.PROXY, *_NO_PROXY),
    Name("aws:rds/proxyEndpoint:ProxyEndpoint", "dbProxyName", facts.PROXY, *_NO_PROXY),
    Name(
        "aws:rds/proxyTarget:ProxyTarget", "dbInstanceIdentifier", facts.DATABASE, "DBInstanceNotFound",
        "DBInstance {0} not found",
    ),
    Name(facts.NODE_GROUP, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(facts.FARGATE_PROFILE, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(facts.ADDON, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(facts.ACCESS_ENTRY, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(facts.ACCESS_POLICY, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(facts.POD_IDENTITY, "clusterName", facts.CLUSTER, *_NO_CLUSTER),
    Name(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "clusterName", "aws:ecs/cluster:Cluster",
        "ClusterNotFoundException", "Cluster not found: {0}",
    ),
    Name(
        "aws:lambda/invocation:Invocation",
        "functionName",
        facts.FUNCTION,
        "ResourceNotFoundException",
        "Function not found: {0}",
    ),
    Name(facts.PERMISSION, "function", facts.FUNCTION, "ResourceNotFoundException", "Function not found: {0}"),
    Name(facts.ROLE_POLICY, "role", facts.ROLE, *_NO_ROLE),
    Name(facts.ROLE_ATTACHMENT, "role", facts.ROLE, *_NO_ROLE),
    Name(facts.INSTANCE_PROFILE, "role", facts.ROLE, *_NO_ROLE),
    Name(
        facts.LAUNCH_TEMPLATE, "iamInstanceProfile.name", facts.INSTANCE_PROFILE, "NoSuchEntity",
        "Instance Profile {0} cannot be found",
    ),
    *(Name(f"{_S3}{part}:Bucket{part}", "bucket", facts.BUCKET, *_NO_BUCKET) for part in _BUCKET_PARTS),
    Name(
        "aws:s3/bucketLogging:BucketLogging", "targetBucket", facts.BUCKET, "InvalidTargetBucketForLogging",
        "The target bucket {0} for logging does not exist",
    ),
    Name("aws:s3/bucketObjectv2:BucketObjectv2", "bucket", facts.BUCKET, *_NO_BUCKET),
    Name(
        facts.LOAD_BALANCER, "accessLogs.bucket", facts.BUCKET, "InvalidConfigurationRequest",
        "S3Bucket: {0} could not be found",
    ),
    Name(
        facts.LOAD_BALANCER, "connectionLogs.bucket", facts.BUCKET, "InvalidConfigurationRequest",
        "S3Bucket: {0} could not be found",
    ),
    Name("aws:cloudwatch/logMetricFilter:LogMetricFilter", "logGroupName", facts.LOG_GROUP, *_NO_LOG_GROUP),
    Name(
        "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy", "logGroupName", facts.LOG_GROUP,
        *_NO_LOG_GROUP,
    ),
    Name("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "logGroup", facts.LOG_GROUP, *_NO_LOG_GROUP),
    Name(
        facts.EVENT_TARGET, "rule", facts.EVENT_RULE, "ResourceNotFoundException",
        "Rule {0} does not exist on EventBus default",
    ),
    Name("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "backupVaultName", facts.VAULT, *_NO_VAULT),
    Name("aws:backup/vaultPolicy:VaultPolicy", "backupVaultName", facts.VAULT, *_NO_VAULT),
    Name("aws:backup/vaultNotifications:VaultNotifications", "backupVaultName", facts.VAULT, *_NO_VAULT),
    Name(facts.BACKUP_PLAN, "rules[].targetVaultName", facts.VAULT, *_NO_VAULT, re.compile(r"^Default$")),
    Name(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy", "repository", facts.REPOSITORY, "RepositoryNotFoundException",
        "The repository with name {0} does not exist in the registry",
    ),
    Name(
        "aws:ecr/repositoryPolicy:RepositoryPolicy", "repository", facts.REPOSITORY, "RepositoryNotFoundException",
        "The repository with name {0} does not exist in the registry",
    ),
)  # fmt: skip

# Inputs that hold the id of a resource whose ids have no prefix of their own.
IDS: Final[tuple[Name, ...]] = (
    Name(facts.BACKUP_SELECTION, "planId", facts.BACKUP_PLAN, "ResourceNotFoundException", "Backup plan {0} not found"),
    Name(facts.DNS_RECORD, "zoneId", facts.ZONE, "NoSuchHostedZone", "No hosted zone found with ID: {0}"),
    Name("aws:route53/queryLog:QueryLog", "zoneId", facts.ZONE, "NoSuchHostedZone", "No hosted zone with ID: {0}"),
    Name(
        facts.DNS_RECORD, "healthCheckId", "aws:route53/healthCheck:HealthCheck", "NoSuchHealthCheck",
        "No health check exists with the specified ID {0}",
    ),
    Name(
        facts.DISTRIBUTION, "origins[].originAccessControlId", facts.ORIGIN_ACCESS, "NoSuchOriginAccessControl",
        "The specified origin access control does not exist: {0}",
    ),
    Name(
        facts.DISTRIBUTION, "defaultCacheBehavior.responseHeadersPolicyId", facts.RESPONSE_HEADERS,
        "NoSuchResponseHeadersPolicy", "The specified response headers policy does not exist: {0}",
    ),
    *(
        Name(type, "workspaceId", facts.WORKSPACE, "ResourceNotFoundException", "Workspace not found: {0}")
        for type in (
            "aws:amp/alertManagerDefinition:AlertManagerDefinition",
            "aws:amp/ruleGroupNamespace:RuleGroupNamespace",
        )
    ),
    Name(facts.MOUNT_TARGET, "fileSystemId", facts.FILE_SYSTEM, *_NO_FILES),
    Name(facts.ACCESS_POINT, "fileSystemId", facts.FILE_SYSTEM, *_NO_FILES),
    Name("aws:efs/fileSystemPolicy:FileSystemPolicy", "fileSystemId", facts.FILE_SYSTEM, *_NO_FILES),
    Name("aws:efs/backupPolicy:BackupPolicy", "fileSystemId", facts.FILE_SYSTEM, *_NO_FILES),
    Name(
        "aws:ecs/taskDefinition:TaskDefinition", "volumes[].efsVolumeConfiguration.fileSystemId", facts.FILE_SYSTEM,
        *_NO_FILES,
    ),
    Name(
        "aws:ecs/taskDefinition:TaskDefinition", "volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId",
        facts.ACCESS_POINT, "AccessPointNotFound", "Access point '{0}' does not exist",
    ),
    Name("aws:sqs/queuePolicy:QueuePolicy", "queueUrl", facts.QUEUE, "QueueDoesNotExist", "Queue {0} does not exist"),
)  # fmt: skip

_NAMES_OF: Final[dict[str, list[Name]]] = {}
for _name in NAMES:
    _NAMES_OF.setdefault(_name.type, []).append(_name)
_IDS_OF: Final[dict[str, list[Name]]] = {}
for _name in IDS:
    _IDS_OF.setdefault(_name.type, []).append(_name)

_CREATE_FIRST: Final = "refer to the resource's output instead of writing its {0}, so that it is created first"


def dangling(record: Record, world: World) -> Iterator[Refusal]:
    """Refuse every reference in the inputs to something that does not exist."""
    yield from _names(record, world)
    yield from _plain_ids(record, world)
    yield from _scan(record, world)


def _names(record: Record, world: World) -> Iterator[Refusal]:
    for name in _NAMES_OF.get(record.type, ()):
        for path, value in strings_at(record.inputs, name.path):
            plain = _plain(value)
            if name.given is not None and name.given.match(plain):
                continue
            if facts.named(world, name.target, plain, record.region) is None:
                elsewhere = _elsewhere(world, name.target, plain)
                yield refusal(path, name.code, name.message.format(plain) + elsewhere, _CREATE_FIRST.format("name"))


def _plain(value: str) -> str:
    """Give the name in an ARN (``log-group:/shop``, ``function:rotate``), and a name as it is."""
    resource = value.removesuffix(":*").split(":", 5)[-1] if value.startswith("arn:") else value
    return re.split("[:/]", resource, maxsplit=1)[-1] if value.startswith("arn:") else resource


def _elsewhere(world: World, type: str, name: str) -> str:
    for other in world.mentioning(name):
        if other.type == type and physical_name(other) == name and not is_global(type):
            return f" in this region; there is one in {other.region}"
    return ""


def _plain_ids(record: Record, world: World) -> Iterator[Refusal]:
    for name in _IDS_OF.get(record.type, ()):
        for path, value in strings_at(record.inputs, name.path):
            if world.by_id(value, name.target) is None:
                yield refusal(path, name.code, name.message.format(value), _CREATE_FIRST.format("id"))


def _scan(record: Record, world: World) -> Iterator[Refusal]:
    for path, value in facts.walk(record.inputs, ""):
        if (record.type, path.split("[")[0]) in _NOT_CHECKED:
            continue
        match = _ID.match(value)
        if match is not None:
            yield from _missing_id(record, world, path, value, match[1])
        elif value.startswith("arn:aws:") and "*" not in value.removesuffix(":*"):
            yield from _missing_arn(world, path, value.removesuffix(":*"))
        elif _is_key(path, value) and not _key_exists(record, world, value):
            yield refusal(path, "NotFoundException", f"Key '{value}' does not exist", _CREATE_FIRST.format("id"))


def _is_key(path: str, value: str) -> bool:
    return path.rsplit(".", 1)[-1] in _KEY_PROPERTIES and _KEY_ID.match(value) is not None


def _key_exists(record: Record, world: World, id: str) -> bool:
    return any(world.by_id(id, type, record.region) for type in (facts.KEY, facts.REPLICA_KEY))


def _missing_id(record: Record, world: World, path: str, id: str, prefix: str) -> Iterator[Refusal]:
    found = world.by_id(id)
    code, kind = _ID_CODES[prefix]
    if found is not None:
        if found.region != record.region and not is_global(record.type):
            yield refusal(
                path, code, f"The {kind} '{id}' does not exist in {record.region}; it is in {found.region}",
                "give both resources the same region or provider",
            )  # fmt: skip
        return
    for type, output in _IMPLICIT_IDS.get(prefix, ()):
        if any(text(owner.outputs, output) == id for owner in world.of_type(type)):
            return
    yield refusal(path, code, f"The {kind} '{id}' does not exist", _CREATE_FIRST.format("id"))


def _missing_arn(world: World, path: str, arn: str) -> Iterator[Refusal]:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[4] != ACCOUNT_ID or parts[2] not in _SERVICES:  # noqa: PLR2004 - the fields of an ARN
        return
    service, resource = parts[2], parts[5]
    if service == "iam" and _OUTSIDE.match(resource):
        return
    if arn_exists(world, arn):
        return
    yield refusal(
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
