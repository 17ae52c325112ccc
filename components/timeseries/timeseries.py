"""TimescaleDB on the cluster: the release, its archive, and the names that applications connect to."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
import pulumi_random as random
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.identity.pod_role import PodRole, PodRoleArgs, Statement
from components.naming import bounded
from components.plans.timeseries import parameters, pooler_instances
from components.storage.bucket import SecureBucket, SecureBucketArgs
from components.timeseries.rules import rules
from settings.stack import TimeseriesSettings
from settings.types import mebibytes, millicores
from settings.workload.timeseries import TimeseriesNeeds

NAMESPACE = "timeseries"
"""Where the instances run, apart from the product: only their port is open to it."""
CLUSTER = "timeseries"
OPERATOR_NAMESPACE = "cnpg-system"
PORT = 5432

_SUFFIX_BYTES = 4
_BUCKET_NAME_LENGTH = 63
_TIMEOUT_SECONDS = 900
_PARALLEL = 4  # segments and files at once; one stream to S3 carries some 100 MB/s


@dataclass(frozen=True, kw_only=True)
class TimeseriesArgs:
    """`credential` is the JSON secret of the role's name and password; `image` is the full reference of the server's.

    Pods of `product_namespace` may connect.
    `release_namespace` keeps the release itself. `pool` names the nodes that carry the instances; None: the common
    ones. `after` is what must stand first: the operator and its plugin, secrets, volumes and the definitions of
    PodMonitor and PrometheusRule. `keep_volumes` is the environment's and not a matter of protection: a storage class
    cannot change, so it must stay when a stack is released to be destroyed.
    """

    prefix: str
    region: str
    product: str
    product_namespace: str
    settings: TimeseriesSettings
    needs: TimeseriesNeeds
    zones: int
    image: Input[str]
    credential: str
    release_namespace: str
    metrics_namespace: str
    cluster_name: Input[str]
    data_key_arn: Input[str]
    provider: kubernetes.Provider
    protect: bool
    keep_volumes: bool
    after: Sequence[Resource]
    pool: str | None = None


class Timeseries(ComponentResource):
    """What an application sees is what it sees of RDS: two hosts, a port, a database and a credential."""

    host: str
    reader_host: str
    port: int
    name: str
    bucket_name: Output[str]
    release: Release

    def __init__(self, name: str, args: TimeseriesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Timeseries", name, None, opts)
        suffix = random.RandomId(f"{name}-suffix", byte_length=_SUFFIX_BYTES, opts=ResourceOptions(parent=self))
        stem = bounded(f"{args.prefix}-timeseries", _BUCKET_NAME_LENGTH - 2 * _SUFFIX_BYTES - 1)
        archive = SecureBucket(
            f"{name}-archive",
            SecureBucketArgs(
                bucket_name=Output.concat(stem, "-", suffix.hex),
                key_arn=args.data_key_arn,
                # What the retention removes, by the clock or by mistake, can be had back for two weeks.
                noncurrent_days=14,
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.bucket_name = archive.name
        role = PodRole(
            f"{name}-archiver",
            PodRoleArgs(
                role_name=bounded(f"{args.prefix}-timeseries", 64),
                cluster_name=args.cluster_name,
                namespace=NAMESPACE,
                service_account=CLUSTER,
                statements=_archiving(archive.arn, args),
            ),
            ResourceOptions(parent=self),
        )
        self.release = Release(
            f"{name}-release",
            name=CLUSTER,
            chart="./charts/timescale",
            namespace=args.release_namespace,
            create_namespace=True,
            values=timescale_values(args, archive.name),
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=[*args.after, *archive.ready, role]),
        )
        entrance = f"{CLUSTER}-pooler-rw" if args.needs.pooler else f"{CLUSTER}-rw"
        self.host = _service(entrance)
        # Without a replica the service of the replicas has no endpoint; `r` is any instance.
        self.reader_host = _service(f"{CLUSTER}-ro" if args.settings.instances > 1 else f"{CLUSTER}-r")
        self.port = PORT
        self.name = args.needs.name
        self.register_outputs({"host": self.host, "readerHost": self.reader_host, "bucketName": self.bucket_name})


def timescale_values(args: TimeseriesArgs, bucket: Input[str]) -> dict[str, object]:
    """Values of the local chart; none of them is secret."""
    settings, needs = args.settings, args.needs
    storage: dict[str, object] = {
        "type": settings.storage_type,
        "gib": settings.storage_gib,
        "walGib": settings.wal_storage_gib,
        "iops": settings.iops,
        "key": args.data_key_arn,
        # A volume that outlives its claim can be mounted again; elsewhere it would only be paid for.
        "reclaim": "Retain" if args.keep_volumes else "Delete",
    }
    if settings.storage_type == "gp3" and settings.throughput_mib is not None:
        storage["throughputMib"] = settings.throughput_mib
    values: dict[str, object] = {
        "product": args.product,
        "productNamespace": args.product_namespace,
        "name": CLUSTER,
        "namespace": NAMESPACE,
        "region": args.region,
        "image": args.image,
        "major": int(needs.version),
        "user": needs.image_user,
        "database": needs.name,
        "role": needs.role,
        "credential": args.credential,
        "instances": settings.instances,
        "synchronous": settings.instances > 2,  # noqa: PLR2004 -- one replica may go and writes still go on
        "spread": "required" if settings.instances <= args.zones else "preferred",
        "resources": {"cpu": settings.cpu, "memory": settings.memory},
        "storage": storage,
        "parameters": parameters(
            millicores=millicores(settings.cpu),
            mebibytes=mebibytes(settings.memory),
            wal_gib=settings.wal_storage_gib,
            connections=needs.connections,
            edition=needs.edition,
        ),
        "backup": {
            "bucket": bucket,
            "retentionDays": settings.backup_retention_days,
            "schedule": settings.backup_schedule,
            "parallel": _PARALLEL,
        },
        "operatorNamespace": OPERATOR_NAMESPACE,
        "metricsNamespace": args.metrics_namespace,
        "rules": rules(NAMESPACE, CLUSTER, instances=settings.instances, connections=needs.connections),
    }
    if args.pool is not None:
        values["pool"] = args.pool
    if needs.pooler is not None:
        values["pooler"] = {
            "instances": pooler_instances(needs.pooler.instances, settings.instances),
            "poolSize": needs.pooler.pool_size,
            "maximumClients": needs.pooler.maximum_clients,
        }
    return values


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
