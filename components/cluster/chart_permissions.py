"""What each add-on chart's controller may do in AWS."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output

from components.identity.pod_role import Statement


@dataclass(frozen=True, kw_only=True)
class ChartScope:
    """Where the permissions apply.

    `cluster` is the cluster's physical name; `secret_names` are patterns of Secrets Manager names, without the six
    characters that AWS appends; `database_prefix` starts the identifiers of the stack's databases; `stack_tags` are on
    every resource of the stack.
    """

    region: str
    account_id: Input[str]
    cluster: str
    secret_names: Sequence[str]
    secrets_key_arns: Sequence[Input[str]]
    database_prefix: str
    stack_tags: dict[str, str]


def load_balancer_controller(scope: ChartScope) -> list[Statement]:
    """Join pods to the stack's own target groups, and look; the controller makes nothing."""
    return [
        {
            "Sid": "JoinOwnTargetGroups",
            "Effect": "Allow",
            "Action": ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
            "Resource": Output.concat(
                "arn:aws:elasticloadbalancing:", scope.region, ":", scope.account_id, ":targetgroup/*/*"
            ),
            "Condition": {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in scope.stack_tags.items()}},
        },
        {
            "Sid": "Look",
            "Effect": "Allow",
            "Action": [
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeTags",
                "elasticloadbalancing:DescribeTargetGroupAttributes",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstances",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            # Describe calls of both services have no resource.
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": scope.region}},
        },
    ]


def external_secrets(scope: ChartScope) -> list[Statement]:
    """Read the stack's secrets, and the master passwords that RDS keeps for the stack's databases."""
    start = Output.concat("arn:aws:secretsmanager:", scope.region, ":", scope.account_id, ":secret:")
    read = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:ListSecretVersionIds"]
    return [
        {
            "Sid": "ReadOwn",
            "Effect": "Allow",
            "Action": read,
            "Resource": [Output.concat(start, name) for name in scope.secret_names],
        },
        {
            "Sid": "ReadOwnDatabases",
            "Effect": "Allow",
            "Action": read,
            "Resource": Output.concat(start, "rds!db-*"),
            # RDS names the database of each master secret in a tag.
            "Condition": {
                "StringLike": {
                    "aws:ResourceTag/aws:rds:primaryDBInstanceArn": Output.concat(
                        "arn:aws:rds:", scope.region, ":", scope.account_id, f":db:{scope.database_prefix}-*"
                    )
                }
            },
        },
        {
            "Sid": "DecryptThroughSecretsManager",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": list(scope.secrets_key_arns),
            "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{scope.region}.amazonaws.com"}},
        },
    ]


def image_signatures(scope: ChartScope) -> list[Statement]:
    """Read images and their signatures in the account's own registry."""
    return [
        {
            "Sid": "ReadSignatures",
            "Effect": "Allow",
            "Action": ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"],
            "Resource": Output.concat("arn:aws:ecr:", scope.region, ":", scope.account_id, ":repository/*"),
        },
        # A log-in to the registry has no resource.
        {"Sid": "LogIn", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    ]
