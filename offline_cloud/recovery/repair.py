"""Repairing what is damaged: from every copy there is, keeping what was damaged, and removing nothing unasked."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from offline_cloud.cloud.model import Record, text
from offline_cloud.cloud.store import DamagedStoreError, Store, rebuild, set_aside
from offline_cloud.engine import Engine
from offline_cloud.hints import command
from offline_cloud.recovery.settle import LooseEnds, named, remove, settle, unmanaged
from offline_cloud.state import State, as_record
from offline_cloud.workspace import Workspace, write_safely


def repair(engine: Engine, remove_strays: bool = False) -> Generator[str]:
    """Repair state and store; gives a line on each thing done. Raises ``OfflineCloudError``."""
    space = engine.workspace
    restored = yield from _repaired_state(engine)
    yield from _repaired_store(space)
    state = State.read(space)
    if state.salt:
        space.restore_salt(state.salt)
    if restored:
        LooseEnds.find(space, state).write_down(space, "kept")
        space.unsettled.touch()  # the copy may be older than the cloud: everything is read again
    settle(engine, state)
    yield from _strays(space, remove_strays)
    yield f"`{command(space, 'up')}` goes on from here"


def undo_cut_off_write(space: Workspace) -> Generator[str]:
    """Put back the copy that the engine made before a write of the state that a full disk cut off; gives a line on it.

    Only after a run that did not come to its end: whatever else damaged a state is for a person to look at. The next
    step is to settle, which finds what was made since.
    """
    copy = _readable(space.state_file.with_name(f"{space.stack}.json.bak"))
    if copy is None or not space.unsettled.exists() or not space.state_file.exists() or _readable(space.state_file):
        return
    kept = set_aside(space.state_file)
    write_safely(space.state_file, copy.path.read_bytes())
    yield f"the last write of the state was cut off ({kept.name}); the copy made before it, {copy.path.name}, is back"


def newest_copy(space: Workspace) -> State | None:
    """Give the newest copy of the state that can be read: the engine keeps one beside it, and one of each run."""
    folder = space.backend / ".pulumi"
    stack = f"{space.project}/{space.stack}"
    places = [
        *space.state_file.parent.glob(f"{space.stack}.json.bak"),
        *(folder / "backups" / stack).glob("*.json"),
        *(folder / "history" / stack).glob("*.checkpoint.json"),
    ]
    copies = [copy for path in places if (copy := _readable(path)) is not None]
    return max(copies, key=lambda copy: (copy.time, len(copy.resources)), default=None)


def _readable(path: Path) -> State | None:
    try:
        return State.read_file(path)
    except (ValueError, OSError):
        return None


def _repaired_state(engine: Engine) -> "Generator[str, None, bool]":
    """Go back to the newest copy where the state is lost or damaged; gives whether it was."""
    space = engine.workspace
    state = _readable(space.state_file)
    copy = newest_copy(space)
    if state is not None and (state.time or copy is None or not copy.resources):
        yield f"the state is sound: {len(state.resources)} resources"
        engine.ensure_stack()
        return False
    if space.state_file.exists():
        kept = set_aside(space.state_file)
        yield f"the {'empty' if state else 'damaged'} state is kept as {kept.name}"
    if copy is not None:
        write_safely(space.state_file, copy.path.read_bytes())
        where = copy.path.relative_to(space.backend / ".pulumi")
        yield f"the state is back at its newest copy, {where}, of {copy.time[:19]}: {len(copy.resources)} resources"
    else:
        engine.ensure_stack()
        yield "no copy of the state can be read: it starts empty"
    return True


def _repaired_store(space: Workspace) -> Generator[str]:
    try:
        with closing(Store(space.store)) as store:
            held = store.records()
    except (DamagedStoreError, sqlite3.DatabaseError) as error:
        kept = set_aside(space.store)
        yield f"{error}; it is kept as {kept.name}"
        count = rebuild(space.store, _records_of_all_stacks(space))
        yield f"the store is rebuilt from the engine's state: {count} resources"
        return
    yield f"the store is sound: {len(held)} resources"


def _records_of_all_stacks(space: Workspace) -> list[Record]:
    records: list[Record] = []
    names = {path.name.split(".json", 1)[0] for path in space.state_file.parent.glob("*.json*")}
    for name in sorted(names):
        stack = Workspace(space.root, space.project, name, space.workload)
        state = _readable(stack.state_file) or newest_copy(stack)
        if state is None:
            continue
        regions = {
            resource.urn: text(resource.inputs, "region") or "us-east-1"
            for resource in state.resources
            if resource.type == "pulumi:providers:aws"
        }
        records += [
            as_record(resource, regions) for resource in state.resources if resource.in_cloud and not resource.replacing
        ]
    return records


def _strays(space: Workspace, wanted_gone: bool) -> Generator[str]:
    strays = [*unmanaged(space, "kept"), *unmanaged(space, "cut off"), *unmanaged(space, "left")]
    if not strays:
        return
    listed = named(record.urn for record in strays)
    if wanted_gone:
        remove(space, strays)
        yield f"in the cloud, but in no state, and removed: {listed}"
    else:
        yield (
            f"in the cloud, but in no state: {listed}; `up` takes over what the program wants, "
            f"and `{command(space, 'repair', '--remove-strays')}` removes all of them"
        )
