"""A new major version of PostgreSQL, in place: docs/how-to/upgrade-postgresql.md says what each step is for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from settings.facts.support import POSTGRES
from tools.operations.case import INSTANCE, Case, by_hand, wait_for
from tools.operations.cloud import Resource
from tools.operations.files import Edits
from tools.operations.steps import Plan, Step

CHANGES: Final = ("ingress.maintenance", "application.stopped", "permits", "database.version of the workload")
_PRIMARY: Final = "database-primary"
_GROUP: Final = "aws:rds/parameterGroup:ParameterGroup"
_PAGE: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html"
_CHECKS: Final = """\
SELECT count(*) FROM pg_prepared_xacts;                                  -- 0, or commit and roll back
SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical';  -- none, or drop them
SELECT extname, extversion FROM pg_extension;                            -- each is offered for the new version:
--   https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html
SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE udt_name LIKE 'reg%'
  AND udt_name NOT IN ('regclass', 'regtype', 'regrole') AND table_schema NOT IN ('pg_catalog', 'information_schema');
"""


def plan(case: Case) -> Plan:
    """Plan the upgrade to the major version that progress names."""
    upgrade = Upgrade(case)
    return Plan(upgrade.steps(), upgrade.ready, upgrade.was)


class Upgrade:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to
        self._permit = ("upgrade", "database")

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        primary = self._instances().get(_PRIMARY)
        if primary is None:
            yield f"stack {self._case.files.stack} has no database of its own in its state"
            return
        yield from self._path(_major(primary))
        stack = self._case.files.settings().stack
        if stack.ingress.maintenance or stack.application.stopped:
            yield "ingress.maintenance or application.stopped is on already: the operation sets and removes both"
        if stack.database is not None and stack.database.restored is not None:
            yield "database.restored: the product uses a restored copy; the stack's own database is not in use"

    def was(self) -> str:
        """Remember which instance it is: it may not be replaced."""
        primary = self._instances().get(_PRIMARY)
        return primary.id if primary else ""

    def steps(self) -> Sequence[Step]:
        closed = {("ingress", "maintenance"): True, ("application", "stopped"): True}
        opened = dict.fromkeys(closed)
        case = self._case
        return (
            by_hand("check", "ask the database what would stop the upgrade", self._checks),
            case.change(
                "close", "hold traffic back and stop the product: nobody writes", Edits(stack=closed), until="open"
            ),
            Step(
                key="snapshot", title=f"take the snapshot {self._snapshot()}, the only way back", done=self._taken,
                do=self._take, undo=f"delete the snapshot {self._snapshot()} once nobody needs it",
            ),
            case.change(
                "upgrade", f"upgrade to PostgreSQL {self._to}",
                Edits(product={("database", "version"): self._to}, permit=self._permit),
                shown=self._upgraded, tells=self._others, asks=self._identifier(),
                costs=f"PostgreSQL {self._to} cannot be undone: the way back is to restore {self._snapshot()}",
                undo=f"restore {self._snapshot()} beside it: docs/how-to/roll-back.md, B", until="open",
            ),
            by_hand("analyze", "give the planner its statistics, and the extensions their new version", self._after),
            case.tidy("open", "start the product, let traffic in", self._permit, Edits(stack=opened)),
        )  # fmt: skip

    def _path(self, had: str) -> Iterator[str]:
        """Judge the way from one version to the other."""
        known = [version for version in POSTGRES if version > had]
        if self._to == had:
            yield f"the database is at PostgreSQL {had} already"
        elif self._to not in known:
            there = f"TO={', TO='.join(known)}" if known else "none yet"
            yield f"RDS has no way from PostgreSQL {had} to {self._to or 'no version'}; allowed: {there} ({_PAGE})"

    def _instances(self) -> dict[str, Resource]:
        return {name: each for name, each in self._case.resources(INSTANCE).items() if name.startswith("database-")}

    def _identifier(self) -> str:
        return f"{self._case.files.settings().prefix}-primary"

    def _snapshot(self) -> str:
        return f"{self._identifier()}-before-{self._to}-{self._case.progress.since.replace('-', '')}"

    def _snapshots(self) -> dict[str, str]:
        found = self._case.cloud.aws("rds", "describe-db-snapshots", db_instance_identifier=self._identifier())
        return {each["DBSnapshotIdentifier"]: each["Status"] for each in found["DBSnapshots"]}

    def _taken(self) -> bool:
        return self._snapshots().get(self._snapshot()) == "available"

    def _take(self) -> None:
        if self._snapshot() not in self._snapshots():
            self._case.cloud.aws(
                "rds", "create-db-snapshot",
                db_instance_identifier=self._identifier(), db_snapshot_identifier=self._snapshot(),
            )  # fmt: skip
        wait_for(self._taken, f"snapshot {self._snapshot()}")

    def _upgraded(self) -> Iterable[str]:
        """Say what does not show the new version, or was replaced on the way."""
        instances = self._instances()
        for name, each in instances.items():
            if _major(each) not in ("", self._to):
                yield f"{name} is at PostgreSQL {_major(each)}"
        families = {each.inputs.get("family") for each in self._case.resources(_GROUP).values()}
        if f"postgres{self._to}" not in families:
            yield f"there is no parameter group of family postgres{self._to}"
        if self._case.progress.was and self.was() != self._case.progress.was:
            yield "an instance was replaced: what it held is in the snapshot alone"

    def _others(self) -> Iterator[str]:
        """Name the stacks that share the product's file: RDS refuses their next `up` until they are upgraded, too."""
        if others := self._case.files.others():
            yield f"the product's file is that of {', '.join(others)}, too: upgrade them next; their `up` is refused"

    def _checks(self) -> str:
        settings = self._case.files.settings()
        needs = settings.workload.database
        names = ", ".join(needs.extensions_of) if needs else ""
        return f"in each database ({names}), as docs/how-to/reach-the-database.md says:\n{_CHECKS}"

    def _after(self) -> str:
        needs = self._case.files.settings().workload.database
        lines = ["as the administrator:"]
        for name, extensions in (needs.extensions_of if needs else {}).items():
            lines += [f"\\c {name}", *(f'ALTER EXTENSION "{each}" UPDATE;' for each in extensions), "ANALYZE VERBOSE;"]
        return "\n".join(lines)


def _major(instance: Resource) -> str:
    return str(instance.inputs.get("engineVersion") or "").partition(".")[0]
