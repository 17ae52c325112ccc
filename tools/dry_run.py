"""Ask a cluster whether it would take a stack's objects: `python -m tools.dry_run --context NAME --stack prod`.

What the offline cloud rendered at the last `up` goes to the API server of the named context as a server-side dry run:
every schema, default and admission rule of that cluster speaks, and nothing is kept. The context has to be named; the
current one is never taken. Objects of a namespace that the cluster does not have yet are tried in `default`.

Ends with 0 when every object was accepted, 1 when one was not, 2 when nothing was asked.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import open_workspace

ACCEPTED = "(server dry run)"
_SECONDS = 300


class RefusedError(Exception):
    """One line on what to change before anything is asked."""


@dataclass(frozen=True)
class Answer:
    """What the cluster said of one file of objects."""

    file: str
    accepted: int
    total: int
    refusals: str

    @property
    def good(self) -> bool:
        return self.accepted == self.total and not self.refusals


@dataclass(frozen=True)
class Cluster:
    """The API server of one context."""

    kubectl: str
    context: str

    @classmethod
    def of(cls, context: str) -> "Cluster":
        """Find kubectl and the context. Raises RefusedError."""
        if not context:
            raise RefusedError(
                "name the cluster: make dry-run CONTEXT=<context>; `kubectl config get-contexts -o name` lists them, "
                "and the current one is never taken by itself"
            )
        kubectl = shutil.which("kubectl")
        if kubectl is None:
            raise RefusedError("kubectl is not on the PATH; install it: https://kubernetes.io/docs/tasks/tools/")
        known = _run([kubectl, "config", "get-contexts", "-o", "name"]).stdout.split()
        if context not in known:
            raise RefusedError(f"kubectl knows no context {context!r}; it knows {', '.join(known) or 'none'}")
        return cls(kubectl, context)

    def namespaces(self) -> set[str]:
        """Name the namespaces that are there. Raises RefusedError when the cluster does not answer."""
        answer = self._ask(["get", "namespaces", "-o", "name"])
        if answer.returncode != 0:
            raise RefusedError(f"{self.context} does not answer: {answer.stderr.strip()}")
        return {line.removeprefix("namespace/") for line in answer.stdout.split()}

    def try_out(self, file: Path, there: set[str]) -> Answer:
        """Have every object of a file applied for show."""
        objects = [_placed(each, there) for each in _objects(file)]
        # Fields that Helm or a controller owns would be conflicts; whether they fit is what is asked.
        command = [
            "apply",
            "--server-side",
            "--dry-run=server",
            "--force-conflicts",
            "--field-manager=groundwork-dry-run",
        ]
        answer = self._ask([*command, "--filename", "-"], yaml.safe_dump_all(objects, sort_keys=False))
        accepted = sum(line.endswith(ACCEPTED) for line in answer.stdout.splitlines())
        return Answer(file.stem, accepted, len(objects), answer.stderr.strip())

    def _ask(self, arguments: Sequence[str], given: str = "") -> "subprocess.CompletedProcess[str]":
        return _run([self.kubectl, "--context", self.context, *arguments], given)


def _run(command: Sequence[str], given: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=_SECONDS)


def _objects(file: Path) -> Iterator[dict[str, object]]:
    for each in yaml.safe_load_all(file.read_text(encoding="utf-8")):
        if each:
            yield each


def _placed(item: dict[str, object], there: set[str]) -> dict[str, object]:
    """A dry run makes no namespace, so what lies in one that is not there has to be tried elsewhere."""
    metadata = cast("dict[str, object]", item["metadata"])
    namespace = metadata.get("namespace")
    if namespace is None or namespace in there:
        return item
    return {**item, "metadata": {**metadata, "namespace": "default"}}


def manifests(project: Path, stack: str, workload: str | None) -> list[Path]:
    """List what the last `up` rendered. Raises RefusedError when there is nothing."""
    try:
        space = open_workspace(project, stack, workload)
    except OfflineCloudError as error:
        raise RefusedError(str(error)) from None
    folder = space.home / "manifests" / stack
    found = sorted(file for file in folder.glob("*.yaml") if not file.name.endswith(".preview.yaml"))
    if not found:
        raise RefusedError(
            f"stack {stack} of {space.workload} has no objects: bring it up first, with "
            f"`make up STACK={stack} WORKLOAD={space.workload}`; a stack on ECS has none"
        )
    return found


def main(arguments: Sequence[str]) -> int:
    """Ask, and print what was accepted and what was not."""
    parser = argparse.ArgumentParser(prog="python -m tools.dry_run", description=__doc__)
    parser.add_argument("--context", default="", help="the kube context to ask; never the current one by itself")
    parser.add_argument("--stack", required=True)
    parser.add_argument("--workload")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    chosen = parser.parse_args(arguments)
    try:
        cluster = Cluster.of(chosen.context)
        files = manifests(chosen.project.resolve(), chosen.stack, chosen.workload)
        there = cluster.namespaces()
    except RefusedError as refused:
        sys.stderr.write(f"error: {refused}\n")
        return 2
    answers = [cluster.try_out(file, there) for file in files]
    for answer in answers:
        sys.stdout.write(f"{answer.file}: {answer.accepted} of {answer.total} objects accepted\n")
        if answer.refusals:
            sys.stderr.write(f"{answer.refusals}\n")
    return 0 if all(answer.good for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
