"""Customer-managed keys, one for each kind of data."""

from typing import NotRequired, TypedDict

from pulumi import ComponentResource, Output, ResourceOptions

from components.encryption.encryption import Encryption, EncryptionArgs
from package.stated import text
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT


class KeysArgs(TypedDict):
    prefix: str
    """The start of every key's alias, such as shop-prod."""
    protect: NotRequired[bool]
    """Whether a key can only be deleted once it is unprotected; true by default."""


class Keys(ComponentResource):
    """Five keys that rotate every year: a lost grant or a deletion of one leaves the other kinds of data alone."""

    data_key_arn: Output[str]
    """Encrypts databases, caches, volumes, buckets and backups."""
    secrets_key_arn: Output[str]
    """Encrypts secrets in Secrets Manager."""
    logs_key_arn: Output[str]
    """Encrypts log groups."""
    cluster_key_arn: Output[str]
    """Encrypts Kubernetes Secrets."""
    notifications_key_arn: Output[str]
    """Encrypts topics."""

    def __init__(self, name: str, args: KeysArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Keys", name, None, opts)
        keys = Encryption(
            name,
            EncryptionArgs(
                prefix=text(args, "prefix"),
                protect=args.get("protect", True),
                retention=EVERYTHING_KEPT if args.get("protect", True) else NOTHING_KEPT,
            ),
            ResourceOptions(parent=self),
        )
        self.data_key_arn = keys.data_key_arn
        self.secrets_key_arn = keys.secrets_key_arn
        self.logs_key_arn = keys.logs_key_arn
        self.cluster_key_arn = keys.cluster_key_arn
        self.notifications_key_arn = keys.notifications_key_arn
        self.register_outputs(
            {
                "dataKeyArn": self.data_key_arn,
                "secretsKeyArn": self.secrets_key_arn,
                "logsKeyArn": self.logs_key_arn,
                "clusterKeyArn": self.cluster_key_arn,
                "notificationsKeyArn": self.notifications_key_arn,
            }
        )
