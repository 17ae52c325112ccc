"""TimescaleDB on the cluster: the release, its archive, and the names that applications connect to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.capabilities.timeseries.rules import rules
from components.chart_values.folder import CHARTS, chart_path
from components.chart_values.timescale import (
    Backup,
    InstanceResources,
    ManagedRole,
    Pooler,
    Roles,
    Storage,
    TimescaleValues,
)
from components.encryption.copy_place import CopyPlace
from components.identity.pod_role import PodRole, PodRoleArgs, Statement
from components.storage.bucket import SecureBucket, SecureBucketArgs, unique_name
from components.storage.bucket_copy import BucketCopy, BucketCopyArgs
from settings.arithmetic.roles import grant_variables, owner_key, reader_key
from settings.arithmetic.timeseries import parameters, pooler_instances
from settings.facts import ports
from settings.facts.recovery import ARCHIVE_STUCK_SECONDS
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.sizes.timeseries import TimeseriesSettings
from settings.types import mebibytes, millicores
from settings.workload.timeseries import TimeseriesNeeds, TimeseriesPooler

NAMESPACE = "timeseries"
"""Where the instances run, apart from the product: only their port is open to it."""
CLUSTER = "timeseries"
OPERATOR_NAMESPACE = "cnpg-system"
PORT = ports.POSTGRESQL

_NAME: Final = "timeseries"
_GRANTS = (CHARTS / "foundation" / "files" / "grants.sql").read_text(encoding="utf-8")
"""What makes the roles of a database in RDS makes those of this one."""
_LOCK_SECONDS = 10
_TIMEOUT_SECONDS = 900
_PARALLEL = 4  # segments and files at once; one stream to S3 carries some 100 MB/s


@dataclass(frozen=True, kw_only=True)
class TimeseriesArgs:
    """`credentials` are JSON secrets of names and passwords, by the keys of roles; `owner` is one of these roles.

    `image` is the full reference of the server's. Pods of `product_namespace` may connect.
    `release_namespace` keeps the release itself. `pool` names the nodes that carry the instances; None: the common
    ones. Somebody is called when the archive has got nothing for `archive_stuck_seconds`.
    `after` is what must stand first: the operator and its plugin, secrets and volumes. `keep_volumes` is the
    environment's and not a matter of protection: a storage class cannot change, so it must stay when a stack is
    released to be destroyed. `copies` is where the archive is copied to as well.
    """

    prefix: str
    region: str
    product: str
    product_namespace: str
    settings: TimeseriesSettings
    needs: TimeseriesNeeds
    zones: int
    image: Input[str]
    credentials: Mapping[str, str]
    owner: str
    release_namespace: str
    cluster_name: Input[str]
    data_key_arn: Input[str]
    provider: kubernetes.Provider
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    keep_volumes: bool
    after: Sequence[Resource]
    pool: str | None = None
    archive_stuck_seconds: int = ARCHIVE_STUCK_SECONDS
    copies: CopyPlace | None = None


class Timeseries(ComponentResource):
    """What an application sees is what it sees of RDS: two hosts, a port, a database and a credential.

    The archive stands first, so that it can be watched; `install` makes the rest.
    """

    host: str
    reader_host: str
    port: int
    name: str
    bucket_name: Output[str]
    copy: BucketCopy | None
    """The archive in another region."""
    release: Release

    def __init__(self, name: str, args: TimeseriesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Timeseries", name, None, opts)
        self._logical, self._args = name, args
        stored = SecureBucketArgs(
            bucket_name=unique_name(name, f"{args.prefix}-timeseries", ResourceOptions(parent=self)),
            key_arn=args.data_key_arn,
            # What the retention removes, by the clock or by mistake, can be had back for two weeks.
            noncurrent_days=14,
            protect=args.protect,
            retention=args.retention,
        )
        self._archive = SecureBucket(f"{name}-archive", stored, ResourceOptions(parent=self))
        self.bucket_name = self._archive.name
        self.copy = self._copied(stored, args.copies) if args.copies else None
        entrance = f"{CLUSTER}-pooler-rw" if args.needs.pooler else f"{CLUSTER}-rw"
        self.host = _service(entrance)
        # Without a replica the service of the replicas has no endpoint; `r` is any instance.
        self.reader_host = _service(f"{CLUSTER}-ro" if args.settings.instances > 1 else f"{CLUSTER}-r")
        self.port = PORT
        self.name = args.needs.name
        self.register_outputs({"host": self.host, "readerHost": self.reader_host, "bucketName": self.bucket_name})

    def install(self, metrics_namespace: str, definitions: Sequence[Resource]) -> None:
        """Install the release, which takes the definitions of PodMonitor and PrometheusRule."""
        args, archive = self._args, self._archive
        role = PodRole(
            f"{self._logical}-archiver",
            PodRoleArgs(
                role_name=f"{args.prefix}-timeseries",
                cluster_name=args.cluster_name,
                namespace=NAMESPACE,
                service_account=CLUSTER,
                statements=_archiving(archive.arn, args),
            ),
            ResourceOptions(parent=self),
        )
        values = timescale_values(args, archive.name, metrics_namespace)
        after = [*args.after, *definitions, *archive.ready, role]
        self.release = Release(
            f"{self._logical}-release",
            name=CLUSTER,
            chart=chart_path("timescale"),
            namespace=args.release_namespace,
            create_namespace=True,
            values=values.to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            wait_for_jobs=True if values.roles else None,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=after),
        )

    def _copied(self, stored: SecureBucketArgs, place: CopyPlace) -> BucketCopy:
        """Copy the archive, and what the retention deletes of it, so that the copy does not grow for ever."""
        args, name = self._args, f"{self._logical}-copy"
        bucket_name = unique_name(name, f"{args.prefix}-timeseries-copy", ResourceOptions(parent=self))
        return BucketCopy(
            name,
            BucketCopyArgs(
                role_name=f"{args.prefix}-copy-archive",
                source=self._archive,
                region=args.region,
                key_arn=args.data_key_arn,
                stored=replace(stored, bucket_name=bucket_name),
                copy_region=place.region,
                copy_key_arn=place.key_arn,
                deletions=True,
            ),
            ResourceOptions(parent=self),
        )


def timescale_values(args: TimeseriesArgs, bucket: Input[str], metrics_namespace: str) -> TimescaleValues:
    """Values of the local chart; none of them is secret."""
    settings, needs = args.settings, args.needs
    return TimescaleValues(
        product=args.product,
        product_namespace=args.product_namespace,
        name=CLUSTER,
        namespace=NAMESPACE,
        region=args.region,
        image=args.image,
        major=int(needs.version),
        user=needs.image_user,
        database=needs.name,
        role=needs.role,
        credential=args.credentials[_NAME],
        instances=settings.instances,
        synchronous=settings.instances > 2,  # noqa: PLR2004 -- one replica may go and writes still go on
        spread="required" if settings.instances <= args.zones else "preferred",
        resources=InstanceResources(cpu=settings.cpu, memory=settings.memory),
        storage=_storage(args),
        parameters=parameters(
            millicores=millicores(settings.cpu),
            mebibytes=mebibytes(settings.memory),
            wal_gib=settings.wal_storage_gib,
            connections=needs.connections,
            edition=needs.edition,
        ),
        backup=Backup(
            bucket=bucket,
            retention_days=settings.backup_retention_days,
            schedule=settings.backup_schedule,
            parallel=_PARALLEL,
        ),
        operator_namespace=OPERATOR_NAMESPACE,
        metrics_namespace=metrics_namespace,
        rules=rules(
            NAMESPACE,
            CLUSTER,
            instances=settings.instances,
            connections=needs.connections,
            stuck_seconds=args.archive_stuck_seconds,
        ),
        pool=args.pool,
        pooler=_pooler(needs.pooler, settings.instances) if needs.pooler else None,
        roles=_roles(args),
    )


def _roles(args: TimeseriesArgs) -> Roles | None:
    """Return the roles beside the application's, None without any; the owner may be that."""
    needs, owns = args.needs, args.owner != args.needs.role
    managed: dict[str, ManagedRole] = {}
    if owns:
        key = owner_key(_NAME)
        managed["owner"] = ManagedRole(role=args.owner, credential=args.credentials[key], owns=True)
    if needs.reader is not None:
        key = reader_key(_NAME)
        managed["reader"] = ManagedRole(role=needs.reader.role, credential=args.credentials[key], owns=False)
    if not managed:
        return None
    variables = {**grant_variables(needs, args.owner), "APP_LOCK_TIMEOUT": f"{_LOCK_SECONDS}s"}
    return Roles(managed=managed, connects="owner" if owns else "role", variables=variables, statements=_GRANTS)


