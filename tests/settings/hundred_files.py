"""A hundred pairs of files with three mistakes of different kinds each: `python -m tests.settings.hundred_files`.

The draw is the same every time. Prints how many pairs had all three mistakes reported in one answer, and nothing else.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Literal

from components.checked import load
from settings import SettingsError
from settings.raw import Raw, related
from tests.settings.product import DELETE, Delete, Files, configuration_of, files, parts, with_change

COUNT = 100
_SEED = 20_261_129


@dataclass(frozen=True)
class Change:
    """Set a path of one of the two files to a value."""

    file: Literal["stack", "workload"]
    path: str
    value: "Raw | Delete"


@dataclass(frozen=True)
class Mistake:
    """What makes a mistake, and the setting that it is reported at."""

    setting: str
    changes: tuple[Change, ...]

    def apart_from(self, other: "Mistake") -> bool:
        """Whether neither of the two undoes a part of the other."""
        mine = [(each.file, tuple(parts(each.path))) for each in self.changes]
        theirs = [(each.file, tuple(parts(each.path))) for each in other.changes]
        return not any(one[0] == two[0] and related(one[1], two[1]) for one in mine for two in theirs)


def _workload(path: str, value: "Raw | Delete", at: str = "", **also: Raw) -> Mistake:
    more = (Change("workload", key.replace("__", "."), each) for key, each in also.items())
    return Mistake(at or path, (Change("workload", path, value), *more))


def _stack(path: str, value: "Raw | Delete", at: str = "") -> Mistake:
    return Mistake(f"groundwork:{at or path}", (Change("stack", path, value),))


KINDS: dict[str, tuple[Mistake, ...]] = {
    "an unknown key": (
        _workload("services.api.colour", "blue"),
        _workload("ingress.routes[0].colour", "blue"),
        _stack("cluster.colour", "blue"),
        _stack("colour", "blue"),
        _workload("database.colour", "blue"),
    ),
    "a misspelt key": (
        _workload("services.worker.enviroment", {"LEVEL": "debug"}),
        _workload("objectives[0].percentil", 99),
        _stack("monitoring.log_retention_day", 30),
    ),
    "a wrong type": (
        _workload("services.api.environment.PORT", 3000),
        _workload("services.worker.termination_grace_seconds", "long"),
        _workload("objectives[0].milliseconds", "fast"),
        _stack("backup.retention_days", "long"),
        _stack("monitoring.log_retention_days", [30]),
    ),
    "a word that is not offered": (
        _workload("alerts[0].severity", "crit"),
        _workload("services.worker.ports.statsd.protocol", "TLS"),
        _stack("network.nat", "per-az"),
        _stack("monitoring.emails", ["nobody"], "monitoring.emails[0]"),
        _stack("region", "us-east-9"),
    ),
    "fields of the product that disagree": (
        _workload("ingress.routes[1].service", "workr"),
        _workload("services.api.probes.readiness.timeout_seconds", 60),
        _workload("services.api.secrets", ["DATABASE_URL", "NOBODY"], "services.api.secrets[1]"),
        _workload("objectives[0].service", "apii"),
        _workload("migration.secrets", ["NOBODY"], "migration.secrets[0]"),
    ),
    "fields of the stack that disagree": (
        _stack("cluster.system_nodes.minimum", 20),
        _stack("monitoring.slack_workspace", "T0123456789", "monitoring.slack_channel"),
        _stack("replica_regions", ["eu-west-1", "eu-west-1"], "replica_regions[1]"),
        _stack("backup.object_lock_days", 3000),
    ),
    "a safeguard of production": (
        _stack("database.deletion_protection", value=False),
        _stack("ingress.waf", value=False),
        _stack("cache.snapshot_retention_days", 0),
        _stack("protection.stateful", value=False),
    ),
    "a stack against its product": (
        _stack("application.without", ["nobody"], "application.without[0]"),
        _stack("application.services", {"workr": {"environment": {"LEVEL": "debug"}}}, "application.services.workr"),
        _stack("secrets.UNASKED_KEY", {"secure": "v1:abc"}),
        _stack("event_bus", {"brokers": 2}),
    ),
    "a provided secret that is missing": (
        _stack("secrets", DELETE, "secrets.PARTNER_KEY"),
        Mistake("groundwork:secrets.SECOND_KEY", (Change("workload", "secrets.SECOND_KEY", {"kind": "provided"}),)),
    ),
    "what only arithmetic shows": (
        _workload("services.api.database_pool", 1000, "database.instance_class"),
        _stack("cluster.workload_nodes", {"cpu_limit": 2}),
        _stack("cluster.system_nodes.instance_types", ["m7i.large", "m7g.large"]),
        _workload("database.version", "19"),
        _workload(
            "services.worker.resources.requests",
            {"cpu": "1", "memory": "4000Gi"},
            services__worker__resources__limits={"cpu": "1", "memory": "4000Gi"},
        ),
        _workload("database.iops", 60_000, database__storage_gib=1000, database__maximum_storage_gib=2000),
    ),
    "what cannot be read": (
        _stack("access", "[oops"),
        _stack("backup", '{"retention_days":'),
    ),
}


def drawn() -> Iterator[tuple[Mistake, ...]]:
    """Yield a hundred times three mistakes of different kinds, none of which undoes another."""
    draw = Random(_SEED)
    found = 0
    while found < COUNT:
        chosen = tuple(draw.choice(KINDS[kind]) for kind in draw.sample(sorted(KINDS), 3))
        if all(one.apart_from(two) for index, one in enumerate(chosen) for two in chosen[:index]):
            found += 1
            yield chosen


def broken(folder: Path, mistakes: tuple[Mistake, ...]) -> Files:
    """Write the two files with these mistakes in them."""
    stated = files(folder)
    for change in (each for mistake in mistakes for each in mistake.changes):
        if change.file == "stack":
            stated.stack = with_change(stated.stack, change.path, change.value)
        else:
            stated.workload = with_change(stated.workload, change.path, change.value)
    stated.write()
    return stated


def reported(stated: Files) -> list[str]:
    """Load the two files as the program does; return the settings that the one answer names."""
    try:
        load(stated.stack_name, configuration_of(stated), stated.folder / "workloads", stated.folder)
    except SettingsError as error:
        return [diagnostic.setting for diagnostic in error.diagnostics]
    return []


def main() -> int:
    """Print the count; 1 where a mistake was left out."""
    complete = 0
    for mistakes in drawn():
        with TemporaryDirectory() as folder:
            answer = reported(broken(Path(folder), mistakes))
        missing = [each.setting for each in mistakes if each.setting not in answer]
        complete += not missing
        if missing:
            sys.stderr.write(f"not reported: {', '.join(missing)}; reported: {', '.join(answer)}\n")
    sys.stdout.write(f"{complete} of {COUNT} pairs of files: all three mistakes in one answer\n")
    return 0 if complete == COUNT else 1


if __name__ == "__main__":
    sys.exit(main())
