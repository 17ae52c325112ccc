"""Commands of the offline cloud, each in a process forked from one that has imported what all of them import.

A command of its own imports the SDKs and this platform for some two seconds of a core, and the whole test run makes
hundreds. What a command does is what `python -m offline_cloud` does: one process, its folder, its variables, its exit.
"""

import json
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from components.chart_values import folder

_IMPORTED = ("tests.forked_imports",)
_PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """What it wrote as JSON."""
        return json.loads(self.out)

    @property
    def breaches(self) -> list[dict[str, Any]]:
        """The policies that refuse what a preview reports, without those that advise."""
        return [each for each in self.report["diagnostics"] if each["level"] == "mandatory"]

    @property
    def advice(self) -> set[str]:
        """The names of the policies that advise, and refuse nothing."""
        return {each["policy"] for each in self.report["diagnostics"] if each["level"] == "advisory"}

    @property
    def changes(self) -> dict[str, int]:
        """How many resources came to what, in the report of a run."""
        return self.report["changes"]


def offline_cloud(arguments: Sequence[str], program: Path, variables: Mapping[str, str] | None = None) -> Ended:
    """Run one command on the program in a folder, with the variables of this process where none are given."""
    return python("offline_cloud", arguments, program, variables)


def python(module: str, arguments: Sequence[str], program: Path, variables: Mapping[str, str] | None = None) -> Ended:
    """Run a module to its end in the folder of a program, as `python -m` does."""
    with TemporaryDirectory(prefix="forked-") as said:
        out, error = Path(said, "out"), Path(said, "error")
        environment = dict(os.environ if variables is None else variables)
        target = (module, list(arguments), program, environment, out, error)
        process = _context().Process(target=_run, args=target)
        process.start()
        process.join(_PATIENCE_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"{' '.join((module, *arguments))} has not ended in {_PATIENCE_SECONDS} s")
        return Ended(process.exitcode, out.read_text(encoding="utf-8"), error.read_text(encoding="utf-8"))


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    return context


def _run(module: str, arguments: list[str], program: Path, environment: dict[str, str], out: Path, error: Path) -> None:
    """Become the command, in a process that was forked for it."""
    os.chdir(program)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, file, flags in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, error, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(file, flags, 0o600), descriptor)
    sys.argv = [module, *arguments]
    # A process of its own would have found the components, and so the charts, through the links in the folder.
    with patch.object(folder, "CHARTS", program / "charts"):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
