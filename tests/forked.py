"""Commands of the offline cloud, each in a process forked from one that has imported what all of them import.

A command of its own imports the SDKs and this platform for some two seconds of a core, and the whole test run makes
hundreds. What a command does is what `python -m offline_cloud` does: one process, its folder, its variables, its exit.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

_IMPORTED = ("tests.forked_imports",)
_PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    error: str


def offline_cloud(arguments: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Ended:
    """Run one command to its end in a folder, with the variables of this process where none are given."""
    with TemporaryDirectory(prefix="forked-") as said:
        out, error = Path(said, "out"), Path(said, "error")
        environment = dict(os.environ if variables is None else variables)
        process = _context().Process(target=_run, args=(list(arguments), folder, environment, out, error))
        process.start()
        process.join(_PATIENCE_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"{' '.join(arguments)} has not ended in {_PATIENCE_SECONDS} s")
        return Ended(process.exitcode, out.read_text(encoding="utf-8"), error.read_text(encoding="utf-8"))


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    return context


def _run(arguments: list[str], folder: Path, environment: dict[str, str], out: Path, error: Path) -> None:
    """Become the command, in a process that was forked for it."""
    from offline_cloud.__main__ import run  # noqa: PLC0415  # the tests that fork nothing need not import it

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, file, flags in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, error, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(file, flags, 0o600), descriptor)
    sys.argv = ["offline_cloud", *arguments]
    run()
