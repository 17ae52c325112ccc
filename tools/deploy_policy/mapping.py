"""What CloudFormation calls each resource type of the program, and the actions of types that it does not know.

CloudFormation's schemas say which actions each handler of a type calls; the program's provider calls the same services
for the same things. Where a type is a part of another (a bucket's versioning), it has the other's actions.
"""

from typing import Final

SERVICES: Final = {
    "acm": "CertificateManager",
    "amp": "APS",
    "appautoscaling": "ApplicationAutoScaling",
    "lb": "ElasticLoadBalancingV2",
    "vpc": "EC2",
}
"""Module of the SDK -> service of CloudFormation, where they differ by more than case."""

RENAMED: Final = {
    "aws:amp/alertManagerDefinition:AlertManagerDefinition": "AWS::APS::Workspace",
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": "AWS::APS::RuleGroupsNamespace",
    "aws:appautoscaling/policy:Policy": "AWS::ApplicationAutoScaling::ScalingPolicy",
    "aws:appautoscaling/target:Target": "AWS::ApplicationAutoScaling::ScalableTarget",
    "aws:autoscaling/group:Group": "AWS::AutoScaling::AutoScalingGroup",
    "aws:backup/plan:Plan": "AWS::Backup::BackupPlan",
    "aws:backup/selection:Selection": "AWS::Backup::BackupSelection",
    "aws:backup/vault:Vault": "AWS::Backup::BackupVault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "AWS::Backup::BackupVault",
    "aws:backup/vaultNotifications:VaultNotifications": "AWS::Backup::BackupVault",
    "aws:backup/vaultPolicy:VaultPolicy": "AWS::Backup::BackupVault",
    "aws:cloudwatch/eventRule:EventRule": "AWS::Events::Rule",
    "aws:cloudwatch/eventTarget:EventTarget": "AWS::Events::Rule",
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": "AWS::Logs::LogGroup",
    "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": "AWS::Logs::MetricFilter",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "AWS::Logs::ResourcePolicy",
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": "AWS::Logs::SubscriptionFilter",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "AWS::CloudWatch::Alarm",
    "aws:cloudwatch/queryDefinition:QueryDefinition": "AWS::Logs::QueryDefinition",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": "AWS::EC2::SubnetNetworkAclAssociation",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "AWS::EC2::SubnetRouteTableAssociation",
    "aws:ec2/vpcDhcpOptions:VpcDhcpOptions": "AWS::EC2::DHCPOptions",
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "AWS::EC2::VPCEndpoint",
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "AWS::EC2::VPCEndpoint",
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": "AWS::EC2::VPCPeeringConnection",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "AWS::ECR::Repository",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "AWS::ECR::Repository",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "AWS::ECS::ClusterCapacityProviderAssociations",
    "aws:efs/backupPolicy:BackupPolicy": "AWS::EFS::FileSystem",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "AWS::EFS::FileSystem",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "AWS::EKS::AccessEntry",
    "aws:elasticache/userGroupAssociation:UserGroupAssociation": "AWS::ElastiCache::UserGroup",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "AWS::IAM::OIDCProvider",
    "aws:kms/keyPolicy:KeyPolicy": "AWS::KMS::Key",
    "aws:rds/instance:Instance": "AWS::RDS::DBInstance",
    "aws:rds/parameterGroup:ParameterGroup": "AWS::RDS::DBParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup": "AWS::RDS::DBSubnetGroup",
    "aws:rds/proxy:Proxy": "AWS::RDS::DBProxy",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "AWS::RDS::DBProxyTargetGroup",
    "aws:rds/proxyEndpoint:ProxyEndpoint": "AWS::RDS::DBProxyEndpoint",
    "aws:rds/proxyTarget:ProxyTarget": "AWS::RDS::DBProxyTargetGroup",
    "aws:route53/record:Record": "AWS::Route53::RecordSet",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": "AWS::Route53Resolver::ResolverQueryLoggingConfig",
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": (
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation"
    ),
    "aws:route53/zone:Zone": "AWS::Route53::HostedZone",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "AWS::SecretsManager::ResourcePolicy",
    "aws:secretsmanager/secretRotation:SecretRotation": "AWS::SecretsManager::RotationSchedule",
    "aws:sns/topicSubscription:TopicSubscription": "AWS::SNS::Subscription",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "AWS::EC2::SecurityGroupEgress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "AWS::EC2::SecurityGroupIngress",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "AWS::WAFv2::LoggingConfiguration",
}
"""Types that CloudFormation calls otherwise; everything about a bucket is the bucket's, see `known_as`."""

