"""What AWS adds to a resource: its id, its ARN, its endpoints, and the defaults of what was left out."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from sandbox.cloud.derived import outputs as derived
from sandbox.cloud.identity import account, cluster, containers, data, edge, network
from sandbox.cloud.identity.subject import Subject, physical_name
from sandbox.cloud.identity.templates import IDS, OUTPUTS, fill, fill_all
from sandbox.cloud.model import Identity, Properties, Record, World

__all__ = ["ID_FUNCTIONS", "OUTPUT_FUNCTIONS", "known_types", "outputs", "physical_name"]

IdFunction: TypeAlias = Callable[[Subject], str]
OutputFunction: TypeAlias = Callable[[Subject], Properties]


def _proxy_target_id(subject: Subject) -> str:
    target = subject.input("dbInstanceIdentifier") or subject.input("dbClusterIdentifier")
    return f"{subject.input('dbProxyName')}/{subject.input('targetGroupName')}/RDS_INSTANCE/{target}"


def _default_security_group_id(subject: Subject) -> str:
    return network.implicit_id("sg", subject.input("vpcId"))


ID_FUNCTIONS: Final[Mapping[str, IdFunction]] = {
    "aws:ecs/service:Service": containers.service_id,
    "aws:ecs/taskDefinition:TaskDefinition": containers.task_definition_id,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _default_security_group_id,
    "aws:lambda/permission:Permission": account.permission_id,
    "aws:iam/policy:Policy": account.policy_id,
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": account.service_linked_role_id,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": account.open_id_connect_provider_id,
    "aws:kms/key:Key": data.key_id,
    "aws:kms/replicaKey:ReplicaKey": data.replica_key_id,
    "aws:rds/proxyTarget:ProxyTarget": _proxy_target_id,
    "aws:secretsmanager/secret:Secret": data.secret_id,
    "aws:secretsmanager/secretVersion:SecretVersion": data.secret_version_id,
    "aws:lb/loadBalancer:LoadBalancer": edge.load_balancer_id,
    "aws:lb/listener:Listener": edge.listener_id,
    "aws:lb/listenerRule:ListenerRule": edge.listener_rule_id,
    "aws:route53/record:Record": edge.record_id,
    "aws:cloudwatch/eventRule:EventRule": account.event_rule_id,
    "aws:cloudwatch/eventTarget:EventTarget": account.event_target_id,
}

OUTPUT_FUNCTIONS: Final[Mapping[str, OutputFunction]] = {
    "aws:appsync/graphQLApi:GraphQLApi": edge.graph_api,
    "aws:ec2/vpc:Vpc": network.vpc,
    "aws:ec2/subnet:Subnet": network.subnet,
    "aws:ec2/eip:Eip": network.elastic_ip,
    "aws:ec2/natGateway:NatGateway": network.nat_gateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": network.endpoint,
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": network.peering,
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": network.peering_accepter,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": network.default_security_group,
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": network.DefaultOutputs("network-acl", "defaultNetworkAclId"),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": network.DefaultOutputs("route-table", "defaultRouteTableId"),
    "aws:ec2/launchTemplate:LaunchTemplate": network.launch_template,
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": network.main_route_table_association,
    "aws:ecs/cluster:Cluster": containers.cluster,
    "aws:ecs/taskDefinition:TaskDefinition": containers.task_definition,
    "aws:ecs/service:Service": containers.service,
    "aws:appautoscaling/target:Target": containers.scaling_target,
    "aws:appautoscaling/policy:Policy": containers.scaling_policy,
    "aws:scheduler/schedule:Schedule": containers.schedule,
    "aws:servicediscovery/httpNamespace:HttpNamespace": containers.namespace,
    "aws:eks/cluster:Cluster": cluster.cluster,
    "aws:eks/nodeGroup:NodeGroup": cluster.node_group,
    "aws:eks/accessEntry:AccessEntry": cluster.access_entry,
    "aws:synthetics/canary:Canary": cluster.canary,
    "aws:lambda/function:Function": account.function,
    "aws:iam/role:Role": account.role,
    "aws:iam/instanceProfile:InstanceProfile": account.instance_profile,
    "aws:iam/policy:Policy": account.policy,
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": account.service_linked_role,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": account.open_id_connect_provider,
    "aws:kms/key:Key": data.key,
    "aws:kms/alias:Alias": data.alias,
    "aws:kms/replicaKey:ReplicaKey": data.replica_key,
    "aws:rds/instance:Instance": data.database,
    "aws:rds/subnetGroup:SubnetGroup": data.database_subnet_group,
    "aws:rds/proxy:Proxy": data.proxy,
    "aws:rds/proxyEndpoint:ProxyEndpoint": data.proxy_endpoint,
    "aws:rds/proxyTarget:ProxyTarget": data.proxy_target,
    "aws:elasticache/replicationGroup:ReplicationGroup": data.replication_group,
    "aws:elasticache/subnetGroup:SubnetGroup": data.cache_subnet_group,
    "aws:secretsmanager/secret:Secret": data.secret,
    "aws:secretsmanager/secretVersion:SecretVersion": data.secret_version,
    "aws:lb/loadBalancer:LoadBalancer": edge.load_balancer,
    "aws:lb/targetGroup:TargetGroup": edge.target_group,
    "aws:acm/certificate:Certificate": edge.certificate,
    "aws:route53/zone:Zone": edge.zone,
    "aws:route53/record:Record": edge.record,
    "aws:wafv2/webAcl:WebAcl": edge.web_acl,
    "aws:wafv2/ipSet:IpSet": edge.ip_set,
    "aws:cloudfront/distribution:Distribution": edge.distribution,
    "aws:s3/bucket:Bucket": account.bucket,
    "aws:s3/bucketObjectv2:BucketObjectv2": account.bucket_object,
    "aws:ssm/document:Document": account.ssm_document,
    "aws:ssm/parameter:Parameter": account.parameter,
    "aws:sns/topicSubscription:TopicSubscription": account.topic_subscription,
    "aws:cloudwatch/eventRule:EventRule": account.event_rule,
    "aws:cloudwatch/eventTarget:EventTarget": account.event_target,
}


def known_types() -> frozenset[str]:
    """Give the types whose id is made as AWS makes it; others get their name and a few digits."""
    return frozenset(IDS) | frozenset(ID_FUNCTIONS)


def _make_id(subject: Subject) -> str:
    type = subject.record.type
    if type in ID_FUNCTIONS:
        return ID_FUNCTIONS[type](subject)
    return fill(IDS.get(type, "{name}-{hex7}"), subject)


def outputs(record: Record, world: World) -> Identity:
    """Give the id and the outputs that AWS adds to the inputs of an accepted resource.

    ``record.id`` is empty at a create and is kept at an update. The same record in the same world
    always has the same answer.
    """
    id = record.id or _make_id(Subject(record=record, world=world, id="", seed=record.seed))
    seed = "\0".join((record.type, record.region, id))
    subject = Subject(record=record, world=world, id=id, seed=seed)
    computed = {**derived.outputs(subject), **fill_all(OUTPUTS.get(record.type, {}), subject)}
    if record.type in OUTPUT_FUNCTIONS:
        computed.update(OUTPUT_FUNCTIONS[record.type](subject))
    return Identity(id=id, outputs={name: value for name, value in computed.items() if value is not None})
