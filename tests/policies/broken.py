"""A broken property for each rule: the rule, the type, where in the good resource, and what stands there instead."""

import json
from typing import Any

DELETED = object()
Broken = tuple[str, str, str, Any]

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
GROUP, DEFAULT_GROUP = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ENDPOINT, CLUSTER = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:eks/cluster:Cluster"
TEMPLATE, INSTANCE = "aws:ec2/launchTemplate:LaunchTemplate", "aws:rds/instance:Instance"
PARAMETERS, CACHE = "aws:rds/parameterGroup:ParameterGroup", "aws:elasticache/replicationGroup:ReplicationGroup"
FILES, FILES_POLICY = "aws:efs/fileSystem:FileSystem", "aws:efs/fileSystemPolicy:FileSystemPolicy"
KEY, SECRET = "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"
BLOCK, BUCKET_POLICY = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/bucketPolicy:BucketPolicy"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BALANCER, LISTENER = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"
ROLE_POLICY, ATTACHMENT = "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROLE, LOG_GROUP = "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
TOPIC, REPOSITORY = "aws:sns/topic:Topic", "aws:ecr/repository:Repository"
QUEUE, QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
RELEASE, PROVIDER = "kubernetes:helm.sh/v3:Release", "pulumi:providers:aws"

LEGACY, PERMISSION = "aws:ec2/securityGroupRule:SecurityGroupRule", "aws:lambda/permission:Permission"


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


