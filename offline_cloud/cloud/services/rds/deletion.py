"""What a database leaves behind when it is deleted."""

from collections.abc import Iterator
from datetime import datetime

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.model import Diagnostic, Record, World, digest, flag, number, text

AUTOMATED_BACKUP = "aws:rds/automatedBackup:AutomatedBackup"
"""What RDS keeps of a deleted instance: no type of the SDK, since nobody makes one."""


def final_snapshot(record: Record, world: World) -> Iterator[Diagnostic]:
    """A database leaves a snapshot behind, or says that it does not; a replica never does."""
    skips = flag(record.inputs, "skipFinalSnapshot") is True
    replica = text(record.inputs, "replicateSourceDb") is not None
    if replica and not skips:
        yield reject(
            "skipFinalSnapshot", "InvalidParameterCombination", "FinalDBSnapshotIdentifier can not be specified when "
            "deleting a replica instance", "set skipFinalSnapshot to true on replicas",
        )  # fmt: skip
    elif not skips and text(record.inputs, "finalSnapshotIdentifier") is None:
        reason = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified"
        fix = "give finalSnapshotIdentifier, or set skipFinalSnapshot to true, and run up before you delete it"
        yield reject("finalSnapshotIdentifier", "InvalidParameterCombination", reason, fix)
    name = text(record.inputs, "finalSnapshotIdentifier")
    if not skips and name and world.by_id(name, facts.SNAPSHOT, record.region) is not None:
        yield reject(
            "finalSnapshotIdentifier", "DBSnapshotAlreadyExists", "Cannot create the snapshot because a snapshot with "
            f"the identifier {name} already exists", "give finalSnapshotIdentifier another name and run up first",
        )  # fmt: skip
    for proxy_target in world.mentioning(physical_name(record)):
        if proxy_target.type == "aws:rds/proxyTarget:ProxyTarget" and proxy_target.region == record.region:
            message = f"The DB instance {physical_name(record)} is a target of {facts.label(proxy_target)}"
            yield reject("", "InvalidDBInstanceState", message, facts.delete_first(proxy_target))


def leaves(record: Record, now: datetime) -> Iterator[Record]:  # noqa: ARG001 - as `leaves` is asked
    """Give the final snapshot, and the automated backups that are not deleted with the instance.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
    """
    if text(record.inputs, "replicateSourceDb") is not None:
        return
    identifier, name = physical_name(record), text(record.inputs, "finalSnapshotIdentifier")
    if flag(record.inputs, "skipFinalSnapshot") is not True and name:
        given = {"dbInstanceIdentifier": identifier, "dbSnapshotIdentifier": name}
        yield left(record, facts.SNAPSHOT, name, {**given})
    days = number(record.inputs, "backupRetentionPeriod")
    if flag(record.inputs, "deleteAutomatedBackups") is False and days:
        id = f"ab-{digest(record.seed, 'automated backup', length=26)}"
        yield left(record, AUTOMATED_BACKUP, id, {"dbInstanceIdentifier": identifier, "retentionDays": days})
