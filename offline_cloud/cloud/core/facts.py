"""What the rules share: the type tokens they speak of, and the questions they all ask of a world."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core.regions import is_global
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, Value, World, at, items, text

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
ELASTIC_IP: Final = "aws:ec2/eip:Eip"
ROUTE_TABLE: Final = "aws:ec2/routeTable:RouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
PEERING: Final = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
PEERING_ACCEPTER: Final = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
INSTANCE_GROUP: Final = "aws:autoscaling/group:Group"
WORKSPACE: Final = "aws:amp/workspace:Workspace"
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
CLUSTER: Final = "aws:eks/cluster:Cluster"
NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
FARGATE_PROFILE: Final = "aws:eks/fargateProfile:FargateProfile"
ADDON: Final = "aws:eks/addon:Addon"
ACCESS_ENTRY: Final = "aws:eks/accessEntry:AccessEntry"
ACCESS_POLICY: Final = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
POD_IDENTITY: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
ROLE_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
INSTANCE_PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
POLICY: Final = "aws:iam/policy:Policy"
KEY: Final = "aws:kms/key:Key"
REPLICA_KEY: Final = "aws:kms/replicaKey:ReplicaKey"
DATABASE: Final = "aws:rds/instance:Instance"
DATABASE_COPIES: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
SNAPSHOT: Final = "aws:rds/snapshot:Snapshot"
DATABASE_SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
DATABASE_PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
PROXY: Final = "aws:rds/proxy:Proxy"
CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
ACCESS_POINT: Final = "aws:efs/accessPoint:AccessPoint"
CACHE_SUBNETS: Final = "aws:elasticache/subnetGroup:SubnetGroup"
CACHE_PARAMETERS: Final = "aws:elasticache/parameterGroup:ParameterGroup"
CACHE_USER: Final = "aws:elasticache/user:User"
CACHE_USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
LOAD_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
ZONE: Final = "aws:route53/zone:Zone"
DNS_RECORD: Final = "aws:route53/record:Record"
WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
IP_SET: Final = "aws:wafv2/ipSet:IpSet"
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
ORIGIN_ACCESS: Final = "aws:cloudfront/originAccessControl:OriginAccessControl"
RESPONSE_HEADERS: Final = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
BUCKET: Final = "aws:s3/bucket:Bucket"
VAULT: Final = "aws:backup/vault:Vault"
VAULT_LOCK: Final = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
BACKUP_PLAN: Final = "aws:backup/plan:Plan"
BACKUP_SELECTION: Final = "aws:backup/selection:Selection"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
METRIC_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE_ALARM: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
EVENT_RULE: Final = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
CANARY: Final = "aws:synthetics/canary:Canary"
QUEUE: Final = "aws:sqs/queue:Queue"
TOPIC: Final = "aws:sns/topic:Topic"
REPOSITORY: Final = "aws:ecr/repository:Repository"
FUNCTION: Final = "aws:lambda/function:Function"
HEALTH_CHECK: Final = "aws:route53/healthCheck:HealthCheck"
SSM_DOCUMENT: Final = "aws:ssm/document:Document"
PERMISSION: Final = "aws:lambda/permission:Permission"
ECS_CLUSTER: Final = "aws:ecs/cluster:Cluster"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
SCALING_TARGET: Final = "aws:appautoscaling/target:Target"
SCALING_POLICY: Final = "aws:appautoscaling/policy:Policy"
SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
NETWORK_ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
NETWORK_ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"


def reject(property: str, code: str, message: str, fix: str) -> Diagnostic:
    """Say no in AWS's words: its error code, what is wrong, and how to put it right."""
    return Diagnostic(property, f"{code}: {message}", fix)


def is_same(record: Record, other: Record) -> bool:
    """Tell whether two records are the same resource, before and after a change."""
    return record.urn == other.urn and record.id == other.id


def peers(record: Record, world: World, type: str | None = None) -> Iterator[Record]:
    """Give the other resources of a type (the record's own if none is named) that share its region."""
    wanted = type or record.type
    for other in world.of_type(wanted):
        if not is_same(record, other) and (is_global(wanted) or other.region == record.region):
            yield other


def label(record: Record) -> str:
    """Name a resource for a reader: the type's last word, its physical name, and the URN's name."""
    return f"{word(record.type)} {record.name!r}"


def word(type: str) -> str:
    """Name a type for a reader: ``SubnetGroup``."""
    return type.rsplit(":", 1)[-1]


def delete_first(user: Record) -> str:
    """Say how what is still used can be deleted."""
    return f"delete {label(user)} first: it must depend on this resource, by an output or by depends_on"


def strings_at(properties: Properties, path: str) -> Iterator[tuple[str, str]]:
    """Give the known strings at a path whose ``[]`` stands for every item, each with its exact path."""
    head, mark, rest = path.partition("[]")
    if not mark:
        value = text(properties, path)
        if value:
            yield path, value
        return
    for index in range(len(items(properties, head))):
        yield from strings_at(properties, f"{head}[{index}]{rest}")


def walk(value: Value, path: str) -> Iterator[tuple[str, str]]:
    """Give every known string in a value, at any depth but in tags, each with its exact path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in ("tags", "tagsAll"):
                yield from walk(item, f"{path}.{key}" if path else key)


def is_unknown(properties: Properties, path: str) -> bool:
    """Tell whether a value is stated but not known yet."""
    return at(properties, path) is UNKNOWN


def has_unknown(properties: Properties, path: str) -> bool:
    """Tell whether a list is unknown or has an item that is."""
    return is_unknown(properties, path) or any(item is UNKNOWN for item in items(properties, path))


def text_items(properties: Properties, path: str) -> list[str]:
    """Give the known strings of a list."""
    return [item for item in items(properties, path) if isinstance(item, str)]


def named(world: World, type: str, name: str, region: str) -> Record | None:
    """Find a resource by its physical name, in its region unless the type is global."""
    by_id = world.by_id(name, type) if is_global(type) else world.by_id(name, type, region)
    candidates = [by_id] if by_id else [record for record in world.mentioning(name) if record.type == type]
    for record in candidates:
        if physical_name(record) == name and (is_global(type) or record.region == region):
            return record
    return None


def subnet_records(properties: Properties, path: str, world: World) -> list[Record]:
    """Give the subnets of an input list that exist in this world."""
    found = (world.by_id(id, SUBNET) for id in text_items(properties, path))
    return [subnet for subnet in found if subnet is not None]


def zone_of(subnet: Record) -> str | None:
    """Give the availability zone of a subnet, stated or chosen by AWS."""
    return text(subnet.inputs, "availabilityZone") or text(subnet.outputs, "availabilityZone")
