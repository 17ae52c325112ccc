"""Who may ask for the public half of the key that a product's images are signed with."""

from typing import Any, Final

from settings import PlatformSettings
from settings.workload.trust import CosignPolicy

Statement = dict[str, Any]
_KEY_ACTIONS: Final = ["kms:GetPublicKey", "kms:DescribeKey"]


def controller_permissions(policy: CosignPolicy) -> list[Statement]:
    """What the controller may do beyond reading images: ask KMS for the public half of the signing key."""
    if policy.kms_key is None:
        return []
    # An alias is no resource of its own: the key is found by it, and named by the condition.
    if ":alias/" not in policy.kms_key:
        return [{"Sid": "ReadSigningKey", "Effect": "Allow", "Action": _KEY_ACTIONS, "Resource": policy.kms_key}]
    start, alias = policy.kms_key.split(":alias/")
    return [
        {
            "Sid": "ReadSigningKey",
            "Effect": "Allow",
            "Action": _KEY_ACTIONS,
            "Resource": f"{start}:key/*",
            "Condition": {"StringEquals": {"kms:RequestAlias": f"alias/{alias}"}},
        }
    ]


def endpoint_statements(settings: PlatformSettings) -> list[Statement]:
    """What the endpoint of KMS lets through beside the account's own keys: asking for one that another account holds.

    A key of another region is asked for there, past the endpoint.
    """
    policy = settings.workload.image_policy
    if policy is None or policy.cosign.kms_key is None:
        return []
    return controller_permissions(policy.cosign) if _region(policy.cosign.kms_key) == settings.stack.region else []


def _region(arn: str) -> str:
    return arn.split(":")[3]
