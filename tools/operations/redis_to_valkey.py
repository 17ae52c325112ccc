"""From Redis to Valkey, in place: users and groups move along, and the nodes follow one after another."""

from collections.abc import Iterable, Iterator
from typing import Final

from settings.facts.support import CACHES
from tools.operations.case import Case, wait_for
from tools.operations.cloud import Resource
from tools.operations.files import Edits
from tools.operations.steps import Plan, Step

CHANGES: Final = ("permits", "cache.engine and cache.version of the workload")
GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"


def plan(case: Case) -> Plan:
    """Plan the move to the version of Valkey that progress names."""
    move = Move(case)
    return Plan(move.steps(), move.ready, move.was)


class Move:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to
        self._permit = ("upgrade", "cache")

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        group, known = self._group(), sorted(major for engine, major in CACHES if engine == "valkey")
        if group is None:
            yield f"stack {self._case.files.stack} has no cache in its state"
        elif group.inputs.get("engine") == "valkey":
            yield "the cache is Valkey already"
        if self._to.partition(".")[0] not in known:
            yield f"TO: given {self._to!r}, allowed: a version of Valkey {' or '.join(known)}, such as 8.0"

    def was(self) -> str:
        group = self._group()
        return f"{group.physical} {group.inputs.get('engineVersion')}" if group else ""

    def steps(self) -> tuple[Step, ...]:
        name = self._case.progress.was.partition(" ")[0]
        return (
            Step(
                key="snapshot", title=f"take the snapshot {self._snapshot()}, the only way back", done=self._taken,
                do=self._take, undo=f"delete the snapshot {self._snapshot()} once nobody needs it",
            ),
            self._case.change(
                "switch", f"make it Valkey {self._to}; each shard fails over once",
                Edits(product={("cache", "engine"): "valkey", ("cache", "version"): self._to}, permit=self._permit),
                shown=self._behind, asks=name, until="tidy",
                costs=f"Valkey {self._to} cannot be undone: the way back is a new cache from {self._snapshot()}",
                undo=f"a new cache, restored from {self._snapshot()}",
            ),
            self._case.tidy("tidy", "take the permit out", self._permit),
        )  # fmt: skip

    def _group(self) -> Resource | None:
        return next(iter(self._case.resources(GROUP).values()), None)

    def _snapshot(self) -> str:
        name = self._case.progress.was.partition(" ")[0]
        return f"{name}-before-valkey-{self._case.progress.since.replace('-', '')}"

    def _snapshots(self) -> dict[str, str]:
        found = self._case.cloud.aws("elasticache", "describe-snapshots")
        return {each["SnapshotName"]: each["SnapshotStatus"] for each in found["Snapshots"]}

    def _taken(self) -> bool:
        return self._snapshots().get(self._snapshot()) == "available"

    def _take(self) -> None:
        if self._snapshot() not in self._snapshots():
            name = self._case.progress.was.partition(" ")[0]
            self._case.cloud.aws(
                "elasticache", "create-snapshot", replication_group_id=name, snapshot_name=self._snapshot()
            )
        wait_for(self._taken, f"snapshot {self._snapshot()}")

    def _behind(self) -> Iterable[str]:
        group = self._group()
        if group is None:
            yield "the cache is gone"
        elif (group.inputs.get("engine"), group.inputs.get("engineVersion")) != ("valkey", self._to):
            yield f"the cache is {group.inputs.get('engine')} {group.inputs.get('engineVersion')}"
