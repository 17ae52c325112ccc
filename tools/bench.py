"""Measure the platform: how many resources, how long over the floor, how much memory.

The floor is a flat program that registers the same number of resources on the same offline cloud. Runs of the two take
turns, so that a slow moment of the machine falls on both; a row gives the median, and the ratio is between medians.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LINKED = ("__main__.py", "settings", "components", "charts", "workloads", "policies", "offline_cloud", ".tools")
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds, and the peak resident MB of the process that holds the program."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    what: str
    value: float
    unit: str
    to_reach: str
    detail: str = ""


def timed(command: Sequence[str], folder: Path = ROOT) -> Run:
    """Run a command to its end. Raises RuntimeError with what it printed when it fails."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=subprocess.STDOUT, text=True)
        peak = _Peak(process.pid)
        code = process.wait()
        seconds = time.monotonic() - started
        said.seek(0)
        text = said.read()
    if code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{text[-2000:]}")
    return Run(seconds, peak.stop())


class _Peak:
    """Follows the kernel's high-water mark of one process's resident memory."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._kilobytes = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        while not self._stopped.wait(POLL_SECONDS):
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            for line in lines:
                if line.startswith("VmHWM:"):
                    self._kilobytes = int(line.split()[1])

    def stop(self) -> float:
        self._stopped.set()
        self._thread.join()
        return self._kilobytes / 1024


def offline_cloud(operation: str, project: Path, stack: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "offline_cloud", operation, "--project", str(project), "--stack", stack, *more]


def prepare_platform(folder: Path, stack: str) -> Path:
    """A project folder whose offline cloud is its own; everything in it is this project's."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (*LINKED, "Pulumi.yaml", f"Pulumi.{stack}.yaml"):
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def prepare_floor(folder: Path, resources: int) -> Path:
    """A project folder with the flat program."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "__main__.py").symlink_to(ROOT / "tools" / "floor" / "__main__.py")
    (folder / "Pulumi.yaml").write_text("name: floor\nruntime: python\n")
    (folder / "Pulumi.floor.yaml").write_text(f"config:\n  floor:resources: {resources}\n")
    return folder


def count(project: Path, stack: str) -> tuple[int, int]:
    """How many resources the stack has: all that are registered, and those that are created in a cloud."""
    command = offline_cloud("export", project, stack)
    state: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    resources: list[dict[str, Any]] = state["deployment"]["resources"]
    created = [item for item in resources if item["custom"] and not item["type"].startswith("pulumi:")]
    return len(resources), len(created)


def compare(operation: str, platform: Path, stack: str, floor: Path, runs: int) -> tuple[list[Run], list[Run]]:
    """Alternate the two programs `runs` times."""
    ours: list[Run] = []
    flat: list[Run] = []
    for _ in range(runs):
        ours.append(timed(offline_cloud(operation, platform, stack, *_options(operation))))
        flat.append(timed(offline_cloud(operation, floor, "floor", *_options(operation))))
    return ours, flat


def _options(operation: str) -> tuple[str, ...]:
    return ("--no-policy",) if operation == "preview" else ()


def median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _ratio(what: str, ours: Sequence[Run], flat: Sequence[Run]) -> Row:
    detail = f"median {median(ours):.2f} s against {median(flat):.2f} s, {len(ours)} runs each"
    return Row(what, round(median(ours) / median(flat), 2), "x the floor", "1.5 or less", detail)


def measure(stack: str, runs: int) -> list[Row]:
    """All figures that need no fresh machine."""
    platform = prepare_platform(BUILD / "bench" / "platform", stack)
    registered, created = _count_after_up(platform, stack)
    floor = prepare_floor(BUILD / "bench" / "floor", registered - 2)  # the stack itself and one provider
    previews = compare("preview", platform, stack, floor, runs)
    with_policies = [timed(offline_cloud("preview", platform, stack)) for _ in range(runs)]
    first = timed(offline_cloud("up", platform, stack))
    timed(offline_cloud("up", floor, "floor"))
    seconds = compare("up", platform, stack, floor, runs)
    peak = max(run.megabytes for run in (*previews[0], *seconds[0], *with_policies, first))
    return [
        Row(
            f"resources in stack {stack}",
            created,
            "resources",
            "250 or more",
            f"{registered} registered with components",
        ),
        _ratio("preview", *previews),
        Row("preview with policies", round(median(with_policies), 2), "s", "", f"median of {runs} runs"),
        Row("first up", round(first.seconds, 2), "s", ""),
        _ratio("second up, no change", *seconds),
        Row("peak memory of the program", round(peak), "MB", "400 or less", "the process that holds the program"),
    ]


def _count_after_up(platform: Path, stack: str) -> tuple[int, int]:
    timed(offline_cloud("up", platform, stack, "--fast"))
    counted = count(platform, stack)
    shutil.rmtree(platform / ".offline-cloud")
    return counted


def fresh() -> list[Row]:
    """`make demo` on a fresh clone with a fresh home and no pulumi on the PATH, then once more."""
    with tempfile.TemporaryDirectory() as home:
        clone = Path(home) / "groundwork"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = [
            "env",
            f"HOME={home}",
            f"GOPATH={home}/go",
            f"GOCACHE={home}/go-cache",
            f"XDG_CACHE_HOME={home}/cache",
            f"PATH={_path_of_a_fresh_machine()}",
        ]
        first = timed([*environment, "make", "demo"], clone)
        again = timed([*environment, "make", "demo"], clone)
        subprocess.run([*environment, "go", "clean", "-modcache"], check=True)
    return [
        Row("make demo, fresh clone", round(first.seconds), "s", "600 or less, engine built"),
        Row("make demo, again", round(again.seconds, 1), "s", "20 or less"),
    ]


def _path_of_a_fresh_machine() -> str:
    """The search path without this project's own tools."""
    return os.pathsep.join(entry for entry in os.environ["PATH"].split(os.pathsep) if not _ours(entry))


def _ours(entry: str) -> bool:
    return Path(entry).absolute().is_relative_to(ROOT)


def main() -> int:
    """Print the figures as a table and write them to build/bench.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--fresh", action="store_true", help="also time `make demo` on a fresh clone (minutes)")
    chosen = parser.parse_args()
    rows = measure(chosen.stack, chosen.runs) + (fresh() if chosen.fresh else [])
    table = Table("what", "figure", "unit", "to reach", "how", title="Groundwork, measured on this machine")
    for row in rows:
        table.add_row(row.what, f"{row.value:g}", row.unit, row.to_reach, row.detail)
    Console().print(table)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
