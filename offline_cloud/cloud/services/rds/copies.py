"""Whose automated backups RDS copies into another region, and under which key.

Sources: StartDBInstanceAutomatedBackupsReplication in the RDS API reference, and
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Enable.html.
"""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, at, flag, number, text

_SOURCE: Final = "sourceDbInstanceArn"
_STATE: Final = "InvalidDBInstanceState"


def source(record: Record, world: World) -> Iterator[Diagnostic]:
    """The instance is in another region, is no replica, and has backups."""
    stated = text(record.inputs, _SOURCE)
    found = world.by_arn(stated) if stated else None
    if stated is None or found is None:
        return
    if found.region == record.region:
        reason = f"The backups of {facts.label(found)} are in {record.region} already"
        yield reject(_SOURCE, "InvalidParameterValue", reason, "give the replication another region")
    if text(found.inputs, "replicateSourceDb") is not None:
        reason = f"{facts.label(found)} is a read replica"
        yield reject(_SOURCE, _STATE, reason, "replicate the backups of the instance that it follows")
    days = number(found.inputs, "backupRetentionPeriod")
    if not days and not facts.is_unknown(found.inputs, "backupRetentionPeriod"):
        reason = f"Automated backups are off for {facts.label(found)}"
        yield reject(_SOURCE, _STATE, reason, "set the source's backupRetentionPeriod to at least 1")


def readable(record: Record, world: World) -> Iterator[Diagnostic]:
    """An encrypted instance's backups are encrypted anew, by a key of the region that they go to."""
    stated, key = text(record.inputs, _SOURCE), text(record.inputs, "kmsKeyId")
    found = world.by_arn(stated) if stated else None
    encrypted = found is not None and flag(found.inputs, "storageEncrypted") is True
    if encrypted and at(record.inputs, "kmsKeyId") is None:
        reason = "A key of this region is needed to replicate the backups of an encrypted instance"
        yield reject("kmsKeyId", "InvalidParameterValue", reason, "give kmsKeyId")
    if key is not None and key.startswith("arn:") and key.split(":")[3] != record.region:
        reason = f"The key {key} is not in {record.region}"
        yield reject("kmsKeyId", "KMSKeyNotAccessibleFault", reason, "use a key of the region that the backups go to")
