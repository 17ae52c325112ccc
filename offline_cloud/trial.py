"""``python -m offline_cloud try``: a program's whole life, step by step, and one line on each."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from offline_cloud.errors import OfflineCloudError
from offline_cloud.progress import changed, counts

# Each step is a process of its own: a module that a program imported once would not be run again.
STEPS: Final = (("preview", "preview"), ("up", "up"), ("up", "up again"), ("destroy", "destroy"))
DEFAULT_STACK: Final = "try"


@dataclass(frozen=True)
class Step:
    """How one step went."""

    name: str
    succeeded: bool
    changes: Mapping[str, int]
    seconds: float

    def verdict(self) -> str:
        """Say in a few words what came of it."""
        if not self.succeeded:
            return "failed, as said above"
        if self.name == "preview":
            return ", ".join(f"{count} to {verb}" for verb, count in self.changes.items()) or "nothing to create"
        if self.name == "up again" and not changed(self.changes):
            return f"nothing to change, {self.changes.get('same', 0)} unchanged"
        return counts(self.changes)

    @property
    def passed(self) -> bool:
        """Whether it did what it has to do: a second `up` has to find nothing to change."""
        return self.succeeded and not (self.name == "up again" and changed(self.changes))


def stack_of(root: Path, stated: str | None) -> str:
    """Give the stack to try: the one stated, else the only one that has a file, else one that needs none.

    Raises ``OfflineCloudError`` where there are several to choose from.
    """
    found = sorted(path.name.split(".", 2)[1] for path in root.glob("Pulumi.*.yaml"))
    if stated or len(found) <= 1:
        return stated or (found or [DEFAULT_STACK])[0]
    raise OfflineCloudError(f"which stack? the project has {', '.join(found)}; choose one with --stack")


def run(root: Path, stack: str, options: Sequence[str]) -> int:
    """Run the steps until one fails, and destroy what was made in any case; gives the exit code."""
    done: list[Step] = []
    for verb, name in STEPS:
        made = any(step.name == "up" for step in done)
        if done and not done[-1].passed and not (verb == "destroy" and made):
            continue
        sys.stderr.write(f"{name}:\n")
        sys.stderr.flush()
        done.append(_step(root, stack, verb, name, options))
    for step in done:
        mark = "ok" if step.passed else "NO"
        sys.stdout.write(f"{mark:<3} {step.name:<9} {step.verdict()} ({step.seconds:.1f} s)\n")
    return 0 if len(done) == len(STEPS) and all(step.passed for step in done) else 1


def _step(root: Path, stack: str, verb: str, name: str, options: Sequence[str]) -> Step:
    command = [
        sys.executable,
        "-m",
        "offline_cloud",
        verb,
        "--project",
        str(root),
        "--stack",
        stack,
        "--json",
        *options,
    ]
    command += [] if verb == "preview" else ["--fast"]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        report = cast("dict[str, object]", json.loads(said.stdout))
    except ValueError:
        report = {}
    changes = cast("dict[str, int]", report.get("changes") or {})
    for note in cast("list[str]", report.get("notes") or []):
        sys.stderr.write(f"{note}\n")
    return Step(name, said.returncode == 0, changes, cast("float", report.get("seconds") or 0.0))
