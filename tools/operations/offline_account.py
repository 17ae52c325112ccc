"""What the AWS CLI would answer of the offline cloud: snapshots and backups, which no state has."""

from collections.abc import Mapping
from typing import Any

from offline_cloud.cloud.core.facts import SNAPSHOT
from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.model import Record, text
from offline_cloud.cloud.services.elasticache.deletion import SNAPSHOT as CACHE_SNAPSHOT
from offline_cloud.cloud.services.rds.deletion import AUTOMATED_BACKUP
from offline_cloud.cloud.services.secretsmanager.deletion import DELETED as DELETED_SECRET
from offline_cloud.cloud.store import DuplicateIdError, Store
from tools.operations.steps import StoppedError


def answer(store: Store, stack: str, service: str, command: str, options: Mapping[str, str]) -> Mapping[str, Any]:
    """Answer one command, from what the store holds of a stack. Raises `StoppedError` for one that it does not know."""
    records = [each for each in store.records() if each.stack == stack]
    match f"{service} {command}":
        case "rds create-db-snapshot":
            return _snapshot(store, records, options)
        case "rds describe-db-snapshots":
            return {"DBSnapshots": [_rds(each) for each in records if each.type == SNAPSHOT and _of(each, options)]}
        case "rds describe-db-instance-automated-backups":
            backups = [each for each in records if each.type == AUTOMATED_BACKUP and _of(each, options)]
            return {"DBInstanceAutomatedBackups": [{"Status": "retained", **_given(each)} for each in backups]}
        case "elasticache create-snapshot":
            return _cache_snapshot(store, records, options)
        case "elasticache describe-snapshots":
            found = [each for each in records if each.type == CACHE_SNAPSHOT]
            return {"Snapshots": [{"SnapshotName": each.id, "SnapshotStatus": "available"} for each in found]}
        case "secretsmanager list-secrets":
            found = [each for each in records if each.type == DELETED_SECRET]
            return {"SecretList": [{"Name": text(each.inputs, "secretName")} for each in found]}
        case _:
            raise StoppedError(f"the offline cloud does not answer `aws {service} {command}`")


def _of(record: Record, options: Mapping[str, str]) -> bool:
    wanted = options.get("db_instance_identifier")
    return wanted is None or text(record.inputs, "dbInstanceIdentifier") == wanted


def _given(record: Record) -> Mapping[str, Any]:
    return {"DBInstanceIdentifier": text(record.inputs, "dbInstanceIdentifier")}


def _rds(record: Record) -> Mapping[str, Any]:
    return {"DBSnapshotIdentifier": record.id, "Status": "available", **_given(record)}


def _snapshot(store: Store, records: list[Record], options: Mapping[str, str]) -> Mapping[str, Any]:
    name, of = options["db_snapshot_identifier"], options["db_instance_identifier"]
    instance = next((each for each in records if text(each.inputs, "identifier") == of), None)
    if instance is None:
        raise StoppedError(f"DBInstanceNotFound: DBInstance {of} not found")
    return _made(store, left(instance, SNAPSHOT, name, {"dbInstanceIdentifier": of, "dbSnapshotIdentifier": name}))


def _cache_snapshot(store: Store, records: list[Record], options: Mapping[str, str]) -> Mapping[str, Any]:
    name, of = options["snapshot_name"], options["replication_group_id"]
    group = next((each for each in records if text(each.inputs, "replicationGroupId") == of), None)
    if group is None:
        raise StoppedError(f"ReplicationGroupNotFoundFault: {of} not found")
    return _made(store, left(group, CACHE_SNAPSHOT, name, {"replicationGroupId": of, "snapshotName": name}))


def _made(store: Store, record: Record) -> Mapping[str, Any]:
    try:
        store.add_left(record)
    except DuplicateIdError:
        raise StoppedError(f"a snapshot {record.id} already exists") from None
    return {}
