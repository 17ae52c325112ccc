"""Small graphs for the rules that look at all resources together: one that is accepted, and what breaks it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_policy.proxy import unknown_checking_proxy

from policies.view import Resource

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
_TABLE, _ROUTE = "aws:ec2/routeTable:RouteTable", "aws:ec2/route:Route"
_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
_GATEWAY, _NAT = "aws:ec2/internetGateway:InternetGateway", "aws:ec2/natGateway:NatGateway"
_SUBNETS, _NODES = "aws:rds/subnetGroup:SubnetGroup", "aws:eks/nodeGroup:NodeGroup"
_GROUP, _IN = "aws:ec2/securityGroup:SecurityGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_DATABASE, _CACHE = "aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"
_SECRET, _VERSION = "aws:secretsmanager/secret:Secret", "aws:secretsmanager/secretVersion:SecretVersion"
_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
_PASSWORD = "random:index/randomPassword:RandomPassword"
_PLAN, _SELECTION, _VAULT = "aws:backup/plan:Plan", "aws:backup/selection:Selection", "aws:backup/vault:Vault"
_ROLE, _POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
_ALARM, _TOPIC = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:sns/topic:Topic"
_TOPIC_POLICY, _SUBSCRIPTION = "aws:sns/topicPolicy:TopicPolicy", "aws:sns/topicSubscription:TopicSubscription"
_QUEUE, _BUCKET = "aws:sqs/queue:Queue", "aws:s3/bucket:Bucket"
_TASK, _SERVICE = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
_FUNCTION = "aws:lambda/function:Function"
_EVERYWHERE = "0.0.0.0/0"
References = Mapping[str, str | tuple[str, ...]]


def made(type_: str, name: str, references: References | None = None, /, **properties: Any) -> Resource:
    """Make a resource of a production; `references` name what its properties are made of."""
    named = {key: (value,) if isinstance(value, str) else value for key, value in (references or {}).items()}
    return Resource(
        type=type_,
        name=name,
        urn=f"urn::{name}",
        properties=unknown_checking_proxy(properties),
        environment="production",
        references={key: frozenset(f"urn::{each}" for each in value) for key, value in named.items()},
    )


@dataclass(frozen=True)
class Case:
    """`added` breaks `rule` in the graph, or what is named `missing` once it is taken away; `offender` is told of."""

    rule: str
    graph: Sequence[Resource]
    offender: str
    added: Sequence[Resource] = ()
    missing: str = ""

    def broken(self) -> list[Resource]:
        """Give the broken graph; what is added takes the place of what has its name."""
        names = {self.missing, *(each.name for each in self.added)}
        return [*(each for each in self.graph if each.name not in names), *self.added]


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _tier(name: str) -> list[Resource]:
    return [
        made(SUBNET, name),
        made(_TABLE, f"{name}-table"),
        made(_ASSOCIATION, f"{name}-a", {"subnetId": name, "routeTableId": f"{name}-table"}),
    ]


def _way_out(name: str, table: str, key: str, target: str) -> Resource:
    return made(_ROUTE, name, {"routeTableId": table, key: target}, destinationCidrBlock=_EVERYWHERE)


_NETWORK = [
    made(_GATEWAY, "gateway"),
    made(_NAT, "nat"),
    *_tier("public"),
    *_tier("private"),
    *_tier("data"),
    _way_out("to-gateway", "public-table", "gatewayId", "gateway"),
    _way_out("to-nat", "private-table", "natGatewayId", "nat"),
    made(_SUBNETS, "of-data", {"subnetIds": "data"}),
    made(_NODES, "nodes", {"subnetIds": "private"}),
]
_GROUPS = [
    made(_DATABASE, "database", {"vpcSecurityGroupIds": "data-group"}),
    made(_CACHE, "cache", {"securityGroupIds": "data-group"}),
    made(_IN, "from-pods", {"securityGroupId": "data-group", "referencedSecurityGroupId": "pods"}),
    made(_IN, "from-balancer", {"securityGroupId": "pods", "referencedSecurityGroupId": "edge"}),
    made(_IN, "from-clients", {"securityGroupId": "edge"}, cidrIpv4=_EVERYWHERE, fromPort=443, toPort=443),
    made(_OUT, "out", {"securityGroupId": "pods"}, cidrIpv4=_EVERYWHERE),
]
_SECRETS = [
    made(_PASSWORD, "password"),
    made(_SECRET, "secret", name="shop/database"),
    made(_VERSION, "version", {"secretId": "secret", "secretString": "password"}),
    made(_ROTATION, "rotation", {"secretId": "secret"}),
    made(
        _POLICY,
        "reader",
        policy=document(
            Action="secretsmanager:GetSecretValue", Resource="arn:aws:secretsmanager:us-east-1:1:secret:shop/*"
        ),
    ),
]
_BACKUPS = [
    made(_PLAN, "plan", rules=[{"copyActions": [{"destinationVaultArn": "arn:aws:backup:us-west-2:1:vault:a"}]}]),
    made(_SELECTION, "selection", {"planId": "plan", "resources": "database"}, resources=["arn"]),
    made(_VAULT, "vault"),
    made(_VAULT, "copies", region="us-west-2"),
    made(_DATABASE, "database"),
    made(_DATABASE, "replica", replicateSourceDb="shop"),
]
_NO_COPIES = made(_PLAN, "plan", rules=[{"schedule": "cron(0 4 * * ? *)"}])
_NEWS = [
    made(_TOPIC, "topic"),
    made(_TOPIC_POLICY, "policy", {"arn": "topic"}),
    made(_ALARM, "alarm", {"alarmActions": "policy"}),
    made(_SUBSCRIPTION, "mail", {"topic": "policy"}),
]
_KEEPER = "arn:aws:iam::111122223333:role/keeper"
_CHANGES = document(Action="iam:PutRolePolicy", Resource="arn:aws:iam::111122223333:role/app*")
_ROLES = [
    made(_ROLE, "role", name="keeper"),
    made(_POLICY, "rights", {"role": "role"}, role="keeper", policy=_CHANGES),
]
_ACCOUNT = [made(_ALARM, "one", alarmActions=["arn:aws:sns:us-east-1:111122223333:alerts"])]
_PARTNER = "arn:aws:iam::999988887777:root"
_CONTAINER = {"name": "api", "essential": True, "user": "10001"}
_TASKS = [
    made(
        _TASK,
        "task",
        containerDefinitions=json.dumps([{"name": "prepare", "essential": False, "user": "0"}, _CONTAINER]),
    ),
    made(_SERVICE, "service", {"taskDefinition": "task"}),
    made(_TASK, "job", containerDefinitions=json.dumps([{**_CONTAINER, "user": "root"}])),
]
_FRONTED = [
    made("aws:lb/loadBalancer:LoadBalancer", "balancer"),
    made("aws:cloudfront/distribution:Distribution", "cdn", {"origins": "balancer"}),
    made("aws:lb/listenerRule:ListenerRule", "rule", conditions=[{"httpHeader": {"httpHeaderName": "X-Origin"}}]),
]
_DOMAIN = [
    made("aws:acm/certificate:Certificate", "certificate"),
    made("aws:route53/zone:Zone", "zone"),
    made("aws:route53/zone:Zone", "inside", vpcs=[{"vpcId": "vpc-1"}]),
    made("aws:route53/record:Record", "caa", type="CAA"),
    made(_BUCKET, "site", {}, bucket="files"),
    made("aws:route53/record:Record", "files", type="CNAME", records=["files.s3-website-us-east-1.amazonaws.com"]),
]

CASES = [
    Case(
        "data-subnets-not-public", _NETWORK, "of-data", [made(_SUBNETS, "of-data", {"subnetIds": ("data", "public")})]
    ),
    Case("data-subnets-not-public", _NETWORK, "of-data", [made(_TABLE, "data-table", {"routes": "gateway"})]),
    Case("data-subnets-isolated", _NETWORK, "of-data", [_way_out("leak", "data-table", "natGatewayId", "nat")]),
    Case("nodes-not-in-public-subnets", _NETWORK, "nodes", [made(_NODES, "nodes", {"subnetIds": "public"})]),
    Case(
        "default-security-group-taken-over",
        [made(VPC, "vpc"), made("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "group", {"vpcId": "vpc"})],
        "vpc",
        missing="group",
    ),
    Case(
        "address-in-use",
        [made("aws:ec2/eip:Eip", "address"), made(_NAT, "nat", {"allocationId": "address"})],
        "spare",
        [made("aws:ec2/eip:Eip", "spare")],
    ),
    Case(
        "storage-not-through-translation",
        [made(_NAT, "nat"), made("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", serviceName="com.amazonaws.us-east-1.s3")],
        "nat",
        missing="s3",
    ),
    Case(
        "data-group-closed",
        _GROUPS,
        "open",
        [made(_IN, "open", {"securityGroupId": "data-group"}, cidrIpv4=_EVERYWHERE, fromPort=443, toPort=443)],
    ),
    Case(
        "data-behind-two-groups",
        _GROUPS,
        "from-pods",
        [made(_IN, "from-pods", {"securityGroupId": "data-group", "referencedSecurityGroupId": "edge"})],
    ),
    Case(
        "data-group-sends-nothing-out",
        _GROUPS,
        "out",
        [made(_OUT, "out", {"securityGroupId": "data-group"}, cidrIpv4=_EVERYWHERE)],
    ),
    Case(
        "dns-queries-logged",
        [
            made(VPC, "vpc"),
            made("aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation", "queries"),
        ],
        "vpc",
        missing="queries",
    ),
    Case(
        "origin-not-bypassed",
        _FRONTED,
        "rule",
        [made("aws:lb/listenerRule:ListenerRule", "rule", conditions=[{"pathPattern": {"values": ["/"]}}])],
    ),
    Case("authorities-named", _DOMAIN, "zone", missing="caa"),
    Case("record-leads-somewhere", _DOMAIN, "files", missing="site"),
    Case(
        "role-cannot-raise-itself",
        _ROLES,
        "rights",
        [made(_POLICY, "rights", {"role": "role"}, policy=document(Action="iam:*", Resource=_KEEPER))],
    ),
    Case(
        "role-cannot-raise-itself",
        _ROLES,
        "managed",
        [
            made("aws:iam/policy:Policy", "managed", policy=document(Action="iam:AttachRolePolicy", Resource=_KEEPER)),
            made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "to", {"policyArn": "managed", "role": "role"}),
        ],
    ),
    Case(
        "foreign-account-in-policy",
        _ACCOUNT,
        "key",
        [
            made(
                "aws:kms/keyPolicy:KeyPolicy", "key", policy=document(Action="kms:Decrypt", Principal={"AWS": _PARTNER})
            )
        ],
    ),
    Case(
        "foreign-account-in-trust",
        _ACCOUNT,
        "role",
        [made(_ROLE, "role", assumeRolePolicy=document(Action="sts:AssumeRole", Principal={"AWS": "999988887777"}))],
    ),
    Case(
        "foreign-account-in-cluster",
        _ACCOUNT,
        "entry",
        [made("aws:eks/accessEntry:AccessEntry", "entry", principalArn="arn:aws:iam::999988887777:role/a")],
    ),
    Case("secret-rotated", _SECRETS, "secret", missing="rotation"),
    Case("secret-has-reader", _SECRETS, "secret", missing="reader"),
    Case(
        "bucket-has-policy",
        [made(_BUCKET, "a"), made("aws:s3/bucketPolicy:BucketPolicy", "p", {"bucket": "a"})],
        "a",
        missing="p",
    ),
    Case("backup-plan-takes-something", _BACKUPS, "plan", missing="selection"),
    Case("database-in-a-backup", _BACKUPS, "other", [made(_DATABASE, "other")]),
    Case("copies-arrive", _BACKUPS, "copies", [_NO_COPIES]),
    Case("data-leaves-the-region", _BACKUPS, "database", [_NO_COPIES]),
    Case(
        "queue-failures-kept",
        [
            made(_QUEUE, "orders", {"redrivePolicy": "failed"}, redrivePolicy="{}"),
            made(_QUEUE, "failed"),
            made(_QUEUE, "news", messageRetentionSeconds=300),
        ],
        "orders",
        [made(_QUEUE, "orders", messageRetentionSeconds=345600), made(_QUEUE, "failed", redriveAllowPolicy="{}")],
    ),
    Case(
        "service-not-root",
        _TASKS,
        "task",
        [made(_TASK, "task", containerDefinitions=json.dumps([{**_CONTAINER, "user": "0"}]))],
    ),
    Case(
        "function-beside-its-store",
        [
            made(_DATABASE, "database"),
            made(_FUNCTION, "rotation", {"environment": "database"}, vpcConfig={"subnetIds": ["a"]}),
            made(_FUNCTION, "other"),
        ],
        "rotation",
        [made(_FUNCTION, "rotation", {"environment": "database"})],
    ),
    Case("topic-has-reader", _NEWS, "topic", missing="mail"),
]
