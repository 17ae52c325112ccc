"""Broken properties for the rules over networks, edges, accounts and machines that came later."""

import json

from tests.policies.broken import (
    BALANCER,
    CLUSTER,
    DELETED,
    DISTRIBUTION,
    ENDPOINT,
    INGRESS,
    LOG_GROUP,
    ROLE,
    TEMPLATE,
    Broken,
    document,
)
from tests.policies.good import CONTAINER

_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_FLOW_LOG, _TRAIL = "aws:ec2/flowLog:FlowLog", "aws:cloudtrail/trail:Trail"
_ACL = "aws:wafv2/webAcl:WebAcl"
_WAF_LOG = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
_CERTIFICATE = "aws:acm/certificate:Certificate"
_PASSWORDS = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
_MACHINE, _FUNCTION = "aws:ec2/instance:Instance", "aws:lambda/function:Function"
_NODES, _VOLUME = "aws:eks/nodeGroup:NodeGroup", "aws:ebs/volume:Volume"
_SERVICE, _TASK = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"
_ALARM, _COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"

BROKEN: list[Broken] = [
    ("data-in-two-zones", "aws:rds/subnetGroup:SubnetGroup", "subnetIds", ["subnet-a"]),
    ("data-in-two-zones", "aws:elasticache/subnetGroup:SubnetGroup", "subnetIds", DELETED),
    ("load-balancer-in-two-zones", BALANCER, "subnets", ["subnet-a"]),
    ("load-balancer-in-two-zones", BALANCER, "subnetMappings", [{"subnetId": "subnet-a"}]),
    ("peering-route-confined", "aws:ec2/route:Route", "destinationCidrBlock", "0.0.0.0/0"),
    ("endpoint-private-names", ENDPOINT, "privateDnsEnabled", False),
    ("security-group-egress-confined", _EGRESS, "ipProtocol", "-1"),
    ("security-group-rule-described", _EGRESS, "description", DELETED),
    ("security-group-rule-described", INGRESS, "description", ""),
    ("flow-log-all-traffic", _FLOW_LOG, "trafficType", "REJECT"),
    ("flow-log-arrives", _FLOW_LOG, "logDestination", DELETED),
    ("trail-every-region", _TRAIL, "isMultiRegionTrail", False),
    ("trail-every-region", _TRAIL, "includeGlobalServiceEvents", False),
    ("trail-checked", _TRAIL, "enableLogFileValidation", DELETED),
    ("trail-customer-key", _TRAIL, "kmsKeyId", DELETED),
    ("trail-heard-at-once", _TRAIL, "cloudWatchLogsGroupArn", DELETED),
    ("trail-on", _TRAIL, "enableLogging", False),
    ("recorder-on", "aws:cfg/recorderStatus:RecorderStatus", "isEnabled", False),
    ("detector-on", "aws:guardduty/detector:Detector", "enable", False),
    ("load-balancer-desync", BALANCER, "desyncMitigationMode", "monitor"),
    ("load-balancer-fails-closed", BALANCER, "enableWafFailOpen", True),
    ("target-health-checked", "aws:lb/targetGroup:TargetGroup", "healthCheck.enabled", False),
    ("firewall-limit-meant", _ACL, "rules.2.statement.rateBasedStatement.limit", 2000000),
    ("firewall-limit-meant", _ACL, "rules.2.statement.rateBasedStatement", {"limit": 90000, "evaluationWindowSec": 60}),
    ("firewall-counted", _ACL, "visibilityConfig.cloudwatchMetricsEnabled", False),
    ("firewall-log-redacted", _WAF_LOG, "redactedFields", DELETED),
    ("firewall-log-redacted", _WAF_LOG, "redactedFields.0.singleHeader.name", "x-api-key"),
    ("distribution-logged", DISTRIBUTION, "loggingConfig", DELETED),
    (
        "distribution-origin-modern-tls",
        DISTRIBUTION,
        "origins.0.customOriginConfig.originSslProtocols",
        ["TLSv1", "TLSv1.2"],
    ),
    ("gateway-route-authorized", "aws:apigatewayv2/route:Route", "authorizationType", "NONE"),
    ("gateway-route-authorized", "aws:apigatewayv2/route:Route", "authorizationType", DELETED),
    ("cors-origins-named", "aws:apigatewayv2/api:Api", "corsConfiguration.allowOrigins", ["*"]),
    ("cors-origins-named", "aws:lambda/functionUrl:FunctionUrl", "cors.allowOrigins", ["*"]),
    (
        "cors-origins-named",
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        "corsRules.0.allowedOrigins",
        ["*"],
    ),
    ("certificate-renewed-by-itself", _CERTIFICATE, "validationMethod", "EMAIL"),
    ("certificate-strong-key", _CERTIFICATE, "keyAlgorithm", "RSA_1024"),
    ("no-users", "aws:iam/user:User", "name", "bob"),
    ("user-no-console", "aws:iam/userLoginProfile:UserLoginProfile", "user", "bob"),
    ("passwords-long", _PASSWORDS, "minimumPasswordLength", 8),
    ("passwords-long", _PASSWORDS, "passwordReusePrevention", DELETED),
    ("role-session-short", ROLE, "maxSessionDuration", 43200),
    ("instance-has-role", _MACHINE, "iamInstanceProfile", DELETED),
    ("instance-no-shared-key", _MACHINE, "keyName", "admins"),
    ("instance-no-shared-key", TEMPLATE, "keyName", "admins"),
    ("group-asks-load-balancer", "aws:autoscaling/group:Group", "healthCheckType", "EC2"),
    ("no-launch-configurations", "aws:ec2/launchConfiguration:LaunchConfiguration", "instanceType", "m7g.xlarge"),
    ("node-image-supported", _NODES, "amiType", "AL2_x86_64"),
    ("function-bounded", _FUNCTION, "reservedConcurrentExecutions", -1),
    (
        "function-traced-on-failure",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "destinationConfig",
        DELETED,
    ),
    ("machine-of-today", _NODES, "instanceTypes", ["m7i.large", "t2.medium"]),
    ("machine-of-today", _MACHINE, "instanceType", "m4.large"),
    ("machine-of-today", "aws:elasticache/cluster:Cluster", "nodeType", "cache.m3.medium"),
    ("disk-of-today", _VOLUME, "type", "gp2"),
    ("disk-of-today", TEMPLATE, "blockDeviceMappings.0.ebs.volumeType", "standard"),
    ("disk-operations-bounded", _VOLUME, "iops", 64000),
    ("log-ends", LOG_GROUP, "retentionInDays", 3653),
    (
        "task-root-read-only",
        _TASK,
        "containerDefinitions",
        json.dumps([{**CONTAINER, "readonlyRootFilesystem": False}]),
    ),
    ("task-no-host-paths", _TASK, "volumes.0", {"name": "socket", "hostPath": "/var/run/docker.sock"}),
    ("service-no-public-address", _SERVICE, "networkConfiguration.assignPublicIp", True),
    ("service-no-shell", _SERVICE, "enableExecuteCommand", True),
    ("service-newest-platform", _SERVICE, "platformVersion", "1.3.0"),
    ("service-rolls-back", _SERVICE, "deploymentCircuitBreaker", DELETED),
    ("service-rolls-back", _SERVICE, "deploymentCircuitBreaker.rollback", False),
    ("tasks-counted", "aws:ecs/cluster:Cluster", "settings", DELETED),
    ("tasks-counted", "aws:ecs/cluster:Cluster", "settings.0.value", "disabled"),
    ("alarm-not-switched-off", _ALARM, "actionsEnabled", False),
    ("alarm-not-switched-off", _COMPOSITE, "actionsEnabled", False),
    ("alarm-missing-data-said", _ALARM, "treatMissingData", DELETED),
    ("events-told", "aws:rds/eventSubscription:EventSubscription", "enabled", False),
    ("event-rule-on", "aws:cloudwatch/eventRule:EventRule", "state", "DISABLED"),
    ("schedule-on", "aws:scheduler/schedule:Schedule", "state", "DISABLED"),
    ("version-supported", CLUSTER, "version", "1.24"),
    ("version-supported", _FUNCTION, "runtime", "python3.8"),
    (
        "key-policy-keeps-owner",
        "aws:kms/keyPolicy:KeyPolicy",
        "policy",
        document(Action="kms:Decrypt", Resource="*", Principal={"AWS": "arn:aws:iam::000000000000:role/app"}),
    ),
]
