"""What S3, Backup, Secrets Manager, CloudWatch and their neighbours accept. Source: the services' API references."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from sandbox.cloud.model import Properties, Record, Refusal, World, flag, items, number, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
_OBJECT_LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_COLD_DAYS: Final = 90
_WIDGET_WIDTH: Final = 24
_MUTED: Final = 100


def _versioned(bucket: str | None, world: World) -> bool | None:
    """Tell whether a bucket is versioned; ``None`` when that is not known yet."""
    for user in world.mentioning(bucket) if bucket else ():
        if user.type == _VERSIONING and text(user.inputs, "bucket") == bucket:
            status = text(user.inputs, "versioningConfiguration.status")
            return None if status is None else status == "Enabled"
    owner = next((it for it in world.mentioning(bucket or "") if it.type == facts.BUCKET), None)
    return bool(owner and flag(owner.inputs, "objectLockEnabled")) or any(
        facts.is_unknown(it.inputs, "bucket") for it in world.of_type(_VERSIONING)
    )


def lock_needs_versions(record: Record, world: World) -> Iterator[Refusal]:
    """Object lock works on a versioned bucket."""
    bucket = text(record.inputs, "bucket")
    if bucket is not None and _versioned(bucket, world) is False:
        yield refusal(
            "bucket", "InvalidBucketState", f"Versioning must be 'Enabled' on the bucket {bucket} to apply an Object "
            "Lock configuration", "set objectLockEnabled on the bucket, or depend on its BucketVersioning",
        )  # fmt: skip


def locked_stays_versioned(record: Record, world: World) -> Iterator[Refusal]:
    """Versioning of a locked bucket is never suspended."""
    bucket = text(record.inputs, "bucket")
    if text(record.inputs, "versioningConfiguration.status") in (None, "Enabled"):
        return
    for user in world.mentioning(bucket) if bucket else ():
        locked = user.type == facts.BUCKET and flag(user.inputs, "objectLockEnabled") is True
        if user.type == _OBJECT_LOCK or locked:
            yield refusal(
                "versioningConfiguration.status", "InvalidBucketState", "An Object Lock configuration is present on "
                "this bucket, so the versioning state cannot be changed", "use Enabled",
            )  # fmt: skip
            return


def check_lifecycle(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    for index, rule in enumerate(objects(inputs, "rules")):
        expiry = number(rule, "expiration.days")
        for step, transition in enumerate(objects(rule, "transitions")):
            days = number(transition, "days")
            if days is not None and expiry is not None and days >= expiry:
                yield refusal(
                    f"rules[{index}].transitions[{step}].days", "InvalidArgument",
                    f"'Days' in the Expiration action ({expiry}) must be greater than in the Transition ({days})",
                    "expire later, or move earlier",
                )  # fmt: skip
            if days is not None and days < 30 and text(transition, "storageClass") in ("STANDARD_IA", "ONEZONE_IA"):  # noqa: PLR2004
                yield refusal(
                    f"rules[{index}].transitions[{step}].days", "InvalidArgument",
                    f"'Days' in Transition action must be greater than or equal to 30 for storageClass "
                    f"'{text(transition, 'storageClass')}'", "use at least 30 days",
                )  # fmt: skip


def check_plan(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    code = "InvalidParameterValueException"
    for index, rule in enumerate(objects(inputs, "rules")):
        cold, kept = number(rule, "lifecycle.coldStorageAfter"), number(rule, "lifecycle.deleteAfter")
        if cold is not None and kept is not None and 0 < kept < cold + _COLD_DAYS:
            yield refusal(
                f"rules[{index}].lifecycle.deleteAfter", code, f"DeleteAfterDays cannot be less than {_COLD_DAYS} days "
                "apart from MoveToColdStorageAfterDays", f"use at least {cold + _COLD_DAYS}",
            )  # fmt: skip


def kept_as_locked(record: Record, world: World) -> Iterator[Refusal]:
    """A plan keeps its recovery points as long as the lock of their vault asks for."""
    for index, rule in enumerate(objects(record.inputs, "rules")):
        vault, kept = text(rule, "targetVaultName"), number(rule, "lifecycle.deleteAfter")
        for lock in world.mentioning(vault) if vault and kept else ():
            if lock.type != facts.VAULT_LOCK or lock.region != record.region:
                continue
            low, high = number(lock.inputs, "minRetentionDays"), number(lock.inputs, "maxRetentionDays")
            if kept is not None and ((low is not None and kept < low) or (high is not None and kept > high)):
                yield refusal(
                    f"rules[{index}].lifecycle.deleteAfter", "InvalidParameterValueException",
                    f"Retention of {kept} days is outside what the lock of vault {vault} allows ({low} to {high})",
                    "change the plan's retention, or the lock's",
                )  # fmt: skip


def check_dashboard(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    body = text(inputs, "dashboardBody")
    if body is None:
        return
    try:
        content = json.loads(body)
    except ValueError as error:
        yield refusal("dashboardBody", "InvalidParameterInput", f"The body is no JSON: {error}", "use json.dumps")
        return
    # The body is parsed JSON, so it is made of the same values as any inputs.
    for index, widget in enumerate(objects(cast("Properties", {"body": content}), "body.widgets")):
        width, left = number(widget, "width") or 6, number(widget, "x") or 0
        if width + left > _WIDGET_WIDTH:
            yield refusal(
                "dashboardBody", "InvalidParameterInput", f"widget {index} ends at column {width + left}",
                f"a dashboard is {_WIDGET_WIDTH} columns wide",
            )  # fmt: skip


def alarms_exist(record: Record, world: World) -> Iterator[Refusal]:
    """A composite alarm's rule names alarms that exist."""
    rule = text(record.inputs, "alarmRule")
    for name in re.findall(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?([^"')]+?)["']?\s*\)""", rule or ""):
        plain = name.rsplit(":alarm:", 1)[-1]
        if not _is_alarm(plain, record, world):
            yield refusal(
                "alarmRule", "ValidationError", f"AlarmRule refers to an alarm that does not exist: {plain}",
                "build the rule from the alarms' name outputs",
            )  # fmt: skip


def _is_alarm(name: str, record: Record, world: World) -> bool:
    return any(facts.named(world, kind, name, record.region) for kind in (facts.METRIC_ALARM, facts.COMPOSITE_ALARM))


def muted_alarms_exist(record: Record, world: World) -> Iterator[Refusal]:
    """A mute rule names alarms that exist, a hundred at most."""
    path = "muteTargets.alarmNames"
    if len(items(record.inputs, path)) > _MUTED:
        message = f"a mute rule targets up to {_MUTED} alarms"
        yield refusal(path, "ValidationError", message, "make a second rule for the rest")
    for where, name in facts.strings_at(record.inputs, f"{path}[]"):
        if not _is_alarm(name, record, world):
            yield refusal(where, "ResourceNotFoundException", f"no alarm is named {name}", "use the alarms' outputs")


def check_secret(inputs: Properties, region: str) -> Iterator[Refusal]:
    for index, replica in enumerate(objects(inputs, "replicas")):
        if text(replica, "region") == region:
            yield refusal(
                f"replicas[{index}].region", "InvalidParameterException", "Invalid replica region: the secret's own",
                "name other regions only",
            )  # fmt: skip


def replica_of(record: Record, world: World) -> Iterator[Refusal]:
    """A replica key has a multi-Region primary in another region."""
    primary = world.by_arn(text(record.inputs, "primaryKeyArn") or "")
    if primary is None:
        return
    if flag(primary.inputs, "multiRegion") is not True:
        yield refusal(
            "primaryKeyArn", "UnsupportedOperationException", f"{facts.label(primary)} is not a multi-Region key",
            "set multiRegion on the primary, which replaces it",
        )  # fmt: skip
    if primary.region == record.region:
        yield refusal(
            "primaryKeyArn", "InvalidRequestException", f"The primary is in {record.region} too", "use another region"
        )


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (check_lifecycle,),
    facts.BACKUP_PLAN: (check_plan,),
    "aws:cloudwatch/dashboard:Dashboard": (check_dashboard,),
    facts.SECRET: (check_secret,),
}
STATES: Final[Table] = {
    _OBJECT_LOCK: (lock_needs_versions,),
    _VERSIONING: (locked_stays_versioned,),
    facts.BACKUP_PLAN: (kept_as_locked,),
    facts.COMPOSITE_ALARM: (alarms_exist,),
    "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": (muted_alarms_exist,),
    facts.REPLICA_KEY: (replica_of,),
}
