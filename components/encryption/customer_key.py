"""One customer-managed KMS key with its alias and policy."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_aws import kms

from components.encryption.key_policies import KeyScope, Statement, account_administers
from components.options import stateful
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class CustomerKeyArgs:
    """`alias` is without `alias/`; `users` gives the statements for services that use the key on their own account.

    `replica_regions` receive a replica of the same key material, and make the key a multi-region one. That cannot be
    changed later, so a key that may ever be replicated has `multi_region` from the first day.
    """

    alias: str
    description: str
    users: Callable[[KeyScope], Sequence[Statement]]
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    multi_region: bool = False
    replica_regions: tuple[str, ...] = ()
    region: str | None = None
    """Where the key is; None: in the stack's own region."""


class CustomerKey(ComponentResource):
    """A key that rotates every year. `arn` is known only after its policy is in force, so users wait for the policy."""

    arn: Output[str]
    account_id: Output[str]
    replica_arns: dict[str, Output[str]]

    def __init__(self, name: str, args: CustomerKeyArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:CustomerKey", name, None, opts)
        kept = stateful(self, protect=args.protect, retain=args.retention.keys)
        window = 30 if args.retention.keys else 7
        key = kms.Key(
            f"{name}-key",
            region=args.region,
            description=args.description,
            enable_key_rotation=True,
            multi_region=args.multi_region or bool(args.replica_regions),
            deletion_window_in_days=window,
            opts=kept,
        )
        kms.Alias(
            f"{name}-alias",
            region=args.region,
            name=f"alias/{args.alias}",
            target_key_id=key.key_id,
            opts=ResourceOptions(parent=self),
        )
        policy = kms.KeyPolicy(
            f"{name}-policy",
            region=args.region,
            key_id=key.key_id,
            policy=key.arn.apply(lambda arn: _document(arn, args)),
            opts=ResourceOptions(parent=self, retain_on_delete=args.retention.keys),
        )
        self.arn = Output.all(key.arn, policy.id).apply(lambda known: str(known[0]))
        self.account_id = key.arn.apply(lambda arn: KeyScope.of(arn).account)
        self.replica_arns = {region: self._replica(name, args, key, region, window) for region in args.replica_regions}
        self.register_outputs({"arn": self.arn})

    def _replica(self, name: str, args: CustomerKeyArgs, key: kms.Key, region: str, window: int) -> Output[str]:
        replica = kms.ReplicaKey(
            f"{name}-{region}",
            region=region,
            primary_key_arn=key.arn,
            description=args.description,
            deletion_window_in_days=window,
            policy=key.arn.apply(lambda arn: _document(arn, args)),
            opts=stateful(self, protect=args.protect, retain=args.retention.keys),
        )
        kms.Alias(
            f"{name}-{region}-alias",
            region=region,
            name=f"alias/{args.alias}",
            target_key_id=replica.key_id,
            opts=ResourceOptions(parent=self),
        )
        return replica.arn


def _document(key_arn: str, args: CustomerKeyArgs) -> str:
    scope = KeyScope.of(key_arn)
    return json.dumps({"Version": "2012-10-17", "Statement": [account_administers(scope), *args.users(scope)]})
