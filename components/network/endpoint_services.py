"""The AWS services that the platform calls from inside the VPC, and what may pass through each endpoint."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.network.registries import node_buckets, registry_buckets


@dataclass(frozen=True, kw_only=True)
class EndpointService:
    """With `foreign_resources`, callers also use what AWS owns (images, parameters): only who calls is checked."""

    name: str
    reason: str
    foreign_resources: bool = False


INTERFACE_SERVICES = (
    EndpointService(name="autoscaling", reason="the node group's instances report to their group"),
    EndpointService(name="ec2", reason="Karpenter launches nodes; the CNI attaches addresses", foreign_resources=True),
    EndpointService(name="ecr.api", reason="nodes ask for image tokens", foreign_resources=True),
    EndpointService(name="ecr.dkr", reason="nodes pull images, AWS's add-on images too", foreign_resources=True),
    EndpointService(name="eks", reason="nodes and Karpenter read the cluster's address"),
    EndpointService(name="eks-auth", reason="the Pod Identity agent exchanges pod tokens for credentials"),
    EndpointService(name="elasticloadbalancing", reason="the load balancer controller registers pods"),
    EndpointService(name="kms", reason="volumes and secrets are decrypted with the stack's keys"),
    EndpointService(name="logs", reason="container logs are delivered"),
    EndpointService(name="monitoring", reason="the CloudWatch agent and the exporter write and read metrics"),
    EndpointService(name="secretsmanager", reason="External Secrets reads the product's secrets"),
    EndpointService(name="sqs", reason="Karpenter reads its interruption queue"),
    EndpointService(name="ssm", reason="Karpenter reads AWS's image parameters; sessions", foreign_resources=True),
    EndpointService(name="ssmmessages", reason="a person opens a session on a node without SSH"),
    EndpointService(name="sts", reason="roles are assumed"),
    EndpointService(name="xray", reason="traces are delivered"),
)
"""What every stack calls."""


S3 = "s3"
GATEWAYS = (S3, "dynamodb")
"""What a gateway endpoint leads to, at the service's public addresses and for nothing. Source:
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""


def gateways(called: Iterable[str]) -> tuple[str, ...]:
    """Name the services with a gateway endpoint: S3, which every stack reads, and those that the product calls."""
    wanted = {S3, *called}
    return tuple(name for name in GATEWAYS if name in wanted)


def interface_services(called: Iterable[str] = ()) -> tuple[EndpointService, ...]:
    """Add to what every stack calls the services that this product's code calls, by the names of their endpoints."""
    known = {service.name for service in INTERFACE_SERVICES}
    others = sorted(set(called) - known - set(GATEWAYS))
    return (*INTERFACE_SERVICES, *(EndpointService(name=name, reason="the product calls it") for name in others))


Policy = dict[str, Any]
"""An IAM policy document; values may be outputs."""
Statement = Mapping[str, Any]


def interface_policy(service: EndpointService, account_id: Input[str], foreign: Sequence[Statement] = ()) -> Policy:
    """Allow the account's own principals, and unless the service needs AWS's, the account's own resources alone.

    `foreign` are statements on resources of other accounts, which the same principals may use.
    """
    condition: Mapping[str, Input[str]] = {"aws:PrincipalAccount": account_id}
    if not service.foreign_resources:
        condition = {**condition, "aws:ResourceAccount": account_id}
    return _document(
        {
            "Sid": "OwnAccount",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            # An endpoint policy narrows who calls and whose resources; what they may do is the role's policy's to say.
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": condition},
        },
        *(_by_own(each, account_id) for each in foreign),
    )


def _by_own(statement: Statement, account_id: Input[str]) -> Policy:
    """Keep a statement to the account's own principals."""
    condition = {**statement.get("Condition", {}).get("StringEquals", {}), "aws:PrincipalAccount": account_id}
    return {**statement, "Principal": {"AWS": "*"}, "Condition": {"StringEquals": condition}}


def gateway_policy(service: str, region: str, account_id: Input[str]) -> Policy:
    """Allow the account's own principals its own resources, and what is read of S3's others."""
    if service == S3:
        return s3_policy(region, account_id)
    return interface_policy(EndpointService(name=service, reason="the product calls it"), account_id)


def s3_policy(region: str, account_id: Input[str]) -> Policy:
    """Allow the account's own buckets, and reading AWS's that nodes need and those of public registries, by name."""
    return _document(
        {
            "Sid": "OwnBuckets",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}},
        },
        # Layers come by links that the registry signs, packages without credentials: the caller is nobody's.
        _reads("NodesRead", node_buckets(region)),
        _reads("RegistriesServe", registry_buckets(region)),
    )


def _reads(sid: str, buckets: Sequence[str]) -> Policy:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/*" for bucket in buckets],
    }


def _document(*statements: Mapping[str, Any]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}
