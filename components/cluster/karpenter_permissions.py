"""What Karpenter may do in AWS: launch, tag and end machines that carry this cluster's tags, and nothing else's.

The statements follow Karpenter's own reference (https://karpenter.sh/docs/reference/cloudformation/). Its permissions
to make and change instance profiles are left out: the program makes the only one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.identity.pod_role import Statement

_NODE_POOL = "karpenter.sh/nodepool"


@dataclass(frozen=True, kw_only=True)
class KarpenterScope:
    """`cluster` is the cluster's physical name."""

    region: str
    cluster: str
    cluster_arn: Input[str]
    queue_arn: Input[str]
    node_role_arn: Input[str]
    instance_profile_arn: Input[str]
    data_key_arn: Input[str]
    zonal_shift: bool


def statements(scope: KarpenterScope) -> list[Statement]:
    """Return the controller's policy statements."""
    zonal_shift = [_zonal_shift(scope)] if scope.zonal_shift else []
    return [
        *_launch(scope),
        *_encrypt(scope),
        *_tag_and_end(scope),
        *_discover(scope),
        *_integrate(scope),
        *zonal_shift,
    ]


def _ec2(scope: KarpenterScope, *kinds: str, owner: str = "*") -> list[str]:
    return [f"arn:aws:ec2:{scope.region}:{owner}:{kind}/*" for kind in kinds]


def _owned(scope: KarpenterScope, kind: str) -> dict[str, Any]:
    """Hold a statement to this cluster's own: RequestTag for what is being made, ResourceTag for what exists."""
    equals = {f"aws:{kind}/kubernetes.io/cluster/{scope.cluster}": "owned"}
    if kind == "RequestTag":
        equals[f"aws:{kind}/eks:eks-cluster-name"] = scope.cluster
    return {"StringEquals": equals, "StringLike": {f"aws:{kind}/{_NODE_POOL}": "*"}}


_MADE = ("fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request")


def _launch(scope: KarpenterScope) -> Sequence[Statement]:
    launch = ["ec2:RunInstances", "ec2:CreateFleet"]
    return (
        {
            "Sid": "LaunchFrom",
            "Effect": "Allow",
            "Action": launch,
            "Resource": [
                # Images and snapshots are AWS's own: their ARNs have no account.
                *_ec2(scope, "image", "snapshot", owner=""),
                *_ec2(scope, "security-group", "subnet", "capacity-reservation", "placement-group"),
            ],
        },
        {
            "Sid": "LaunchFromOwnTemplates",
            "Effect": "Allow",
            "Action": launch,
            "Resource": _ec2(scope, "launch-template"),
            "Condition": _owned(scope, "ResourceTag"),
        },
        {
            "Sid": "LaunchTagged",
            "Effect": "Allow",
            "Action": [*launch, "ec2:CreateLaunchTemplate"],
            "Resource": _ec2(scope, *_MADE),
            "Condition": _owned(scope, "RequestTag"),
        },
    )


def _encrypt(scope: KarpenterScope) -> Sequence[Statement]:
    """EC2 encrypts a node's volume in the name of whoever launches it; without these the node ends before it joins.

    https://karpenter.sh/docs/troubleshooting/#node-terminates-before-ready-on-failed-encrypted-ebs-volume, and for the
    actions https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html.
    """
    by_ec2 = {"kms:ViaService": f"ec2.{scope.region}.amazonaws.com"}
    return (
        {
            "Sid": "EncryptVolumes",
            "Effect": "Allow",
            "Action": [
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ],
            "Resource": scope.data_key_arn,
            "Condition": {"StringEquals": by_ec2},
        },
        {
            "Sid": "LendKeyToVolumes",
            "Effect": "Allow",
            "Action": "kms:CreateGrant",
            "Resource": scope.data_key_arn,
            "Condition": {"StringEquals": by_ec2, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    )


def _tag_and_end(scope: KarpenterScope) -> Sequence[Statement]:
    made = _owned(scope, "RequestTag")
    existing = _owned(scope, "ResourceTag")
    return (
        {
            "Sid": "TagWhatIsBeingMade",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": _ec2(scope, *_MADE),
            "Condition": {
                **made,
                "StringEquals": {
                    **made["StringEquals"],
                    "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
                },
            },
        },
        {
            "Sid": "NameInstances",
            "Effect": "Allow",
            "Action": "ec2:CreateTags",
            "Resource": _ec2(scope, "instance"),
            "Condition": {
                **existing,
                "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": scope.cluster},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
                },
            },
        },
        {
            "Sid": "EndOwn",
            "Effect": "Allow",
            "Action": ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
            "Resource": _ec2(scope, "instance", "launch-template"),
            "Condition": existing,
        },
    )


def _discover(scope: KarpenterScope) -> Sequence[Statement]:
    return (
        {
            "Sid": "Discover",
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeImages",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSpotPriceHistory",
                "ec2:DescribeSubnets",
            ],
            # EC2's describe calls have no resource.
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": scope.region}},
        },
        {
            "Sid": "ReadImageParameters",
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": f"arn:aws:ssm:{scope.region}::parameter/aws/service/*",
        },
        {
            "Sid": "ReadPricesAndListProfiles",
            "Effect": "Allow",
            "Action": ["pricing:GetProducts", "iam:ListInstanceProfiles"],
            # Neither has a resource.
            "Resource": "*",
        },
    )


def _integrate(scope: KarpenterScope) -> Sequence[Statement]:
    return (
        {
            "Sid": "ReadProfile",
            "Effect": "Allow",
            "Action": "iam:GetInstanceProfile",
            "Resource": scope.instance_profile_arn,
        },
        {
            "Sid": "GiveNodesTheirRole",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": scope.node_role_arn,
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        },
        {
            "Sid": "FindTheCluster",
            "Effect": "Allow",
            "Action": "eks:DescribeCluster",
            "Resource": scope.cluster_arn,
        },
        {
            "Sid": "ReadInterruptions",
            "Effect": "Allow",
            "Action": ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
            "Resource": scope.queue_arn,
        },
    )


def _zonal_shift(scope: KarpenterScope) -> Statement:
    return {
        "Sid": "SeeZonalShifts",
        "Effect": "Allow",
        "Action": "arc-zonal-shift:GetManagedResource",
        # The action's resource is named by its condition key alone.
        "Resource": "*",
        "Condition": {"StringEquals": {"arc-zonal-shift:ResourceIdentifier": scope.cluster_arn}},
    }
