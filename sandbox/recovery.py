"""The way on after a crash: requests nobody heard the end of, damaged stores, damaged states."""

import sqlite3
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from sandbox.cloud.model import Record, text
from sandbox.cloud.store import DamagedStoreError, Store, rebuild, set_aside
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.events import label
from sandbox.state import Resource, State, as_record
from sandbox.workspace import Workspace


def settle(engine: Engine, state: State) -> State:
    """Make state and store agree after a run that was cut off; gives the state as it is then.

    A creation the engine's state knows to be pending is taken over when the cloud did it, and forgotten otherwise. One
    that was cut off before the engine heard of it is undone. What the state believes in but the cloud no longer has
    is dropped from the state. Raises ``SandboxError``.
    """
    loose = _Loose.find(engine.workspace, state)
    if loose.undone:
        _delete(engine.workspace, loose.undone)
        _say(f"cut off before the engine heard of it, and undone: {_labels(loose.undone)}")
    if not state.pending and not loose.gone:
        return state
    arguments = ["--clear-pending-creates"]
    for record in loose.adopted:
        arguments += ["--import-pending-creates", record.urn, "--import-pending-creates", record.id]
    finished = engine.settle(arguments)
    if not finished.succeeded:
        said = "; ".join(problem.text for problem in finished.story.errors) or finished.said.strip()[-400:]
        raise SandboxError(f"what an earlier run left unfinished could not be settled: {said}")
    if state.pending:
        _say(f"the last run was cut off with {len(state.pending)} requests under way; they are settled")
    if loose.adopted:
        _say(f"done in the cloud, and taken over: {_labels(loose.adopted)}")
    if loose.gone:
        _say(f"gone from the cloud, and dropped from the state: {', '.join(label(item.urn) for item in loose.gone)}")
    return State.read(engine.workspace)


@dataclass(frozen=True)
class _Loose:
    """The loose ends between the engine's state and the store."""

    adopted: Sequence[Record]
    undone: Sequence[Record]
    gone: Sequence[Resource]

    @classmethod
    def find(cls, space: Workspace, state: State) -> "_Loose":
        with closing(Store(space.store)) as store:
            held, unanswered = store.records(), store.unanswered()
        known = {(resource.type, resource.id) for resource in state.resources}
        creating = {item.resource.urn for item in state.pending if item.operation == "creating"}
        unknown = [record for record in held if record.stack == space.stack and (record.type, record.id) not in known]
        present = {(record.type, record.id) for record in held}
        return cls(
            adopted=[record for record in unknown if record.urn in creating],
            undone=[record for record in unanswered if record in unknown and record.urn not in creating],
            gone=[item for item in state.resources if item.in_cloud and (item.type, item.id) not in present],
        )


def _delete(space: Workspace, records: Sequence[Record]) -> None:
    with closing(Store(space.store)) as store:
        for record in records:
            store.delete(record)


def _labels(records: Sequence[Record]) -> str:
    return ", ".join(label(record.urn) for record in records)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def repair(engine: Engine) -> Generator[str]:
    """Mend what is damaged, keeping the damaged files under another name; gives a line on each thing done."""
    state = yield from _repaired_state(engine)
    yield from _repaired_store(engine.workspace)
    settle(engine, state)
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
        _delete(space, strays)
        yield f"no longer managed, and removed from the store: {_labels(strays)}"


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
