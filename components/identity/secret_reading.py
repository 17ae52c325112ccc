"""What it takes to read secrets: the values by ARN, and their key through Secrets Manager alone."""

from collections.abc import Sequence

from pulumi import Input

from components.identity.pod_role import Statement


def secret_statements(arns: Sequence[Input[str]], key_arn: Input[str], region: str) -> list[Statement]:
    """Allow to read these secrets and no others; nothing when there are none."""
    if not arns:
        return []
    return [
        {
            "Sid": "ReadSecrets",
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": list(arns),
        },
        {
            "Sid": "DecryptSecrets",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}},
        },
    ]
