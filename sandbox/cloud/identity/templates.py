"""Ids and outputs that follow a pattern, filled in from the inputs, the region and stand-ins for randomness.

A placeholder is an input (``{clusterName}``) or one of the words of ``_Words``: ``{id}``, ``{name}``, ``{account}``,
``{region}``, ``{hex17}``, ``{uuid}`` and so on.
"""

from collections.abc import Mapping
from typing import Final

from sandbox.cloud.identity.subject import Subject
from sandbox.cloud.model import ACCOUNT_ID, Properties, Value


class _Words(dict[str, str]):
    """The words of a template; an input of that name where it is none of ours."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(
            id=subject.id, name=subject.name, account=ACCOUNT_ID, region=subject.region, uuid=subject.uuid("uuid")
        )
        self._subject = subject

    def __missing__(self, word: str) -> str:
        if word.startswith("hex") and word[3:].isdigit():
            return self._subject.hex(int(word[3:]))
        if word.startswith("capitals") and word[8:].isdigit():
            return self._subject.capitals(int(word[8:]))
        if word.startswith("digits") and word[6:].isdigit():
            return self._subject.draw(int(word[6:]), alphabet="0123456789")
        return self._subject.input(word)


def fill(template: str, subject: Subject) -> str:
    """Fill a template in; inputs that are absent or unknown give an empty string."""
    return template.format_map(_Words(subject))


def fill_all(templates: Mapping[str, Value], subject: Subject) -> Properties:
    """Fill every string of a table in and keep every other value as it is."""
    words = _Words(subject)
    return {key: value.format_map(words) if isinstance(value, str) else value for key, value in templates.items()}


_SHARED: Final = {
    "{name}": """
        autoscaling/group:Group backup/vault:Vault cloudwatch/alarmMuteRule:AlarmMuteRule
        cloudwatch/compositeAlarm:CompositeAlarm cloudwatch/dashboard:Dashboard cloudwatch/logGroup:LogGroup
        cloudwatch/logMetricFilter:LogMetricFilter cloudwatch/logResourcePolicy:LogResourcePolicy
        cloudwatch/metricAlarm:MetricAlarm ecr/repository:Repository eks/cluster:Cluster
        elasticache/parameterGroup:ParameterGroup elasticache/replicationGroup:ReplicationGroup
        elasticache/subnetGroup:SubnetGroup iam/instanceProfile:InstanceProfile iam/role:Role kms/alias:Alias
        lambda/function:Function rds/eventSubscription:EventSubscription rds/parameterGroup:ParameterGroup
        rds/proxy:Proxy rds/subnetGroup:SubnetGroup s3/bucket:Bucket ssm/document:Document ssm/parameter:Parameter
        synthetics/canary:Canary
    """,
    "{uuid}": """
        backup/plan:Plan backup/selection:Selection cloudfront/responseHeadersPolicy:ResponseHeadersPolicy
        cloudwatch/queryDefinition:QueryDefinition route53/healthCheck:HealthCheck route53/queryLog:QueryLog
        wafv2/ipSet:IpSet wafv2/webAcl:WebAcl
    """,
    "{bucket}": """
        s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration s3/bucketLogging:BucketLogging
        s3/bucketNotification:BucketNotification s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration
        s3/bucketOwnershipControls:BucketOwnershipControls s3/bucketPolicy:BucketPolicy
        s3/bucketPublicAccessBlock:BucketPublicAccessBlock
        s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration
        s3/bucketVersioning:BucketVersioning
    """,
}
"""Ids of one form, with the types that have it."""

IDS: Final[Mapping[str, str]] = {
    **{f"aws:{type}": form for form, types in _SHARED.items() for type in types.split()},
    "aws:ec2/vpc:Vpc": "vpc-0{hex16}",
    "aws:ec2/subnet:Subnet": "subnet-0{hex16}",
    "aws:ec2/internetGateway:InternetGateway": "igw-0{hex16}",
    "aws:ec2/natGateway:NatGateway": "nat-0{hex16}",
    "aws:ec2/eip:Eip": "eipalloc-0{hex16}",
    "aws:ec2/routeTable:RouteTable": "rtb-0{hex16}",
    "aws:ec2/route:Route": "r-{routeTableId}{digits10}",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc-0{hex16}",
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": "rtbassoc-0{hex16}",
    "aws:ec2/defaultRouteTable:DefaultRouteTable": "{defaultRouteTableId}",
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": "{defaultNetworkAclId}",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce-0{hex16}",
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "{vpcEndpointId}",
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "a-{vpcEndpointId}{digits10}",
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "pcx-0{hex16}",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": "{vpcPeeringConnectionId}",
    "aws:ec2/networkAcl:NetworkAcl": "acl-0{hex16}",
    "aws:ec2/networkAclRule:NetworkAclRule": "nacl-{digits10}",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": "aclassoc-0{hex16}",
    "aws:ec2/flowLog:FlowLog": "fl-0{hex16}",
    "aws:ec2/securityGroup:SecurityGroup": "sg-0{hex16}",
    "aws:ec2/launchTemplate:LaunchTemplate": "lt-0{hex16}",
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": "dopt-0{hex16}",
    "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation": "{dhcpOptionsId}-{vpcId}",
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": "vpcec-0{hex16}",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "sgr-0{hex16}",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "sgr-0{hex16}",
    "aws:amp/workspace:Workspace": "ws-{uuid}",
    "aws:amp/alertManagerDefinition:AlertManagerDefinition": "{workspaceId}",
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": (
        "arn:aws:aps:{region}:{account}:rulegroupsnamespace/{workspaceId}/{name}"
    ),
    "aws:ecs/cluster:Cluster": "arn:aws:ecs:{region}:{account}:cluster/{name}",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "{clusterName}",
    "aws:appautoscaling/target:Target": "{resourceId}",
    # The provider's id is the name alone, which each service may give again; here an id stands for one policy.
    "aws:appautoscaling/policy:Policy": "{resourceId}/{name}",
    "aws:scheduler/schedule:Schedule": "default/{name}",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "ns-{hex16}",
    "aws:eks/nodeGroup:NodeGroup": "{clusterName}:{name}",
    "aws:eks/addon:Addon": "{clusterName}:{addonName}",
    "aws:eks/fargateProfile:FargateProfile": "{clusterName}:{name}",
    "aws:eks/accessEntry:AccessEntry": "{clusterName}:{principalArn}",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "{clusterName}#{principalArn}#{policyArn}",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "a-{hex17}",
    "aws:iam/rolePolicy:RolePolicy": "{role}:{name}",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "{role}-{digits26}",
    "aws:kms/keyPolicy:KeyPolicy": "{keyId}",
    "aws:kms/replicaKey:ReplicaKey": "mrk-{hex32}",
    "aws:rds/instance:Instance": "db-{capitals26}",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "{dbProxyName}",
    "aws:rds/proxyEndpoint:ProxyEndpoint": "{dbProxyName}/{name}",
    "aws:elasticache/user:User": "{userId}",
    "aws:elasticache/userGroup:UserGroup": "{userGroupId}",
    "aws:elasticache/userGroupAssociation:UserGroupAssociation": "{userGroupId},{userId}",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "{secretArn}",
    "aws:secretsmanager/secretRotation:SecretRotation": "{secretId}",
    "aws:lb/listenerCertificate:ListenerCertificate": "{listenerArn}_{certificateArn}",
    "aws:lb/targetGroup:TargetGroup": "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}",
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": "{targetGroupArn}-{digits26}",
    "aws:acm/certificate:Certificate": "arn:aws:acm:{region}:{account}:certificate/{uuid}",
    "aws:acm/certificateValidation:CertificateValidation": "{certificateArn}",
    "aws:route53/zone:Zone": "Z{capitals20}",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": "rqlc-{hex17}",
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": "rqlca-{hex17}",
    "aws:wafv2/webAclAssociation:WebAclAssociation": "{webAclArn},{resourceArn}",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "{resourceArn}",
    "aws:cloudfront/distribution:Distribution": "E{capitals13}",
    "aws:cloudfront/originAccessControl:OriginAccessControl": "E{capitals13}",
    "aws:s3/bucketMetric:BucketMetric": "{bucket}:{name}",
    "aws:s3/bucketObjectv2:BucketObjectv2": "{bucket}/{key}",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "{backupVaultName}",
    "aws:backup/vaultPolicy:VaultPolicy": "{backupVaultName}",
    "aws:backup/vaultNotifications:VaultNotifications": "{backupVaultName}",
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": "{logGroupName}",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "cwlsf-{digits10}",
    "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws:sns/topicPolicy:TopicPolicy": "{arn}",
    "aws:sns/topicSubscription:TopicSubscription": "{topic}:{uuid}",
    "aws:lambda/invocation:Invocation": "{functionName}_$LATEST_{hex32}",
    "aws:sqs/queue:Queue": "https://sqs.{region}.amazonaws.com/{account}/{name}",
    "aws:sqs/queuePolicy:QueuePolicy": "{queueUrl}",
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": (
        "arn:aws:chatbot::{account}:chat-configuration/slack-channel/{name}"
    ),
    "aws:efs/fileSystem:FileSystem": "fs-0{hex16}",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "{fileSystemId}",
    "aws:efs/backupPolicy:BackupPolicy": "{fileSystemId}",
    "aws:efs/mountTarget:MountTarget": "fsmt-0{hex16}",
    "aws:efs/accessPoint:AccessPoint": "fsap-0{hex16}",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "{repository}",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "{repository}",
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": "{account}",
    "aws:budgets/budget:Budget": "{account}:{name}",
}

_EC2: Final = "arn:aws:ec2:{region}:{account}:"
_EFS: Final = "arn:aws:elasticfilesystem:{region}:{account}:"
_OWNER: Final = {"ownerId": "{account}"}
_VAULT: Final = {"backupVaultArn": "arn:aws:backup:{region}:{account}:backup-vault:{backupVaultName}"}

OUTPUTS: Final[Mapping[str, Mapping[str, Value]]] = {
    "aws:ec2/route:Route": {"state": "active", "origin": "CreateRoute"},
    "aws:ec2/flowLog:FlowLog": {"arn": _EC2 + "vpc-flow-log/{id}"},
    "aws:autoscaling/group:Group": {
        "arn": "arn:aws:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
    },
    "aws:amp/workspace:Workspace": {
        "prometheusEndpoint": "https://aps-workspaces.{region}.amazonaws.com/workspaces/{id}/",
    },
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": {"arn": "{id}"},
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": {"state": "available"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "arn": _EC2 + "security-group-rule/{id}",
        "securityGroupRuleId": "{id}",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "arn": _EC2 + "security-group-rule/{id}",
        "securityGroupRuleId": "{id}",
    },
    "aws:eks/addon:Addon": {
        "arn": "arn:aws:eks:{region}:{account}:addon/{clusterName}/{addonName}/{uuid}",
    },
    "aws:eks/fargateProfile:FargateProfile": {
        "arn": "arn:aws:eks:{region}:{account}:fargateprofile/{clusterName}/{name}/{uuid}",
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        "associationId": "{id}",
        "associationArn": "arn:aws:eks:{region}:{account}:podidentityassociation/{clusterName}/{id}",
    },
    "aws:kms/alias:Alias": {"arn": "arn:aws:kms:{region}:{account}:{name}"},
    "aws:rds/parameterGroup:ParameterGroup": {"arn": "arn:aws:rds:{region}:{account}:pg:{name}"},
    "aws:rds/eventSubscription:EventSubscription": {
        "arn": "arn:aws:rds:{region}:{account}:es:{name}",
        "customerAwsId": "{account}",
    },
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {
        "arn": "arn:aws:rds:{region}:{account}:target-group:prx-tg-0{hex16}",
        "name": "default",
    },
    "aws:elasticache/user:User": {"arn": "arn:aws:elasticache:{region}:{account}:user:{userId}"},
    "aws:elasticache/userGroup:UserGroup": {"arn": "arn:aws:elasticache:{region}:{account}:usergroup:{userGroupId}"},
    "aws:lb/listener:Listener": {"arn": "{id}"},
    "aws:lb/listenerRule:ListenerRule": {"arn": "{id}"},
    "aws:route53/queryLog:QueryLog": {"arn": "arn:aws:route53:::queryloggingconfig/{id}"},
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
        "shareStatus": "NOT_SHARED",
        **_OWNER,
    },
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": _VAULT,
    "aws:backup/vaultPolicy:VaultPolicy": _VAULT,
    "aws:backup/vaultNotifications:VaultNotifications": _VAULT,
    "aws:backup/plan:Plan": {"arn": "arn:aws:backup:{region}:{account}:backup-plan:{id}", "version": "{hex32}"},
    "aws:efs/fileSystem:FileSystem": {
        "dnsName": "{id}.efs.{region}.amazonaws.com",
        **_OWNER,
    },
    "aws:efs/mountTarget:MountTarget": {
        "dnsName": "{fileSystemId}.efs.{region}.amazonaws.com",
        "fileSystemArn": _EFS + "file-system/{fileSystemId}",
        "networkInterfaceId": "eni-0{hex17}",
        **_OWNER,
    },
    "aws:efs/accessPoint:AccessPoint": {
        "fileSystemArn": _EFS + "file-system/{fileSystemId}",
        **_OWNER,
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"},
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": {
        "muteType": "RECURRING",
    },
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"policyScope": "ACCOUNT", "revisionId": "{hex32}"},
    "aws:cloudwatch/queryDefinition:QueryDefinition": {
        "arn": "arn:aws:logs:{region}:{account}:query-definition:{id}",
        "queryDefinitionId": "{id}",
    },
    "aws:sns/topic:Topic": {"arn": "{id}", "owner": "{account}", "beginningArchiveTime": ""},
    "aws:sqs/queue:Queue": {"arn": "arn:aws:sqs:{region}:{account}:{name}", "url": "{id}"},
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
        "chatConfigurationArn": "{id}",
        "slackChannelName": "{slackChannelId}",
        "slackTeamName": "{slackTeamId}",
    },
    "aws:ecr/repository:Repository": {
        "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    },
    "aws:budgets/budget:Budget": {"arn": "arn:aws:budgets::{account}:budget/{name}", "accountId": "{account}"},
}
