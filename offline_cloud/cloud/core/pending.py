"""What waits: for a maintenance window, or for a reboot. It is accepted, and has not been made yet.

ModifyDBInstance and ModifyReplicationGroup, ApplyImmediately, in the services' API references.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.left import left
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.core.resource import Waits
from offline_cloud.cloud.core.windows import next_opening
from offline_cloud.cloud.model import Diagnostic, Properties, Record, Value, World, at, flag, items, text

PENDING: Final = "aws:offline_cloud/pendingUpgrade:PendingUpgrade"
"""No type of the SDK: the changes of a resource that wait for its window."""
REBOOT: Final = "aws:offline_cloud/pendingReboot:PendingReboot"
"""No type of the SDK: the parameters of a database that wait until it is rebooted."""

RESTARTS: Final = frozenset({"instanceClass", "dedicatedLogVolume", "engineVersion"})
"""What restarts a database as it is made, so that parameters which wait for a reboot apply as well."""


def pending_id(record: Record) -> str:
    """Name what waits for a resource: there is one thing of each kind at most."""
    return f"{record.type}|{record.region}|{physical_name(record)}"


def pending_values(record: Record, world: World) -> Properties:
    """Give the inputs of a resource that wait, with the values that they will have."""
    waiting = world.by_id(pending_id(record), PENDING, record.region)
    found = at(waiting.inputs, "values") if waiting else None
    return found if isinstance(found, dict) else {}


def _always(path: str, old: Value, new: Value) -> bool:  # noqa: ARG001 - the signature of a condition
    return True


@dataclass(frozen=True)
class Pending:
    """How a type that AWS maintains tells its version, and what of a change of it waits for the window."""

    version: Callable[[Record], str]
    """The version whose parameter group it takes: `postgres16`, `redis7`."""
    fields: frozenset[str]
    """The inputs that wait, and are described as they were until then."""
    waits: Callable[[str, Value, Value], bool] = _always
    """Tells whether a change of one of them does wait, by its name and both values."""

    def waiting(self, old: Record, new: Record, world: World, now: datetime) -> Waits:
        """Keep for the window what an update asks for, beside what waits already.

        With ``applyImmediately`` all of it is made at once, what waited before as well.
        """
        asked = {path: new.inputs.get(path) for path in sorted(self.fields) if self._asks(path, old, new)}
        values = {**pending_values(old, world), **asked}
        if flag(new.inputs, "applyImmediately") is True:
            return Waits({**new.inputs, **values}, over=((PENDING, pending_id(old)),))
        shown = {**new.inputs, **{path: old.inputs.get(path) for path in asked}}
        meanwhile: Properties = {path: value for path, value in shown.items() if value is not None}
        return self.kept(old, new, values, meanwhile, world, now)

    def kept(
        self, old: Record, new: Record, values: Properties, meanwhile: Properties, world: World, now: datetime
    ) -> Waits:
        """Write down what waits, and the parameter group that is in use until then."""
        over = ((PENDING, pending_id(old)),)
        if not values:
            return Waits(meanwhile, over=over)
        before = world.by_id(pending_id(old), PENDING, old.region)
        opens = next_opening(text(new.inputs, "maintenanceWindow") or text(old.outputs, "maintenanceWindow"), now)
        told: Properties = {"of": physical_name(new), "values": values, "at": opens.isoformat()}
        if self.version(old) != self.version(new) or (before and "parameterGroupName" in before.inputs):
            held = text(before.inputs, "parameterGroupName") if before else None
            told |= {"to": self.version(new), "parameterGroupName": held or text(old.inputs, "parameterGroupName")}
        return Waits(meanwhile, later=(left(new, PENDING, pending_id(new), told),), over=over)

    def _asks(self, path: str, old: Record, new: Record) -> bool:
        before, after = old.inputs.get(path, old.outputs.get(path)), new.inputs.get(path)
        return before != after and after is not None and self.waits(path, before, after)


def reboot(record: Record, parameters: list[str], world: World) -> Record:
    """Describe what waits until a database is rebooted, together with what waited before."""
    before = world.by_id(pending_id(record), REBOOT, record.region)
    known = [each for each in items(before.inputs, "parameters") if isinstance(each, str)] if before else []
    named: list[Value] = [*dict.fromkeys([*known, *parameters])]
    return left(record, REBOOT, pending_id(record), {"of": physical_name(record), "parameters": named})


def used_by_pending(code: str) -> Callable[[Record, World], Iterator[Diagnostic]]:
    """Make the rule that refuses to delete a parameter group while an upgrade away from it waits."""

    def rule(record: Record, world: World) -> Iterator[Diagnostic]:
        name = physical_name(record)
        for user in world.mentioning(name):
            if user.type == PENDING and user.region == record.region and text(user.inputs, "parameterGroupName"):
                reason = f"{name} is in use by {text(user.inputs, 'of')} until its upgrade to {text(user.inputs, 'to')}"
                fix = "set applyImmediately to true and run up again, or run it after the maintenance window"
                yield reject("", code, f"{reason} is made, in the maintenance window", fix)

    return rule
