"""The platform's customer-managed keys, one for each kind of data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions

from components.encryption.copy_place import CopyPlace
from components.encryption.customer_key import CustomerKey, CustomerKeyArgs
from components.encryption.key_policies import (
    KeyScope,
    Statement,
    data_users,
    log_users,
    no_other_users,
    notification_users,
    services_of_account,
)
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class EncryptionArgs:
    """`replica_regions` receive a replica of the secrets key, so that secrets can be replicated there.

    `notifying_region` is another region that alarms speak from; it receives a replica of the notifications key.
    `data_key_users` are services of AWS that work with the data key by themselves, such as `sns`. `copy_region` is
    where backups are copied to; it gets a key of its own for them.
    """

    prefix: str
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    replica_regions: tuple[str, ...] = ()
    notifying_region: str | None = None
    data_key_users: tuple[str, ...] = ()
    copy_region: str | None = None


class Encryption(ComponentResource):
    """Five keys: a leak, a lost grant or a deletion of one leaves the other four kinds of data alone.

    A sixth, in another region, encrypts the copies of backups: what happens to the data key leaves them readable.
    """

    data_key_arn: Output[str]
    secrets_key_arn: Output[str]
    secrets_replica_key_arns: dict[str, Output[str]]
    logs_key_arn: Output[str]
    cluster_key_arn: Output[str]
    notifications_key_arn: Output[str]
    notifying_region_key_arn: Output[str] | None
    """The notifications key in `notifying_region`."""
    copies: CopyPlace | None
    """Where backups are copied to, if they are."""
    account_id: Output[str]
    """The account's number, read from a key's ARN: known without a look-up."""

    def __init__(self, name: str, args: EncryptionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Encryption", name, None, opts)
        data = self._key(
            name,
            args,
            "data",
            "Databases, caches, volumes, buckets and backups",
            lambda scope: [*data_users(scope), *services_of_account(scope, args.data_key_users)],
        )
        secrets = CustomerKey(
            f"{name}-secrets",
            CustomerKeyArgs(
                alias=f"{args.prefix}/secrets",
                description=f"Secrets of {args.prefix}",
                users=no_other_users,
                protect=args.protect,
                retention=args.retention,
                multi_region=True,
                replica_regions=args.replica_regions,
            ),
            ResourceOptions(parent=self),
        )
        self.data_key_arn = data.arn
        self.account_id = data.account_id
        self.secrets_key_arn = secrets.arn
        self.secrets_replica_key_arns = secrets.replica_arns
        self.logs_key_arn = self._key(name, args, "logs", "Log groups and delivered logs", log_users).arn
        self.cluster_key_arn = self._key(name, args, "cluster", "Kubernetes Secrets", no_other_users).arn
        elsewhere = args.notifying_region
        notifications = self._key(name, args, "notifications", "Topics", notification_users, elsewhere)
        self.notifications_key_arn = notifications.arn
        self.notifying_region_key_arn = notifications.replica_arns[elsewhere] if elsewhere else None
        self.copies = self._copies(name, args, args.copy_region) if args.copy_region else None
        self.register_outputs(
            {
                "dataKeyArn": self.data_key_arn,
                "secretsKeyArn": self.secrets_key_arn,
                "logsKeyArn": self.logs_key_arn,
                "clusterKeyArn": self.cluster_key_arn,
                "notificationsKeyArn": self.notifications_key_arn,
            }
        )

    def _copies(self, name: str, args: EncryptionArgs, region: str) -> CopyPlace:
        key = CustomerKey(
            f"{name}-copies",
            CustomerKeyArgs(
                alias=f"{args.prefix}/copies",
                description=f"Copies of the backups of {args.prefix}",
                # S3, RDS and AWS Backup act with the permissions of a role or of whoever asks them.
                users=no_other_users,
                protect=args.protect,
                retention=args.retention,
                region=region,
            ),
            ResourceOptions(parent=self),
        )
        return CopyPlace(region=region, key_arn=key.arn)

    def _key(
        self,
        name: str,
        args: EncryptionArgs,
        label: str,
        what: str,
        users: Callable[[KeyScope], Sequence[Statement]],
        replica_region: str | None = None,
    ) -> CustomerKey:
        return CustomerKey(
            f"{name}-{label}",
            CustomerKeyArgs(
                alias=f"{args.prefix}/{label}",
                description=f"{what} of {args.prefix}",
                users=users,
                protect=args.protect,
                retention=args.retention,
                replica_regions=(replica_region,) if replica_region else (),
            ),
            ResourceOptions(parent=self),
        )
