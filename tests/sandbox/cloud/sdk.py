"""What the SDK says of resource types: which classes there are, and which outputs they have."""

import importlib
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Final

from pulumi import Resource
from pulumi._types import resource_types

# The types the program is expected to use, by module of the SDK.
TYPES: Final[Mapping[str, str]] = {
    "ec2": "Vpc Subnet InternetGateway NatGateway Eip RouteTable Route RouteTableAssociation VpcEndpoint "
    "VpcEndpointRouteTableAssociation FlowLog DefaultSecurityGroup DefaultNetworkAcl DefaultRouteTable SecurityGroup "
    "LaunchTemplate VpcDhcpOptions VpcDhcpOptionsAssociation VpcEndpointPolicy MainRouteTableAssociation",
    "vpc": "SecurityGroupIngressRule SecurityGroupEgressRule",
    "eks": "Cluster NodeGroup Addon AccessEntry AccessPolicyAssociation PodIdentityAssociation FargateProfile",
    "iam": "Role RolePolicy RolePolicyAttachment InstanceProfile Policy ServiceLinkedRole OpenIdConnectProvider",
    "kms": "Key Alias KeyPolicy ReplicaKey",
    "rds": "Instance SubnetGroup ParameterGroup Proxy ProxyDefaultTargetGroup ProxyTarget ProxyEndpoint "
    "EventSubscription",
    "elasticache": "ReplicationGroup SubnetGroup ParameterGroup User UserGroup UserGroupAssociation",
    "secretsmanager": "Secret SecretVersion SecretPolicy SecretRotation",
    "lb": "LoadBalancer Listener ListenerRule TargetGroup ListenerCertificate TargetGroupAttachment",
    "acm": "Certificate CertificateValidation",
    "route53": "Zone Record HealthCheck ResolverQueryLogConfig ResolverQueryLogConfigAssociation QueryLog",
    "wafv2": "WebAcl WebAclAssociation WebAclLoggingConfiguration IpSet",
    "s3": "Bucket BucketVersioning BucketServerSideEncryptionConfiguration BucketPublicAccessBlock "
    "BucketLifecycleConfiguration BucketObjectLockConfiguration BucketPolicy BucketOwnershipControls BucketLogging "
    "BucketMetric BucketNotification BucketObjectv2",
    "backup": "Vault VaultLockConfiguration VaultPolicy VaultNotifications Plan Selection",
    "cloudwatch": "LogGroup MetricAlarm CompositeAlarm Dashboard LogMetricFilter LogDataProtectionPolicy "
    "LogResourcePolicy EventRule EventTarget LogSubscriptionFilter QueryDefinition",
    "sns": "Topic TopicPolicy TopicSubscription",
    "sqs": "Queue QueuePolicy",
    "chatbot": "SlackChannelConfiguration",
    "synthetics": "Canary",
    "ecr": "Repository LifecyclePolicy RepositoryPolicy",
    "ssm": "Parameter",
    "budgets": "Budget",
}


@cache
def classes() -> Mapping[str, type[Resource]]:
    """Give the SDK's class of every expected type token."""
    found: dict[str, type[Resource]] = {}
    with warnings.catch_warnings():
        # The SDK's modules warn at import of their own deprecated classes.
        warnings.simplefilter("ignore", DeprecationWarning)
        for module, names in TYPES.items():
            package = importlib.import_module(f"pulumi_aws.{module}")
            for name in names.split():
                resource = getattr(package, name)
                found[resource.pulumi_type] = resource
    return found


def arguments(token: str) -> type:
    """Give the Args class; taken from the resource's own module, as nested types may have the same name."""
    resource = classes()[token]
    return getattr(sys.modules[resource.__module__], f"{resource.__name__}Args")


@cache
def output_types(token: str) -> Mapping[str, object]:
    """Give the output properties with their Python types."""
    return resource_types(classes()[token])
