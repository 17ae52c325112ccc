"""Rendering a local chart with the real helm, into objects.

Values that are not known yet are rendered as a mark, and every string of the result that holds the mark is unknown
again. A rendering is kept by the digest of everything it depends on, in memory and, when a folder is given, on disk.
"""

import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import yaml

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Value
from offline_cloud.kubernetes.inputs import ReleaseInputs, dumps, merge
from offline_cloud.kubernetes.schema import explain, validator_of
from offline_cloud.tools import MissingToolError, find

MARK: Final = "unknown-until-deployed"
_HELM_SECONDS: Final = 60
_SCHEMA_LINE: Final = re.compile(r"^- (?:at '(?P<path>/[^']*|)': )?(?P<reason>.+)$")
_TEMPLATE: Final = re.compile(r"(?:template: |execution error at \()(?P<file>[^:]+):(?P<line>\d+)(?::\d+)?\)?:?")
# A template that fails for one of these reasons fails whatever the values that are not known yet turn out to be.
_CERTAIN: Final = (
    "parse error",
    "not defined",
    "nil pointer",
    "can't evaluate field",
    "undefined variable",
    "YAML parse",
)
_BEFORE_REASON: Final = re.compile(
    r'executing "[^"]+" at <[^>]*>: (?:error calling \w+: )?|execution error at \([^)]*\): '
)


@dataclass(frozen=True)
class Rendering:
    """The objects of a chart with given values; ``digest`` names everything they depend on."""

    digest: str
    objects: Sequence[Properties] = ()
    chart_version: str = ""
    app_version: str = ""
    complete: bool = True
    """False when values that are not known yet kept the chart from rendering."""


@dataclass
class Renderer:
    """Renders charts and keeps what it rendered; ``room`` is the folder for it, if any."""

    room: Path | None = None
    _kept: dict[str, Rendering] = field(default_factory=dict[str, Rendering])

    def render(self, inputs: ReleaseInputs, version: str, apis: Sequence[str] = ()) -> Rendering | list[Diagnostic]:
        """Render a release's local chart for a cluster version whose extra API versions are ``apis``."""
        folder = inputs.directory()
        if folder is None:
            return [Diagnostic("chart", f"{inputs.chart!r} is not a folder with a Chart.yaml")]
        name = digest_of(inputs, folder, version, apis)
        kept = self.kept(name)
        if kept is not None:
            return kept
        diagnostics = check_values(inputs, folder)
        if diagnostics:
            return diagnostics
        try:
            rendering = _render(inputs, folder, version, apis, name)
        except (MissingToolError, subprocess.TimeoutExpired) as error:
            return [Diagnostic("chart", f"cannot be rendered: {error}")]
        if isinstance(rendering, Rendering):
            self._keep(rendering)
        return rendering

    def kept(self, name: str) -> Rendering | None:
        """Give an earlier rendering by its digest."""
        if name not in self._kept and self.room is not None and (self.room / f"{name}.json").is_file():
            stored = cast("Properties", json.loads((self.room / f"{name}.json").read_text("utf-8")))
            objects = cast("list[Properties]", _unmark(stored["objects"]))
            self._kept[name] = Rendering(name, objects, str(stored["version"]), str(stored["appVersion"]))
        return self._kept.get(name)

    def _keep(self, rendering: Rendering) -> None:
        self._kept[rendering.digest] = rendering
        if self.room is None or not rendering.complete:
            return
        self.room.mkdir(parents=True, exist_ok=True)
        body = {
            "version": rendering.chart_version,
            "appVersion": rendering.app_version,
            "objects": mark(cast("Value", list(rendering.objects))),
        }
        part = self.room / f"{rendering.digest}.{os.getpid()}.part"
        part.write_text(json.dumps(body), "utf-8")
        part.replace(self.room / f"{rendering.digest}.json")


def chart_digest(folder: Path) -> str:
    """Give the digest of every file of a chart."""
    summary = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        summary.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return summary.hexdigest()


def digest_of(inputs: ReleaseInputs, folder: Path, version: str, apis: Sequence[str]) -> str:
    """Give the digest of everything a rendering depends on."""
    parts = [chart_digest(folder), inputs.name, inputs.namespace, version, *sorted(apis), str(inputs.skips_crds)]
    return hashlib.sha256("\0".join([*parts, dumps(mark(inputs.values))]).encode()).hexdigest()


