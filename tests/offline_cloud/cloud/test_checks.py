"""Inputs that are wrong by themselves: each case starts from good inputs and breaks one thing."""

import json

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from tests.offline_cloud.cloud.memory import codes
from tests.offline_cloud.cloud.platform import CACHE, DATABASE, ROOT, TRUST

ARN = "arn:aws:iam::000000000000:role/shop"
BUCKET_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
ALIAS = "aws:kms/alias:Alias"
WAF_LOGS = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def policy(**statement: object) -> str:
    good = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    merged = {key: value for key, value in {**good, **statement}.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [merged]})


KEY_POLICY = policy(Principal={"AWS": ROOT}, Action="kms:*")
WEB_RULE: Value = {
    "name": "rate",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 100, "aggregateKeyType": "IP"}},
    "visibilityConfig": {},
}

GOOD: dict[str, Properties] = {
    facts.VPC: {"cidrBlock": "10.0.0.0/16"},
    facts.SUBNET: {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1a"},
    facts.INGRESS_RULE: {
        "securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 80, "toPort": 443, "cidrIpv4": "10.0.0.0/8",
    },
    facts.ROUTE: {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"},
    facts.NAT_GATEWAY: {"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    facts.ENDPOINT: {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.s3", "vpcEndpointType": "Gateway"},
    facts.FLOW_LOG: {"vpcId": "vpc-1", "iamRoleArn": ARN, "logDestination": ARN, "trafficType": "ALL"},
    facts.DATABASE: DATABASE,
    facts.CACHE: CACHE,
    facts.CACHE_USER: {
        "userId": "app", "userName": "app", "engine": "redis", "accessString": "on ~app:* +@read",
        "authenticationMode": {"type": "iam"},
    },
    facts.CLUSTER: {"name": "shop", "roleArn": ARN, "vpcConfig": {"subnetIds": ["a", "b"]}},
    facts.NODE_GROUP: {
        "clusterName": "shop", "nodeRoleArn": ARN, "subnetIds": ["a"],
        "scalingConfig": {"minSize": 1, "desiredSize": 2, "maxSize": 3},
    },
    facts.ACCESS_ENTRY: {"clusterName": "shop", "principalArn": ARN},
    facts.ACCESS_POLICY: {
        "clusterName": "shop", "principalArn": ARN, "accessScope": {"type": "cluster"},
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
    },
    facts.LOAD_BALANCER: {"name": "shop", "subnets": ["a", "b"]},
    facts.LISTENER: {
        "loadBalancerArn": ARN, "port": 443, "protocol": "HTTPS", "certificateArn": ARN,
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "defaultActions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain"}}],
    },
    facts.LISTENER_RULE: {
        "listenerArn": ARN, "priority": 10, "actions": [{"type": "forward", "targetGroupArn": ARN}],
        "conditions": [{"pathPattern": {"values": ["/api/*"]}}],
    },
    facts.TARGET_GROUP: {
        "name": "web", "port": 80, "protocol": "HTTP", "vpcId": "vpc-1", "targetType": "ip",
        "healthCheck": {"interval": 15, "timeout": 5},
    },
    facts.CERTIFICATE: {"domainName": "*.example.com", "validationMethod": "DNS"},
    facts.DNS_RECORD: {"zoneId": "Z1", "name": "api", "type": "A", "ttl": 60, "records": ["192.0.2.1"]},
    facts.WEB_ACL: {"name": "shop", "scope": "REGIONAL", "rules": [WEB_RULE]},
    WAF_LOGS: {
        "resourceArn": ARN, "logDestinationConfigs": ["arn:aws:logs:us-east-1:1:log-group:aws-waf-logs-shop"],
    },
    facts.BUCKET: {"bucket": "shop-backups"},
    BUCKET_LIFECYCLE: {
        "bucket": "b", "rules": [
            {
                "id": "old", "status": "Enabled", "expiration": {"days": 90},
                "transitions": [{"days": 30, "storageClass": "STANDARD_IA"}],
            }
        ],
    },
    BUCKET_LOCK: {"bucket": "b", "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}},
    facts.VAULT_LOCK: {"backupVaultName": "vv", "changeableForDays": 3, "minRetentionDays": 7, "maxRetentionDays": 35},
    facts.BACKUP_PLAN: {
        "name": "daily", "rules": [
            {
                "ruleName": "daily", "targetVaultName": "main", "schedule": "cron(0 2 * * ? *)",
                "lifecycle": {"deleteAfter": 35},
            }
        ],
    },
    facts.LOG_GROUP: {"name": "/shop", "retentionInDays": 30},
    facts.METRIC_ALARM: {
        "name": "cpu", "metricName": "CPUUtilization", "namespace": "AWS/RDS", "statistic": "Average", "period": 60,
        "dimensions": {"DBInstanceIdentifier": "shop"},
        "evaluationPeriods": 5, "datapointsToAlarm": 3, "comparisonOperator": "GreaterThanThreshold", "threshold": 80,
        "treatMissingData": "breaching",
    },
    DASHBOARD: {"dashboardName": "d", "dashboardBody": json.dumps({"widgets": [{"x": 12, "width": 12}]})},
    facts.SECRET: {"name": "s", "recoveryWindowInDays": 30, "replicas": [{"region": "eu-west-1"}]},
    facts.KEY: {"deletionWindowInDays": 30, "enableKeyRotation": True, "policy": KEY_POLICY},
    ALIAS: {"name": "alias/shop", "targetKeyId": "k"},
    SUBSCRIPTION: {"topic": ARN, "protocol": "email", "endpoint": "on-call@example.com"},
    facts.EVENT_RULE: {"name": "r", "scheduleExpression": "rate(1 hour)"},
    facts.ROLE: {"name": "r", "assumeRolePolicy": TRUST},
    facts.ROLE_POLICY: {"role": "r", "policy": policy()},
    BUCKET_POLICY: {"bucket": "b", "policy": policy(Principal="*")},
}  # fmt: skip

