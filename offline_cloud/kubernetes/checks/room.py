"""Whether the nodes of a managed group have the CPU that the pods placed on them request.

A node group without an autoscaler is never larger than its smallest size: a pod that finds no room stays Pending, and
Helm gives up. What AL2023 keeps of a machine: https://awslabs.github.io/amazon-eks-ami/usage/overview/.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from offline_cloud.cloud.model import Properties, Record, Value, at, items, number, objects, text
from offline_cloud.cloud.services.eks.add_ons import WORKLOADS, Workload, configuration, tolerated
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.cluster import NODE_GROUP
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.objects import ObjectDiagnostic
from offline_cloud.kubernetes.quantity import quantity

_ADD_ON: Final = "aws:eks/addon:Addon"
_COPIES: Final = ("replicas", "replicaCount", "autoscaleMin")
_ON_EVERY_NODE: Final = frozenset({"cni", "ztunnel"})
"""Charts whose pods are a DaemonSet: Istio's, for the ambient mode."""
_SIZE: Final = re.compile(r"\.(?:(large)|(\d*)xlarge)$")
_KEPT: Final = (60, 10, 5, 5)
"""Millicores of the first four cores; a quarter of a per cent of each further one is left out here."""


def check(scene: Scene) -> Diagnostics:
    """Check an upstream release against the node groups that its values select."""
    if not scene.inputs.is_upstream or not any(True for _ in _requests(scene.inputs.values, 1)):
        return
    for groups in _alike(scene):
        rooms = [there for group in groups if (there := _room(group)) is not None]
        if len(rooms) < len(groups) or not _selects(scene.inputs.values, groups[0]):
            continue
        asked, there = _asked(groups, scene), sum(rooms)
        if asked > there:
            names = ", ".join(group.name for group in groups)
            yield ObjectDiagnostic(
                f"release {scene.inputs.name}",
                "values",
                f"Insufficient cpu: with it, the pods on node group {names} request {asked}m, and its {_nodes(groups)}"
                f" nodes have {there}m; what finds no room stays Pending",
                "raise scalingConfig.minSize, or name a larger instance type",
            )


def _alike(scene: Scene) -> list[list[Record]]:
    """Put groups together whose labels and taints are the same: a pod that one takes, all of them take."""
    found: dict[str, list[Record]] = {}
    for group in scene.world.of_type(NODE_GROUP):
        if _is_of(group, scene):
            drawn = [at(group.inputs, "labels"), at(group.inputs, "taints")]
            found.setdefault(json.dumps(drawn, sort_keys=True, default=str), []).append(group)
    return list(found.values())


def _nodes(groups: Sequence[Record]) -> int:
    return sum(int(number(group.inputs, "scalingConfig.minSize") or 0) for group in groups)


def _room(group: Record) -> int | None:
    """Give what all nodes of the smallest size have for pods; ``None`` for types that are not known."""
    cores = [_cores(name) for name in items(group.inputs, "instanceTypes")]
    count = number(group.inputs, "scalingConfig.minSize")
    if not cores or count is None or None in cores:
        return None
    least = min(each for each in cores if each is not None)
    return int(count) * (least * 1000 - sum(_KEPT[:least]))


def _cores(instance_type: Value) -> int | None:
    match = _SIZE.search(instance_type) if isinstance(instance_type, str) else None
    if match is None:
        return None
    return 2 if match[1] else 4 * int(match[2] or "1")


def _asked(groups: Sequence[Record], scene: Scene) -> int:
    group, count = groups[0], _nodes(groups)
    releases = [scene.inputs, *(other.inputs for other in scene.cluster.others if other.inputs.is_upstream)]
    total = sum(_of_release(release, group, count) for release in releases)
    return total + sum(
        _of_add_on(record, group, count) for record in scene.world.of_type(_ADD_ON) if _is_of(record, scene)
    )


def _of_release(release: ReleaseInputs, group: Record, count: int) -> int:
    if release.chart_name in _ON_EVERY_NODE:
        return count * sum(each for each, _ in _requests(release.values, 1))
    if not _selects(release.values, group):
        return 0
    return sum(each * copies for each, copies in _requests(release.values, 1))


def _of_add_on(record: Record, group: Record, count: int) -> int:
    values = configuration(record) or {}
    taints = objects(group.inputs, "taints")
    return sum(
        _each(workload, values) * (count if workload.every_node else workload.copies)
        for workload in WORKLOADS.get(text(record.inputs, "addonName") or "", ())
        if all(tolerated(taint, workload.tolerations(values)) for taint in taints)
    )


def _each(workload: Workload, values: Properties) -> int:
    stated = quantity(at(values, f"{workload.resources}.requests.cpu")) if workload.resources else None
    return workload.millicores if stated is None else _millicores(stated) * workload.containers


def _requests(values: Mapping[str, Value], copies: int) -> Iterator[tuple[int, int]]:
    """Give each CPU request in a chart's values with the copies that are stated beside it, or around it."""
    for key in _COPIES:
        stated = values.get(key)
        copies = stated if isinstance(stated, int) and not isinstance(stated, bool) else copies
    for key, value in values.items():
        if key == "resources" and isinstance(value, dict):
            request = quantity(at(value, "requests.cpu"))
            if request is not None:
                yield _millicores(request), copies
        elif isinstance(value, dict):
            yield from _requests(value, copies)


def _millicores(request: Decimal) -> int:
    return int(request * 1000)


def _selects(values: Mapping[str, Value], group: Record) -> bool:
    """Tell whether a chart's values select nodes by a label that the group gives them."""
    labels = at(group.inputs, "labels")
    for key, value in values.items():
        if not isinstance(value, dict):
            continue
        if key in ("nodeSelector", "commonNodeSelector") and isinstance(labels, dict):
            if any(name in labels and labels[name] == wanted for name, wanted in value.items()):
                return True
        elif _selects(value, group):
            return True
    return False


def _is_of(record: Record, scene: Scene) -> bool:
    return text(record.inputs, "clusterName") in (scene.cluster.name, scene.cluster.record.id)
