"""What a cache leaves behind when it is deleted."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.core.pending import Pending
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, text

SNAPSHOT: Final = "aws:elasticache/snapshot:Snapshot"
"""No type of the SDK, since nobody makes one: ElastiCache does, on a schedule or as it deletes a cache."""


def final_snapshot(record: Record, world: World) -> Iterator[Diagnostic]:
    """The name of a final snapshot is free (DeleteReplicationGroup: SnapshotAlreadyExistsFault)."""
    name = text(record.inputs, "finalSnapshotIdentifier")
    if name and world.by_id(name, SNAPSHOT, record.region) is not None:
        yield reject(
            "finalSnapshotIdentifier", "SnapshotAlreadyExistsFault", f"Snapshot with specified name {name} already "
            "exists", "give finalSnapshotIdentifier another name and run up first",
        )  # fmt: skip


def _major(record: Record) -> str:
    return f"{text(record.inputs, 'engine') or 'redis'}{(text(record.inputs, 'engineVersion') or '').split('.')[0]}"


# PendingModifiedValues of a replication group's cache clusters, from which the provider reads the group's node type,
# engine and version: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_PendingModifiedValues.html
UPGRADES: Final = Pending(_major, frozenset({"nodeType", "engine", "engineVersion"}))


def leaves(record: Record, now: datetime) -> Iterator[Record]:  # noqa: ARG001 - as `leaves` is asked
    """Give the final snapshot."""
    name = text(record.inputs, "finalSnapshotIdentifier")
    if name:
        yield left(record, SNAPSHOT, name, {"replicationGroupId": physical_name(record), "snapshotName": name})
