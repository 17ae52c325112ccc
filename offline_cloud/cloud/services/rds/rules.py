"""What RDS accepts of instances, replicas and proxies. Sources: the RDS API reference and user guide."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, number, text
from offline_cloud.cloud.services.rds.pending import runs

_COMBINATION: Final = "InvalidParameterCombination"
# gp3 for PostgreSQL, MySQL and MariaDB: below 400 GiB the baseline is fixed, and iops may not be stated.
GP3_STRIPED_GIB: Final = 400
GP3_STRIPED_IOPS: Final = 12_000


def check_gp3(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    size, iops = number(inputs, "allocatedStorage"), number(inputs, "iops")
    if text(inputs, "storageType") != "gp3" or text(inputs, "engine") not in ("postgres", "mysql", "mariadb"):
        return
    for path in ("iops", "storageThroughput"):
        if size is not None and size < GP3_STRIPED_GIB and inputs.get(path) is not None:
            yield reject(
                path, _COMBINATION,
                f"You can't specify IOPS or storage throughput for engine {text(inputs, 'engine')} and a storage size "
                f"less than {GP3_STRIPED_GIB}", f"leave {path} out, or allocate {GP3_STRIPED_GIB} GiB",
            )  # fmt: skip
    if size is not None and size >= GP3_STRIPED_GIB and iops is not None and iops < GP3_STRIPED_IOPS:
        reason = f"Invalid iops value for gp3 from {GP3_STRIPED_GIB} GiB: {iops}"
        yield reject("iops", _COMBINATION, reason, f"use at least {GP3_STRIPED_IOPS}")


def source(record: Record, world: World) -> Iterator[Diagnostic]:
    """A replica has a source, in its region by identifier or elsewhere by ARN, and the source has backups."""
    stated = text(record.inputs, "replicateSourceDb")
    if stated is None:
        return
    by_arn = stated.startswith("arn:")
    found = world.by_arn(stated) if by_arn else facts.named(world, facts.DATABASE, stated, record.region)
    if found is None:
        if not by_arn:
            reason = f"DBInstance {stated} not found in {record.region}"
            fix = "refer to the source's identifier, or to its ARN when it is in another region"
            yield reject("replicateSourceDb", "DBInstanceNotFound", reason, fix)
        return
    days = number(found.inputs, "backupRetentionPeriod")
    if not days and not facts.is_unknown(found.inputs, "backupRetentionPeriod"):
        reason = f"Automated backups are off for {facts.label(found)}"
        fix = "set the source's backupRetentionPeriod to at least 1"
        yield reject("replicateSourceDb", "InvalidDBInstanceState", reason, fix)
    if flag(found.inputs, "manageMasterUserPassword") is True and text(found.inputs, "engine") == "postgres":
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html, limitations
        yield reject(
            "replicateSourceDb", "InvalidDBInstanceState",
            f"RDS manages the master password of {facts.label(found)}, and makes no read replica of such an instance",
            "let the platform keep the password of a database that has replicas",
        )  # fmt: skip
    if found.region != record.region:
        yield from _across_regions(record, found)


def _across_regions(record: Record, found: Record) -> Iterator[Diagnostic]:
    if flag(found.inputs, "storageEncrypted") is True and record.inputs.get("kmsKeyId") is None:
        reason = "A cross-region replica of an encrypted instance needs a key of its own region"
        yield reject("kmsKeyId", "InvalidParameterValue", reason, "give kmsKeyId")
    if record.inputs.get("dbSubnetGroupName") is None:
        reason = "A cross-region replica is not put into the source's subnet group"
        yield reject("dbSubnetGroupName", "InvalidParameterCombination", reason, "give dbSubnetGroupName")


def family_fits(record: Record, world: World) -> Iterator[Diagnostic]:
    """A parameter group is made for the engine's major version."""
    name = text(record.inputs, "parameterGroupName") or ""
    group = facts.named(world, facts.DATABASE_PARAMETERS, name, record.region)
    engine, version = text(record.inputs, "engine"), text(record.inputs, "engineVersion")
    family = text(group.inputs, "family") if group else None
    if family is None or engine != "postgres" or version is None:
        return
    if family != f"postgres{version.split('.')[0]}":
        yield reject(
            "parameterGroupName", "InvalidParameterCombination",
            f"The parameter group {name} with family {family} cannot be used for "
            f"{engine} {version}", f"make a parameter group of family postgres{version.split('.')[0]}",
        )  # fmt: skip


def keeps_backups(old: Record, new: Record, world: World) -> Iterator[Diagnostic]:
    """Backups stay on while a replica reads from the instance; storage never shrinks."""
    if number(new.inputs, "backupRetentionPeriod") == 0:
        identities = (text(new.inputs, "identifier"), old.arn)
        for replica in facts.peers(new, world):
            if text(replica.inputs, "replicateSourceDb") in identities:
                reason = f"Automated backups cannot be turned off: {facts.label(replica)} reads from this instance"
                fix = "keep at least 1 day, or delete the replica first"
                yield reject("backupRetentionPeriod", "InvalidDBInstanceState", reason, fix)
    before, after = number(old.inputs, "allocatedStorage"), number(new.inputs, "allocatedStorage")
    if before is not None and after is not None and after < before:
        reason = f"Invalid storage size: requested storage {after} is less than the existing {before} GiB"
        yield reject("allocatedStorage", "InvalidParameterCombination", reason, "storage can only grow")
    yield from _version_upgrade(old, new)
    yield from _no_new_source(old, new)


def _no_new_source(old: Record, new: Record) -> Iterator[Diagnostic]:
    """A replica becomes an instance of its own by losing its source; nothing becomes a replica afterwards."""
    wanted = text(new.inputs, "replicateSourceDb")
    if wanted is not None and wanted != text(old.inputs, "replicateSourceDb"):
        reason = f"cannot elect a new source database for replication: {facts.label(old)} is no replica of {wanted}"
        fix = "make a new instance, and delete this one"
        yield reject("replicateSourceDb", "InvalidParameterCombination", reason, fix)


def _version_upgrade(old: Record, new: Record) -> Iterator[Diagnostic]:
    """An instance never goes back, from what it runs: an automatic upgrade may have raised it.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
    """
    before = text(old.outputs, "engineVersionActual") or text(old.inputs, "engineVersion") or ""
    after = text(new.inputs, "engineVersion") or ""
    if not before[:1].isdigit() or not after[:1].isdigit() or runs(after, before):
        return
    had, wanted = _numbers(before), _numbers(after)
    if wanted < had[: len(wanted)]:
        fix = "restore a snapshot to go back to an earlier version"
        yield reject("engineVersion", "InvalidParameterCombination", f"Cannot upgrade from {before} to {after}", fix)
    elif wanted[0] > had[0] and flag(new.inputs, "allowMajorVersionUpgrade") is not True:
        reason = "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version"
        yield reject("engineVersion", "InvalidParameterCombination", reason, "set allowMajorVersionUpgrade to true")


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