_GROUP_RULES = (
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:RevokeSecurityGroupEgress",
    "ec2:RevokeSecurityGroupIngress",
)
_ROUTES = (
    "ec2:CreateRoute",
    "ec2:CreateTags",
    "ec2:DeleteRoute",
    "ec2:DeleteTags",
    "ec2:DescribeRouteTables",
    "ec2:DescribeVpcs",
    "ec2:ReplaceRoute",
)
_ACL = (
    "ec2:CreateNetworkAclEntry",
    "ec2:CreateTags",
    "ec2:DeleteNetworkAclEntry",
    "ec2:DescribeNetworkAcls",
    "ec2:ReplaceNetworkAclAssociation",
    "ec2:ReplaceNetworkAclEntry",
)
MANUAL: Final[dict[str, tuple[str, ...]]] = {
    "aws:acm/certificateValidation:CertificateValidation": ("acm:DescribeCertificate",),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": _ACL,
    "aws:ec2/defaultRouteTable:DefaultRouteTable": _ROUTES,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _GROUP_RULES,
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": (
        "ec2:DescribeRouteTables",
        "ec2:ReplaceRouteTableAssociation",
    ),
    "aws:ec2/networkAclRule:NetworkAclRule": _ACL,
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": (
        "ec2:CreateTags",
        "ec2:CreateVpcEncryptionControl",
        "ec2:DeleteTags",
        "ec2:DeleteVpcEncryptionControl",
        "ec2:DescribeVpcEncryptionControls",
        "ec2:ModifyVpcEncryptionControl",
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:ListAttachedRolePolicies",
    ),
    "aws:lambda/invocation:Invocation": ("lambda:InvokeFunction",),
    "aws:lb/listenerCertificate:ListenerCertificate": (
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:RemoveListenerCertificates",
    ),
    "aws:lb/targetGroupAttachment:TargetGroupAttachment": (
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:RegisterTargets",
    ),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": (
        "kms:CreateGrant",
        "kms:DescribeKey",
        "rds:DescribeDBInstanceAutomatedBackups",
        "rds:DescribeDBInstances",
        "rds:StartDBInstanceAutomatedBackupsReplication",
        "rds:StopDBInstanceAutomatedBackupsReplication",
    ),
    "aws:route53/queryLog:QueryLog": (
        "route53:CreateQueryLoggingConfig",
        "route53:DeleteQueryLoggingConfig",
        "route53:GetQueryLoggingConfig",
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": (
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectAttributes",
        "s3:GetObjectTagging",
        "s3:ListBucketVersions",
        "s3:PutObject",
        "s3:PutObjectTagging",
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": (
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    ),
}
"""Types that no schema knows, with the calls that their create, read, update and delete make."""

BESIDE: Final[dict[str, tuple[str, ...]]] = {
    # The provider reads all of a bucket, whatever the program states of it: internal/service/s3/bucket.go.
    "aws:s3/bucket:Bucket": (
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketPolicy",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
    ),
    # ec2/vpc_.go: attributes, and what a new network comes with.
    "aws:ec2/vpc:Vpc": (
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcs",
    ),
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": (
        "ec2:AcceptVpcPeeringConnection",
        "ec2:ModifyVpcPeeringConnectionOptions",
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": ("ec2:DescribeLaunchTemplateVersions", "ec2:ModifyLaunchTemplate"),
    "aws:ec2/subnet:Subnet": ("ec2:DescribeSubnets", "ec2:ModifySubnetAttribute"),
    "aws:ec2/securityGroup:SecurityGroup": ("ec2:DescribeNetworkInterfaces", *_GROUP_RULES),
    # A role is deleted after what it was given: iam/role.go.
    "aws:iam/role:Role": (
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
        "iam:PassRole",
        "iam:UpdateAssumeRolePolicy",
    ),
    "aws:ecs/service:Service": ("ecs:DescribeServiceDeployments", "ecs:ListServiceDeployments"),
    "aws:eks/cluster:Cluster": ("eks:DescribeUpdate",),
    "aws:eks/nodeGroup:NodeGroup": ("eks:DescribeUpdate",),
    "aws:eks/addon:Addon": ("eks:DescribeUpdate",),
    "aws:lambda/function:Function": ("lambda:GetFunctionCodeSigningConfig", "lambda:ListVersionsByFunction"),
    # Keys are used by the services on the deploying role's behalf.
    "aws:kms/key:Key": ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"),
}
"""What the program's provider calls beyond CloudFormation's handlers."""


def known_as(type: str) -> str:
    """Return CloudFormation's name of a type, as it would be by rule where it has no other."""
    if type in RENAMED:
        return RENAMED[type]
    module, name = type.split(":")[1].split("/", maxsplit=1)[0], type.split(":")[2]
    if module == "s3" and name.startswith("Bucket") and name != "BucketPolicy":
        return "AWS::S3::Bucket"
    return f"AWS::{SERVICES.get(module, module)}::{name}"
