"""Who may use a customer key, besides the account's own IAM policies.

In a key policy the resource `*` means the key that the policy is attached to, and nothing else:
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Statement = dict[str, object]

_LAUNCHERS = (("autoscaling", "AWSServiceRoleForAutoScaling"), ("spot", "AWSServiceRoleForEC2Spot"))
_READS: Final = ("kms:Decrypt",)
_READS_AND_WRITES: Final = ("kms:GenerateDataKey*", "kms:Decrypt")
_OF_NO_REGION: Final = ("cloudfront",)
"""Their ARNs name no region, and they only read."""
_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")


@dataclass(frozen=True, kw_only=True)
class KeyScope:
    """Where a key lives; read from the key's own ARN, so that no look-up of the account is needed."""

    partition: str
    region: str
    account: str

    @classmethod
    def of(cls, key_arn: str) -> "KeyScope":
        """Take partition, region and account out of arn:<partition>:kms:<region>:<account>:key/<id>."""
        _, partition, _, region, account, _ = key_arn.split(":", 5)
        return cls(partition=partition, region=region, account=account)


def account_administers(scope: KeyScope) -> Statement:
    """IAM policies of the account decide; without this statement a key can become unmanageable."""
    return {
        "Sid": "AccountAdministers",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{scope.partition}:iam::{scope.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def data_users(scope: KeyScope) -> list[Statement]:
    """Let EC2 encrypt the volumes of machines that a service-linked role launches.

    Auto Scaling's launches the cluster's first nodes and the host of tasks, EC2 Spot's the Spot nodes that Karpenter
    asks for. Neither has IAM permissions that this program could add to. They are matched by name and not as
    principals: KMS refuses a policy that names a role which does not exist yet.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html
    Karpenter and the volume driver have their use of the key in their own roles. RDS, ElastiCache, S3 and Backup act
    with their callers' IAM permissions and need no statement.
    """
    linked = f"arn:{scope.partition}:iam::{scope.account}:role/aws-service-role"
    launchers = {
        "kms:CallerAccount": scope.account,
        "aws:PrincipalArn": [f"{linked}/{service}.amazonaws.com/{role}" for service, role in _LAUNCHERS],
    }
    return [
        {
            "Sid": "LaunchersReadVolumes",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": list(_USE),
            "Resource": "*",
            "Condition": {"StringEquals": {**launchers, "kms:ViaService": f"ec2.{scope.region}.amazonaws.com"}},
        },
        {
            "Sid": "LaunchersAttachVolumes",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"StringEquals": launchers, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]


def services_of_account(scope: KeyScope, services: Sequence[str]) -> list[Statement]:
    """Let services encrypt and decrypt for what this account has of theirs in this region, each by its own name.

    SNS does so to put a message into an encrypted queue:
    https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
    CloudFront decrypts what it serves from an encrypted bucket:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    regions = {service: "" if service in _OF_NO_REGION else scope.region for service in services}
    return [
        {
            "Sid": f"For{service.title()}",
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": list(_READS_AND_WRITES if region else _READS),
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:{scope.partition}:{service}:{region}:{scope.account}:*"}},
        }
        for service, region in regions.items()
    ]


def log_users(scope: KeyScope) -> list[Statement]:
    """CloudWatch Logs for this account's log groups, and log delivery to S3.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    groups = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:log-group:*"
    return [
        {
            "Sid": "LogGroups",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{scope.region}.amazonaws.com"},
            "Action": list(_USE),
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        },
        {
            "Sid": "LogDelivery",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}},
        },
    ]


def notification_users(scope: KeyScope) -> list[Statement]:
    """Let the services that alarm and report publish to the platform's encrypted topic.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html. EventBridge and ElastiCache publish without a
    source account in the request, so theirs cannot be asked for; the topic's own policy limits them.
    """
    actions = ["kms:GenerateDataKey*", "kms:Decrypt"]
    of_account = {"StringEquals": {"aws:SourceAccount": scope.account}}
    known = ("cloudwatch", "events.rds", "backup", "budgets", "aps")
    return [
        {
            "Sid": "PublishersOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": [f"{service}.amazonaws.com" for service in known]},
            "Action": actions,
            "Resource": "*",
            "Condition": of_account,
        },
        {
            "Sid": "Publishers",
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "elasticache.amazonaws.com"]},
            "Action": actions,
            "Resource": "*",
        },
    ]


def no_other_users(scope: KeyScope) -> list[Statement]:
    """No service of its own: Secrets Manager and EKS act with their callers' IAM permissions and grants."""
    del scope
    return []
