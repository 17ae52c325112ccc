"""A stack of its own in a folder of its own: its files, its commands, its state and its cloud."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import yaml

from offline_cloud.cloud.core.pending import PENDING
from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Store
from offline_cloud.workspace import Workspace, open_workspace
from settings.stacks import stack_file
from tests import forked
from tools.kills import disagreements
from tools.life.change import Drift
from tools.operations import editing
from tools.operations.cloud import Resource
from tools.operations.files import Files
from tools.operations.offline import OfflineCloud

ROOT: Final = Path(__file__).resolve().parents[2]
_OWN: Final = (".offline-cloud", ".git", "build", "workloads")
_ANCHOR: Final = re.compile(r"[:\-\[{,]\s*&\w")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    error: str

    @property
    def why(self) -> str:
        """What it said is wrong, on one line; the end of all that it said, where it calls nothing an error."""
        lines = (self.error or self.out).splitlines()
        told = [line for line in lines if line.lstrip().startswith(("error", "refused", "not possible"))]
        return " ".join(" ".join(told or lines).split())[-400:]


Call = Callable[[str, Sequence[str], Path], Ended]
"""Runs a module of this project, with these arguments, in a folder, to its end."""


def called(module: str, words: Sequence[str], folder: Path) -> Ended:
    """Run a module as `python -m` does, in a process forked from one that has imported what all of them import."""
    done = forked.python(module, words, folder, _variables())
    return Ended(done.code, done.out, done.err)


@dataclass(frozen=True)
class Place:
    """The folder of one stack of one product."""

    folder: Path
    stack: str
    product: str
    call: Call = called

    @classmethod
    def make(cls, folder: Path, stack: str, product: str) -> "Place":
        """Link this repository's program into a folder; the stack's file and the product's are copies, to be edited."""
        for file in ROOT.iterdir():
            if file.name not in _OWN and (file.name == "Pulumi.yaml" or not file.name.startswith("Pulumi.")):
                (folder / file.name).symlink_to(file)
        (folder / "workloads").mkdir()
        text = (ROOT / "workloads" / f"{product}.yaml").read_text("utf-8")
        (folder / "workloads" / f"{product}.yaml").write_text(_unshared(text), "utf-8")
        text = (ROOT / stack_file(stack)).read_text("utf-8")
        text = editing.put(text, ("config", "groundwork:workload"), product)
        (folder / stack_file(stack)).write_text(text, "utf-8")
        return cls(folder, stack, product)

    @property
    def files(self) -> Files:
        return Files(self.folder, self.stack, self.product, datetime.now(UTC).date())

    @property
    def space(self) -> Workspace:
        return open_workspace(self.folder, self.stack, self.product)

    def texts(self) -> Mapping[Path, str]:
        """Give what both files say, to put it back."""
        return {path: path.read_text("utf-8") for path in (self.files.stack_path, self.files.product_path)}

    def put_back(self, texts: Mapping[Path, str]) -> None:
        for path, text in texts.items():
            path.write_text(text, "utf-8")

    def run(self, module: str, *words: str) -> Ended:
        """Run a module on the stack, to its end."""
        return self.call(module, self.words(words), self.folder)

    def start(self, module: str, *words: str) -> "subprocess.Popen[str]":
        """Start a module on the stack, to be killed."""
        return subprocess.Popen(
            _line(module, self.words(words)), cwd=self.folder, env=_variables(),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def words(self, words: Sequence[str]) -> list[str]:
        return [*words, "--project", str(self.folder), "--stack", self.stack, "--workload", self.product]

    def state(self) -> Sequence[Resource]:
        """Give the resources of the last state, without those that are going."""
        return [each for each in OfflineCloud(self.space).state() if not each.going]

    def left(self) -> list[Record]:
        """Give what deletions left in the account on purpose."""
        with closing(Store(self.space.store)) as store:
            return store.unmanaged("left")

    def waiting(self) -> list[tuple[str, str, str]]:
        """Give what waits for a maintenance window: type, region and name of what; the property; its value then.

        A refresh reads what there is until then, so each plan tells of it again, and each `up` asks for it again.
        """
        held = [each for each in self.left() if each.type == PENDING]
        return [
            (each.id, path, str(value))
            for each in held
            for path, value in cast("Mapping[str, object]", each.inputs["values"]).items()
        ]

    def disagreements(self) -> list[str]:
        """Compare state and cloud, but for what deletions left on purpose."""
        left = {f"in the cloud alone: {(each.type, each.id, each.urn)}" for each in self.left()}
        return [each for each in disagreements(self.space) if each not in left]

    def change_by_hand(self, drift: Drift) -> None:
        """Change the account as somebody in the console does. Raises `LookupError` where there is nothing to change."""
        with closing(Store(self.space.store)) as store:
            left = {each.id for each in store.unmanaged("left")}
            found = [each for each in store.of_type(drift.type) if each.id not in left]
            if not found:
                raise LookupError(f"the account has no {drift.type}")
            if not drift.property:
                store.let_happen((), (found[0],))
                return
            stated: Any = {drift.property: drift.value}
            changed = replace(
                found[0], inputs={**found[0].inputs, **stated}, outputs={**found[0].outputs, **stated}
            )  # fmt: skip
            store.let_happen((changed,), ())


def _unshared(text: str) -> str:
    """Write what an anchor shares once for each place that has it, so that each can be edited by itself."""
    if not _ANCHOR.search(text):
        return text
    return yaml.dump(yaml.safe_load(text), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=1000)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _line(module: str, words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _variables() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    return {**os.environ, "PYTHONPATH": path, "CI": "true"}
