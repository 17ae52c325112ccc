"""One resource of each type that every rule accepts."""

import json
from typing import Any

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

GOOD: dict[str, dict[str, Any]] = {
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"},
    "aws:ec2/flowLog:FlowLog": {"vpcId": "vpc-0a1b2c3d", "trafficType": "ALL"},
    "aws:ec2/subnet:Subnet": {"vpcId": "vpc-0a1b2c3d", "mapPublicIpOnLaunch": False},
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId": "vpc-0a1b2c3d", "description": "database"},
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "vpc-0a1b2c3d"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"vpcId": "vpc-0a1b2c3d", "policy": _POLICY},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "cidrIpv4": "0.0.0.0/0",
        "fromPort": 443,
        "toPort": 443,
        "ipProtocol": "tcp",
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
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 50}}],
    },
    "aws:rds/instance:Instance": {
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
    },
    "aws:rds/parameterGroup:ParameterGroup": {
        "family": "postgres16",
        "parameters": [{"name": "rds.force_ssl", "value": "1"}],
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "transitEncryptionEnabled": True,
        "atRestEncryptionEnabled": True,
        "userGroupIds": ["openibank-prod"],
        "multiAzEnabled": True,
        "automaticFailoverEnabled": True,
        "snapshotRetentionLimit": 7,
    },
    "aws:lambda/function:Function": {"runtime": "python3.13"},
    "aws:kms/key:Key": {"enableKeyRotation": True},
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
    "aws:s3/bucketPolicy:BucketPolicy": {"policy": _TLS_ONLY},
    "aws:lb/loadBalancer:LoadBalancer": {
        "accessLogs": {"enabled": True, "bucket": "logs"},
        "dropInvalidHeaderFields": True,
        "enableDeletionProtection": True,
    },
    "aws:cloudfront/distribution:Distribution": {
        "defaultCacheBehavior": {"viewerProtocolPolicy": "redirect-to-https"},
        "viewerCertificate": {"minimumProtocolVersion": "TLSv1.2_2021"},
        "origins": [{"customOriginConfig": {"originProtocolPolicy": "https-only"}}],
    },
    "aws:lb/listener:Listener": {
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "defaultActions": [{"type": "forward"}],
    },
    "aws:iam/rolePolicy:RolePolicy": {"policy": _POLICY},
    "aws:iam/policy:Policy": {"policy": _POLICY},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        "policyArn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
    },
    "aws:iam/role:Role": {"assumeRolePolicy": _TRUST},
    "aws:cloudwatch/logGroup:LogGroup": {
        "retentionInDays": 365,
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"alarmActions": ["arn:aws:sns:us-east-1:000000000000:alerts"]},
    "aws:sns/topic:Topic": {"kmsMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/1"},
    "aws:sqs/queue:Queue": {"kmsMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/1"},
    "aws:sqs/queuePolicy:QueuePolicy": {"policy": _TLS_ONLY},
    "aws:sns/topicPolicy:TopicPolicy": {"policy": _TLS_ONLY},
    "aws:backup/vault:Vault": {"name": "openibank-prod"},
    "aws:efs/fileSystem:FileSystem": {
        "encrypted": True,
        "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
    },
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {"fileSystemId": "fs-0a1b2c3d", "policy": _TLS_ONLY},
    "aws:ecr/repository:Repository": {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [
            {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:us-east-1:000000000000:key/1"},
        ],
    },
    "kubernetes:helm.sh/v3:Release": {"chart": "metrics-server", "version": "3.13.0", "atomic": True, "timeout": 600},
    "pulumi:providers:aws": {
        "defaultTags": {"tags": {"Product": "openibank", "Environment": "production", "Stack": "prod"}}
    },
}
