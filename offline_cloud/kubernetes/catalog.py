"""The upstream charts that may be installed without being rendered, and the keys their values take."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, cast

from offline_cloud.cloud.model import Diagnostic, Properties
from offline_cloud.kubernetes.charts.refresh import TABLES, Tree
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.schema import nearest

_ADDING: Final = "add its key table with offline_cloud/kubernetes/charts/refresh.py (see the README.md there)"


@cache
def pinned() -> Mapping[str, Mapping[str, str]]:
    """Give the charts of versions.json: name → repository, version, appVersion."""
    return cast("dict[str, dict[str, str]]", json.loads((TABLES / "versions.json").read_text("utf-8")))


@cache
def facts() -> Mapping[str, Mapping[str, object]]:
    """Give what was read in the pinned charts: where their definitions lie, what pods and hooks they make."""
    stated = json.loads((TABLES / "facts.json").read_text("utf-8"))
    return cast("dict[str, dict[str, object]]", stated["charts"])


@cache
def defines_for() -> Mapping[str, str]:
    """Give the charts that bring another one's definitions: name → that chart."""
    return {str(entry["definitions_chart"]): chart for chart, entry in facts().items() if "definitions_chart" in entry}


@cache
def table(chart: str, version: str) -> "Tree | None":
    """Give the keys that a chart version takes, if they are known."""
    file: Path = TABLES / f"{chart}-{version}.json"
    return cast("Tree", json.loads(file.read_text("utf-8"))["keys"]) if file.is_file() else None


@cache
def versions(chart: str) -> tuple[str, ...]:
    """Give the versions of a chart whose keys are known."""
    found = [json.loads(file.read_text("utf-8")) for file in sorted(TABLES.glob(f"{chart}-*.json"))]
    return tuple(str(entry["version"]) for entry in found if entry["chart"] == chart)


def check(inputs: ReleaseInputs) -> Iterator[Diagnostic]:
    """Say what is wrong with a release of an upstream chart, as far as it can be told without the chart."""
    chart = inputs.chart_name
    known = versions(chart)
    if not known and is_foreign(inputs):
        if not inputs.version:
            yield Diagnostic("version", f"{chart} is not pinned", "state a version")
        return
    if not known:
        names = ", ".join(sorted(pinned()))
        yield Diagnostic(
            "chart", f"{chart!r} cannot be rendered here and its keys are not known; known: {names}", _ADDING
        )
        return
    if not inputs.version:
        yield Diagnostic("version", f"{chart} is not pinned", f"state a version, such as {known[-1]}")
        return
    keys = table(chart, inputs.version)
    if keys is None:
        listed = ", ".join(known)
        yield Diagnostic("version", f"the keys of {chart} {inputs.version} are not known; known: {listed}", _ADDING)
        return
    yield from _repository(inputs)
    yield from unknown_keys(inputs.values, keys, "values")


def is_foreign(inputs: ReleaseInputs) -> bool:
    """Tell whether a chart is somebody's own: neither its name nor the place it comes from is in the table."""
    places = {entry["repository"].rstrip("/") for entry in pinned().values()}
    stated = inputs.repository or inputs.chart.rpartition("/")[0]
    return inputs.chart_name not in pinned() and stated.rstrip("/") not in places


def _repository(inputs: ReleaseInputs) -> Iterator[Diagnostic]:
    stated = inputs.chart if inputs.chart.startswith("oci://") else inputs.repository
    expected = pinned()[inputs.chart_name]["repository"]
    if stated.rstrip("/") != expected.rstrip("/"):
        where = "chart" if inputs.chart.startswith("oci://") else "repositoryOpts.repo"
        yield Diagnostic(where, f"{inputs.chart_name} is not published at {stated!r}", f"use {expected}")


def unknown_keys(values: Properties, keys: Tree, path: str) -> Iterator[Diagnostic]:
    """Give every key that the table does not have, with the nearest one that it has."""
    for key, value in values.items():
        below = keys.get(key)
        here = f"{path}.{key}" if "." not in key else f'{path}["{key}"]'
        if below is None:
            yield Diagnostic(here, f"the chart takes no such key{nearest([key], list(keys))}")
        elif isinstance(below, dict) and isinstance(value, dict):
            yield from unknown_keys(value, below, here)
        elif isinstance(below, dict) and isinstance(value, bool | int | float | str | list):
            yield Diagnostic(here, f"takes a map with {', '.join(sorted(below)[:8])}, and not {type(value).__name__}")
