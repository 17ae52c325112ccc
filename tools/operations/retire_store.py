"""A store that is no longer needed: released alone, deleted with its final snapshot, and shown what it leaves.

A service or job that runs as tasks holds nothing but its logs, which go with it: the same steps, and the same question.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tools.operations import stores
from tools.operations.case import Case
from tools.operations.files import Edits
from tools.operations.steps import Plan, Step, StoppedError

CHANGES: Final = ("permits", "the store's section in the workload's file")
_NAMED: Final = ("buckets", "secrets", *stores.LOGGING)


def plan(case: Case) -> Plan:
    """Plan the retirement of the store that progress names: `cache`, `buckets.files`, `secrets.OLD_TOKEN`."""
    retirement = Retirement(case, case.progress.of, case.progress.was)
    return Plan(retirement.steps(), retirement.ready, retirement.was)


class Retirement:
    """The steps by which `of` goes. `without` leaves it and what names it out of the files, `tidied` ends it."""

    def __init__(
        self, case: Case, of: str, was: str, without: Edits | None = None, tidied: Edits | None = None
    ) -> None:
        self._case, self._of, self._was = case, of, was
        self._without = without or Edits(product={tuple(of.split(".", 1)): None})
        self._tidied = tidied

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        section, _, name = self._of.partition(".")
        if section not in (*stores.HOLDING, *stores.LOGGING) or (section in _NAMED) != bool(name):
            allowed = "database, cache, buckets.<name>, secrets.<NAME>, services.<name>, jobs.<name>"
            yield f"OF: given {self._of!r}, allowed: {allowed}"
            return
        held = stores.holding(self._case, self._of)
        if held is None and section in stores.LOGGING:
            yield (
                f"stack {self._case.files.stack} has no log group of {self._of}: where it is, it runs as pods, whose "
                "logs stay in the cluster's groups; take it out of the product's file and run `up`"
            )
        elif held is None:
            yield f"stack {self._case.files.stack} has no {self._of} in its state"
        elif self._case.progress.to != "nothing" and not self._snapshot(held.inputs):
            yield (
                f"{self._of} would leave no final snapshot (retention.final_snapshots): state it true and run `up`, or "
                "say TO=nothing for a retirement that keeps nothing"
            )

    def was(self) -> str:
        held = stores.holding(self._case, self._of)
        return stores.remembered(held) if held else ""

    def steps(self) -> tuple[Step, ...]:
        case, of = self._case, self._of
        name = self._was.partition(" ")[0]
        return (
            case.change(
                "release", f"permit to retire {of}, and take protection from it alone",
                Edits(permit=("retire", of)), shown=self._released,
                undo="take the permit out and run `up`: it is protected again", until="tidy",
            ),
            Step(
                key="leave-out", title=f"take {of} out of the product's file", done=self._left_out, do=self._leave_out,
                undo=f"put {of} back into the product's file",
            ),
            Step(
                key="delete", title=f"delete {name}", done=self._deleted, do=self._delete, proof=self._remaining,
                tells=self._bill, asks=name, costs=f"{name} goes with its logs, and leaves {self._leaves()}",
                undo="docs/how-to/remove-what-holds-data.md, \"A second thought\"",
            ),
            case.tidy("tidy", "take the permit out", ("retire", of), self._tidied),
        )  # fmt: skip

    def _snapshot(self, inputs: Mapping[str, object]) -> bool:
        """Whether its deletion leaves a snapshot, or it is no store that AWS takes one of."""
        if self._of not in ("database", "cache"):
            return True
        return bool(inputs.get("finalSnapshotIdentifier")) and inputs.get("skipFinalSnapshot") is not True

    def _released(self) -> Iterable[str]:
        held = stores.holding(self._case, self._of)
        if held is not None and held.protect:
            yield f"{held.physical} is still protected"

    def _left_out(self) -> bool:
        return self._case.files.stated(self._without)

    def _leave_out(self) -> None:
        """Take the section out where nothing else names it; otherwise say what names it."""
        wrong = list(self._case.files.judged(self._without))
        if wrong:
            raise StoppedError(
                f"{self._of} is still used; in {self._case.files.product_path.name} take out all that names it, "
                "then go on:\n" + "\n".join(wrong)
            )
        self._case.files.write(self._without)

    def _leaves(self) -> str:
        found = stores.left(self._of, self._was) if self._was else []
        return ", ".join(each.what for each in found) or "nothing"

    def _deleted(self) -> bool:
        return stores.holding(self._case, self._of) is None

    def _delete(self) -> None:
        if refused := list(self._case.cloud.planned()):
            raise StoppedError("\n".join(refused))
        self._case.cloud.up()

    def _remaining(self) -> Iterable[str]:
        if not self._deleted():
            yield f"{self._was.partition(' ')[0]} is still in the state"
        for each in stores.left(self._of, self._was):
            if not each.seen(self._case):
                yield f"{each.what} is not in the account: look for it before anything else is done"

    def _bill(self) -> Iterator[str]:
        found = stores.left(self._of, self._was)
        yield from (f"left: {each.what}: {each.costs}" for each in found)
        if not found:
            yield "nothing is left of it"
