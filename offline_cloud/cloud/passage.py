"""What time does to the cloud by itself: windows open, versions are raised, and what was deleted is gone for good."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from offline_cloud.cloud.clock import Clock, written
from offline_cloud.cloud.core import registry
from offline_cloud.cloud.core.facts import DATABASE, word
from offline_cloud.cloud.core.pending import PENDING, REBOOT, RESTARTS, pending_id
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.core.windows import next_opening
from offline_cloud.cloud.model import Properties, Record, Value, at, items, text
from offline_cloud.cloud.store import Store

_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class Wait:
    """Something that is not done yet, or not gone yet: until a time, or until it is rebooted."""

    record: Record
    of: str
    what: str
    until: datetime | None

    @property
    def stack(self) -> str:
        """The stack that it belongs to."""
        return self.record.stack


def waits(store: Store) -> list[Wait]:
    """Give everything that waits, in the order in which it comes; what waits for a reboot is last."""
    found = [wait for record in store.unmanaged("left") if (wait := _wait(record)) is not None]
    return sorted(found, key=lambda wait: (wait.until is None, wait.until, wait.record.id))


def _wait(record: Record) -> Wait | None:
    if record.type == REBOOT:
        named = ", ".join(str(each) for each in items(record.inputs, "parameters"))
        return Wait(record, text(record.inputs, "of") or "", named, None)
    stated = text(record.inputs, "at")
    if stated is None:
        return None
    of = text(record.inputs, "of") or text(record.inputs, "secretName") or record.id
    told = ", ".join(f"{path} {value}" for path, value in sorted(_values(record).items()))
    return Wait(record, of, told or "its deletion", datetime.fromisoformat(stated).astimezone(UTC))


def _values(record: Record) -> Properties:
    found = at(record.inputs, "values")
    return found if isinstance(found, dict) else {}


def catch_up(store: Store) -> list[str]:
    """Let everything happen that is due by the clock; gives a line on each thing. Nothing happens twice."""
    clock = Clock(store)
    now, seen = clock.now(), clock.seen()
    told = [_happen(store, wait, wait.until) for wait in waits(store) if wait.until is not None and wait.until <= now]
    told += _maintained(store, (seen or now).date(), seen or now, now)
    clock.see(now)
    return told


def _happen(store: Store, wait: Wait, when: datetime) -> str:
    if wait.record.type != PENDING:
        store.let_happen((), (wait.record,))
        return f"{written(when)}  {wait.of}: deleted for good"
    user = _user(store, wait.record)
    values = _values(wait.record)
    over = [wait.record]
    if RESTARTS & values.keys():
        over += [each for each in store.of_type(REBOOT) if each.id == wait.record.id]
    store.let_happen([_applied(user, values)] if user else [], over)
    return f"{written(when)}  {wait.of}: {wait.what}, in its maintenance window"


def _user(store: Store, waiting: Record) -> Record | None:
    """Find the resource whose change waits, by the type in front of its id."""
    same = (each for each in store.of_type(waiting.id.partition("|")[0]) if pending_id(each) == waiting.id)
    return next(same, None)


def _applied(record: Record, values: Properties) -> Record:
    version = values.get("engineVersion")
    actual: dict[str, Value] = {} if version is None else {"engineVersionActual": version}
    inputs, outputs = {**record.inputs, **values}, {**record.outputs, **values, **actual}
    return replace(record, inputs=inputs, outputs=outputs)


def _maintained(store: Store, since: date, seen: datetime, now: datetime) -> Iterator[str]:
    """Raise what its window raises unasked, where a window opened since the cloud was last seen."""
    raises = registry.of(DATABASE).maintained
    for record in store.of_type(DATABASE):
        stated = text(record.inputs, "maintenanceWindow") or text(record.outputs, "maintenanceWindow")
        opened = next_opening(stated, now) - _WEEK
        made = raises(record, since, opened.date()) if raises and opened > seen else None
        if made is not None:
            store.let_happen((made,), ())
            version = text(made.outputs, "engineVersionActual")
            yield f"{written(opened)}  {physical_name(record)}: raised to {version}, an automatic minor upgrade"


def reboot(store: Store, identifier: str, stack: str) -> list[str]:
    """Reboot the instances of an identifier; gives what applied. Raises ``LookupError`` where there is none."""
    found = [each for each in store.of_type(DATABASE) if (physical_name(each), each.stack) == (identifier, stack)]
    if not found:
        raise LookupError(f"the stack has no {word(DATABASE)} {identifier}")
    ids = {pending_id(each) for each in found}
    over = [wait for wait in waits(store) if wait.record.type == REBOOT and wait.record.id in ids]
    store.let_happen((), [wait.record for wait in over])
    return [wait.what for wait in over]
