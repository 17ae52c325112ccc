"""Autoscalers, disruption budgets, priorities.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

import re
from typing import Final

from offline_cloud.cloud.model import Value, at, known, number, objects, text
from offline_cloud.kubernetes.objects import mapping
from offline_cloud.kubernetes.quantity import quantity
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.containers import RESOURCES
from offline_cloud.kubernetes.rules.metadata import at_least, at_most_one, formed, needed, one_of
from offline_cloud.kubernetes.rules.workloads import share
from offline_cloud.kubernetes.typed import Node

_METRICS: Final = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_WITH_GROUP: Final = re.compile(r"[^/]+/[^/]+")
_TARGETS: Final = ("Utilization", "Value", "AverageValue")
_LONGEST_WINDOW, _LONGEST_PERIOD = 3600, 1800
_HIGHEST_PRIORITY: Final = 1_000_000_000


@rule("autoscaling.v2.HorizontalPodAutoscalerSpec", "autoscaling.v1.HorizontalPodAutoscalerSpec")
def autoscaler(node: Node) -> Faults:
    """At least one pod, and the least not above the most."""
    low, high = number(node.body, "minReplicas"), number(node.body, "maxReplicas")
    yield from at_least("minReplicas", node.body.get("minReplicas"), 1)
    yield from at_least("maxReplicas", node.body.get("maxReplicas"), 1)
    if low is not None and high is not None and low > high:
        yield Fault("minReplicas", f"{low} is above maxReplicas {high}", "lower it, or raise maxReplicas")
    version, kind = at(node.body, "scaleTargetRef.apiVersion"), text(node.body, "scaleTargetRef.kind")
    bare = version in (None, "") or (isinstance(version, str) and not _WITH_GROUP.fullmatch(version))
    if bare and kind not in (None, "ReplicationController"):
        where = "scaleTargetRef.apiVersion"
        yield Fault(where, f"{version!r} names no API group", "state the group and version, such as apps/v1")
    for member in ("kind", "name"):
        if at(node.body, f"scaleTargetRef.{member}") in (None, ""):
            yield Fault(f"scaleTargetRef.{member}", "is needed and missing")


@rule("autoscaling.v2.MetricSpec")
def metric(node: Node) -> Faults:
    """One source, the one that the type names."""
    kind = text(node.body, "type")
    yield from one_of("type", node.body.get("type"), tuple(_METRICS))
    found = [member for member in _METRICS.values() if node.body.get(member) is not None]
    wanted = _METRICS.get(kind or "")
    if wanted is not None and wanted not in found:
        yield Fault(wanted, f"is needed with type {kind} and missing")
    if len(found) > 1:
        yield Fault("", f"has several sources: {', '.join(found)}", "keep one")


@rule("autoscaling.v2.ResourceMetricSource", "autoscaling.v2.ContainerResourceMetricSource")
def resource(node: Node) -> Faults:
    """A resource by its use: as a share of what is asked for, or as an amount."""
    yield from needed(node, "name")
    if node.type.endswith(".ContainerResourceMetricSource"):
        yield from needed(node, "container")
        yield from formed("container", text(node.body, "container") or None, forms.label)
        name = text(node.body, "name") or None
        yield from one_of("name", name if name is None or "/" not in name else None, RESOURCES)
    target = mapping(node.body, "target")
    stated = [member for member in ("averageUtilization", "averageValue") if target.get(member) is not None]
    if known(node.body.get("target", "")) and len(stated) != 1:
        has = " and ".join(stated) or "none"
        yield Fault("target", f"exactly one of averageUtilization, averageValue is needed; it has {has}")


@rule("autoscaling.v2.PodsMetricSource")
def of_pods(node: Node) -> Faults:
    """A value of each pod, on average."""
    if at(node.body, "target.averageValue") is None and known(node.body.get("target", "")):
        yield Fault("target.averageValue", "is needed and missing")


@rule("autoscaling.v2.ObjectMetricSource", "autoscaling.v2.ExternalMetricSource")
def of_others(node: Node) -> Faults:
    """A value of something else, as it is or for each pod."""
    target = mapping(node.body, "target")
    stated = [member for member in ("value", "averageValue") if target.get(member) is not None]
    if known(node.body.get("target", "")) and len(stated) != 1:
        yield Fault("target", f"exactly one of value, averageValue is needed; it has {' and '.join(stated) or 'none'}")


@rule("autoscaling.v2.MetricIdentifier")
def identifier(node: Node) -> Faults:
    """A metric by its name."""
    yield from needed(node, "name")
    yield from formed("name", text(node.body, "name") or None, forms.path_segment)


@rule("autoscaling.v2.MetricTarget")
def target(node: Node) -> Faults:
    """A value above 0."""
    yield from one_of("type", node.body.get("type"), _TARGETS)
    yield from at_least("averageUtilization", node.body.get("averageUtilization"), 1)
    for member in ("value", "averageValue"):
        amount = quantity(node.body.get(member))
        if amount is not None and amount <= 0:
            yield Fault(member, f"{node.body[member]} is not allowed; allowed: above 0")


@rule("autoscaling.v2.HPAScalingRules")
def behaviour(node: Node) -> Faults:
    """How fast an autoscaler moves."""
    yield from at_least("stabilizationWindowSeconds", node.body.get("stabilizationWindowSeconds"), 0, _LONGEST_WINDOW)
    yield from one_of("selectPolicy", node.body.get("selectPolicy"), ("Max", "Min", "Disabled"))
    if node.body.get("policies") == []:
        yield Fault("policies", "at least one policy is needed", "leave policies out for the defaults")
    for index, step in enumerate(objects(node.body, "policies")):
        path = f"policies[{index}]"
        yield from one_of(f"{path}.type", step.get("type"), ("Pods", "Percent"))
        yield from at_least(f"{path}.value", step.get("value"), 1)
        yield from at_least(f"{path}.periodSeconds", step.get("periodSeconds"), 1, _LONGEST_PERIOD)


@rule("policy.v1.PodDisruptionBudgetSpec")
def budget(node: Node) -> Faults:
    """How many pods stay, or how many may go."""
    yield from at_most_one(node, "minAvailable", "maxUnavailable")
    for member in ("minAvailable", "maxUnavailable"):
        yield from share(member, node.body.get(member))


@rule("scheduling.v1.PriorityClass")
def priority(node: Node) -> Faults:
    """Priorities above a billion, and names with system-, are Kubernetes' own."""
    value: Value = node.body.get("value")
    name = text(node.body, "metadata.name") or ""
    if isinstance(value, int) and value > _HIGHEST_PRIORITY:
        yield Fault("value", f"{value} is not allowed; allowed: {_HIGHEST_PRIORITY} at most")
    if name.startswith("system-"):
        yield Fault("metadata.name", f"{name!r} begins with system-, which Kubernetes keeps for itself", "rename it")
