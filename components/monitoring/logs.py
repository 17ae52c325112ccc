"""Credentials that reach a log all the same: found, counted and masked."""

import json
from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import cloudwatch

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-managed-data-identifiers.html
_MANAGED_IDENTIFIERS = ("AwsSecretKey", "OpenSshPrivateKey", "PgpPrivateKey", "PkcsPrivateKey", "PuttyPrivateKey")
# A custom pattern takes letters, digits and _ # = @ / ; , - and blank; "." stands for every other character.
_CUSTOM_IDENTIFIERS = {
    "JsonWebToken": r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+",
    "DatabaseUrl": r"postgres[a-z]*.//[^ /@]+@",
    "CacheUrl": r"redis[s]?.//[^ /@]+@",
}


@dataclass(frozen=True, kw_only=True)
class LogProtectionArgs:
    """`log_group_name` is the group that holds what containers write."""

    log_group_name: Input[str]


class LogProtection(ComponentResource):
    """A data protection policy (OB-65): only who may `logs:Unmask` reads what was masked."""

    def __init__(self, name: str, args: LogProtectionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:LogProtection", name, None, opts)
        cloudwatch.LogDataProtectionPolicy(
            f"{name}-policy",
            log_group_name=args.log_group_name,
            policy_document=protection_policy(),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def protection_policy() -> str:
    """Give the data protection policy: find credentials, count them as a metric, mask them for every reader.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data-start.html
    """
    identifiers = [
        *(f"arn:aws:dataprotection::aws:data-identifier/{name}" for name in _MANAGED_IDENTIFIERS),
        *_CUSTOM_IDENTIFIERS,
    ]
    return json.dumps(
        {
            "Name": "credentials",
            "Version": "2021-06-01",
            "Configuration": {
                "CustomDataIdentifier": [{"Name": name, "Regex": regex} for name, regex in _CUSTOM_IDENTIFIERS.items()]
            },
            "Statement": [
                {
                    "Sid": "count",
                    "DataIdentifier": identifiers,
                    "Operation": {"Audit": {"FindingsDestination": {}}},
                },
                {"Sid": "mask", "DataIdentifier": identifiers, "Operation": {"Deidentify": {"MaskConfig": {}}}},
            ],
        }
    )
