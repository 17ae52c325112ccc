"""Making the engine's state and the cloud agree after a run that was cut off.

What the engine offers for this does not do it: `pulumi refresh --import-pending-creates` renames the request to an
import, and the refresh then drops it, for it reads only the resources of the state (pulumi 3.274.1,
`pkg/cmd/pulumi/operations/refresh.go` and `deploymentExecutor.refresh`). So the cloud remembers what no state has, and
gives it to the next `up` that asks for it: see `offline_cloud.provider.takeover`.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from offline_cloud import account
from offline_cloud.cloud.core.facts import word
from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Standing, Store
from offline_cloud.engine import Engine
from offline_cloud.errors import OfflineCloudError
from offline_cloud.events import label
from offline_cloud.hints import command
from offline_cloud.state import Resource, State
from offline_cloud.workspace import Workspace

LISTED: Final = 12


def settle(engine: Engine, state: State) -> State:
    """Make state and cloud agree as far as can be done without the program; gives the state as it is then.

    What the state believes in but the cloud no longer has is dropped from the state, and changes that it did not hear
    of are read. What a killed run made is set apart for the next `up`. Raises ``OfflineCloudError``.
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
    """Refuse to start an empty state where the cloud has resources and no state; raises ``OfflineCloudError``."""
    if space.state_file.exists() or not space.store.exists():
        return
    held = len(LooseEnds.find(space, State()).unmanaged)
    if held:
        raise OfflineCloudError(
            f"the state of stack {space.stack} is lost ({space.state_file}), and its cloud has "
            f"{held} resources; `{command(space, 'repair')}` goes back to the newest copy"
        )


def _refresh(engine: Engine, state: State, ends: "LooseEnds") -> None:
    finished = engine.settle(["--clear-pending-creates"])
    if not finished.succeeded:
        said = "; ".join(diagnostic.text for diagnostic in finished.story.errors) or finished.said.strip()[-400:]
        raise OfflineCloudError(f"what an earlier run left unfinished could not be settled: {said}")
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
    renamed: Sequence[tuple[Record, str]] = ()
    """What an alias gave another URN: the engine changes its state alone, and asks no provider."""

    @classmethod
    def find(cls, space: Workspace, state: State) -> "LooseEnds":
        """Compare the two, resource by resource."""
        with closing(Store(space.store)) as store:
            left = {_key(record) for record in store.unmanaged("left")}
            held = [each for each in store.records() if each.stack == space.stack and _key(each) not in left]
        wanted: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for resource in state.resources:
            if resource.in_cloud and not resource.replaced:
                wanted[resource.type, resource.id].append(resource)
        managed: list[Record] = []
        renamed: list[tuple[Record, str]] = []
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
                renamed += [(record, same.urn)] if same.urn != record.urn else []
        stated = account.standing()
        # What was taken over and never changed stands in the account file alone.
        stood = {(thing.type, thing.id) for thing in (stated.things if stated else ())}
        gone = [
            resource
            for place, claims in wanted.items()
            for resource in claims
            if not resource.replacing and place not in stood
        ]
        replaced = [resource for resource in state.resources if resource.in_cloud and resource.replaced]
        return cls(managed, unmanaged, gone, replaced, renamed)

    def write_down(self, space: Workspace, standing: Standing) -> None:
        """Note in the store which records no state has; what is kept until somebody says otherwise stays so."""
        with closing(Store(space.store)) as store:
            kept = {_key(record) for record in store.unmanaged("kept")}
            store.stand((record, "managed") for record in self.managed)
            store.stand((record, standing) for record in self.unmanaged if _key(record) not in kept)


def _key(record: Record) -> tuple[str, str, str]:
    return (record.type, record.region, record.id)


def note_left(space: Workspace) -> None:
    """Write down what a run that came to its end took out of the state alone: it is in the account, and nobody's."""
    ends = LooseEnds.find(space, State.read(space))
    with closing(Store(space.store)) as store:
        store.rename(ends.renamed)
    known = {_key(each) for standing in _BEFORE for each in unmanaged(space, standing)}
    with closing(Store(space.store)) as store:
        store.leave(record for record in ends.unmanaged if _key(record) not in known)


_BEFORE: Final[tuple[Standing, ...]] = ("cut off", "kept", "left")


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
    stays = unmanaged(space, "left")
    if operation == "destroy" and stays:
        say(f"left in the account: {counted(stays)}; `{command(space, 'repair', '--remove-strays')}` removes all of it")
    if operation in ("up", "destroy", "refresh") and kept:
        say(
            f"in the cloud, but in no state: {named(record.urn for record in kept)}; "
            f"`{command(space, 'repair', '--remove-strays')}` removes them"
        )


def counted(records: Iterable[Record]) -> str:
    """Count what there is, by service and type: `2 s3 Bucket, 1 rds Snapshot`."""
    types = Counter(record.type.removeprefix("aws:").partition("/")[0] + " " + word(record.type) for record in records)
    return ", ".join(f"{count} {type}" for type, count in sorted(types.items()))


def named(urns: Iterable[str]) -> str:
    """List resources for people, the first few by name."""
    labels = [label(urn) for urn in urns]
    more = f" and {len(labels) - LISTED} more" if len(labels) > LISTED else ""
    return ", ".join(labels[:LISTED]) + more


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