def _storage(args: TimeseriesArgs) -> Storage:
    settings = args.settings
    return Storage(
        type=settings.storage_type,
        gib=settings.storage_gib,
        wal_gib=settings.wal_storage_gib,
        iops=settings.iops,
        throughput_mib=settings.throughput_mib if settings.storage_type == "gp3" else None,
        key=args.data_key_arn,
        # A volume that outlives its claim can be mounted again; elsewhere it would only be paid for.
        reclaim="Retain" if args.keep_volumes else "Delete",
    )


def _pooler(needs: TimeseriesPooler, instances: int) -> Pooler:
    return Pooler(
        instances=pooler_instances(needs.instances, instances),
        pool_size=needs.pool_size,
        maximum_clients=needs.maximum_clients,
    )


def _service(name: str) -> str:
    return f"{name}.{NAMESPACE}.svc.cluster.local"


def _archiving(bucket_arn: Input[str], args: TimeseriesArgs) -> list[Statement]:
    """Write, read back and clear away what the retention lets go; nothing but the stack's own archive."""
    return [
        {
            "Sid": "FindArchive",
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
            "Resource": bucket_arn,
        },
        {
            "Sid": "KeepArchive",
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            "Resource": Output.concat(bucket_arn, "/*"),
        },
        {
            "Sid": "EncryptArchive",
            "Effect": "Allow",
            "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
            "Resource": args.data_key_arn,
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{args.region}.amazonaws.com"}},
        },
    ]
