"""Everything a product can be restored from besides its stores' own backups: dumps in S3, points in a vault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.backup.vault import RecoveryPoints, Vault, VaultArgs
from components.encryption.copy_place import CopyPlace
from components.identity.pod_role import PodRole, PodRoleArgs, Statement
from components.storage.bucket import SecureBucket, SecureBucketArgs, unique_name
from components.storage.bucket_copy import BucketCopy, BucketCopyArgs
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.stack import BackupSettings
from settings.workload import Workload

DUMP_PREFIX, ARCHIVE_PREFIX = "dumps/", "archives/"


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """`points` is what the vault's plan backs up; without any there is no vault.

    Where none of them is dumped, there is nothing to dump.

    The dump runs as the service account `<workload>-dump` in `namespace` of the cluster, the restore test as
    `<workload>-restore-test`, and a restore as `<workload>-restore` in `system_namespace`. Without a cluster, whatever
    runs them takes their statements for roles of its own. `copies` is where dumps and points are copied to as well.
    """

    prefix: str
    region: str
    settings: BackupSettings
    workload: Workload
    points: Sequence[RecoveryPoints]
    data_key_arn: Input[str]
    cluster_name: Input[str] | None
    namespace: str
    system_namespace: str
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    copies: CopyPlace | None = None


class Backups(ComponentResource):
    """The bucket, the role that may add dumps to it, and the vault."""

    bucket_name: Output[str]
    bucket_arn: Output[str]
    dump_statements: list[Statement]
    """What may be done by whoever makes the dump."""
    restore_statements: list[Statement]
    """What may be done by whoever reads a dump, to try it out or to restore it."""
    vault_name: Output[str] | None
    copy_name: Output[str] | None
    """The bucket in another region that dumps are copied to."""
    copy_dimensions: Mapping[str, Input[str]] | None
    """Of the metrics of that."""

    def __init__(self, name: str, args: BackupsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Backups", name, None, opts)
        stored = self._stored(name, args)
        bucket = SecureBucket(f"{name}-store", stored, ResourceOptions(parent=self))
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        copy = self._copy(name, args, bucket, stored, args.copies) if args.copies else None
        self.copy_name = copy.name if copy else None
        self.copy_dimensions = copy.dimensions if copy else None
        dumped = args.workload.backups.dump is not None and any(each.dumped for each in args.points)
        self.dump_statements = self._dump_statements(args) if dumped else []
        self._role(name, args, "dump", self.dump_statements, args.namespace)
        self.restore_statements = self._restore_statements(args) if dumped else []
        tested = self.restore_statements if args.workload.backups.restore_test is not None else []
        self._role(name, args, "restore-test", tested, args.namespace)
        self._role(name, args, "restore", self.restore_statements, args.system_namespace)
        vault = self._vault(name, args)
        self.vault_name = vault.vault_name if vault else None
        self.register_outputs({"bucketName": self.bucket_name})

    def _stored(self, name: str, args: BackupsArgs) -> SecureBucketArgs:
        dump = args.workload.backups.dump
        return SecureBucketArgs(
            bucket_name=unique_name(name, f"{args.prefix}-backups", ResourceOptions(parent=self)),
            key_arn=args.data_key_arn,
            object_lock_days=args.settings.object_lock_days,
            expire_days={DUMP_PREFIX: dump.retention_days} if dump else {},
            archive_days={ARCHIVE_PREFIX: dump.archive_days} if dump and dump.archive_days else {},
            # A dump that was overwritten or deleted by mistake can be had back for a week.
            noncurrent_days=7,
            protect=args.protect,
            retention=args.retention,
        )

    def _copy(
        self, name: str, args: BackupsArgs, source: SecureBucket, stored: SecureBucketArgs, place: CopyPlace
    ) -> BucketCopy:
        """Keep every dump in the other region as well, as long as here; none is deleted there because it is here."""
        copy_name = unique_name(f"{name}-copy", f"{args.prefix}-copies", ResourceOptions(parent=self))
        return BucketCopy(
            f"{name}-copy",
            BucketCopyArgs(
                role_name=f"{args.prefix}-copy-dumps",
                source=source,
                region=args.region,
                key_arn=args.data_key_arn,
                stored=replace(stored, bucket_name=copy_name),
                copy_region=place.region,
                copy_key_arn=place.key_arn,
            ),
            ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: BackupsArgs, job: str, statements: list[Statement], namespace: str) -> None:
        if not statements or args.cluster_name is None:
            return
        PodRole(
            f"{name}-{job}",
            PodRoleArgs(
                role_name=f"{args.prefix}-{job}",
                cluster_name=args.cluster_name,
                namespace=namespace,
                service_account=f"{args.workload.name}-{job}",
                statements=statements,
            ),
            ResourceOptions(parent=self),
        )

    def _dump_statements(self, args: BackupsArgs) -> list[Statement]:
        """Let the dump add objects. It can neither read nor delete what is there, and lists its archive alone."""
        dump = args.workload.backups.dump
        archived = dump is not None and dump.archive_days is not None
        prefixes = [DUMP_PREFIX, *([ARCHIVE_PREFIX] if archived else [])]
        return [
            *([self._finding("FindArchives", [ARCHIVE_PREFIX])] if archived else []),
            {
                "Sid": "AddDumps",
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
                "Resource": self._objects(prefixes),
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
        """Let a restore find dumps and read them, and change nothing."""
        prefixes = [DUMP_PREFIX, ARCHIVE_PREFIX]
        return [
            self._finding("FindDumps", prefixes),
            {
                "Sid": "ReadDumps",
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": self._objects(prefixes),
            },
            {
                "Sid": "DecryptDumps",
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": args.data_key_arn,
                "Condition": {"StringEquals": {"kms:ViaService": f"s3.{args.region}.amazonaws.com"}},
            },
        ]

    def _finding(self, sid: str, prefixes: Sequence[str]) -> Statement:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": self.bucket_arn,
            "Condition": {"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
        }

    def _objects(self, prefixes: Sequence[str]) -> list[Output[str]]:
        return [Output.concat(self.bucket_arn, f"/{prefix}*") for prefix in prefixes]

    def _vault(self, name: str, args: BackupsArgs) -> Vault | None:
        if not args.points:
            return None
        return Vault(
            f"{name}-daily",
            VaultArgs(
                prefix=args.prefix,
                retention_days=args.settings.retention_days,
                locked=args.settings.vault_lock,
                data_key_arn=args.data_key_arn,
                points=args.points,
                protect=args.protect,
                retention=args.retention,
                copies=args.copies,
            ),
            ResourceOptions(parent=self),
        )
