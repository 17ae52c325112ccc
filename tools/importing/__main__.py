"""`python -m tools.importing FROM`: write workloads/<name>.yaml from a Compose file or Kubernetes manifests.

Ends with 0 when a stack takes what was written, with 1 when diagnostics are left, which it prints, and with 2, and one
line that says what to do, for an input that cannot be read or a file that exists.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from tools.importing import compose, manifests
from tools.importing.check import check
from tools.importing.draft import NothingToRunError, draft
from tools.importing.found import Found
from tools.importing.report import report
from tools.importing.source import InputError
from tools.importing.writing import rendered

_ROOT = Path(__file__).resolve().parents[2]
_STACKS = ("dev", "prod")


def found_in(source: Path, profiles: frozenset[str]) -> Found:
    """Read a Compose file, a manifest, or a folder of manifests. Raises InputError."""
    if not source.exists():
        raise InputError(f"{source}: there is no such file; FROM= names a Compose file or a folder of manifests")
    if source.is_dir():
        file = compose.file_in(source)
        return manifests.read(source) if file is None else compose.read(file, profiles)
    return manifests.read(source) if manifests.is_manifest(source) else compose.read(source, profiles)


def import_(
    source: Path, project: Path, *, name: str | None, force: bool, profiles: frozenset[str]
) -> tuple[str, bool]:
    """Write the workload file; returns the report, and whether a stack takes the product. Raises InputError."""
    found = found_in(source, profiles)
    try:
        made = draft(found, name)
    except NothingToRunError:
        why = "only what the platform brings itself is in it"
        raise InputError(f"{source}: {why}, and no service of a product; name a file that has one") from None
    text = rendered(made)
    target = project / "workloads" / f"{made.data['name']}.yaml"
    place = f"{target.parent.name}/{target.name}"
    if target.exists() and not force:
        raise InputError(f"{place} exists already; name another with NAME=, or replace it with FORCE=1")
    checked = [check(made, text, project, stack) for stack in _STACKS]
    _write(target, text)
    return report(made, place, checked), not checked[0].diagnostics


def _write(target: Path, text: str) -> None:
    """Write beside the target and rename, so that nobody ever sees half a file. Raises InputError."""
    try:
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError(f"{target.parent}: {error.strerror}; make the folder writable") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(beside).chmod(0o644)
        Path(beside).replace(target)
    except OSError as error:
        raise InputError(f"{target}: {error.strerror}; nothing was written") from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(beside).unlink()


def main(arguments: list[str], project: Path = _ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.importing", description="write a workload file from others'")
    parser.add_argument(
        "source", type=Path, metavar="FROM", help="a Compose file, a manifest, or a folder of manifests"
    )
    parser.add_argument("--name", help="the product's name (default: the project's, or the folder's)")
    parser.add_argument("--force", action="store_true", help="replace a workload file that exists")
    parser.add_argument("--profile", action="append", default=[], help="a Compose profile that always runs")
    chosen = parser.parse_args(arguments)
    try:
        told, accepted = import_(
            chosen.source, project, name=chosen.name, force=chosen.force, profiles=frozenset(chosen.profile)
        )
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(told)
    return 0 if accepted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
