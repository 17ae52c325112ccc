"""Making the engine's state and the cloud agree after a run that was cut off.

What the engine offers for this does not do it: `pulumi refresh --import-pending-creates` renames the request to an
import, and the refresh then drops it, for it reads only the resources of the state (pulumi 3.274.1,
`pkg/cmd/pulumi/operations/refresh.go` and `deploymentExecutor.refresh`). So the cloud remembers what no state has, and
gives it to the next `up` that asks for it: see `sandbox.provider.takeover`.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sandbox.cloud.model import Record
from sandbox.cloud.store import Standing, Store
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.events import label
from sandbox.hints import command
from sandbox.state import Resource, State
from sandbox.workspace import Workspace

LISTED: Final = 12


def settle(engine: Engine, state: State) -> State:
    """Make state and cloud agree as far as can be done without the program; gives the state as it is then.

    What the state believes in but the cloud no longer has is dropped from the state, and changes that it did not hear
    of are read. What a killed run made is set apart for the next `up`. Raises ``SandboxError``.
    """
    space = engine.workspace
    ends = LooseEnds.find(space, state)
    ends.write_down(space, "cut off")
    if state.pending or ends.gone or ends.replaced or (state.resources and space.unsettled.exists()):
        _refresh(engine, state, ends)
        state = State.read(space)
    space.unsettled.unlink(missing_ok=True)
    return state


def refuse_lost_state(space: Workspace) -> None:
    """Refuse to start an empty state where the cloud has resources and their state is gone; raises ``SandboxError``."""
    if space.state_file.exists() or not space.store.exists():
        return
    held = len(LooseEnds.find(space, State()).unmanaged)
    if held:
        raise SandboxError(
            f"the state of stack {space.stack} is lost ({space.state_file}), and its cloud has "
            f"{held} resources; `{command(space, 'repair')}` goes back to the newest copy"
        )


def _refresh(engine: Engine, state: State, ends: "LooseEnds") -> None:
    finished = engine.settle(["--clear-pending-creates"])
    if not finished.succeeded:
        said = "; ".join(problem.text for problem in finished.story.errors) or finished.said.strip()[-400:]
        raise SandboxError(f"what an earlier run left unfinished could not be settled: {said}")
    if state.pending:
        _say(f"the last run was cut off with {len(state.pending)} requests under way; they are settled")
    if ends.gone:
        _say(f"gone from the cloud, and dropped from the state: {named(item.urn for item in ends.gone)}")
    if ends.replaced:
        _say(f"replaced by a run that was cut off, and to be undone: {named(item.urn for item in ends.replaced)}")


@dataclass(frozen=True)
class LooseEnds:
    """Where the engine's state and the store do not agree on what there is."""

    managed: Sequence[Record]
    unmanaged: Sequence[Record]
    gone: Sequence[Resource]
    replaced: Sequence[Resource]
    """What has its successor, and would be deleted at the end of the next run. A program that goes back to the old name
    would meet it there, so it counts as made by the run that was cut off: whoever asks for it takes it over."""

    @classmethod
    def find(cls, space: Workspace, state: State) -> "LooseEnds":
        """Compare the two, resource by resource."""
        with closing(Store(space.store)) as store:
            held = [record for record in store.records() if record.stack == space.stack]
        wanted: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for resource in state.resources:
            if resource.in_cloud and not resource.replaced:
                wanted[resource.type, resource.id].append(resource)
        managed: list[Record] = []
        unmanaged: list[Record] = []
        # An id that is a name may be there in two regions: the URN tells which is which, except after a new name.
        by_urn = {resource.urn for resource in state.resources}
        for record in sorted(held, key=lambda record: record.urn not in by_urn):
            claims = wanted[record.type, record.id]
            same = next((claim for claim in claims if claim.urn == record.urn), claims[0] if claims else None)
            if same is None:
                unmanaged.append(record)
            else:
                claims.remove(same)
                managed.append(record)
        gone = [resource for claims in wanted.values() for resource in claims if not resource.replacing]
        replaced = [resource for resource in state.resources if resource.in_cloud and resource.replaced]
        return cls(managed, unmanaged, gone, replaced)

    def write_down(self, space: Workspace, standing: Standing) -> None:
        """Note in the store which records no state has; what is kept until somebody says otherwise stays so."""
        with closing(Store(space.store)) as store:
            kept = [(record.type, record.region, record.id) for record in store.unmanaged("kept")]
            store.stand((record, "managed") for record in self.managed)
            store.stand(
                (record, standing) for record in self.unmanaged if (record.type, record.region, record.id) not in kept
            )


def unmanaged(space: Workspace, standing: Standing) -> list[Record]:
    """Give what the stack has in the cloud and in no state, by its standing."""
    if not space.store.exists():
        return []
    with closing(Store(space.store)) as store:
        return [record for record in store.unmanaged(standing) if record.stack == space.stack]


def remove(space: Workspace, records: Iterable[Record]) -> None:
    """Take records out of the cloud."""
    with closing(Store(space.store)) as store:
        for record in records:
            store.delete(record)


def conclude(space: Workspace, operation: str, before: Sequence[Record], say: Callable[[str], None]) -> None:
    """After a run that succeeded: say what was taken over, and undo what a killed run made and nobody asked for."""
    left = unmanaged(space, "cut off")
    kept = unmanaged(space, "kept")
    still = {record.id for record in (*left, *kept)}
    taken = [record for record in before if record.id not in still]
    if operation == "up" and taken:
        say(f"in the cloud already, and taken over: {named(record.urn for record in taken)}")
    if operation in ("up", "destroy") and left:
        remove(space, left)
        say(f"made by a run that was cut off, wanted by nobody, and undone: {named(record.urn for record in left)}")
    if operation in ("up", "destroy", "refresh") and kept:
        say(
            f"in the cloud, but in no state: {named(record.urn for record in kept)}; "
            f"`{command(space, 'repair', '--remove-strays')}` removes them"
        )


def named(urns: Iterable[str]) -> str:
    """List resources for people, the first few by name."""
    labels = [label(urn) for urn in urns]
    more = f" and {len(labels) - LISTED} more" if len(labels) > LISTED else ""
    return ", ".join(labels[:LISTED]) + more


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
