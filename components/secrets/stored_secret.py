"""One value in Secrets Manager: its key, its copies in other regions, who may never read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import secretsmanager

from components.options import stateful
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class SecretEntry:
    """Where a value is found: the secret's name, the property inside a JSON secret, ARN and version if known.

    `value` is the value itself, where this stack made it; no component has it among its outputs.
    """

    remote_name: str
    property: str | None = None
    arn: Output[str] | None = None
    version: Input[str] | None = None
    value: Output[str] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class StoredSecretArgs:
    """`value` is stored as it is; `replica_key_arns` maps each region that receives a copy to its KMS key there.

    With `rotated` it is the first value alone: those that a rotation makes later are never set back.
    """

    secret_name: str
    description: str
    key_arn: Input[str]
    value: Input[str]
    protect: bool
    rotated: bool = False
    retention: RetentionSettings = EVERYTHING_KEPT
    replica_key_arns: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])


class StoredSecret(ComponentResource):
    """A secret with its current version. Nothing it outputs holds the value."""

    arn: Output[str]
    entry: SecretEntry
    version: Output[str]
    """Changes with every value; not secret."""

    def __init__(self, name: str, args: StoredSecretArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:StoredSecret", name, None, opts)
        secret = secretsmanager.Secret(
            f"{name}-secret",
            name=args.secret_name,
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.retention.secret_recovery_days,
            replicas=[
                secretsmanager.SecretReplicaArgs(region=region, kms_key_id=key)
                for region, key in args.replica_key_arns.items()
            ],
            opts=stateful(self, protect=args.protect),
        )
        secretsmanager.SecretPolicy(
            f"{name}-policy",
            secret_arn=secret.arn,
            policy=secret.arn.apply(_this_account_only),
            block_public_policy=True,
            opts=ResourceOptions(parent=self),
        )
        current = secretsmanager.SecretVersion(
            f"{name}-version",
            secret_id=secret.id,
            secret_string=args.value,
            # A new value replaces this resource, so it is not protected; the value before stays as AWSPREVIOUS.
            opts=ResourceOptions(
                parent=self,
                retain_on_delete=args.protect,
                ignore_changes=["secretString"] if args.rotated else None,
            ),
        )
        self.version = current.version_id
        self.arn = Output.all(secret.arn, self.version).apply(lambda known: str(known[0]))
        value = Output.secret(args.value)
        self.entry = SecretEntry(remote_name=args.secret_name, arn=self.arn, version=self.version, value=value)
        self.register_outputs({"arn": self.arn})


def _this_account_only(arn: str) -> str:
    """Refuse readers of other accounts, whatever else may allow them; Secrets Manager itself makes the copies.

    `*` is the secret that the policy is attached to: the policy goes with the copies, whose ARNs name other regions.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
    """
    refuse = {
        "Sid": "ThisAccountOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
        "Resource": "*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": arn.split(":")[4]},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [refuse]})
