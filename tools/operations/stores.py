"""What a store leaves in the account once it is deleted, where one sees it, and what that costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from components.capabilities.database.cost import BACKUP_MONTH
from components.permits import pattern
from tools.operations.case import Case
from tools.operations.cloud import Resource
from tools.prices import AS_OF, PRICES, REGION

HOLDING: Final[Mapping[str, str]] = {
    "database": "aws:rds/instance:Instance",
    "cache": "aws:elasticache/replicationGroup:ReplicationGroup",
    "buckets": "aws:s3/bucket:Bucket",
    "secrets": "aws:secretsmanager/secret:Secret",
}
"""What holds the data of each kind of store that this operation retires."""
LOGGING: Final = ("services", "jobs")
"""What leaves nothing but has logs of its own, where it runs as tasks."""
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"


_SAME: Final = "~"
"""The store's own name within that of its snapshot: a tag has little room."""


@dataclass(frozen=True)
class Left:
    """What a deletion leaves of one resource. `seen` tells whether the account has it."""

    what: str
    costs: str
    seen: Callable[[Case], bool]


def holding(case: Case, of: str) -> Resource | None:
    """Give the resource of the state that holds a store's data."""
    type_, names = HOLDING.get(of.partition(".")[0], LOG_GROUP), pattern(of)
    return next((each for name, each in case.resources(type_).items() if names.fullmatch(name)), None)


def remembered(resource: Resource) -> str:
    """Write down what has to be known of a store once its state is gone: its name, its snapshot's, and its size."""
    snapshot = "" if resource.inputs.get("skipFinalSnapshot") else resource.inputs.get("finalSnapshotIdentifier", "")
    days = "" if resource.inputs.get("deleteAutomatedBackups", True) else resource.inputs.get("backupRetentionPeriod")
    size = resource.inputs.get("allocatedStorage", 0)
    name = resource.physical
    return f"{name} {str(snapshot).replace(name, _SAME) or '-'} {days or '-'} {size}"


def left(of: str, was: str) -> list[Left]:
    """Say what stays, from what was remembered."""
    name, snapshot, days, size = was.split(" ")
    snapshot = snapshot.replace(_SAME, name)
    if of.partition(".")[0] in LOGGING:
        return []
    match of.partition(".")[0]:
        case "database":
            return _of_database(name, snapshot, days, size)
        case "cache":
            costs = "charged for each GB of it: https://aws.amazon.com/elasticache/pricing/"
            return [] if snapshot == "-" else [Left(f"the final snapshot {snapshot}", costs, _cached(snapshot))]
        case "secrets":
            return [
                Left(f"the secret {name}, which can be restored for its recovery window", "costs nothing", _named(name))
            ]
        case _:
            price = PRICES["object-storage"].amount
            return [Left(f"the bucket {name} with its objects", f"${price} a GB and month ({AS_OF})", lambda _: True)]


def _of_database(name: str, snapshot: str, days: str, size: str) -> list[Left]:
    found: list[Left] = []
    if snapshot != "-":
        most = f"at most ${BACKUP_MONTH * float(size):.2f} a month"
        found.append(Left(f"the final snapshot {snapshot}", f"{most} ({REGION}, {AS_OF})", _snapped(name, snapshot)))
    if days != "-":
        costs = f"${BACKUP_MONTH} a GB and month until then"
        found.append(Left(f"automated backups, for {days} days", costs, _backed(name)))
    return found


def _snapped(instance: str, snapshot: str) -> Callable[[Case], bool]:
    def seen(case: Case) -> bool:
        found = case.cloud.aws("rds", "describe-db-snapshots", db_instance_identifier=instance)
        return any(each["DBSnapshotIdentifier"] == snapshot for each in found["DBSnapshots"])

    return seen


def _backed(instance: str) -> Callable[[Case], bool]:
    def seen(case: Case) -> bool:
        found = case.cloud.aws("rds", "describe-db-instance-automated-backups", db_instance_identifier=instance)
        return bool(found["DBInstanceAutomatedBackups"])

    return seen


def _cached(snapshot: str) -> Callable[[Case], bool]:
    def seen(case: Case) -> bool:
        found = case.cloud.aws("elasticache", "describe-snapshots")
        return any(each["SnapshotName"] == snapshot for each in found["Snapshots"])

    return seen


def _named(secret: str) -> Callable[[Case], bool]:
    def seen(case: Case) -> bool:
        found = case.cloud.aws("secretsmanager", "list-secrets", include_planned_deletion="")
        return any(each["Name"] == secret for each in found["SecretList"])

    return seen
