"""What S3 accepts of a replication: of its rules alone, and of the buckets at both of its ends.

Sources: PutBucketReplication in the S3 API reference, and the requirements and the considerations of object lock in
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html.
"""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, at, flag, number, objects, text
from offline_cloud.cloud.services.s3.rules import versioned

_TIMED_MINUTES: Final = 15
"""Replication Time Control knows this threshold alone."""


def check_rules(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """A rule with a filter says what becomes of delete markers; encrypted objects need a key, timed ones metrics."""
    for index, rule in enumerate(objects(inputs, "rules")):
        place = f"rules[{index}]"
        if at(rule, "filter") is not None and at(rule, "deleteMarkerReplication") is None:
            reason = "DeleteMarkerReplication must be specified for this version of Cross Region Replication"
            yield reject(f"{place}.deleteMarkerReplication", "InvalidRequest", reason, "state it, Enabled or Disabled")
        yield from _encrypted(rule, place)
        yield from _timed(rule, place)


def _encrypted(rule: Properties, place: str) -> Iterator[Diagnostic]:
    chosen = text(rule, "sourceSelectionCriteria.sseKmsEncryptedObjects.status") == "Enabled"
    if chosen and at(rule, "destination.encryptionConfiguration.replicaKmsKeyId") is None:
        reason = "EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present"
        path = f"{place}.destination.encryptionConfiguration"
        yield reject(path, "InvalidRequest", reason, "give replicaKmsKeyId, a key of the destination's region")


def _timed(rule: Properties, place: str) -> Iterator[Diagnostic]:
    timed = text(rule, "destination.replicationTime.status") == "Enabled"
    if timed and text(rule, "destination.metrics.status") != "Enabled":
        reason = "Metrics must be enabled with ReplicationTime"
        yield reject(f"{place}.destination.metrics", "InvalidRequest", reason, "enable metrics")
    for path in ("replicationTime.time.minutes", "metrics.eventThreshold.minutes"):
        minutes = number(rule, f"destination.{path}")
        if minutes is not None and minutes != _TIMED_MINUTES:
            reason = f"The threshold of replication is {_TIMED_MINUTES} minutes, not {minutes}"
            yield reject(f"{place}.destination.{path}", "InvalidArgument", reason, f"use {_TIMED_MINUTES}")


def source_is_versioned(record: Record, world: World) -> Iterator[Diagnostic]:
    """What has no versions is not replicated."""
    bucket = text(record.inputs, "bucket")
    if bucket is not None and versioned(bucket, world) is False:
        reason = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        yield reject("bucket", "InvalidRequest", reason, "depend on the bucket's BucketVersioning")


def destination_takes_it(record: Record, world: World) -> Iterator[Diagnostic]:
    """The destination is another bucket, has versions, and locks objects where the source does."""
    source = _bucket(text(record.inputs, "bucket"), world)
    for index, rule in enumerate(objects(record.inputs, "rules")):
        arn = text(rule, "destination.bucket")
        path = f"rules[{index}].destination.bucket"
        if arn is None:
            continue
        destination = world.by_arn(arn)
        if destination is None:
            yield reject(path, "InvalidRequest", "Destination bucket must exist.", "refer to the bucket's arn")
        elif source is not None and destination.id == source.id:
            yield reject(path, "InvalidRequest", "Destination bucket cannot be the source bucket.", "use another one")
        else:
            yield from _ready(path, source, destination, world)


def _ready(path: str, source: Record | None, destination: Record, world: World) -> Iterator[Diagnostic]:
    if versioned(destination.id, world) is False:
        reason = "Destination bucket must have versioning enabled."
        yield reject(path, "InvalidRequest", reason, "depend on the destination's BucketVersioning")
    locked = source is not None and flag(source.inputs, "objectLockEnabled") is True
    if locked and flag(destination.inputs, "objectLockEnabled") is not True:
        reason = "Object Lock must be enabled on the destination bucket, as it is on the source bucket"
        yield reject(path, "InvalidRequest", reason, "set objectLockEnabled on the destination")


def _bucket(name: str | None, world: World) -> Record | None:
    return world.by_id(name, facts.BUCKET) if name else None
