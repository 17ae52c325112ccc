"""Fewer read replicas: readers move first, then the surplus instances go."""

from collections.abc import Iterable, Iterator
from typing import Final

from tools.operations.case import INSTANCE, Case
from tools.operations.cloud import Resource
from tools.operations.files import Edits
from tools.operations.steps import Plan

CHANGES: Final = ("database.read_replicas", "database.master_password")
REPLICA: Final = "database-replica-"


def plan(case: Case) -> Plan:
    """Plan fewer replicas: as many as progress names."""
    lower = Lower(case)
    count = int(case.progress.to) if case.progress.to.isdecimal() else 0
    stated: dict[tuple[str, ...], object] = {("database", "read_replicas"): count}
    if count == 0 and not lower.kept_by_rds():
        # Without replicas RDS could keep the password; who keeps it does not change unasked (docs/adr/0010).
        stated["database", "master_password"] = "platform"
    step = case.change(
        "lower", f"keep {count} of {len(lower.replicas())} replicas; readers go to these, or to the writer",
        Edits(stack=stated), shown=lower.surplus, undo="state the number that there was and run `up`",
    )  # fmt: skip
    return Plan((step,), lower.ready)


class Lower:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to

    def replicas(self) -> list[str]:
        return sorted(name for name in self._case.resources(INSTANCE) if name.startswith(REPLICA))

    def kept_by_rds(self) -> bool:
        primary = self._case.resources(INSTANCE).get("database-primary")
        return primary is not None and primary.inputs.get("manageMasterUserPassword") is True

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        there = self.replicas()
        if not self._to.isdecimal() or int(self._to) >= len(there):
            allowed = f"0 to {len(there) - 1}" if there else "nothing: there is no replica"
            yield f"TO: given {self._to!r}, allowed {allowed}"
        elif held := [each.name for each in self._protected() if int(each.name.rpartition("-")[2]) > int(self._to)]:
            yield f"{', '.join(held)}: protected by an older version; run `up` once without this change"

    def _protected(self) -> Iterable[Resource]:
        return (
            each for name, each in self._case.resources(INSTANCE).items() if name in self.replicas() and each.protect
        )

    def surplus(self) -> Iterator[str]:
        for name in self.replicas():
            if int(name.rpartition("-")[2]) > int(self._to):
                yield f"{name} is still there"
