"""The way on after a crash: requests nobody heard the end of, damaged stores, damaged states."""

import sqlite3
import sys
from collections.abc import Generator, Sequence
from contextlib import closing

from sandbox.cloud.model import Record, text
from sandbox.cloud.store import DamagedStoreError, Store, rebuild, set_aside
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.events import label
from sandbox.state import Pending, State, as_record
from sandbox.workspace import Workspace


def settle_pending(engine: Engine, state: State) -> None:
    """Find out what became of the requests under way when an earlier run was cut off, and tell the engine.

    A resource the cloud did create is imported into the state; any other creation is forgotten, to be made again.
    Raises ``SandboxError``.
    """
    if not state.pending:
        return
    created = _created_unheard(engine.workspace, state)
    arguments = ["--clear-pending-creates"]
    for record in created:
        arguments += ["--import-pending-creates", record.urn, "--import-pending-creates", record.id]
    finished = engine.settle(arguments)
    if not finished.succeeded:
        said = "; ".join(problem.text for problem in finished.story.errors) or finished.said.strip()[-400:]
        raise SandboxError(f"what the last run left unfinished could not be settled: {said}")
    sys.stderr.write(_settled_line(state.pending, created) + "\n")


def _settled_line(pending: Sequence[Pending], created: Sequence[Record]) -> str:
    adopted = ", ".join(label(record.urn) for record in created)
    urns = {record.urn for record in created}
    again = ", ".join(label(item.resource.urn) for item in pending if item.resource.urn not in urns)
    parts = [f"the last run was cut off with {len(pending)} requests under way"]
    parts += [f"found in the cloud and taken over: {adopted}"] if adopted else []
    parts += [f"to be done again: {again}"] if again else []
    return "; ".join(parts)


def _created_unheard(space: Workspace, state: State) -> list[Record]:
    known = {(resource.type, resource.id) for resource in state.resources}
    creating = {item.resource.urn for item in state.pending if item.operation == "creating"}
    if not space.store.exists():
        return []
    with closing(Store(space.store)) as store:
        return [
            record for record in store.records() if record.urn in creating and (record.type, record.id) not in known
        ]


def repair(engine: Engine) -> Generator[str]:
    """Mend what is damaged, keeping the damaged files under another name; gives a line on each thing done."""
    state = yield from _repaired_state(engine)
    yield from _repaired_store(engine.workspace)
    if state.pending:
        settle_pending(engine, state)
    yield f"`python -m sandbox up --stack {engine.workspace.stack}` goes on from here"


def _repaired_state(engine: Engine) -> "Generator[str, None, State]":
    space = engine.workspace
    try:
        state = State.read(space)
    except SandboxError:
        kept = set_aside(space.state_file)
        backup = space.state_file.with_name(space.state_file.name + ".bak")
        yield f"the damaged state is kept as {kept.name}"
        if backup.exists():
            space.state_file.write_bytes(backup.read_bytes())
        state = State.read(space)
        yield f"the state is back at the copy before the last change: {len(state.resources)} resources"
    else:
        yield f"the state is sound: {len(state.resources)} resources"
    return state


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
    yield from _drop_strays(space, held)


def _drop_strays(space: Workspace, held: Sequence[Record]) -> Generator[str]:
    """Remove what the stack created after the state's last good copy: nothing manages it any more."""
    state = State.read(space)
    managed = {(resource.type, resource.id) for resource in state.resources}
    pending = {item.resource.urn for item in state.pending}
    strays = [
        record
        for record in held
        if record.stack == space.stack and record.urn not in pending and (record.type, record.id) not in managed
    ]
    if strays:
        with closing(Store(space.store)) as store:
            for record in strays:
                store.delete(record)
        yield f"no longer managed, and removed from the store: {', '.join(label(record.urn) for record in strays)}"


def _records_of_all_stacks(space: Workspace) -> list[Record]:
    records: list[Record] = []
    for path in sorted(space.state_file.parent.glob("*.json")):
        stack = Workspace(space.root, space.project, path.stem, space.workload)
        state = State.read(stack)
        regions = {
            resource.urn: text(resource.inputs, "region") or "us-east-1"
            for resource in state.resources
            if resource.type == "pulumi:providers:aws"
        }
        records += [as_record(resource, regions) for resource in state.resources if resource.in_cloud]
    return records
