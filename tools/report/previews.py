"""The previews of one revision's stacks, each of an account that has nothing of it yet, on the offline cloud."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pulumi_policy.proxy import unknown_checking_proxy

from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import open_workspace
from policies.rendering import documents_of
from policies.view import Resource
from tools.plan.preview import Step
from tools.plan.releases import RELEASE, Charts, Objects, by_key
from tools.report.graph import Graph, Node, of_types, read

_SHOWN: Final = 500
_PREFIX: Final = "groundwork:"


@dataclass(frozen=True, order=True)
class Breach:
    """What a policy says of a resource."""

    level: str
    policy: str
    resource: str
    text: str

    @property
    def first_line(self) -> str:
        """What is wrong, without how to fix it."""
        return self.text.partition("\n")[0]


@dataclass(frozen=True)
class Side:
    """One revision of one stack. Where `failed` says why a preview failed, the rest is as far as it came."""

    graph: Graph = field(default_factory=dict[str, Node])
    breaches: tuple[Breach, ...] = ()
    objects: Mapping[str, Objects] = field(default_factory=dict[str, Objects])
    """What each release renders, by its name; a chart that nobody fetched renders nothing."""
    failed: str = ""
    missing: bool = False
    """Whether the revision has no such stack."""
    rendering: float = 0.0
    """Seconds that rendering its charts took, which is no part of a preview."""


@dataclass(frozen=True)
class Renderings(Charts):
    """The objects of both sides' releases, for `tools.plan` to compare."""

    old: Mapping[str, Objects] = field(default_factory=dict[str, Objects])
    new: Mapping[str, Objects] = field(default_factory=dict[str, Objects])

    def before(self, step: Step) -> Objects | None:
        """Give the objects that the base renders; None where nothing can tell."""
        return self.old.get(str(step.old.get("name")))

    def after(self, step: Step) -> Objects | None:
        """Give the objects that the change renders; None where nothing can tell."""
        return self.new.get(str(step.new.get("name")))


def sides(folder: Path, stacks: Sequence[str], workload: str | None) -> Iterator[tuple[str, Side]]:
    """Preview each stack; one that stands on another stack comes last, once that one is up."""
    for stack in sorted(stacks, key=lambda each: bool(_primary(folder, each))):
        yield stack, _side(folder, stack, workload)


def _side(folder: Path, stack: str, workload: str | None) -> Side:
    if not (folder / f"Pulumi.{stack}.yaml").is_file():
        return Side(missing=True)
    primary = _primary(folder, stack)
    if primary is not None:
        up = _run(folder, "up", primary, workload, "--fast")
        if up.returncode != 0:
            return Side(failed=f"stack {primary}, which it stands on: {_why(up)}")
    first = _previewed(folder, stack, workload, "--policy")
    # A policy that is broken ends a preview, and with it the graph: the second goes to the graph's end.
    if first.failed and any(each.level == "mandatory" for each in first.breaches):
        whole = _previewed(folder, stack, workload, "--no-policy")
        return replace(whole, breaches=first.breaches)
    return first


def _previewed(folder: Path, stack: str, workload: str | None, *options: str) -> Side:
    home = _home(folder, stack, workload)
    if isinstance(home, str):
        return Side(failed=home)
    home.mkdir(parents=True, exist_ok=True)
    events, plan = home / f"report-{stack}.events", home / f"report-{stack}.plan"
    for file in (events, plan):
        file.unlink(missing_ok=True)
    done = _run(folder, "preview", stack, workload, "--json", "--events", str(events), "--plan", str(plan), *options)
    told = _report(done.stdout)
    began = time.monotonic()
    graph: Graph = read(events, plan) if events.is_file() else {}
    objects = {**_objects(home / "manifests" / stack), **_rendered(graph, folder)}
    return Side(
        graph=graph,
        breaches=tuple(sorted({_breach(each) for each in told.get("diagnostics", ())})),
        objects=objects,
        failed="" if done.returncode == 0 else _why(done),
        rendering=time.monotonic() - began,
    )


def _home(folder: Path, stack: str, workload: str | None) -> Path | str:
    try:
        return open_workspace(folder, stack, workload).home
    except OfflineCloudError as error:
        return str(error)


def _run(
    folder: Path, operation: str, stack: str, workload: str | None, *options: str
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "offline_cloud", operation, "--stack", stack, *options]
    command += ["--workload", workload] if workload else []
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _report(text: str) -> Mapping[str, Any]:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _breach(told: Mapping[str, str]) -> Breach:
    return Breach(told["level"], told["policy"], told["resource"], told["text"])


def _why(done: "subprocess.CompletedProcess[str]") -> str:
    """Give the first thing that went wrong, in one line."""
    told = cast("list[Mapping[str, str]]", _report(done.stdout).get("errors") or [])
    said = [f"{each['resource']}: {each['text']}".removeprefix(": ") for each in told]
    said += [line for line in done.stderr.splitlines() if line.strip()]
    text = " ".join((said or [f"it ended with {done.returncode}"])[0].removeprefix("error: ").split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _objects(folder: Path) -> Mapping[str, Objects]:
    files = sorted(folder.glob("*.preview.yaml")) if folder.is_dir() else []
    return {
        file.name.removesuffix(".preview.yaml"): by_key(yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader))
        for file in files
    }


def _rendered(graph: Graph, folder: Path) -> Mapping[str, Objects]:
    """Render this project's own charts; what is not known yet leaves no object out, as it does in a manifest."""
    found: dict[str, Objects] = {}
    for node in of_types(graph, (RELEASE,)):
        release = Resource(
            type=RELEASE, name=node.name, urn=node.urn, properties=unknown_checking_proxy(dict(node.inputs))
        )
        documents = documents_of(release, folder)
        if documents is not None:
            found[str(node.inputs.get("name"))] = by_key(documents)
    return found


def _primary(folder: Path, stack: str) -> str | None:
    """Give the stack that another one of the same project stands on."""
    try:
        loaded = cast("object", yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    config = cast("Mapping[str, object]", loaded).get("config") if isinstance(loaded, dict) else None
    stated = cast("Mapping[str, object]", config).get(f"{_PREFIX}primary_stack") if isinstance(config, dict) else None
    return stated if isinstance(stated, str) else None
