"""One resource of each type that every rule accepts."""

import json
from typing import Any

from tests.policies.good_more import MORE

_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::openibank-prod-backups/*"]},
            {"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"},
        ],
    }
)
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
_OF_SERVICE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}},
            }
        ],
    }
)
_OF_KEY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            *json.loads(_OF_SERVICE)["Statement"],
        ],
    }
)
_TLS_ONLY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
)

CONTAINER = {
    "name": "api",
    "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/api:1.4.0",
    "logConfiguration": {"logDriver": "awslogs"},
    "readonlyRootFilesystem": True,
    "environment": [{"name": "LOG_LEVEL", "value": "info"}],
}

GOOD: dict[str, dict[str, Any]] = {
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"},
    "aws:ec2/flowLog:FlowLog": {"vpcId": "vpc-0a1b2c3d", "trafficType": "ALL", "logDestination": "arn:aws:logs:a"},
    "aws:ec2/subnet:Subnet": {"vpcId": "vpc-0a1b2c3d", "mapPublicIpOnLaunch": False},
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId": "vpc-0a1b2c3d", "description": "database"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "vpc-0a1b2c3d"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcId": "vpc-0a1b2c3d",
        "policy": _POLICY,
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "description": "Clients: HTTPS",
        "cidrIpv4": "0.0.0.0/0",
        "fromPort": 443,
        "toPort": 443,
        "ipProtocol": "tcp",
    },
    "aws:ec2/networkAclRule:NetworkAclRule": {
        "cidrBlock": "0.0.0.0/0",
        "egress": False,
        "fromPort": 443,
        "protocol": "tcp",
        "ruleAction": "allow",
        "toPort": 443,
    },
    "aws:ec2/instance:Instance": {
        "iamInstanceProfile": "worker",
        "instanceType": "m7g.large",
        "metadataOptions": {"httpTokens": "required"},
        "rootBlockDevice": {"encrypted": True},
        "ebsBlockDevices": [{"deviceName": "/dev/xvdb", "encrypted": True}],
        "associatePublicIpAddress": False,
        "userData": "#!/bin/sh\nexec start",
    },
    "aws:ebs/volume:Volume": {"encrypted": True, "type": "gp3", "iops": 3000},
    "aws:ebs/encryptionByDefault:EncryptionByDefault": {"enabled": True},
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": {"state": "block-all-sharing"},
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission": {"accountId": "000000000000"},
    "aws:ecs/taskDefinition:TaskDefinition": {
        "containerDefinitions": json.dumps([CONTAINER]),
        "networkMode": "awsvpc",
        "taskRoleArn": "arn:aws:iam::000000000000:role/task",
        "executionRoleArn": "arn:aws:iam::000000000000:role/start",
        "volumes": [{"name": "files", "efsVolumeConfiguration": {"transitEncryption": "ENABLED"}}],
    },
    "aws:eks/nodeGroup:NodeGroup": {
        "remoteAccess": {"ec2SshKey": "a", "sourceSecurityGroupIds": ["sg-1"]},
        "amiType": "AL2023_x86_64_STANDARD",
        "instanceTypes": ["m7i.large"],
    },
    "aws:eks/cluster:Cluster": {
        "encryptionConfig": {"provider": {"keyArn": "arn:aws:kms:us-east-1:000000000000:key/1"}},
        "vpcConfig": {"endpointPublicAccess": False, "endpointPrivateAccess": True},
        "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        "accessConfig": {"authenticationMode": "API"},
        "deletionProtection": True,
        "version": "1.99",
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 50, "volumeType": "gp3"}}
        ],
    },
    "aws:rds/instance:Instance": {
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
        "deleteAutomatedBackups": False,
        "monitoringInterval": 15,
        "username": "groundwork",
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "maxAllocatedStorage": 500,
        "storageType": "gp3",
        "instanceClass": "db.m7g.large",
        "storageEncrypted": True,
        "publiclyAccessible": False,
        "engine": "postgres",
        "engineVersion": "99",
        "multiAz": True,
        "backupRetentionPeriod": 30,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "openibank-prod-final",
        "manageMasterUserPassword": True,
        "performanceInsightsEnabled": True,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "parameterGroupName": "openibank-prod-postgres16",
        "autoMinorVersionUpgrade": True,
        "copyTagsToSnapshot": True,
    },
    "aws:rds/cluster:Cluster": {
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
        "storageEncrypted": True,
        "engine": "aurora-postgresql",
        "backupRetentionPeriod": 30,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "manageMasterUserPassword": True,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "copyTagsToSnapshot": True,
    },
    "aws:rds/clusterInstance:ClusterInstance": {"publiclyAccessible": False, "autoMinorVersionUpgrade": True},
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
        "family": "aurora-postgresql16",
        "parameters": [{"name": "rds.force_ssl", "value": "1"}],
    },
    "aws:rds/snapshot:Snapshot": {"sharedAccounts": ["000000000000"]},
    "aws:rds/clusterSnapshot:ClusterSnapshot": {"sharedAccounts": ["000000000000"]},
    "aws:rds/parameterGroup:ParameterGroup": {
        "family": "postgres16",
        "parameters": [
            {"name": "rds.force_ssl", "value": "1"},
            {"name": "log_connections", "value": "1"},
            {"name": "log_statement", "value": "ddl"},
            {"name": "rds.accepted_password_auth_method", "value": "scram"},
        ],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "autoMinorVersionUpgrade": True,
        "logDeliveryConfigurations": [{"logType": "slow-log"}],
        "nodeType": "cache.m7g.large",
        "transitEncryptionEnabled": True,
        "atRestEncryptionEnabled": True,
        "userGroupIds": ["openibank-prod"],
        "multiAzEnabled": True,
        "automaticFailoverEnabled": True,
        "snapshotRetentionLimit": 7,
        "transitEncryptionMode": "required",
        "parameterGroupName": "openibank-prod-redis7",
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
    },
    "aws:elasticache/user:User": {
        "accessString": "on ~* -@all +@read +@write",
        "authenticationMode": {"type": "password", "passwords": ["made elsewhere"]},
    },
    "aws:lambda/function:Function": {
        "runtime": "python3.13",
        "environment": {"variables": {"SECRET": "arn:aws:secretsmanager:us-east-1:000000000000:secret:a"}},
    },
    "aws:lambda/functionUrl:FunctionUrl": {
        "authorizationType": "AWS_IAM",
        "cors": {"allowOrigins": ["https://a.example.com"]},
    },
    "aws:lambda/permission:Permission": {
        "principal": "secretsmanager.amazonaws.com",
        "sourceAccount": "000000000000",
    },
    "aws:kms/key:Key": {"enableKeyRotation": True},
    "aws:kms/keyPolicy:KeyPolicy": {"policy": _OF_KEY},
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"policy": _TLS_ONLY},
    "aws:secretsmanager/secret:Secret": {
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
        "recoveryWindowInDays": 30,
    },
    "aws:s3/bucket:Bucket": {"bucket": "openibank-prod-backups"},
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
    "aws:s3/bucketVersioning:BucketVersioning": {"versioningConfiguration": {"status": "Enabled"}},
    "aws:s3/bucketPolicy:BucketPolicy": {"policy": _TLS_ONLY},
    "aws:lb/loadBalancer:LoadBalancer": {
        "desyncMitigationMode": "defensive",
        "subnets": ["subnet-a", "subnet-b"],
        "accessLogs": {"enabled": True, "bucket": "logs"},
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": True,
    },
    "aws:cloudfront/distribution:Distribution": {
        "loggingConfig": {"bucket": "logs.s3.amazonaws.com"},
        "defaultCacheBehavior": {"viewerProtocolPolicy": "redirect-to-https", "responseHeadersPolicyId": "1"},
        "viewerCertificate": {"minimumProtocolVersion": "TLSv1.2_2021"},
        "origins": [
            {
                "domainName": "a.example.com",
                "customOriginConfig": {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]},
            },
            {"domainName": "b.s3.us-east-1.amazonaws.com", "originAccessControlId": "E1"},
        ],
        "orderedCacheBehaviors": [{"viewerProtocolPolicy": "https-only"}],
        "webAclId": "arn:aws:wafv2:us-east-1:000000000000:global/webacl/a/1",
    },
    "aws:wafv2/webAcl:WebAcl": {
        "visibilityConfig": {"cloudwatchMetricsEnabled": True},
        "rules": [
            {"name": "common", "overrideAction": {"none": {"none": 1}}},
            {"name": "seen", "action": {"count": {"a": 1}}},
            {"name": "limit", "statement": {"rateBasedStatement": {"limit": 600}}, "action": {"count": {"a": 1}}},
        ],
    },
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "redactedFields": [{"singleHeader": {"name": "authorization"}}, {"singleHeader": {"name": "Cookie"}}],
        "loggingFilter": {
            "defaultBehavior": "DROP",
            "filters": [{"behavior": "KEEP", "conditions": [{"actionCondition": {"action": "BLOCK"}}]}],
        },
    },
    "aws:lb/listener:Listener": {
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "defaultActions": [{"type": "forward"}],
    },
    "aws:iam/rolePolicy:RolePolicy": {"policy": _POLICY},
    "aws:iam/policy:Policy": {"policy": _POLICY},
    "aws:iam/groupPolicy:GroupPolicy": {"policy": _POLICY},
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    "aws:iam/policyAttachment:PolicyAttachment": {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "policyArn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    },
    "aws:iam/role:Role": {
        "assumeRolePolicy": _TRUST,
        "inlinePolicies": [{"name": "a", "policy": _POLICY}],
        "managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        "retentionInDays": 365,
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "alarmActions": ["arn:aws:sns:us-east-1:000000000000:alerts"],
        "treatMissingData": "breaching",
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {"alarmRule": "ALARM(a)"},
    "aws:sns/topic:Topic": {"kmsMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/1"},
    "aws:sqs/queue:Queue": {"kmsMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/1"},
    "aws:sqs/queuePolicy:QueuePolicy": {"policy": _TLS_ONLY},
    "aws:sns/topicPolicy:TopicPolicy": {"policy": _TLS_ONLY},
    "aws:backup/vault:Vault": {
        "name": "openibank-prod",
        "kmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1",
        "forceDestroy": False,
    },
    "aws:efs/accessPoint:AccessPoint": {"rootDirectory": {"path": "/api"}, "posixUser": {"uid": 10001, "gid": 10001}},
    "aws:efs/fileSystem:FileSystem": {
        "encrypted": True,
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
    },
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {"fileSystemId": "fs-0a1b2c3d", "policy": _TLS_ONLY},
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {"policy": _TLS_ONLY},
    "aws:ecr/repository:Repository": {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [
            {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:us-east-1:000000000000:key/1"},
        ],
    },
    **MORE,
    "kubernetes:helm.sh/v3:Release": {"chart": "metrics-server", "version": "3.13.0", "atomic": True, "timeout": 600},
    "pulumi:providers:aws": {
        "defaultTags": {"tags": {"Product": "openibank", "Environment": "production", "Stack": "prod"}}
    },
}

NEVER_GOOD: dict[str, dict[str, Any]] = {
    "aws:iam/user:User": {"name": "ann"},
    "aws:iam/userLoginProfile:UserLoginProfile": {"user": "ann"},
    "aws:ec2/launchConfiguration:LaunchConfiguration": {"instanceType": "m7g.large"},
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": {"bucket": "site"},
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        "type": "ingress",
        "cidrBlocks": ["10.0.0.0/16"],
        "fromPort": 443,
        "toPort": 443,
        "protocol": "tcp",
    },
    "aws:iam/userPolicy:UserPolicy": {"user": "ann", "policy": _POLICY},
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": {
        "user": "ann",
        "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    },
    "aws:iam/accessKey:AccessKey": {"user": "ann"},
}
"""One resource of each type that a rule refuses whatever it states."""
