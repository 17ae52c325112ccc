"""Object storage: buckets of the product's own, and who may do what with them."""

from collections.abc import Sequence
from typing import Final, cast

from pulumi import Input, Output

from components.backup.vault import RecoveryPoints
from components.capabilities.contract import Context, Given, Plan
from components.identity.pod_role import Statement, allow
from components.product.reach import AwsService, Reach
from components.storage.bucket import CrossOrigin, SecureBucket, SecureBucketArgs, unique_name
from components.storage.served_files import ServedFiles, distribution_reads
from settings import PlatformSettings
from settings.facts import ports
from settings.workload.buckets import NONCURRENT_DAYS, Bucket, BucketAccess, BucketCdn, BucketCors
from settings.workload.outputs import WiredOutput

_READING: Final = ("s3:GetObject",)
_WRITING: Final = ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")
_POLICY: Final = "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3"


class BucketsCapability:
    """A bucket with a role for whatever of the product names it; nobody else reaches it, and it cannot become public.

    What CloudFront serves of it is stated by key, and read there alone.
    """

    name = "buckets"

    def plan(self, settings: PlatformSettings) -> Plan | None:
        if not settings.workload.buckets:
            return None
        users = frozenset(name for name, each in settings.workload.aws_callers.items() if each.buckets)
        place = AwsService("object-store", endpoint="s3")
        reach = Reach(use=self.name, place=place, ports=(ports.HTTPS,), users=users)
        return Plan(reach=[reach], key_users=["cloudfront"] if _cdns(settings) else [])

    def build(self, context: Context) -> Given:
        settings = context.settings
        stated = settings.workload.buckets
        made = {name: _build(context, name, bucket) for name, bucket in stated.items()}
        hosts = {name: settings.hostname(cdn.host) for name, cdn in _cdns(settings).items()}
        key, region = context.foundation.encryption.data_key_arn, settings.stack.region
        return Given(
            resources=[*made.values()],
            outputs={
                cast("WiredOutput", f"buckets.{name}.{output}"): value
                for name, each in made.items()
                for output, value in _outputs(each, region, hosts.get(name)).items()
            },
            exports={
                "buckets": {name: each.name for name, each in made.items()},
                **({"bucket_hosts": hosts} if hosts else {}),
            },
            statements={
                caller: _access([(made[name], access) for name, access in each.buckets.items()], key, region)
                for caller, each in settings.workload.aws_callers.items()
                if each.buckets
            },
            served={f"cdn-{name}": _served(settings, name, made[name]) for name in hosts},
            points=[_points(name, made[name]) for name, bucket in stated.items() if bucket.backup],
        )


def _cdns(settings: PlatformSettings) -> dict[str, BucketCdn]:
    return {name: bucket.cdn for name, bucket in settings.workload.buckets.items() if bucket.cdn is not None}


def _served(settings: PlatformSettings, name: str, made: SecureBucket) -> ServedFiles:
    cdn, cors = _cdns(settings)[name], settings.workload.buckets[name].cors
    return ServedFiles(
        host=settings.hostname(cdn.host),
        bucket_name=made.name,
        needs=cdn,
        cors=_cross_origin(settings, cors) if cors is not None else None,
    )


def _build(context: Context, name: str, bucket: Bucket) -> SecureBucket:
    settings, foundation = context.settings, context.foundation
    label = f"bucket-{name}"
    existing = settings.stack.existing.buckets.get(name)
    return SecureBucket(
        label,
        SecureBucketArgs(
            bucket_name=existing.name
            if existing
            else unique_name(label, f"{settings.prefix}-{name}", foundation.child),
            key_arn=foundation.encryption.data_key_arn,
            protect=foundation.protect,
            retention=foundation.retention,
            versioned=bucket.versions,
            expire_days=bucket.expire_days,
            noncurrent_days=bucket.noncurrent_days or NONCURRENT_DAYS,
            cors=_cross_origin(settings, bucket.cors) if bucket.cors is not None else None,
            statements=lambda arn: _reading(arn, foundation.encryption.account_id, bucket.cdn),
        ),
        foundation.child,
    )


def _reading(arn: Output[str], account_id: Input[str], cdn: BucketCdn | None) -> list[Statement]:
    return [distribution_reads(arn, account_id, cdn.prefixes)] if cdn is not None else []


def _cross_origin(settings: PlatformSettings, cors: BucketCors) -> CrossOrigin:
    return CrossOrigin(
        origins=[
            origin if origin.startswith("https://") else f"https://{settings.hostname(origin)}"
            for origin in cors.origins
        ],
        methods=cors.methods,
        headers=cors.headers,
        exposed_headers=cors.exposed_headers,
        max_age_seconds=cors.max_age_seconds,
    )


def _outputs(bucket: SecureBucket, region: str, host: str | None) -> dict[str, Input[str]]:
    url = Output.concat("https://", bucket.name, f".s3.{region}.amazonaws.com")
    return {"name": bucket.name, "url": url, **({"cdn_host": host} if host is not None else {})}


def _access(used: Sequence[tuple[SecureBucket, BucketAccess]], key_arn: Input[str], region: str) -> list[Statement]:
    """Let code do with the named buckets what it states, and with their key what that takes."""
    readable = [bucket.arn for bucket, access in used if access != "write"]
    writable = [bucket.arn for bucket, access in used if access != "read"]
    statements: list[Statement] = []
    if readable:
        statements += [allow("ListBuckets", ["s3:ListBucket"], readable), _on_objects("Read", _READING, readable)]
    if writable:
        statements.append(_on_objects("Write", _WRITING, writable))
    # Parts of an upload are read again when they are put together, hence Decrypt for whoever only writes.
    key_use = ["kms:Decrypt", "kms:GenerateDataKey"] if writable else ["kms:Decrypt"]
    condition = {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}
    return [*statements, {**allow("UseDataKey", key_use, [key_arn]), "Condition": condition}]


def _on_objects(verb: str, actions: Sequence[str], arns: Sequence[Output[str]]) -> Statement:
    return allow(f"{verb}Objects", actions, [Output.concat(arn, "/*") for arn in arns])


def _points(name: str, bucket: SecureBucket) -> RecoveryPoints:
    policies = (f"{_POLICY}Backup", f"{_POLICY}Restore")
    return RecoveryPoints(
        name=f"bucket-{name}", label=f"bucket-{name}-selection", resource=bucket.arn, policies=policies
    )
