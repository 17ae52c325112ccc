"""A stack's whole life on the real engine, lived once for all tests that ask about it."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import forked
from tests.forked import Ended
from tests.platform.leaks import leaks, secret_values
from tests.platform.plan import PRIMARY, SECONDARY, Form

ROOT = Path(__file__).resolve().parents[2]
LINKED = (
    "__main__.py",
    "settings",
    "components",
    "charts",
    "workloads",
    "policies",
    "offline_cloud",
    ".tools",
    "Pulumi.yaml",
    "next-steps.toml",
)
RELEASED = (
    "groundwork:protection.stateful=false",
    "groundwork:protection.allow_unsafe=true",
    "groundwork:cluster.deletion_protection=false",
    "groundwork:database.deletion_protection=false",
    "groundwork:ingress.deletion_protection=false",
)
"""The deliberate step before a production stack can be destroyed: docs/how-to/destroy-production.md."""


@dataclass(frozen=True)
class Project:
    """A folder whose program is this project's and whose offline cloud is its own; `workload` is the stack's own."""

    folder: Path
    workload: str | None = None

    @classmethod
    def make(cls, folder: Path, workload: str | None = None) -> "Project":
        for file in (*(ROOT / name for name in LINKED), *ROOT.glob("Pulumi.*.yaml")):
            if file.exists():
                (folder / file.name).symlink_to(file)
        return cls(folder, workload)

    @classmethod
    def of(cls, folder: Path, workload: str, text: str) -> "Project":
        """The project with one product of the test's own, and no other."""
        project = cls.make(folder, workload)
        (folder / "workloads").unlink()
        (folder / "workloads").mkdir()
        (folder / "workloads" / f"{workload}.yaml").write_text(text, encoding="utf-8")
        return project

    def run(self, operation: str, stack: str, *more: str) -> Ended:
        """Run one command to its end, whatever the end is."""
        command = [operation, "--project", str(self.folder), "--stack", stack]
        command += ["--workload", self.workload] if self.workload else []
        return forked.offline_cloud([*command, *more], self.folder)

    def ok(self, operation: str, stack: str, *more: str) -> Ended:
        """Run one command that must succeed."""
        said = self.run(operation, stack, *more)
        assert said.code == 0, f"{operation} of {stack}:\n{said.out[-4000:]}\n{said.err[-4000:]}"
        return said

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """What the engine's state holds, secrets encrypted."""
        state: dict[str, Any] = json.loads(self.ok("export", stack).out)
        return state["deployment"].get("resources") or []

    def kept(self, stack: str) -> list[str]:
        """What the offline account still holds of a stack, by URN."""
        store = sqlite3.connect(self.folder / ".offline-cloud" / str(self.workload) / "cloud.db")
        kept = [urn for (urn,) in store.execute("select urn from records") if f"urn:pulumi:{stack}::" in urn]
        store.close()
        return kept


@dataclass
class Life:
    """Everything a stack went through, in order.

    `beside` is the secondary region's preview while this primary lived, `secrets` what the engine held as secret, by
    the place where it is held, and `leaked` where one of them was found in clear.
    """

    form: Form
    project: Project
    preview: Ended
    up: Ended
    state: str
    again: Ended
    refresh: Ended
    outputs: Ended
    beside: Ended | None
    secrets: Mapping[str, str]
    leaked: list[str]
    refused: Ended | None = None
    released: Ended | None = None
    destroy: Ended | None = None
    left: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    kept: list[str] = field(default_factory=list[str])

    @property
    def resources(self) -> list[dict[str, Any]]:
        return json.loads(self.state)["deployment"]["resources"]

    @property
    def urns(self) -> list[str]:
        return sorted(resource["urn"] for resource in self.resources)


def live(project: Project, form: Form) -> Life:
    """Preview with policies, up, up again, refresh, and whatever else is looked at while it stands."""
    stack, options = form.stack, form.options
    if stack == SECONDARY:
        project.ok("up", PRIMARY, "--fast")
    said = {
        "preview": project.run("preview", stack, "--json", *options),
        "up": project.ok("up", stack, "--fast", "--json", *options),
        "export": project.ok("export", stack),
        "again": project.ok("up", stack, "--fast", "--json", *options),
        "refresh": project.ok("refresh", stack, "--fast", "--json"),
        "outputs": project.ok("outputs", stack),
        "objects": project.ok("objects", stack),
    }
    secrets = secret_values(project.ok("pulumi", stack, "--", "stack", "export", "--show-secrets").out)
    return Life(
        form=form,
        project=project,
        preview=said["preview"],
        up=said["up"],
        state=said["export"].out,
        again=said["again"],
        refresh=said["refresh"],
        outputs=said["outputs"],
        beside=project.run("preview", SECONDARY, "--json") if form.beside else None,
        secrets=secrets,
        leaked=leaks(secrets, {name: each.out + each.err for name, each in said.items()}, project.folder),
    )


def end(life: Life) -> None:
    """Destroy: refused while protected, then released, then done."""
    project, stack = life.project, life.form.stack
    if any(resource.get("protect") for resource in life.resources):
        life.refused = project.run("destroy", stack, "--json")
        released = [option for setting in RELEASED for option in ("-c", setting)]
        life.released = project.run("up", stack, "--fast", "--json", *life.form.options, *released)
    life.destroy = project.run("destroy", stack, "--fast", "--json")
    life.left = project.resources(stack)
    life.kept = project.kept(stack)
