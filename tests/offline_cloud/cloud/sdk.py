"""What the SDK says of resource types: which classes there are, and which outputs they have."""

import importlib
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Final, get_args

from pulumi import Resource
from pulumi._types import input_type_types, resource_types

# The types the program is expected to use, by module of the SDK.
TYPES: Final[Mapping[str, str]] = {
    "ec2": "Vpc Subnet InternetGateway NatGateway Eip RouteTable Route RouteTableAssociation VpcEndpoint "
    "VpcEndpointRouteTableAssociation FlowLog DefaultSecurityGroup DefaultNetworkAcl DefaultRouteTable SecurityGroup "
    "LaunchTemplate NetworkAcl NetworkAclRule NetworkAclAssociation VpcDhcpOptions VpcDhcpOptionsAssociation "
    "VpcEncryptionControl VpcEndpointPolicy MainRouteTableAssociation VpcPeeringConnection "
    "VpcPeeringConnectionAccepter",
    "vpc": "SecurityGroupIngressRule SecurityGroupEgressRule",
    "ecs": "Cluster ClusterCapacityProviders TaskDefinition Service",
    "appautoscaling": "Target Policy",
    "autoscaling": "Group",
    "amp": "Workspace AlertManagerDefinition RuleGroupNamespace",
    "scheduler": "Schedule",
    "servicediscovery": "HttpNamespace",
    "eks": "Cluster NodeGroup Addon AccessEntry AccessPolicyAssociation PodIdentityAssociation FargateProfile",
    "iam": "Role RolePolicy RolePolicyAttachment InstanceProfile Policy ServiceLinkedRole OpenIdConnectProvider",
    "kms": "Key Alias KeyPolicy ReplicaKey",
    "rds": "Instance SubnetGroup ParameterGroup Proxy ProxyDefaultTargetGroup ProxyTarget ProxyEndpoint "
    "EventSubscription InstanceAutomatedBackupsReplication",
    "elasticache": "ReplicationGroup SubnetGroup ParameterGroup User UserGroup UserGroupAssociation",
    "efs": "FileSystem FileSystemPolicy BackupPolicy MountTarget AccessPoint",
    "secretsmanager": "Secret SecretVersion SecretPolicy SecretRotation",
    "lb": "LoadBalancer Listener ListenerRule TargetGroup ListenerCertificate TargetGroupAttachment",
    "acm": "Certificate CertificateValidation",
    "route53": "Zone Record HealthCheck ResolverQueryLogConfig ResolverQueryLogConfigAssociation QueryLog",
    "cloudfront": "Distribution OriginAccessControl ResponseHeadersPolicy",
    "wafv2": "WebAcl WebAclAssociation WebAclLoggingConfiguration IpSet",
    "s3": "Bucket BucketVersioning BucketServerSideEncryptionConfiguration BucketPublicAccessBlock "
    "BucketLifecycleConfiguration BucketObjectLockConfiguration BucketPolicy BucketOwnershipControls BucketLogging "
    "BucketCorsConfiguration BucketMetric BucketNotification BucketObjectv2 BucketReplicationConfig",
    "backup": "Vault VaultLockConfiguration VaultPolicy VaultNotifications Plan Selection",
    "cloudwatch": "AlarmMuteRule LogGroup MetricAlarm CompositeAlarm Dashboard LogMetricFilter LogDataProtectionPolicy "
    "LogResourcePolicy EventRule EventTarget LogSubscriptionFilter QueryDefinition",
    "sns": "Topic TopicPolicy TopicSubscription",
    "sqs": "Queue QueuePolicy",
    "dynamodb": "Table",
    "chatbot": "SlackChannelConfiguration",
    "synthetics": "Canary",
    "ecr": "Repository LifecyclePolicy RepositoryPolicy ReplicationConfiguration",
    "ssm": "Parameter Document",
    "budgets": "Budget",
    "lambda_": "Function Invocation Permission",
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
    """Give the Args class; ``InitArgs`` where a nested type has taken the plain name."""
    resource = classes()[token]
    module = sys.modules[resource.__module__]
    return getattr(module, f"{resource.__name__}InitArgs", None) or getattr(module, f"{resource.__name__}Args")


@cache
def output_types(token: str) -> Mapping[str, object]:
    """Give the output properties with their Python types."""
    return resource_types(classes()[token])


def nested(args: type, path: str) -> bool:
    """Tell whether an input path such as ``launchTemplate.id`` exists in the SDK's input types."""
    head, _, rest = path.partition(".")
    found = input_type_types(args).get(head)
    if found is None or not rest:
        return found is not None
    return any(nested(inner, rest) for inner in _inner_inputs(found))


def _inner_inputs(expected: object) -> list[type]:
    if isinstance(expected, type):
        return [expected] if hasattr(expected, "_pulumi_input_type") or expected.__name__.endswith("Args") else []
    return [found for part in get_args(expected) for found in _inner_inputs(part)]
