"""Everything a product can be restored from besides its database's own backups: dumps in S3, points in a vault."""

from dataclasses import dataclass

import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.backup.vault import Vault, VaultArgs
from components.identity.pod_role import PodRole, PodRoleArgs, Statement
from components.naming import bounded
from components.storage.bucket import SecureBucket, SecureBucketArgs
from settings.stack import BackupSettings
from settings.workload import Workload

DUMP_PREFIX = "dumps/"
_BUCKET_NAME_LENGTH = 63
_SUFFIX_BYTES = 4


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """`database_arn` is None without a database: then there is nothing to dump.

    `volumes` says that the cluster holds volumes which carry the vault's tag, `file_system_arn` is EFS.
    With none of them there is no vault.

    The dump runs as the service account `<workload>-dump` in `namespace` of the cluster, and the restore test as
    `<workload>-restore-test`. Without a cluster, whatever runs them takes their statements for roles of its own.
    """

    prefix: str
    region: str
    settings: BackupSettings
    workload: Workload
    database_arn: Input[str] | None
    data_key_arn: Input[str]
    cluster_name: Input[str] | None
    namespace: str
    protect: bool
    volumes: bool = False
    file_system_arn: Input[str] | None = None


class Backups(ComponentResource):
    """The bucket, the role that may add dumps to it, and the vault."""

    bucket_name: Output[str]
    bucket_arn: Output[str]
    dump_prefix: str
    dump_role: PodRole | None
    dump_statements: list[Statement]
    """What may be done by whoever makes the dump."""
    restore_role: PodRole | None
    restore_statements: list[Statement]
    """What may be done by whoever tries a dump out."""
    vault_name: Output[str] | None
    vault_arn: Output[str] | None

    def __init__(self, name: str, args: BackupsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Backups", name, None, opts)
        bucket = self._bucket(name, args)
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        self.dump_prefix = DUMP_PREFIX
        dumped = args.workload.backups.dump is not None and args.database_arn is not None
        self.dump_statements = self._dump_statements(args) if dumped else []
        self.dump_role = self._role(name, args, "dump", self.dump_statements)
        tried = dumped and args.workload.backups.restore_test is not None
        self.restore_statements = self._restore_statements(args) if tried else []
        self.restore_role = self._role(name, args, "restore-test", self.restore_statements)
        vault = self._vault(name, args)
        self.vault_name = vault.vault_name if vault else None
        self.vault_arn = vault.arn if vault else None
        self.register_outputs({"bucketName": self.bucket_name})

    def _bucket(self, name: str, args: BackupsArgs) -> SecureBucket:
        """Name the bucket after the stack and some random digits: bucket names are shared by everybody on AWS."""
        suffix = random.RandomId(f"{name}-suffix", byte_length=_SUFFIX_BYTES, opts=ResourceOptions(parent=self))
        stem = bounded(f"{args.prefix}-backups", _BUCKET_NAME_LENGTH - 2 * _SUFFIX_BYTES - 1)
        dump = args.workload.backups.dump
        return SecureBucket(
            f"{name}-store",
            SecureBucketArgs(
                bucket_name=Output.concat(stem, "-", suffix.hex),
                key_arn=args.data_key_arn,
                object_lock_days=args.settings.object_lock_days,
                expire_days={DUMP_PREFIX: dump.retention_days} if dump else {},
                # A dump that was overwritten or deleted by mistake can be had back for a week.
                noncurrent_days=7,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: BackupsArgs, job: str, statements: list[Statement]) -> PodRole | None:
        if not statements or args.cluster_name is None:
            return None
        return PodRole(
            f"{name}-{job}",
            PodRoleArgs(
                role_name=bounded(f"{args.prefix}-{job}", 64),
                cluster_name=args.cluster_name,
                namespace=args.namespace,
                service_account=f"{args.workload.name}-{job}",
                statements=statements,
            ),
            ResourceOptions(parent=self),
        )

    def _dump_statements(self, args: BackupsArgs) -> list[Statement]:
        """Let the dump add objects. It can neither read, list nor delete what is there."""
        return [
            {
                "Sid": "AddDumps",
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
                "Resource": Output.concat(self.bucket_arn, f"/{DUMP_PREFIX}*"),
            },
            {
                "Sid": "EncryptDumps",
                "Effect": "Allow",
                # Parts of a multipart upload are read again when they are put together, hence Decrypt.
                "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": args.data_key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": f"s3.{args.region}.amazonaws.com"}},
            },
        ]

    def _restore_statements(self, args: BackupsArgs) -> list[Statement]:
        """Let the restore test find the newest dump and read it, and change nothing."""
        return [
            {
                "Sid": "FindDumps",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": self.bucket_arn,
                "Condition": {"StringLike": {"s3:prefix": f"{DUMP_PREFIX}*"}},
            },
            {
                "Sid": "ReadDumps",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": Output.concat(self.bucket_arn, f"/{DUMP_PREFIX}*"),
            },
            {
                "Sid": "DecryptDumps",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": args.data_key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": f"s3.{args.region}.amazonaws.com"}},
            },
        ]

    def _vault(self, name: str, args: BackupsArgs) -> Vault | None:
        if args.database_arn is None and args.file_system_arn is None and not args.volumes:
            return None
        return Vault(
            f"{name}-daily",
            VaultArgs(
                prefix=args.prefix,
                retention_days=args.settings.retention_days,
                locked=args.settings.vault_lock,
                data_key_arn=args.data_key_arn,
                database_arn=args.database_arn,
                volumes=args.volumes,
                file_system_arn=args.file_system_arn,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