def chart_file(folder: Path) -> dict[str, object]:
    """Read a chart's Chart.yaml."""
    return cast("dict[str, object]", yaml.safe_load((folder / "Chart.yaml").read_text("utf-8")) or {})


def check_values(inputs: ReleaseInputs, folder: Path) -> list[Diagnostic]:
    """Check a release's values against the chart's values.schema.json, as Helm would, over the chart's defaults."""
    schema = folder / "values.schema.json"
    if not schema.is_file():
        return []
    defaults = folder / "values.yaml"
    stated = cast("Properties", yaml.safe_load(defaults.read_text("utf-8")) or {}) if defaults.is_file() else {}
    values = merge(stated, inputs.values)
    found = [
        Diagnostic(f"values.{path}" if path else "values", reason)
        for error in validator_of(cast("dict[str, object]", json.loads(schema.read_text("utf-8")))).iter_errors(values)
        for path, reason in explain(error)
    ]
    return sorted(set(found), key=lambda diagnostic: diagnostic.path)


def _render(
    inputs: ReleaseInputs, folder: Path, version: str, apis: Sequence[str], name: str
) -> Rendering | list[Diagnostic]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as values:
        values.write(dumps(mark(inputs.values)))
        values.flush()
        command = [str(find("helm")), "template", inputs.name, str(folder), "--namespace", inputs.namespace]
        command += ["--values", values.name, "--kube-version", version]
        command += [] if inputs.skips_crds else ["--include-crds"]
        # What is marked would fail a schema's patterns; check_values has applied the schema to all that is known.
        command += [] if inputs.values_are_known else ["--skip-schema-validation"]
        command += [part for api in sorted(apis) for part in ("--api-versions", api)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_HELM_SECONDS)
    chart = chart_file(folder)
    versions = str(chart.get("version", "")), str(chart.get("appVersion", ""))
    if answer.returncode != 0:
        if inputs.values_are_known or any(sign in answer.stderr for sign in _CERTAIN):
            return helm_diagnostics(answer.stderr)
        return Rendering(name, (), *versions, complete=False)
    try:
        documents = cast("list[Value]", list(yaml.load_all(answer.stdout, _Loader)))
    except yaml.YAMLError as error:
        return [Diagnostic("chart", f"the chart renders to YAML that cannot be read: {' '.join(str(error).split())}")]
    return Rendering(name, [item for item in _unmark_all(documents) if item], *versions)


class _Loader(yaml.CSafeLoader):
    """PyYAML's loader with Kubernetes' reading of scalars: ``=`` is a string, and dates stay as written."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: str(node.value))
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def helm_diagnostics(stderr: str) -> list[Diagnostic]:
    """Word what helm printed: one diagnostic per wrong value, or one for the template that failed."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    wrong = [match for line in lines if (match := _SCHEMA_LINE.match(line))]
    if wrong and "specifications of the schema" in stderr:
        return [
            Diagnostic(".".join(["values", *(match["path"] or "").strip("/").split("/")]).rstrip("."), match["reason"])
            for match in wrong
        ]
    said = " ".join(line for line in lines if not line.startswith(("level=", "Use --debug", "WARNING")))
    said = said.removeprefix("Error: ")
    place = _TEMPLATE.search(said)
    reason = _BEFORE_REASON.split(said)[-1].strip() if place else said
    where = f"{place['file']} line {place['line']}: " if place else ""
    return [Diagnostic("chart", f"does not render: {where}{reason}")]


def mark(value: Value) -> Value:
    """Put the mark where a value is not known."""
    if isinstance(value, dict):
        return {key: mark(below) for key, below in value.items()}
    if isinstance(value, list):
        return [mark(below) for below in value]
    return MARK if value is UNKNOWN else value


def _unmark(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _unmark(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_unmark(below) for below in value]
    return UNKNOWN if isinstance(value, str) and MARK in value else value


def _unmark_all(documents: Sequence[Value]) -> list[Properties]:
    flat: list[Properties] = []
    for document in documents:
        found = _unmark(document)
        if (
            isinstance(found, dict)
            and str(found.get("kind", "")).endswith("List")
            and isinstance(found.get("items"), list)
        ):
            flat += [item for item in cast("list[Value]", found["items"]) if isinstance(item, dict)]
        elif isinstance(found, dict):
            flat.append(found)
    return flat
