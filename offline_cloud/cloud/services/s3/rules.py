"""What S3 accepts. Source: the S3 API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, number, objects, text

_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
_OBJECT_LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def versioned(bucket: str | None, world: World) -> bool | None:
    """Tell whether a bucket is versioned; ``None`` when that is not known yet."""
    for user in world.mentioning(bucket) if bucket else ():
        if user.type == _VERSIONING and text(user.inputs, "bucket") == bucket:
            status = text(user.inputs, "versioningConfiguration.status")
            return None if status is None else status == "Enabled"
    owner = next((it for it in world.mentioning(bucket or "") if it.type == facts.BUCKET), None)
    return bool(owner and flag(owner.inputs, "objectLockEnabled")) or any(
        facts.is_unknown(it.inputs, "bucket") for it in world.of_type(_VERSIONING)
    )


def lock_needs_versions(record: Record, world: World) -> Iterator[Diagnostic]:
    """Object lock works on a versioned bucket."""
    bucket = text(record.inputs, "bucket")
    if bucket is not None and versioned(bucket, world) is False:
        yield reject(
            "bucket", "InvalidBucketState", f"Versioning must be 'Enabled' on the bucket {bucket} to apply an Object "
            "Lock configuration", "set objectLockEnabled on the bucket, or depend on its BucketVersioning",
        )  # fmt: skip


def locked_stays_versioned(record: Record, world: World) -> Iterator[Diagnostic]:
    """Versioning of a locked bucket is never suspended."""
    bucket = text(record.inputs, "bucket")
    if text(record.inputs, "versioningConfiguration.status") in (None, "Enabled"):
        return
    for user in world.mentioning(bucket) if bucket else ():
        locked = user.type == facts.BUCKET and flag(user.inputs, "objectLockEnabled") is True
        if user.type == _OBJECT_LOCK or locked:
            yield reject(
                "versioningConfiguration.status", "InvalidBucketState", "An Object Lock configuration is present on "
                "this bucket, so the versioning state cannot be changed", "use Enabled",
            )  # fmt: skip
            return


def check_lifecycle(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    for index, rule in enumerate(objects(inputs, "rules")):
        expiry = number(rule, "expiration.days")
        for step, transition in enumerate(objects(rule, "transitions")):
            days = number(transition, "days")
            if days is not None and expiry is not None and days >= expiry:
                reason = f"'Days' in the Expiration action ({expiry}) must be greater than in the Transition ({days})"
                fix = "expire later, or move earlier"
                yield reject(f"rules[{index}].transitions[{step}].days", "InvalidArgument", reason, fix)
            if days is not None and days < 30 and text(transition, "storageClass") in ("STANDARD_IA", "ONEZONE_IA"):  # noqa: PLR2004
                yield reject(
                    f"rules[{index}].transitions[{step}].days", "InvalidArgument",
                    f"'Days' in Transition action must be greater than or equal to 30 for storageClass "
                    f"'{text(transition, 'storageClass')}'", "use at least 30 days",
                )  # fmt: skip


def locked_objects(record: Record, world: World) -> Iterator[Diagnostic]:
    """Objects under a compliance lock cannot be deleted by anybody, so ``forceDestroy`` cannot empty the bucket."""
    for lock in world.mentioning(physical_name(record)):
        if lock.type != "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":
            continue
        modes = [text(rule, "defaultRetention.mode") for rule in objects(lock.inputs, "rule")]
        if "COMPLIANCE" in modes:
            message = f"Objects of {physical_name(record)} are locked in compliance mode by {facts.label(lock)}"
            yield reject("", "AccessDenied", message, facts.delete_first(lock))