INVALID = "InvalidParameterValue"
COMBINATION = "InvalidParameterCombination"
EKS = "InvalidParameterException"
ELB = "ValidationError"
DNS = "InvalidChangeBatch"
WAF = "WAFInvalidParameterException"
CASES: list[tuple[str, Properties, str, str]] = [
    (facts.VPC, {"cidrBlock": "10.0.0.0/8"}, "InvalidVpc.Range", "cidrBlock"),
    (facts.VPC, {"cidrBlock": "10.0.0.0/29"}, "InvalidVpc.Range", "cidrBlock"),
    (facts.VPC, {"cidrBlock": "10.0.0.1/16"}, INVALID, "cidrBlock"),
    (facts.VPC, {"cidrBlock": None}, COMBINATION, "cidrBlock"),
    (facts.VPC, {"instanceTenancy": "shared"}, INVALID, "instanceTenancy"),
    (facts.SUBNET, {"cidrBlock": "10.0.0.0/29"}, "InvalidSubnet.Range", "cidrBlock"),
    (facts.SUBNET, {"availabilityZone": "eu-west-1a"}, INVALID, "availabilityZone"),
    (facts.SUBNET, {"availabilityZoneId": "use1-az6"}, COMBINATION, "availabilityZoneId"),
    (facts.SUBNET, {"availabilityZone": None, "availabilityZoneId": "euw1-az1"}, INVALID, "availabilityZoneId"),
    (facts.INGRESS_RULE, {"fromPort": 444}, COMBINATION, "fromPort"),
    (facts.INGRESS_RULE, {"toPort": 70000}, INVALID, "toPort"),
    (facts.INGRESS_RULE, {"toPort": None}, COMBINATION, "toPort"),
    (facts.INGRESS_RULE, {"ipProtocol": "-1"}, COMBINATION, "fromPort"),
    (facts.INGRESS_RULE, {"ipProtocol": "TCP"}, INVALID, "ipProtocol"),
    (facts.INGRESS_RULE, {"referencedSecurityGroupId": "sg-2"}, COMBINATION, "referencedSecurityGroupId"),
    (facts.INGRESS_RULE, {"cidrIpv4": None}, COMBINATION, "cidrIpv4"),
    (facts.ROUTE, {"natGatewayId": "nat-1"}, COMBINATION, "natGatewayId"),
    (facts.ROUTE, {"destinationCidrBlock": "everywhere"}, INVALID, "destinationCidrBlock"),
    (facts.NAT_GATEWAY, {"allocationId": None}, COMBINATION, "allocationId"),
    (facts.NAT_GATEWAY, {"subnetId": None}, COMBINATION, "subnetId"),
    (facts.NAT_GATEWAY, {"availabilityMode": "regional"}, COMBINATION, "subnetId"),
    (facts.ENDPOINT, {"serviceName": "com.amazonaws.eu-west-1.s3"}, "InvalidServiceName", "serviceName"),
    (facts.ENDPOINT, {"serviceName": "com.amazonaws.us-east-1.sts"}, "InvalidParameter", "vpcEndpointType"),
    (facts.ENDPOINT, {"privateDnsEnabled": True}, COMBINATION, "privateDnsEnabled"),
    (facts.FLOW_LOG, {"subnetId": "subnet-1"}, COMBINATION, "subnetId"),
    (facts.FLOW_LOG, {"maxAggregationInterval": 300}, INVALID, "maxAggregationInterval"),
    (facts.FLOW_LOG, {"iamRoleArn": None}, COMBINATION, "iamRoleArn"),
    (facts.FLOW_LOG, {"trafficType": "all"}, INVALID, "trafficType"),
    (facts.DATABASE, {"identifier": "Shop"}, INVALID, "identifier"),
    (facts.DATABASE, {"identifier": "shop--prod"}, INVALID, "identifier"),
    (facts.DATABASE, {"password": "hunter22"}, COMBINATION, "password"),
    (facts.DATABASE, {"manageMasterUserPassword": None}, COMBINATION, "manageMasterUserPassword"),
    (facts.DATABASE, {"username": None}, COMBINATION, "username"),
    (facts.DATABASE, {"engine": None}, COMBINATION, "engine"),
    (facts.DATABASE, {"engine": "postgresql"}, INVALID, "engine"),
    (facts.DATABASE, {"replicateSourceDb": "main"}, COMBINATION, "username"),
    (facts.DATABASE, {"allocatedStorage": 10}, INVALID, "allocatedStorage"),
    (facts.DATABASE, {"maxAllocatedStorage": 100}, COMBINATION, "allocatedStorage"),
    (facts.DATABASE, {"iops": 12000}, COMBINATION, "iops"),
    (facts.DATABASE, {"allocatedStorage": 400, "iops": 3000}, COMBINATION, "iops"),
    (facts.DATABASE, {"storageThroughput": 500}, COMBINATION, "storageThroughput"),
    (facts.DATABASE, {"storageType": "io2"}, COMBINATION, "iops"),
    (facts.DATABASE, {"storageType": "gp2", "iops": 3000}, COMBINATION, "iops"),
    (facts.DATABASE, {"storageType": "ssd"}, INVALID, "storageType"),
    (facts.DATABASE, {"backupRetentionPeriod": 36}, INVALID, "backupRetentionPeriod"),
    (facts.DATABASE, {"multiAz": True, "availabilityZone": "us-east-1a"}, COMBINATION, "availabilityZone"),
    (facts.DATABASE, {"kmsKeyId": ARN, "storageEncrypted": False}, COMBINATION, "kmsKeyId"),
    (facts.DATABASE, {"monitoringInterval": 20, "monitoringRoleArn": ARN}, INVALID, "monitoringInterval"),
    (facts.DATABASE, {"monitoringInterval": 60}, COMBINATION, "monitoringRoleArn"),
    (facts.DATABASE, {"performanceInsightsRetentionPeriod": 30}, INVALID, "performanceInsightsRetentionPeriod"),
    (
        facts.DATABASE, {"performanceInsightsEnabled": False, "performanceInsightsRetentionPeriod": 7}, COMBINATION,
        "performanceInsightsRetentionPeriod",
    ),
    (facts.DATABASE, {"databaseInsightsMode": "advanced"}, COMBINATION, "databaseInsightsMode"),
    (
        facts.DATABASE, {
            "databaseInsightsMode": "advanced", "performanceInsightsEnabled": True,
            "performanceInsightsRetentionPeriod": 7,
        }, INVALID, "performanceInsightsRetentionPeriod",
    ),
    (facts.DATABASE, {"enabledCloudwatchLogsExports": ["postgres"]}, INVALID, "enabledCloudwatchLogsExports[0]"),
    (facts.CACHE, {"replicationGroupId": "shop-"}, INVALID, "replicationGroupId"),
    (facts.CACHE, {"numCacheClusters": 3}, COMBINATION, "numCacheClusters"),
    (facts.CACHE, {"replicasPerNodeGroup": 6}, INVALID, "replicasPerNodeGroup"),
    (facts.CACHE, {"automaticFailoverEnabled": False, "multiAzEnabled": False}, INVALID, "automaticFailoverEnabled"),
    (
        facts.CACHE, {"numNodeGroups": None, "replicasPerNodeGroup": None, "numCacheClusters": 1}, COMBINATION,
        "automaticFailoverEnabled",
    ),
    (facts.CACHE, {"automaticFailoverEnabled": None}, COMBINATION, "multiAzEnabled"),
    (facts.CACHE, {"replicasPerNodeGroup": 0}, COMBINATION, "multiAzEnabled"),
    (facts.CACHE, {"transitEncryptionEnabled": False, "userGroupIds": ["app"]}, COMBINATION, "userGroupIds"),
    (facts.CACHE, {"authToken": "token", "userGroupIds": ["app"]}, COMBINATION, "authToken"),
    (facts.CACHE, {"userGroupIds": ["a", "b"]}, "LimitExceeded", "userGroupIds"),
    (facts.CACHE, {"engine": "memcached"}, INVALID, "engine"),
    (facts.CACHE_USER, {"accessString": "~* +@all"}, INVALID, "accessString"),
    (facts.CACHE_USER, {"authenticationMode": None}, COMBINATION, "authenticationMode"),
    (facts.CACHE_USER, {"passwords": ["short"]}, INVALID, "passwords[0]"),
    (facts.CACHE_USER, {"passwords": ["a" * 32], "noPasswordRequired": True}, COMBINATION, "passwords"),
    (facts.CLUSTER, {"name": "my shop"}, INVALID, "name"),
    (facts.CLUSTER, {"vpcConfig": {"endpointPublicAccess": False}}, EKS, "vpcConfig.endpointPrivateAccess"),
    (facts.CLUSTER, {"accessConfig": {"authenticationMode": "api"}}, INVALID, "accessConfig.authenticationMode"),
    (
        facts.CLUSTER, {"accessConfig": {"authenticationMode": "CONFIG_MAP"}, "computeConfig": {"enabled": True}},
        COMBINATION,
        "accessConfig.authenticationMode",
    ),
    (
        facts.NODE_GROUP, {"scalingConfig": {"minSize": 4, "desiredSize": 4, "maxSize": 3}}, COMBINATION,
        "scalingConfig.desiredSize",
    ),
    (
        facts.NODE_GROUP, {"scalingConfig": {"minSize": 3, "desiredSize": 2, "maxSize": 5}}, COMBINATION,
        "scalingConfig.minSize",
    ),
    (
        facts.NODE_GROUP, {"scalingConfig": {"minSize": 1, "desiredSize": 9, "maxSize": 3}}, COMBINATION,
        "scalingConfig.desiredSize",
    ),
    (facts.NODE_GROUP, {"launchTemplate": {"id": "lt-1"}, "diskSize": 50}, COMBINATION, "diskSize"),
    (
        facts.NODE_GROUP, {"launchTemplate": {"id": "lt-1"}, "amiType": "CUSTOM", "version": "1.34"},
        COMBINATION, "version",
    ),
    (facts.NODE_GROUP, {"taints": [{"key": "a", "effect": "NoSchedule"}]}, INVALID, "taints[0].effect"),
    (facts.ACCESS_ENTRY, {"kubernetesGroups": ["system:masters"]}, INVALID, "kubernetesGroups[0]"),
    (facts.ACCESS_ENTRY, {"type": "EC2_LINUX", "kubernetesGroups": ["ops"]}, COMBINATION, "kubernetesGroups"),
    (facts.ACCESS_POLICY, {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, INVALID, "policyArn"),
    (facts.ACCESS_POLICY, {"accessScope": {"type": "namespace"}}, COMBINATION, "accessScope.namespaces"),
    (facts.LOAD_BALANCER, {"name": "a" * 33}, INVALID, "name"),
    (facts.LOAD_BALANCER, {"name": "internal-shop"}, INVALID, "name"),
    (facts.LOAD_BALANCER, {"idleTimeout": 0}, INVALID, "idleTimeout"),
    (facts.LOAD_BALANCER, {"accessLogs": {"enabled": True}}, COMBINATION, "accessLogs.bucket"),
    (facts.LISTENER, {"certificateArn": None}, COMBINATION, "certificateArn"),
    (facts.LISTENER, {"protocol": "HTTP"}, COMBINATION, "sslPolicy"),
    (facts.LISTENER, {"sslPolicy": "ELBSecurityPolicy-TLS13"}, INVALID, "sslPolicy"),
    (facts.LISTENER, {"defaultActions": [{"type": "redirect"}]}, ELB, "defaultActions[0].redirect"),
    (facts.LISTENER, {"defaultActions": [{"type": "forwards"}]}, INVALID, "defaultActions[0].type"),
    (facts.LISTENER_RULE, {"priority": 50001}, INVALID, "priority"),
    (facts.LISTENER_RULE, {"actions": [{"type": "forward"}]}, ELB, "actions[0].targetGroupArn"),
    (facts.LISTENER_RULE, {"conditions": [{"pathPattern": {"values": list("abcdef")}}]}, ELB, "conditions"),
    (facts.TARGET_GROUP, {"vpcId": None}, COMBINATION, "vpcId"),
    (facts.TARGET_GROUP, {"healthCheck": {"interval": 4}}, INVALID, "healthCheck.interval"),
    (facts.TARGET_GROUP, {"healthCheck": {"timeout": 1}}, INVALID, "healthCheck.timeout"),
    (facts.TARGET_GROUP, {"healthCheck": {"interval": 10, "timeout": 10}}, COMBINATION, "healthCheck.timeout"),
    (facts.TARGET_GROUP, {"targetType": "pod"}, INVALID, "targetType"),
    (facts.CERTIFICATE, {"domainName": "example"}, INVALID, "domainName"),
    (
        facts.CERTIFICATE, {"subjectAlternativeNames": ["a b.com"]}, INVALID,
        "subjectAlternativeNames[0]",
    ),
    (facts.DNS_RECORD, {"records": None}, COMBINATION, "records"),
    (facts.DNS_RECORD, {"ttl": None}, COMBINATION, "ttl"),
    (facts.DNS_RECORD, {"aliases": [{"name": "a"}]}, COMBINATION, "records"),
    (facts.DNS_RECORD, {"failoverRoutingPolicies": [{"type": "PRIMARY"}]}, COMBINATION, "setIdentifier"),
    (
        facts.DNS_RECORD, {"failoverRoutingPolicies": [{"type": "primary"}], "setIdentifier": "a"}, INVALID,
        "failoverRoutingPolicies[0].type",
    ),
    (
        facts.DNS_RECORD, {
            "failoverRoutingPolicies": [{"type": "PRIMARY"}], "weightedRoutingPolicies": [{"weight": 1}],
            "setIdentifier": "a",
        }, COMBINATION, "weightedRoutingPolicies",
    ),
    (facts.DNS_RECORD, {"type": "ALIAS"}, INVALID, "type"),
    (facts.WEB_ACL, {"rules": [WEB_RULE, WEB_RULE]}, INVALID, "rules[1].priority"),
    (
        facts.WEB_ACL, {"rules": [{**WEB_RULE, "statement": {"rateBasedStatement": {"limit": 5}}}]}, INVALID,
        "rules[0].statement.rateBasedStatement.limit",
    ),
    (facts.WEB_ACL, {"rules": [{**WEB_RULE, "action": None}]}, WAF, "rules[0].action"),
    (
        facts.WEB_ACL, {"rules": [{**WEB_RULE, "statement": {"managedRuleGroupStatement": {"name": "a"}}}]}, WAF,
        "rules[0].overrideAction",
    ),
    (WAF_LOGS, {"logDestinationConfigs": ["arn:aws:s3:::shop"]}, "WAFLogDestinationPermissionIssueException",
     "logDestinationConfigs[0]"),
    (facts.BUCKET, {"bucket": "Shop_Backups"}, INVALID, "bucket"),
    (
        BUCKET_LIFECYCLE, {"rules": [{"status": "enabled"}]}, INVALID, "rules[0].status",
    ),
    (
        BUCKET_LIFECYCLE, {"rules": [{"id": "a", "expiration": {"days": 30}, "transitions": [{"days": 30}]}]},
        "InvalidArgument", "rules[0].transitions[0].days",
    ),
    (
        BUCKET_LIFECYCLE, {"rules": [{"transitions": [{"days": 7, "storageClass": "STANDARD_IA"}]}]},
        "InvalidArgument", "rules[0].transitions[0].days",
    ),
    (BUCKET_LIFECYCLE, {"rules": [{"id": "a"}, {"id": "a"}]}, INVALID, "rules[1].id"),
    (BUCKET_LOCK, {"rule": {"defaultRetention": {"days": 1, "years": 1}}}, COMBINATION, "rule.defaultRetention.years"),
    (BUCKET_LOCK, {"rule": {"defaultRetention": {"mode": "STRICT", "days": 1}}}, INVALID, "rule.defaultRetention.mode"),
    (facts.VAULT_LOCK, {"changeableForDays": 1}, INVALID, "changeableForDays"),
    (facts.VAULT_LOCK, {"minRetentionDays": 36}, COMBINATION, "minRetentionDays"),
    (
        facts.BACKUP_PLAN, {"rules": [{"schedule": "0 2 * * *"}]}, INVALID,
        "rules[0].schedule",
    ),
    (
        facts.BACKUP_PLAN, {"rules": [{"ruleName": "a"}, {"ruleName": "a"}]}, INVALID,
        "rules[1].ruleName",
    ),
    (
        facts.BACKUP_PLAN, {"rules": [{"lifecycle": {"coldStorageAfter": 30, "deleteAfter": 100}}]},
        "InvalidParameterValueException", "rules[0].lifecycle.deleteAfter",
    ),
    (facts.LOG_GROUP, {"retentionInDays": 31}, INVALID, "retentionInDays"),
    (facts.METRIC_ALARM, {"statistic": None}, COMBINATION, "statistic"),
    (facts.METRIC_ALARM, {"metricQueries": [{"id": "a"}]}, COMBINATION, "metricQueries"),
    (facts.METRIC_ALARM, {"period": 90}, INVALID, "period"),
    (facts.METRIC_ALARM, {"datapointsToAlarm": 6}, COMBINATION, "datapointsToAlarm"),
    (facts.METRIC_ALARM, {"alarmActions": list("abcdef")}, "LimitExceeded", "alarmActions"),
    (facts.METRIC_ALARM, {"treatMissingData": "bad"}, INVALID, "treatMissingData"),
    (facts.METRIC_ALARM, {"comparisonOperator": "GreaterThan"}, INVALID, "comparisonOperator"),
    (DASHBOARD, {"dashboardBody": "{"}, "InvalidParameterInput", "dashboardBody"),
    (
        DASHBOARD, {"dashboardBody": json.dumps({"widgets": [{"x": 18, "width": 12}]})}, "InvalidParameterInput",
        "dashboardBody",
    ),
    (facts.SECRET, {"recoveryWindowInDays": 5}, INVALID, "recoveryWindowInDays"),
    (facts.SECRET, {"replicas": [{"region": "us-east-1"}]}, EKS, "replicas[0].region"),
    (facts.KEY, {"deletionWindowInDays": 5}, INVALID, "deletionWindowInDays"),
    (facts.KEY, {"rotationPeriodInDays": 30}, INVALID, "rotationPeriodInDays"),
    (facts.KEY, {"customerMasterKeySpec": "RSA_2048"}, COMBINATION, "customerMasterKeySpec"),
    (
        facts.KEY, {"policy": policy(Principal={"Service": "logs.amazonaws.com"}, Action="kms:*")},
        "MalformedPolicyDocumentException", "policy",
    ),
    (ALIAS, {"name": "shop"}, INVALID, "name"),
    (SUBSCRIPTION, {"endpoint": "on-call"}, COMBINATION, "endpoint"),
    (SUBSCRIPTION, {"protocol": "slack"}, INVALID, "protocol"),
    (facts.EVENT_RULE, {"scheduleExpression": "@hourly"}, INVALID, "scheduleExpression"),
    (facts.EVENT_RULE, {"scheduleExpression": None}, COMBINATION, "eventPattern"),
    (facts.EVENT_RULE, {"eventPattern": "{"}, INVALID, "eventPattern"),
    (facts.ROLE, {"assumeRolePolicy": "{"}, "MalformedPolicyDocument", "assumeRolePolicy"),
    (facts.ROLE, {"assumeRolePolicy": policy()}, "MalformedPolicyDocument", "assumeRolePolicy"),
    (facts.ROLE_POLICY, {"policy": "[]"}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Effect="allow")}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Action="GetObject")}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Action=None)}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Resource=None)}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Principal="*")}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Sid="read objects")}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Actions="s3:*")}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": json.dumps({"Version": "2012"})}, "MalformedPolicyDocument", "policy"),
    (facts.ROLE_POLICY, {"policy": policy(Resource="x" * 10_240)}, "LimitExceeded", "policy"),
    (BUCKET_POLICY, {"policy": policy()}, "MalformedPolicy", "policy"),
]  # fmt: skip


