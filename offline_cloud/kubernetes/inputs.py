"""What a Helm release asks for: its inputs, read once and typed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, cast

import yaml

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, Value, digest, flag, items, number, text
from offline_cloud.kubernetes import fetched
from offline_cloud.kubernetes.objects import has_unknown, mapping

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
HELM_TIMEOUT_SECONDS: Final = 300
"""Helm's own default for ``--timeout``."""


@dataclass(frozen=True)
class ReleaseInputs:
    """The inputs of one ``helm.v3.Release``."""

    urn: str
    body: Properties

    @classmethod
    def of(cls, record: Record) -> "ReleaseInputs":
        """Read a record's inputs."""
        return cls(record.urn, record.inputs)

    @property
    def name(self) -> str:
        """The release's name: as stated, else the logical name with a suffix, as the real provider makes it."""
        stated = text(self.body, "name")
        return stated or f"{self.urn.rsplit('::', 1)[-1]}-{digest(self.urn, length=8)}"

    @property
    def namespace(self) -> str:
        """The namespace it is installed into."""
        return text(self.body, "namespace") or "default"

    @property
    def chart(self) -> str:
        """The chart as stated: a path, a name in a repository, or an ``oci://`` address."""
        return text(self.body, "chart") or ""

    @property
    def repository(self) -> str:
        """The repository's address; empty for a local chart."""
        return text(self.body, "repositoryOpts.repo") or ""

    @property
    def version(self) -> str:
        """The chart version asked for; empty when none is."""
        return text(self.body, "version") or ""

    @property
    def is_upstream(self) -> bool:
        """Whether the chart comes from a registry or a repository."""
        return bool(self.repository) or self.chart.startswith(("oci://", "https://", "http://"))

    @property
    def chart_name(self) -> str:
        """The chart's bare name, such as karpenter for oci://…/karpenter."""
        return self.chart.rstrip("/").rsplit("/", 1)[-1]

    @property
    def creates_namespace(self) -> bool:
        """Whether the namespace is made when it is missing."""
        return flag(self.body, "createNamespace") is True

    @property
    def skips_crds(self) -> bool:
        """Whether the CRDs in the chart's crds/ folder are left out."""
        return flag(self.body, "skipCrds") is True

    @property
    def timeout_seconds(self) -> int:
        """How long Helm waits for a release to become ready."""
        return int(number(self.body, "timeout") or HELM_TIMEOUT_SECONDS)

    @property
    def is_opaque(self) -> bool:
        """Whether the chart comes from upstream and was not fetched, so that nobody here sees its objects."""
        return self.is_upstream and self.directory() is None

    def directory(self) -> Path | None:
        """Give the chart's folder: as fetched, or relative to the program or the project; None if absent."""
        if self.is_upstream:
            return fetched.find(self.chart_name, self.version, self.repository or self.chart)
        project = Path(__file__).resolve().parents[2]
        for base in (Path.cwd(), project):
            candidate = base / self.chart
            if (candidate / "Chart.yaml").is_file():
                return candidate.resolve()
        return None

    @cached_property
    def values(self) -> Properties:
        """The values: those of ``valueYamlFiles`` in their order, then ``values`` over them."""
        merged: Properties = {}
        for asset in items(self.body, "valueYamlFiles"):
            merged = merge(merged, _asset(asset))
        return merge(merged, mapping(self.body, "values"))

    @property
    def values_are_known(self) -> bool:
        """Whether every value is known, which before the first deployment it is not."""
        return not has_unknown(self.body.get("values")) and not has_unknown(self.body.get("valueYamlFiles"))


def _asset(asset: Value) -> Properties:
    if not isinstance(asset, dict):
        return {}
    content = text(asset, "text")
    path = text(asset, "path")
    if content is None and path is not None and Path(path).is_file():
        content = Path(path).read_text("utf-8")
    loaded = cast("Value", yaml.safe_load(content or ""))
    return loaded if isinstance(loaded, dict) else {}


def merge(base: Properties, over: Properties) -> Properties:
    """Merge two sets of values as Helm does: maps key by key, anything else replaced, null takes a default away."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = merge(below, value)
        elif value is None and key in merged:
            del merged[key]
        else:
            merged[key] = value
    return merged


def problems_with(inputs: ReleaseInputs) -> Iterator[Diagnostic]:
    """Say what is wrong with a release's inputs as far as they are known."""
    body = inputs.body
    if body.get("chart") is UNKNOWN:
        return
    if not inputs.chart:
        yield Diagnostic("chart", "a release needs a chart", "give a path such as ./charts/workload, or a chart's name")
    elif not inputs.is_upstream and inputs.directory() is None:
        yield Diagnostic(
            "chart",
            f"{inputs.chart!r} is not a folder with a Chart.yaml",
            "a path counts from the project's folder; a chart of a repository needs repositoryOpts.repo and version",
        )
    timeout = body.get("timeout")
    if isinstance(timeout, int) and timeout <= 0:
        yield Diagnostic("timeout", f"{timeout} is not a number of seconds above 0", "leave it out for 300 seconds")
    if flag(body, "atomic") is True and flag(body, "skipAwait") is True:
        yield Diagnostic(
            "skipAwait", "contradicts atomic, which waits for the objects to become ready", "drop one of them"
        )
    name = inputs.name
    if len(name) > _NAME_LIMIT:
        yield Diagnostic("name", f"{name!r} has {len(name)} characters; a release name has at most {_NAME_LIMIT}")


_NAME_LIMIT: Final = 53
"""Helm keeps 10 of a DNS label's 63 characters for what it appends."""


def dumps(value: Value) -> str:
    """Write known values as JSON with sorted keys."""
    return json.dumps(value, sort_keys=True)
