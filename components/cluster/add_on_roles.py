"""What each managed add-on may do in AWS."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output

from components.cluster.managed_add_on import AddOnRole

CONTAINER_LOG_GROUPS = ("application", "dataplane", "host", "performance")
"""The log groups of the CloudWatch add-on, each /aws/containerinsights/<cluster>/<name>."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where the permissions apply. `cluster` is the cluster's physical name."""

    region: str
    account_id: Input[str]
    cluster: str


def log_group_arns(scope: Scope, *names: str) -> list[Output[str]]:
    """Return the ARNs of log groups and of their streams."""
    start = Output.concat("arn:aws:logs:", scope.region, ":", scope.account_id, ":log-group:")
    return [Output.concat(start, name, end) for name in names for end in ("", ":*")]


def vpc_cni(scope: Scope) -> AddOnRole:
    """Attach addresses to nodes, and write the network policy agent's decisions (OB-121).

    The agent looks for its group among the first fifty of the account, and makes it where it is not one of them; that
    it stands already is an answer it takes, that it may not ask ends its log:
    https://github.com/aws/aws-network-policy-agent/blob/main/pkg/ebpf/events/events.go
    """
    return AddOnRole(
        namespace="kube-system",
        service_account="aws-node",
        managed_policies=("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",),
        statements=(
            {
                "Effect": "Allow",
                # DescribeLogGroups admits no resource but the account's groups as a whole.
                "Action": "logs:DescribeLogGroups",
                "Resource": Output.concat("arn:aws:logs:", scope.region, ":", scope.account_id, ":log-group:*"),
            },
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": log_group_arns(scope, f"/aws/eks/{scope.cluster}/cluster"),
            },
        ),
    )


def ebs_csi_driver(data_key_arn: Input[str]) -> AddOnRole:
    """Make, attach and resize volumes, encrypted with the stack's key.

    The second version of the managed policy holds to volumes and snapshots that the driver tagged as its own:
    https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/2918, and for the key
    https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html
    """
    return AddOnRole(
        namespace="kube-system",
        service_account="ebs-csi-controller-sa",
        managed_policies=("arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2",),
        statements=(
            {
                "Effect": "Allow",
                "Action": [
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                    "kms:GenerateDataKey",
                    "kms:GenerateDataKeyWithoutPlaintext",
                    "kms:DescribeKey",
                ],
                "Resource": data_key_arn,
            },
            {
                "Effect": "Allow",
                "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
                "Resource": data_key_arn,
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
        ),
    )


def efs_csi_driver() -> AddOnRole:
    """Look file systems up. The program makes the access points, so the driver itself makes and deletes none.

    The managed AmazonEFSCSIDriverPolicy would let it: https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html
    """
    return AddOnRole(
        namespace="kube-system",
        service_account="efs-csi-controller-sa",
        statements=(
            {
                "Effect": "Allow",
                # Mount targets and access points are described by their file system, whose id the driver is asked for.
                "Action": [
                    "elasticfilesystem:DescribeAccessPoints",
                    "elasticfilesystem:DescribeFileSystems",
                    "elasticfilesystem:DescribeMountTargets",
                    # This one takes no resource.
                    "ec2:DescribeAvailabilityZones",
                ],
                "Resource": "*",
            },
        ),
    )


def cloudwatch_observability(scope: Scope) -> AddOnRole:
    """Deliver container logs to the add-on's four groups, and metrics.

    The managed CloudWatchAgentServerPolicy allows every log group of the account; this names the cluster's.
    """
    groups: Sequence[str] = [f"/aws/containerinsights/{scope.cluster}/{name}" for name in CONTAINER_LOG_GROUPS]
    return AddOnRole(
        namespace="amazon-cloudwatch",
        service_account="cloudwatch-agent",
        statements=(
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                "Resource": log_group_arns(scope, *groups),
            },
            {
                "Effect": "Allow",
                "Action": "logs:DescribeLogGroups",
                "Resource": Output.concat("arn:aws:logs:", scope.region, ":", scope.account_id, ":log-group:*"),
            },
            {
                "Effect": "Allow",
                # PutMetricData has no resource; the namespace narrows it.
                "Action": "cloudwatch:PutMetricData",
                "Resource": "*",
                "Condition": {"StringEquals": {"cloudwatch:namespace": ["ContainerInsights", "CWAgent"]}},
            },
            {
                "Effect": "Allow",
                # EC2's describe calls have no resource.
                "Action": ["ec2:DescribeTags", "ec2:DescribeVolumes"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": scope.region}},
            },
        ),
    )
