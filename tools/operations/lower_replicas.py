"""Fewer read replicas: readers move first, then the surplus instances go, and with each the logs that it wrote."""

from collections.abc import Iterable, Iterator
from typing import Final

from tools.operations.case import INSTANCE, Case
from tools.operations.cloud import Resource
from tools.operations.files import Edits, Permitted
from tools.operations.steps import Plan

CHANGES: Final = ("database.read_replicas", "database.master_password", "permits")
_PERMIT: Final[Permitted] = ("retire", "database.replicas")
REPLICA: Final = "database-replica-"


def plan(case: Case) -> Plan:
    """Plan fewer replicas: as many as progress names."""
    lower = Lower(case)
    count = int(case.progress.to) if case.progress.to.isdecimal() else 0
    stated: dict[tuple[str, ...], object] = {("database", "read_replicas"): count}
    if count == 0 and not lower.kept_by_rds():
        # Without replicas RDS could keep the password; who keeps it does not change unasked (docs/adr/0010).
        stated["database", "master_password"] = "platform"
    going = ", ".join(lower.going())
    step = case.change(
        "lower", f"keep {count} of {len(lower.replicas())} replicas; readers go to these, or to the writer",
        Edits(stack=stated, permit=_PERMIT), shown=lower.surplus, asks=case.files.settings().prefix, until="tidy",
        costs=f"the log groups of {going or 'the surplus replicas'} go with them; export what is still needed",
        undo="state the number that there was and run `up`; their logs are gone",
    )  # fmt: skip
    return Plan((step, case.tidy("tidy", "take the permit out", _PERMIT)), lower.ready)


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
        elif held := [each.name for each in self._protected() if each.name in self.going()]:
            yield f"{', '.join(held)}: protected by an older version; run `up` once without this change"

    def _protected(self) -> Iterable[Resource]:
        return (
            each for name, each in self._case.resources(INSTANCE).items() if name in self.replicas() and each.protect
        )

    def going(self) -> list[str]:
        """Name the replicas above the number that is kept."""
        kept = int(self._to) if self._to.isdecimal() else 0
        return [name for name in self.replicas() if int(name.rpartition("-")[2]) > kept]

    def surplus(self) -> Iterator[str]:
        yield from (f"{name} is still there" for name in self.going())
