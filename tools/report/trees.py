"""The two folders that previews run in: the base revision, and what stands here."""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_OWN: Final = frozenset({".git", ".offline-cloud", "build"})
"""What a folder of its own does not share with the project: history, an account that may be in use, results."""


class ReportError(Exception):
    """No report can be made; the message is one line for people."""


@contextmanager
def head(root: Path) -> Generator[Path]:
    """Give a folder with the program of `root`, uncommitted changes included, and an account without anything."""
    with tempfile.TemporaryDirectory(prefix="report-head-") as made:
        for file in root.iterdir():
            if file.name not in _OWN:
                Path(made, file.name).symlink_to(file)
        yield Path(made)


@contextmanager
def base(root: Path, revision: str) -> Generator[Path]:
    """Check a revision out beside the project; raises `ReportError` where there is no such revision.

    The offline cloud and the policies are those of `root`, so that only program and settings make a difference.
    """
    commit = commit_of(root, revision)
    with tempfile.TemporaryDirectory(prefix="report-base-") as made:
        folder = Path(made, "base")
        _git(root, "worktree", "add", "--quiet", "--detach", "--force", str(folder), commit)
        try:
            _judged_by(folder, root)
            yield folder
        finally:
            with suppress(ReportError):
                _git(root, "worktree", "remove", "--force", str(folder))


def commit_of(root: Path, revision: str) -> str:
    """Give the commit that a revision names; raises `ReportError`."""
    if not revision.strip() or revision.startswith("-"):
        raise ReportError(
            f"BASE: {revision!r} is no revision; name a branch, a tag or a commit, as in BASE=origin/main"
        )
    try:
        return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except ReportError:
        shallow = (root / _git(root, "rev-parse", "--git-path", "shallow")).is_file()
        fix = (
            "this clone is shallow: `git fetch --unshallow` brings the rest" if shallow else "`git fetch` may bring it"
        )
        raise ReportError(
            f"BASE: there is no revision {revision!r} here; {fix}, and `git branch -a` lists names"
        ) from None


def _judged_by(folder: Path, root: Path) -> None:
    for name in ("offline_cloud", "policies", ".tools"):
        there, ours = folder / name, root / name
        if there.is_symlink():
            there.unlink()
        elif there.is_dir():
            shutil.rmtree(there)
        if name == "policies" and ours.is_dir():
            # Rules render the charts that lie beside them: a link would lead them to those of the other revision.
            shutil.copytree(ours, there, ignore=shutil.ignore_patterns("__pycache__"))
        elif ours.exists():
            there.symlink_to(ours.resolve())


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(("git", "-C", str(root), *arguments), capture_output=True, text=True, check=False)
    except OSError as error:
        raise ReportError(f"git cannot be run: {error.strerror}; the base revision comes from it") from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"git {arguments[0]} ended with {done.returncode}"]
        raise ReportError(said[-1])
    return done.stdout.strip()
