"""A stack's whole life on the real engine, lived once for all tests that ask about it."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("dev", "prod", "prod-eu-west-1")
LINKED = (
    "__main__.py",
    "settings",
    "components",
    "charts",
    "workloads",
    "policies",
    "sandbox",
    ".tools",
    "Pulumi.yaml",
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
class Said:
    """What one command of the offline cloud answered."""

    code: int
    out: str
    error: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def changes(self) -> dict[str, int]:
        return self.report["changes"]


@dataclass(frozen=True)
class Project:
    """A folder whose program is this project's and whose offline cloud is its own."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "Project":
        for file in (*(ROOT / name for name in LINKED), *ROOT.glob("Pulumi.*.yaml")):
            if file.exists():
                (folder / file.name).symlink_to(file)
        return cls(folder)

    def run(self, operation: str, stack: str, *more: str) -> Said:
        """Run one command to its end, whatever the end is."""
        command = [sys.executable, "-m", "sandbox", operation, "--project", str(self.folder), "--stack", stack, *more]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    def ok(self, operation: str, stack: str, *more: str) -> Said:
        """Run one command that must succeed."""
        said = self.run(operation, stack, *more)
        assert said.code == 0, f"{operation} of {stack}:\n{said.out[-4000:]}\n{said.error[-4000:]}"
        return said

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """What the engine's state holds, secrets encrypted."""
        state: dict[str, Any] = json.loads(self.ok("export", stack).out)
        return state["deployment"].get("resources") or []


@dataclass
class Life:
    """Everything a stack went through, in order."""

    stack: str
    project: Project
    preview: Said
    up: Said
    state: str
    again: Said
    refresh: Said
    outputs: Said
    refused: Said | None = None
    released: Said | None = None
    destroy: Said | None = None
    left: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def resources(self) -> list[dict[str, Any]]:
        return json.loads(self.state)["deployment"]["resources"]

    @property
    def urns(self) -> list[str]:
        return sorted(resource["urn"] for resource in self.resources)


def live(project: Project, stack: str) -> Life:
    """Preview with policies, up, up again, refresh."""
    return Life(
        stack=stack,
        project=project,
        preview=project.run("preview", stack, "--json"),
        up=project.ok("up", stack, "--fast", "--json"),
        state=project.ok("export", stack).out,
        again=project.ok("up", stack, "--fast", "--json"),
        refresh=project.ok("refresh", stack, "--fast", "--json"),
        outputs=project.ok("outputs", stack),
    )


def end(life: Life) -> None:
    """Destroy: refused while protected, then released, then done."""
    project, stack = life.project, life.stack
    if any(resource.get("protect") for resource in life.resources):
        life.refused = project.run("destroy", stack, "--json")
        released = [option for setting in RELEASED for option in ("-c", setting)]
        life.released = project.ok("up", stack, "--fast", "--json", *released)
    life.destroy = project.run("destroy", stack, "--fast", "--json")
    life.left = project.resources(stack)
