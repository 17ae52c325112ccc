"""Further resources that every rule accepts: of the types that few stacks have."""

from typing import Any

_KEY = "arn:aws:kms:us-east-1:000000000000:key/1"

MORE: dict[str, dict[str, Any]] = {
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "cidrIpv4": "0.0.0.0/0",
        "fromPort": 443,
        "toPort": 443,
        "ipProtocol": "tcp",
        "description": "Programs: HTTPS",
    },
    "aws:rds/subnetGroup:SubnetGroup": {"subnetIds": ["subnet-a", "subnet-b"]},
    "aws:elasticache/subnetGroup:SubnetGroup": {"subnetIds": ["subnet-a", "subnet-b"]},
    "aws:ec2/route:Route": {"destinationCidrBlock": "10.1.0.0/16", "vpcPeeringConnectionId": "pcx-1"},
    "aws:cloudtrail/trail:Trail": {
        "isMultiRegionTrail": True,
        "includeGlobalServiceEvents": True,
        "enableLogFileValidation": True,
        "kmsKeyId": _KEY,
        "cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:a:*",
        "enableLogging": True,
    },
    "aws:cfg/recorderStatus:RecorderStatus": {"isEnabled": True},
    "aws:guardduty/detector:Detector": {"enable": True},
    "aws:lb/targetGroup:TargetGroup": {"healthCheck": {"enabled": True, "path": "/ready"}},
    "aws:apigatewayv2/route:Route": {"authorizationType": "JWT"},
    "aws:apigatewayv2/api:Api": {"corsConfiguration": {"allowOrigins": ["https://a.example.com"]}},
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": {
        "corsRules": [{"allowedOrigins": ["https://a.example.com"]}]
    },
    "aws:acm/certificate:Certificate": {"validationMethod": "DNS", "keyAlgorithm": "EC_prime256v1"},
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": {
        "minimumPasswordLength": 14,
        "passwordReusePrevention": 24,
    },
    "aws:secretsmanager/secretRotation:SecretRotation": {"rotationRules": {"automaticallyAfterDays": 90}},
    "aws:ssm/parameter:Parameter": {"name": "/shop/database/password", "type": "SecureString", "value": "x"},
    "aws:kms/replicaKey:ReplicaKey": {"deletionWindowInDays": 30, "enabled": True},
    "aws:s3/bucketAcl:BucketAcl": {"acl": "private"},
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
        "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": _KEY},
                "bucketKeyEnabled": True,
            }
        ]
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "rules": [{"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}]
    },
    "aws:s3/accessPoint:AccessPoint": {
        "publicAccessBlockConfiguration": {
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        }
    },
    "aws:backup/plan:Plan": {"rules": [{"schedule": "cron(0 4 * * ? *)", "lifecycle": {"deleteAfter": 35}}]},
    "aws:dynamodb/table:Table": {
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": _KEY},
        "deletionProtectionEnabled": True,
    },
    "aws:elasticache/cluster:Cluster": {
        "transitEncryptionEnabled": True,
        "autoMinorVersionUpgrade": True,
        "nodeType": "cache.t4g.small",
    },
    "aws:sns/topicSubscription:TopicSubscription": {"protocol": "https"},
    "aws:ecs/service:Service": {
        "networkConfiguration": {"assignPublicIp": False},
        "enableExecuteCommand": False,
        "platformVersion": "LATEST",
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentController": {"type": "ECS"},
    },
    "aws:ecs/cluster:Cluster": {"settings": [{"name": "containerInsights", "value": "enhanced"}]},
    "aws:autoscaling/group:Group": {"targetGroupArns": ["arn:aws:elasticloadbalancing:a"], "healthCheckType": "ELB"},
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
        "destinationConfig": {"onFailure": {"destination": "arn:aws:sqs:us-east-1:000000000000:a"}}
    },
    "aws:rds/eventSubscription:EventSubscription": {"enabled": True},
    "aws:cloudwatch/eventRule:EventRule": {"state": "ENABLED"},
    "aws:scheduler/schedule:Schedule": {"state": "ENABLED"},
}
