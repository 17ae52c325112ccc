"""What of an instance waits for its window or a reboot, and which minor versions come by themselves."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.pending import REBOOT, RESTARTS, Pending, pending_id, pending_values, reboot
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.core.resource import Waits
from offline_cloud.cloud.model import Properties, Record, Value, World, flag, items, text

# PendingModifiedValues in RDS's API reference, as far as the provider reads the instance's own value back.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
FIELDS: Final = frozenset(
    {
        *("allocatedStorage", "backupRetentionPeriod", "caCertIdentifier", "dbSubnetGroupName", "dedicatedLogVolume"),
        *("iamDatabaseAuthenticationEnabled", "instanceClass", "iops", "licenseModel", "multiAz", "storageThroughput"),
        "storageType",
    }
)
_VERSION: Final = "engineVersion"
_ACTUAL: Final = "engineVersionActual"


def _major(record: Record) -> str:
    """Name the family of parameter groups that an instance takes."""
    return f"{text(record.inputs, 'engine')}{(text(record.inputs, _VERSION) or '').split('.')[0]}"


def _waits(path: str, old: Value, new: Value) -> bool:
    """Backups wait from none to some, and from some to none; another number of days counts at once."""
    return path != "backupRetentionPeriod" or not old or not new


UPGRADES: Final = Pending(_major, FIELDS, _waits)


def waiting(old: Record, new: Record, world: World, now: datetime) -> Waits:
    """Give what an update leaves waiting.

    The provider keeps a version that waits in its state (`compareActualEngineVersion`), and any other value only once
    it is made: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/engine_version.go
    """
    old = _promoted(old, new)
    made = UPGRADES.waiting(old, new, world, now)
    actual = text(old.outputs, _ACTUAL)
    asked, before = text(new.inputs, _VERSION), text(old.inputs, _VERSION) or text(old.outputs, _VERSION)
    at_once = flag(new.inputs, "applyImmediately") is True
    if asked is None or actual is None:
        return _with_reboot(old, new, made, world)
    values = pending_values(old, world) if at_once else _values(made)
    values = {**values, _VERSION: asked} if asked != before else values
    if runs(asked, actual):
        values = {path: value for path, value in values.items() if path != _VERSION}
    if at_once:
        raised = text(values, _VERSION)
        made = replace(made, inputs={**made.inputs, _VERSION: raised or asked}, outputs={_ACTUAL: raised or actual})
        return _with_reboot(old, new, made, world)
    kept = UPGRADES.kept(old, new, values, made.inputs, world, now)
    return _with_reboot(old, new, replace(kept, outputs={_ACTUAL: actual}), world)


def _promoted(old: Record, new: Record) -> Record:
    """Give a replica that is promoted with the days of its new backups, which are on at once.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
    """
    days = new.inputs.get("backupRetentionPeriod")
    if text(old.inputs, "replicateSourceDb") is None or text(new.inputs, "replicateSourceDb") or days is None:
        return old
    return replace(old, inputs={**old.inputs, "backupRetentionPeriod": days})


def _values(made: Waits) -> Properties:
    found = made.later[0].inputs["values"] if made.later else {}
    return found if isinstance(found, dict) else {}


def _with_reboot(old: Record, new: Record, made: Waits, world: World) -> Waits:
    """Another parameter group is named at once, and its static parameters wait for a reboot (ModifyDBInstance)."""
    raised = made.outputs.get(_ACTUAL, old.outputs.get(_ACTUAL)) != old.outputs.get(_ACTUAL)
    if raised or any(made.inputs.get(path) != old.inputs.get(path) for path in RESTARTS - {_VERSION}):
        return replace(made, over=(*made.over, (REBOOT, pending_id(old))))
    before, after = text(old.inputs, "parameterGroupName"), text(new.inputs, "parameterGroupName")
    if after is None or before == after or _VERSION in _values(made):
        return made
    return replace(made, later=(*made.later, reboot(new, [f"parameter group {after}"], world)))


def of_parameters(old: Record, new: Record, world: World, now: datetime) -> Waits:  # noqa: ARG001 - as `waits` is asked
    """Parameters that apply at a reboot wait at every instance of the group.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
    """
    changed = [
        f"{stated.get('name')} = {stated.get('value')}"
        for stated in items(new.inputs, "parameters")
        if isinstance(stated, dict)
        and stated.get("applyMethod") == "pending-reboot"
        and not any(_same(stated, each) for each in items(old.inputs, "parameters"))
    ]
    users = [
        each
        for each in world.of_type(facts.DATABASE)
        if each.region == new.region and text(each.inputs, "parameterGroupName") == physical_name(new)
    ]
    return Waits(new.inputs, later=tuple(reboot(each, changed, world) for each in users if changed))


def _same(one: Properties, other: Value) -> bool:
    return isinstance(other, dict) and (one.get("name"), one.get("value")) == (other.get("name"), other.get("value"))


def runs(stated: str, actual: str) -> bool:
    """Tell whether an instance of an actual version is what a stated one asks for: `16` is any of them."""
    return actual == stated or actual.startswith(f"{stated}.")


# The minor versions of 13 August 2026, and one more in each quarter, on the second Thursday of the months below.
# RDS makes one the target of its automatic upgrades some weeks later; here it is one from that day on.
# https://www.postgresql.org/developer/roadmap/
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.Minor.html
_MINORS: Final = {"16": 15, "17": 11, "18": 6}
_KNOWN: Final = date(2026, 8, 13)
_MONTHS: Final = (2, 5, 8, 11)
_THURSDAY: Final = 3


def newest_minor(version: str, day: date) -> int | None:
    """Give the newest minor of a major version on a day; ``None`` for a version that is not known."""
    known = _MINORS.get(version)
    if known is None:
        return None
    days = (_release_day(year, month) for year in range(_KNOWN.year, day.year + 1) for month in _MONTHS)
    return known + sum(_KNOWN < each <= day for each in days)


def _release_day(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 7)


def raised(record: Record, before: date, opens: date) -> Record | None:
    """Give an instance as its window leaves it, where a newer minor version is out; ``None``: as it is.

    ``before`` is the day up to which nothing was newer for an instance whose minor version nobody stated.
    """
    if flag(record.inputs, "autoMinorVersionUpgrade") is False or text(record.inputs, "engine") != "postgres":
        return None
    actual, stated = text(record.outputs, _ACTUAL) or "", text(record.inputs, _VERSION) or ""
    version, _, minor = actual.partition(".")
    newest = newest_minor(version, opens)
    had = int(minor) if minor.isdigit() else newest_minor(version, before)
    if newest is None or had is None or newest <= had:
        return None
    now_runs = f"{version}.{newest}"
    told: Properties = {} if runs(stated, now_runs) else {_VERSION: now_runs}
    return replace(record, inputs={**record.inputs, **told}, outputs={**record.outputs, **told, _ACTUAL: now_runs})