def label(case: object) -> str:
    if isinstance(case, str):
        return case.rsplit(":", 1)[-1]
    return "+".join(case) if isinstance(case, dict) else ""  # pyright: ignore[reportUnknownArgumentType] - names only


@pytest.mark.parametrize("type", sorted(GOOD))
def test_good_inputs_are_accepted(type: str) -> None:
    assert rules.check(type, GOOD[type], "us-east-1") == []


@pytest.mark.parametrize(("type", "broken", "code", "property"), CASES, ids=label)
def test_a_broken_input_is_refused_where_it_stands(type: str, broken: Properties, code: str, property: str) -> None:
    inputs: Properties = {key: value for key, value in {**GOOD[type], **broken}.items() if value is not None}
    found = rules.check(type, inputs, "us-east-1")
    assert code in codes([diagnostic for diagnostic in found if diagnostic.path == property])
    assert all(diagnostic.fix for diagnostic in found)


@pytest.mark.parametrize("type", sorted(GOOD))
def test_what_is_not_known_yet_is_not_judged(type: str) -> None:
    assert rules.check(type, dict.fromkeys(GOOD[type], UNKNOWN), "us-east-1") == []


def test_a_web_acl_of_cloudfront_is_made_in_one_region_only() -> None:
    inputs: Properties = {"name": "shop", "scope": "CLOUDFRONT"}
    assert rules.check(facts.WEB_ACL, inputs, "us-east-1") == []
    assert codes(rules.check(facts.WEB_ACL, inputs, "eu-west-1")) == {WAF}


def test_a_refusal_never_quotes_a_password() -> None:
    broken: Properties = {**GOOD[facts.CACHE_USER], "passwords": ["hunter2"]}
    told = " ".join(map(str, rules.check(facts.CACHE_USER, broken, "us-east-1")))
    assert "16 to 128" in told
    assert "hunter2" not in told