BROKEN: list[Broken] = [
    ("security-group-open-to-world", INGRESS, "toPort", 5432),
    ("security-group-open-to-world", INGRESS, "fromPort", 80),
    ("security-group-inline-rules", GROUP, "ingress", [{"fromPort": 1}]),
    ("security-group-inline-rules", GROUP, "egress", [{"fromPort": 1}]),
    ("default-security-group-closed", DEFAULT_GROUP, "ingress", [{"fromPort": 0}]),
    ("subnet-no-public-addresses", SUBNET, "mapPublicIpOnLaunch", True),
    ("endpoint-has-policy", ENDPOINT, "policy", DELETED),
    ("cluster-secrets-encrypted", CLUSTER, "encryptionConfig", DELETED),
    ("cluster-endpoint-not-public", CLUSTER, "vpcConfig.endpointPublicAccess", True),
    ("cluster-endpoint-not-public", CLUSTER, "vpcConfig.endpointPublicAccess", DELETED),
    ("cluster-private-endpoint", CLUSTER, "vpcConfig.endpointPrivateAccess", False),
    ("cluster-control-plane-logs", CLUSTER, "enabledClusterLogTypes", ["api"]),
    ("cluster-control-plane-logs", CLUSTER, "enabledClusterLogTypes", DELETED),
    ("cluster-access-by-api", CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
    ("cluster-deletion-protection", CLUSTER, "deletionProtection", False),
    ("node-metadata-v2", TEMPLATE, "metadataOptions.httpTokens", "optional"),
    ("node-metadata-v2", TEMPLATE, "metadataOptions.httpPutResponseHopLimit", 2),
    ("node-disk-encrypted", TEMPLATE, "blockDeviceMappings.0.ebs.encrypted", "false"),
    ("node-disk-encrypted", TEMPLATE, "blockDeviceMappings", DELETED),
    ("database-encrypted", INSTANCE, "storageEncrypted", False),
    ("database-not-public", INSTANCE, "publiclyAccessible", True),
    ("database-multi-az", INSTANCE, "multiAz", False),
    ("database-backups", INSTANCE, "backupRetentionPeriod", 1),
    ("database-backups", INSTANCE, "backupRetentionPeriod", DELETED),
    ("database-deletion-protection", INSTANCE, "deletionProtection", False),
    ("database-final-snapshot", INSTANCE, "skipFinalSnapshot", True),
    ("database-managed-password", INSTANCE, "password", "in the state"),
    ("database-managed-password", INSTANCE, "manageMasterUserPassword", DELETED),
    ("database-insights", INSTANCE, "performanceInsightsEnabled", False),
    ("database-log-exports", INSTANCE, "enabledCloudwatchLogsExports", ["upgrade"]),
    ("database-forced-tls", PARAMETERS, "parameters.0.value", "0"),
    ("cache-encrypted-in-transit", CACHE, "transitEncryptionEnabled", False),
    ("cache-encrypted-at-rest", CACHE, "atRestEncryptionEnabled", DELETED),
    ("cache-authenticated", CACHE, "userGroupIds", DELETED),
    ("cache-multi-az", CACHE, "automaticFailoverEnabled", False),
    ("cache-snapshots", CACHE, "snapshotRetentionLimit", 0),
    ("key-rotation", KEY, "enableKeyRotation", False),
    ("secret-customer-key", SECRET, "kmsKeyId", DELETED),
    ("secret-recovery", SECRET, "recoveryWindowInDays", 0),
    ("bucket-public-access-switches", BLOCK, "restrictPublicBuckets", False),
    ("file-system-encrypted", FILES, "encrypted", False),
    ("file-system-encrypted", FILES, "kmsKeyId", DELETED),
    ("file-system-tls-only", FILES_POLICY, "policy", document(Action="elasticfilesystem:ClientMount", Resource="*")),
    ("bucket-tls-only", BUCKET_POLICY, "policy", document(Action="s3:GetObject", Resource="*")),
    ("distribution-https", DISTRIBUTION, "defaultCacheBehavior.viewerProtocolPolicy", "allow-all"),
    ("distribution-https", DISTRIBUTION, "viewerCertificate.minimumProtocolVersion", "TLSv1"),
    ("distribution-origin-https", DISTRIBUTION, "origins.0.customOriginConfig.originProtocolPolicy", "http-only"),
    ("listener-modern-tls", LISTENER, "sslPolicy", "ELBSecurityPolicy-2016-08"),
    ("listener-modern-tls", LISTENER, "sslPolicy", DELETED),
    ("listener-http-redirects", LISTENER, "protocol", "HTTP"),
    ("load-balancer-access-logs", BALANCER, "accessLogs.enabled", False),
    ("load-balancer-drops-invalid-headers", BALANCER, "dropInvalidHeaderFields", False),
    ("load-balancer-deletion-protection", BALANCER, "enableDeletionProtection", False),
    ("policy-names-actions", ROLE_POLICY, "policy", document(Action="s3:*", Resource="arn:aws:s3:::b")),
    ("policy-names-actions", ROLE_POLICY, "policy", document(Action=["*"], Resource="arn:aws:s3:::b")),
    ("policy-names-resources", ROLE_POLICY, "policy", document(Action=["s3:PutObject"], Resource="*")),
    ("no-broad-managed-policy", ATTACHMENT, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ("role-trust-named", ROLE, "assumeRolePolicy", document(Action="sts:AssumeRole", Principal="*")),
    ("role-trust-named", ROLE, "assumeRolePolicy", document(Action="sts:AssumeRole", Principal={"AWS": ["*"]})),
    ("log-retention", LOG_GROUP, "retentionInDays", DELETED),
    ("log-encrypted", LOG_GROUP, "kmsKeyId", DELETED),
    ("topic-encrypted", TOPIC, "kmsMasterKeyId", DELETED),
    ("queue-encrypted", QUEUE, "kmsMasterKeyId", DELETED),
    ("message-tls-only", QUEUE_POLICY, "policy", document(Action="sqs:SendMessage", Resource="*")),
    ("message-tls-only", TOPIC_POLICY, "policy", document(Action="sns:Publish", Resource="*")),
    ("image-tags-immutable", REPOSITORY, "imageTagMutability", "MUTABLE"),
    ("image-tags-immutable", REPOSITORY, "imageTagMutability", DELETED),
    ("image-scanned", REPOSITORY, "imageScanningConfiguration.scanOnPush", False),
    ("image-scanned", REPOSITORY, "imageScanningConfiguration", DELETED),
    ("image-encrypted", REPOSITORY, "encryptionConfigurations.0.kmsKey", DELETED),
    ("release-atomic", RELEASE, "atomic", False),
    ("release-atomic", RELEASE, "timeout", DELETED),
    ("release-pinned", RELEASE, "version", DELETED),
    ("tags-named", PROVIDER, "defaultTags.tags.Product", DELETED),
    ("version-supported", CLUSTER, "version", "1.32"),
]
