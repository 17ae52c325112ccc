"""Karpenter moves pods to save machines: what runs to an end is left to end, and all else may be moved."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from tests.charts.rendering import KUBERNETES, helm
from tests.charts.whole_platform import WORKLOADS, LocalRelease, local_releases

Object = Mapping[str, Any]
ANNOTATION = "karpenter.sh/do-not-disrupt"


def _rendered(release: LocalRelease) -> list[Object]:
    with TemporaryDirectory() as folder:
        values = Path(folder) / "values.json"
        values.write_text(json.dumps(release.values), encoding="utf-8")
        place = ("--namespace", release.namespace, "--kube-version", KUBERNETES)
        answer = helm("template", release.name, str(release.chart), "--values", str(values), *place)
    assert answer.returncode == 0, answer.stderr
    return [each for each in yaml.safe_load_all(answer.stdout) if each]


@cache
def objects(workload: str) -> list[Object]:
    return [item for release in local_releases(workload, "production") for item in _rendered(release)]


def runs(items: list[Object]) -> Iterator[tuple[str, Object]]:
    """Every Job, and every CronJob's, by name."""
    for item in items:
        if item["kind"] == "Job":
            yield item["metadata"]["name"], item["spec"]
        if item["kind"] == "CronJob":
            yield item["metadata"]["name"], item["spec"]["jobTemplate"]["spec"]


def left_alone(template: Object) -> bool:
    return template["metadata"].get("annotations", {}).get(ANNOTATION) == "true"


def on_karpenters_nodes(spec: Object) -> bool:
    return spec["template"]["spec"].get("nodeSelector", {}).get("groundwork.io/pool") != "system"


@pytest.mark.parametrize("workload", WORKLOADS)
def test_what_runs_to_an_end_is_left_to_end(workload: str) -> None:
    found = [(name, spec) for name, spec in runs(objects(workload)) if on_karpenters_nodes(spec)]
    assert [name for name, spec in found if not left_alone(spec["template"])] == []
    assert any(name.endswith("migration") or "bootstrap" in name for name, _ in found)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_nothing_that_runs_on_holds_a_node_for_ever(workload: str) -> None:
    services = [item for item in objects(workload) if item["kind"] in ("Deployment", "StatefulSet")]
    assert services
    assert [item["metadata"]["name"] for item in services if left_alone(item["spec"]["template"])] == []


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_node_that_goes_waits_for_the_longest_of_them(workload: str) -> None:
    items = objects(workload)
    longest = max(spec["activeDeadlineSeconds"] for _, spec in runs(items))
    graces = [
        pool["spec"]["template"]["spec"]["terminationGracePeriod"] for pool in items if pool["kind"] == "NodePool"
    ]
    assert graces
    assert all(int(grace.removesuffix("h")) * 3600 >= longest for grace in graces)


def test_a_dump_of_four_hours_keeps_its_node_for_four() -> None:
    pools = [item for item in objects("openibank") if item["kind"] == "NodePool"]
    assert [pool["spec"]["template"]["spec"]["terminationGracePeriod"] for pool in pools] == ["4h"]
