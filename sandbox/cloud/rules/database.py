"""What RDS accepts of instances, replicas and proxies. Sources: the RDS API reference and user guide."""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Record, Refusal, World, flag, number, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_COMBINATION: Final = "InvalidParameterCombination"
ADVANCED_DAYS: Final = 465
# gp3 for PostgreSQL, MySQL and MariaDB: below 400 GiB the baseline is fixed, and iops may not be stated.
GP3_STRIPED_GIB: Final = 400
GP3_STRIPED_IOPS: Final = 12_000


def check_gp3(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    size, iops = number(inputs, "allocatedStorage"), number(inputs, "iops")
    if text(inputs, "storageType") != "gp3" or text(inputs, "engine") not in ("postgres", "mysql", "mariadb"):
        return
    for path in ("iops", "storageThroughput"):
        if size is not None and size < GP3_STRIPED_GIB and inputs.get(path) is not None:
            yield refusal(
                path, _COMBINATION,
                f"You can't specify IOPS or storage throughput for engine {text(inputs, 'engine')} and a storage size "
                f"less than {GP3_STRIPED_GIB}", f"leave {path} out, or allocate {GP3_STRIPED_GIB} GiB",
            )  # fmt: skip
    if size is not None and size >= GP3_STRIPED_GIB and iops is not None and iops < GP3_STRIPED_IOPS:
        yield refusal(
            "iops", _COMBINATION, f"Invalid iops value for gp3 from {GP3_STRIPED_GIB} GiB: {iops}",
            f"use at least {GP3_STRIPED_IOPS}",
        )  # fmt: skip


def source(record: Record, world: World) -> Iterator[Refusal]:
    """A replica has a source, in its region by identifier or elsewhere by ARN, and the source has backups."""
    stated = text(record.inputs, "replicateSourceDb")
    if stated is None:
        return
    by_arn = stated.startswith("arn:")
    found = world.by_arn(stated) if by_arn else facts.named(world, facts.DATABASE, stated, record.region)
    if found is None:
        if not by_arn:
            yield refusal(
                "replicateSourceDb", "DBInstanceNotFound", f"DBInstance {stated} not found in {record.region}",
                "refer to the source's identifier, or to its ARN when it is in another region",
            )  # fmt: skip
        return
    days = number(found.inputs, "backupRetentionPeriod")
    if not days and not facts.is_unknown(found.inputs, "backupRetentionPeriod"):
        yield refusal(
            "replicateSourceDb", "InvalidDBInstanceState", f"Automated backups are off for {facts.label(found)}",
            "set the source's backupRetentionPeriod to at least 1",
        )  # fmt: skip
    if flag(found.inputs, "manageMasterUserPassword") is True and text(found.inputs, "engine") == "postgres":
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html, limitations
        yield refusal(
            "replicateSourceDb", "InvalidDBInstanceState",
            f"RDS manages the master password of {facts.label(found)}, and makes no read replica of such an instance",
            "let the platform keep the password of a database that has replicas",
        )  # fmt: skip
    if found.region != record.region:
        yield from _across_regions(record, found)


def _across_regions(record: Record, found: Record) -> Iterator[Refusal]:
    if flag(found.inputs, "storageEncrypted") is True and record.inputs.get("kmsKeyId") is None:
        yield refusal(
            "kmsKeyId", "InvalidParameterValue",
            "A cross-region replica of an encrypted instance needs a key of its own region", "give kmsKeyId",
        )  # fmt: skip
    if record.inputs.get("dbSubnetGroupName") is None:
        yield refusal(
            "dbSubnetGroupName", "InvalidParameterCombination",
            "A cross-region replica is not put into the source's subnet group", "give dbSubnetGroupName",
        )  # fmt: skip


def covers_zones(record: Record, world: World) -> Iterator[Refusal]:
    """A subnet group covers at least two availability zones."""
    subnets = facts.subnet_records(record.inputs, "subnetIds", world)
    zones = {facts.zone_of(subnet) for subnet in subnets}
    if not subnets or facts.has_unknown(record.inputs, "subnetIds") or None in zones or len(zones) > 1:
        return
    yield refusal(
        "subnetIds", "DBSubnetGroupDoesNotCoverEnoughAZs",
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
        f"{', '.join(sorted(filter(None, zones))) or 'none'}", "add a subnet in a second availability zone",
    )  # fmt: skip


def family_fits(record: Record, world: World) -> Iterator[Refusal]:
    """A parameter group is made for the engine's major version."""
    name = text(record.inputs, "parameterGroupName") or ""
    group = facts.named(world, facts.DATABASE_PARAMETERS, name, record.region)
    engine, version = text(record.inputs, "engine"), text(record.inputs, "engineVersion")
    family = text(group.inputs, "family") if group else None
    if family is None or engine != "postgres" or version is None:
        return
    if family != f"postgres{version.split('.')[0]}":
        yield refusal(
            "parameterGroupName", "InvalidParameterCombination",
            f"The parameter group {name} with family {family} cannot be used for "
            f"{engine} {version}", f"make a parameter group of family postgres{version.split('.')[0]}",
        )  # fmt: skip


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {facts.DATABASE: (check_gp3,)}
STATES: Final[Table] = {facts.DATABASE: (family_fits,), facts.DATABASE_SUBNETS: (covers_zones,)}
CREATES: Final[Table] = {facts.DATABASE: (source,)}


def keeps_backups(old: Record, new: Record, world: World) -> Iterator[Refusal]:
    """Backups stay on while a replica reads from the instance; storage never shrinks."""
    if number(new.inputs, "backupRetentionPeriod") == 0:
        identities = (text(new.inputs, "identifier"), old.arn)
        for replica in facts.peers(new, world):
            if text(replica.inputs, "replicateSourceDb") in identities:
                yield refusal(
                    "backupRetentionPeriod", "InvalidDBInstanceState",
                    f"Automated backups cannot be turned off: {facts.label(replica)} reads from this instance",
                    "keep at least 1 day, or delete the replica first",
                )  # fmt: skip
    before, after = number(old.inputs, "allocatedStorage"), number(new.inputs, "allocatedStorage")
    if before is not None and after is not None and after < before:
        yield refusal(
            "allocatedStorage", "InvalidParameterCombination",
            f"Invalid storage size: requested storage {after} is less than the existing {before} GiB",
            "storage can only grow",
        )  # fmt: skip
    yield from _version_upgrade(old, new)
    yield from _no_new_source(old, new)


def _no_new_source(old: Record, new: Record) -> Iterator[Refusal]:
    """A replica becomes an instance of its own by losing its source; nothing becomes a replica afterwards."""
    wanted = text(new.inputs, "replicateSourceDb")
    if wanted is not None and wanted != text(old.inputs, "replicateSourceDb"):
        yield refusal(
            "replicateSourceDb", "InvalidParameterCombination",
            f"cannot elect a new source database for replication: {facts.label(old)} is no replica of {wanted}",
            "make a new instance, and delete this one",
        )  # fmt: skip


def _version_upgrade(old: Record, new: Record) -> Iterator[Refusal]:
    before, after = text(old.inputs, "engineVersion"), text(new.inputs, "engineVersion")
    if before is None or after is None or not before[:1].isdigit() or not after[:1].isdigit():
        return
    major, wanted = before.split(".")[0], after.split(".")[0]
    if int(wanted) < int(major):
        yield refusal(
            "engineVersion", "InvalidParameterCombination", f"Cannot upgrade from {before} to {after}",
            "restore a snapshot to go back to an earlier major version",
        )  # fmt: skip
    elif int(wanted) > int(major) and flag(new.inputs, "allowMajorVersionUpgrade") is not True:
        yield refusal(
            "engineVersion", "InvalidParameterCombination",
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version",
            "set allowMajorVersionUpgrade to true",
        )  # fmt: skip


UPDATES: Final = {facts.DATABASE: (keeps_backups,)}
