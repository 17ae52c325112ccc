"""Writes ``enums.json`` from botocore's service models: ``python -m sandbox.cloud.rules.enums_generate``.

The provider process reads the file alone: loading botocore's models would cost it seconds.
"""

from pathlib import Path
from typing import Final, cast

from sandbox.cloud.rules import models
from sandbox.cloud.rules.models import Paths, facts

TARGET: Final = Path(__file__).with_name("enums.json")

SHAPES: Final[Paths] = {
    "aws:ec2/vpc:Vpc": {"instanceTenancy": "ec2.Tenancy"},
    "aws:ec2/subnet:Subnet": {"privateDnsHostnameTypeOnLaunch": "ec2.HostnameType"},
    "aws:ec2/eip:Eip": {"domain": "ec2.DomainType"},
    "aws:ec2/natGateway:NatGateway": {
        "connectivityType": "ec2.ConnectivityType",
        "availabilityMode": "ec2.AvailabilityMode",
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcEndpointType": "ec2.VpcEndpointType",
        "ipAddressType": "ec2.IpAddressType",
        "dnsOptions.dnsRecordIpType": "ec2.DnsRecordIpType",
    },
    "aws:ec2/flowLog:FlowLog": {
        "trafficType": "ec2.TrafficType",
        "logDestinationType": "ec2.LogDestinationType",
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "metadataOptions.httpTokens": "ec2.LaunchTemplateHttpTokensState",
        "metadataOptions.httpEndpoint": "ec2.InstanceMetadataEndpointState",
        "metadataOptions.instanceMetadataTags": "ec2.LaunchTemplateInstanceMetadataTagsState",
        "blockDeviceMappings[].ebs.volumeType": "ec2.VolumeType",
        "tagSpecifications[].resourceType": "ec2.ResourceType",
        "instanceInitiatedShutdownBehavior": "ec2.ShutdownBehavior",
    },
    "aws:ecs/cluster:Cluster": {"settings[].name": "ecs.ClusterSettingName"},
    "aws:ecs/taskDefinition:TaskDefinition": {
        "networkMode": "ecs.NetworkMode",
        "requiresCompatibilities[]": "ecs.Compatibility",
        "runtimePlatform.cpuArchitecture": "ecs.CPUArchitecture",
        "runtimePlatform.operatingSystemFamily": "ecs.OSFamily",
    },
    "aws:ecs/service:Service": {
        "availabilityZoneRebalancing": "ecs.AvailabilityZoneRebalancing",
        "deploymentController.type": "ecs.DeploymentControllerType",
        "launchType": "ecs.LaunchType",
        "propagateTags": "ecs.PropagateTags",
        "schedulingStrategy": "ecs.SchedulingStrategy",
    },
    "aws:appautoscaling/target:Target": {
        "scalableDimension": "application-autoscaling.ScalableDimension",
        "serviceNamespace": "application-autoscaling.ServiceNamespace",
    },
    "aws:appautoscaling/policy:Policy": {
        "policyType": "application-autoscaling.PolicyType",
        "scalableDimension": "application-autoscaling.ScalableDimension",
        "serviceNamespace": "application-autoscaling.ServiceNamespace",
        "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType": (
            "application-autoscaling.MetricType"
        ),
    },
    "aws:scheduler/schedule:Schedule": {
        "flexibleTimeWindow.mode": "scheduler.FlexibleTimeWindowMode",
        "state": "scheduler.ScheduleState",
        "target.ecsParameters.launchType": "scheduler.LaunchType",
        "target.ecsParameters.propagateTags": "scheduler.PropagateTags",
    },
    "aws:eks/cluster:Cluster": {
        "accessConfig.authenticationMode": "eks.AuthenticationMode",
        "enabledClusterLogTypes[]": "eks.LogType",
        "kubernetesNetworkConfig.ipFamily": "eks.IpFamily",
        "upgradePolicy.supportType": "eks.SupportType",
    },
    "aws:eks/nodeGroup:NodeGroup": {
        "amiType": "eks.AMITypes",
        "capacityType": "eks.CapacityTypes",
        "taints[].effect": "eks.TaintEffect",
        "updateConfig.updateStrategy": "eks.NodegroupUpdateStrategies",
    },
    "aws:eks/addon:Addon": {"resolveConflictsOnUpdate": "eks.ResolveConflicts"},
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {"accessScope.type": "eks.AccessScopeType"},
    "aws:kms/key:Key": {"customerMasterKeySpec": "kms.KeySpec", "keyUsage": "kms.KeyUsageType"},
    "aws:rds/instance:Instance": {
        "databaseInsightsMode": "rds.DatabaseInsightsMode",
        "replicaMode": "rds.ReplicaMode",
    },
    "aws:rds/parameterGroup:ParameterGroup": {"parameters[].applyMethod": "rds.ApplyMethod"},
    "aws:rds/eventSubscription:EventSubscription": {"sourceType": "rds.SourceType"},
    "aws:rds/proxy:Proxy": {
        "engineFamily": "rds.EngineFamily",
        "auths[].authScheme": "rds.AuthScheme",
        "auths[].iamAuth": "rds.IAMAuthMode",
        "endpointNetworkType": "rds.EndpointNetworkType",
    },
    "aws:rds/proxyEndpoint:ProxyEndpoint": {"targetRole": "rds.DBProxyEndpointTargetRole"},
    "aws:efs/fileSystem:FileSystem": {
        "performanceMode": "efs.PerformanceMode",
        "throughputMode": "efs.ThroughputMode",
        "lifecyclePolicies[].transitionToIa": "efs.TransitionToIARules",
        "lifecyclePolicies[].transitionToArchive": "efs.TransitionToArchiveRules",
        "lifecyclePolicies[].transitionToPrimaryStorageClass": "efs.TransitionToPrimaryStorageClassRules",
    },
    "aws:efs/backupPolicy:BackupPolicy": {"backupPolicy.status": "efs.Status"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "transitEncryptionMode": "elasticache.TransitEncryptionMode",
        "clusterMode": "elasticache.ClusterMode",
        "networkType": "elasticache.NetworkType",
        "ipDiscovery": "elasticache.IpDiscovery",
        "authTokenUpdateStrategy": "elasticache.AuthTokenUpdateStrategyType",
        "logDeliveryConfigurations[].logType": "elasticache.LogType",
        "logDeliveryConfigurations[].logFormat": "elasticache.LogFormat",
        "logDeliveryConfigurations[].destinationType": "elasticache.DestinationType",
    },
    "aws:elasticache/user:User": {"authenticationMode.type": "elasticache.InputAuthenticationType"},
    "aws:lb/loadBalancer:LoadBalancer": {
        "loadBalancerType": "elbv2.LoadBalancerTypeEnum",
        "ipAddressType": "elbv2.IpAddressType",
    },
    "aws:lb/listener:Listener": {
        "protocol": "elbv2.ProtocolEnum",
        "defaultActions[].type": "elbv2.ActionTypeEnum",
        "defaultActions[].redirect.statusCode": "elbv2.RedirectActionStatusCodeEnum",
    },
    "aws:lb/listenerRule:ListenerRule": {
        "actions[].type": "elbv2.ActionTypeEnum",
        "actions[].redirect.statusCode": "elbv2.RedirectActionStatusCodeEnum",
    },
    "aws:lb/targetGroup:TargetGroup": {
        "protocol": "elbv2.ProtocolEnum",
        "targetType": "elbv2.TargetTypeEnum",
        "ipAddressType": "elbv2.TargetGroupIpAddressTypeEnum",
        "healthCheck.protocol": "elbv2.ProtocolEnum",
    },
    "aws:acm/certificate:Certificate": {
        "validationMethod": "acm.ValidationMethod",
        "keyAlgorithm": "acm.KeyAlgorithm",
        "options.certificateTransparencyLoggingPreference": "acm.CertificateTransparencyLoggingPreference",
    },
    "aws:route53/record:Record": {"type": "route53.RRType"},
    "aws:route53/healthCheck:HealthCheck": {
        "type": "route53.HealthCheckType",
        "insufficientDataHealthStatus": "route53.InsufficientDataHealthStatus",
        "regions[]": "route53.HealthCheckRegion",
    },
    "aws:wafv2/webAcl:WebAcl": {
        "scope": "wafv2.Scope",
        "rules[].statement.rateBasedStatement.aggregateKeyType": "wafv2.RateBasedStatementAggregateKeyType",
        "rules[].statement.sizeConstraintStatement.comparisonOperator": "wafv2.ComparisonOperator",
        "rules[].statement.byteMatchStatement.positionalConstraint": "wafv2.PositionalConstraint",
        "rules[].statement.byteMatchStatement.textTransformations[].type": "wafv2.TextTransformationType",
        "rules[].statement.labelMatchStatement.scope": "wafv2.LabelMatchScope",
    },
    "aws:wafv2/ipSet:IpSet": {"scope": "wafv2.Scope", "ipAddressVersion": "wafv2.IPAddressVersion"},
    "aws:s3/bucketVersioning:BucketVersioning": {
        "versioningConfiguration.status": "s3.BucketVersioningStatus",
        "versioningConfiguration.mfaDelete": "s3.MFADelete",
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": "s3.ServerSideEncryption",
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "rules[].status": "s3.ExpirationStatus",
        "rules[].transitions[].storageClass": "s3.TransitionStorageClass",
        "rules[].noncurrentVersionTransitions[].storageClass": "s3.TransitionStorageClass",
    },
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
        "objectLockEnabled": "s3.ObjectLockEnabled",
        "rule.defaultRetention.mode": "s3.ObjectLockRetentionMode",
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {"rule.objectOwnership": "s3.ObjectOwnership"},
    "aws:backup/vaultNotifications:VaultNotifications": {"backupVaultEvents[]": "backup.BackupVaultEvent"},
    "aws:backup/selection:Selection": {"selectionTags[].type": "backup.ConditionType"},
    "aws:cloudwatch/logGroup:LogGroup": {"logGroupClass": "logs.LogGroupClass"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "comparisonOperator": "cloudwatch.ComparisonOperator",
        "statistic": "cloudwatch.Statistic",
        "unit": "cloudwatch.StandardUnit",
        "metricQueries[].metric.unit": "cloudwatch.StandardUnit",
    },
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {"metricTransformation.unit": "logs.StandardUnit"},
    "aws:cloudwatch/eventRule:EventRule": {"state": "events.RuleState"},
    "aws:synthetics/canary:Canary": {"artifactConfig.s3Encryption.encryptionMode": "synthetics.EncryptionMode"},
    "aws:ecr/repository:Repository": {
        "imageTagMutability": "ecr.ImageTagMutability",
        "encryptionConfigurations[].encryptionType": "ecr.EncryptionType",
    },
    "aws:ssm/parameter:Parameter": {"type": "ssm.ParameterType", "tier": "ssm.ParameterTier"},
    "aws:budgets/budget:Budget": {
        "budgetType": "budgets.BudgetType",
        "timeUnit": "budgets.TimeUnit",
        "notifications[].notificationType": "budgets.NotificationType",
        "notifications[].comparisonOperator": "budgets.ComparisonOperator",
        "notifications[].thresholdType": "budgets.ThresholdType",
    },
}


def generate() -> dict[str, dict[str, list[str]]]:
    """Read the values of every shape named in ``SHAPES``; raises ``KeyError`` for one that has none."""
    return facts(SHAPES, lambda shape: sorted(cast("list[str]", shape["enum"])))


def written() -> str:
    """Give the text of ``enums.json``."""
    return models.written(generate())


if __name__ == "__main__":
    TARGET.write_text(written(), "utf-8")
