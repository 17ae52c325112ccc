"""What can be told of an upstream chart that is not rendered: its definitions, its Jobs, and its pods' priority."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from offline_cloud.cloud.model import Diagnostic, Value, World, at, flag, items
from offline_cloud.kubernetes import catalog
from offline_cloud.kubernetes.cluster import NODE_GROUP, Cluster, Installed
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.objects import ObjectDiagnostic, join

_FOLDER: Final = "crds/"
_PRIORITIES: Final = ("priorityClassName", "priorityClass")


def left_old(old: ReleaseInputs, new: ReleaseInputs) -> Iterator[str]:
    """Say that Helm installs what lies in a chart's crds/ once and never upgrades it.

    https://helm.sh/docs/chart_best_practices/custom_resource_definitions/
    """
    entry = catalog.facts().get(new.chart_name, {})
    if old.version == new.version or not new.is_upstream or entry.get("definitions") != _FOLDER:
        return
    if new.skips_crds or flag(new.values, "crds.enabled") is False:
        return
    chart = entry.get("definitions_chart")
    fix = f"install {chart} before it and skip them here" if chart else "apply them before the new version"
    yield (
        f"release {new.name}: chart {new.chart_name} goes to {new.version} and its definitions stay as {old.version} "
        f"or an earlier one installed them, since Helm never upgrades crds/; {fix}"
    )


def stuck(release: Installed, cluster: Cluster, world: World) -> Iterator[Diagnostic]:
    """Refuse to uninstall a chart whose Job runs afterwards and would find no node that it tolerates."""
    jobs = cast(
        "Mapping[str, Mapping[str, object]]", catalog.facts().get(release.inputs.chart_name, {}).get("jobs", {})
    )
    after = [name for name, job in jobs.items() if job["hook"] == "post-delete" and "tolerations" not in job]
    if not release.inputs.is_upstream or not after or _has_open_nodes(cluster, world):
        return
    yield Diagnostic(
        "",
        f"release {release.inputs.name} runs the Job {after[0]} once it is gone, which tolerates no taint, and every "
        f"node has one: it would wait for {release.inputs.timeout_seconds} seconds and fail",
        "make the release depend on nodes without a taint, so that they outlive it",
    )


def _has_open_nodes(cluster: Cluster, world: World) -> bool:
    pools = [item for item in cluster.objects() if item.kind == "NodePool"]
    groups = [group for group in world.of_type(NODE_GROUP) if group.stack == cluster.record.stack]
    untainted = [group for group in groups if not items(group.inputs, "taints")]
    return bool(untainted) or any(not at(pool.body, "spec.template.spec.taints") for pool in pools)


def priorities(inputs: ReleaseInputs, cluster: Cluster) -> Iterator[ObjectDiagnostic]:
    """Refuse a priority class that is not there: the API server makes no pod of it.

    https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
    """
    there = {item.name for item in cluster.objects() if item.kind == "PriorityClass"}
    for path, name in _stated(inputs.values, "values"):
        if name not in there and not name.startswith("system-"):
            listed = ", ".join(sorted(there)) or "none"
            reason = f"no PriorityClass {name!r} in the cluster, so no pod would be made; there: {listed}"
            yield ObjectDiagnostic(
                f"release {inputs.name}", path, reason, "make this release depend on the one that has it"
            )


def _stated(value: Value, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, below in enumerate(value):
            yield from _stated(below, join(path, f"[{index}]"))
    elif isinstance(value, dict):
        for key, below in value.items():
            if key in _PRIORITIES and isinstance(below, str) and below:
                yield f"{path}.{key}", below
            else:
                yield from _stated(below, f"{path}.{key}")
