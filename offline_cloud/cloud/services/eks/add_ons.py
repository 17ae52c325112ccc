"""Where the pods of EKS add-ons can be placed: an add-on whose Deployment no node takes never becomes ACTIVE.

EKS calls it DEGRADED with the issue InsufficientNumberOfReplicas, and the provider gives up after twenty minutes:
https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html,
https://github.com/aws/containers-roadmap/issues/1389.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import (
    UNKNOWN,
    Diagnostic,
    Properties,
    Record,
    Value,
    World,
    at,
    flag,
    items,
    objects,
    text,
)

_SYSTEM: Final[Properties] = {"key": "CriticalAddonsOnly", "operator": "Exists"}
_ANY: Final[Properties] = {"operator": "Exists"}
_EVICTED: Final[Properties] = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
_EFFECTS: Final = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute"}
"""EKS's words for the effects that keep pods away, and Kubernetes'."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One Deployment or DaemonSet of an add-on.

    Each of its `copies`, or its one pod on every node, requests `millicores` of CPU, or what the configuration states
    in `resources` for each of its `containers`.

    `paths` are where a configuration states its tolerations, the first one that is stated or has a default wins;
    `defaults` are what the add-on brings for each path, None for nothing. No path: nothing can be configured.
    """

    name: str
    millicores: int = 0
    copies: int = 1
    resources: str = ""
    containers: int = 1
    every_node: bool = False
    paths: tuple[str, ...] = ()
    defaults: tuple[tuple[Properties, ...] | None, ...] = ()

    def tolerations(self, configuration: Properties) -> list[Properties]:
        """Give the tolerations that its pods have under a configuration."""
        for path, default in zip(self.paths, self.defaults, strict=True):
            if path and at(configuration, path) is not None:
                return objects(configuration, path)
            if default is not None:
                return list(default)
        return []


def _daemon(name: str, millicores: int, path: str = "", *more: str) -> Workload:
    """A DaemonSet that goes to every node unless its configuration says otherwise."""
    defaults = (*(None for _ in more), (_ANY,))
    return Workload(name=name, millicores=millicores, every_node=True, paths=(path, *more), defaults=defaults)


WORKLOADS: Final[Mapping[str, tuple[Workload, ...]]] = {
    # https://github.com/aws/eks-charts/blob/master/stable/aws-vpc-cni/values.yaml
    "vpc-cni": (_daemon("aws-node", 50, "tolerations"),),
    # It takes no tolerations: https://github.com/aws/containers-roadmap/issues/2604
    "kube-proxy": (_daemon("kube-proxy", 100),),
    # https://github.com/aws/eks-pod-identity-agent/blob/main/charts/eks-pod-identity-agent/values.yaml
    "eks-pod-identity-agent": (_daemon("eks-pod-identity-agent", 0, "tolerations"),),
    # https://github.com/aws/eks-node-monitoring-agent/blob/main/charts/eks-node-monitoring-agent/values.yaml
    "eks-node-monitoring-agent": (_daemon("eks-node-monitoring-agent", 10, "nodeAgent.tolerations"),),
    # https://github.com/aws/containers-roadmap/issues/2167 quotes the defaults of its configuration schema.
    "coredns": (
        Workload(
            name="coredns",
            millicores=100,
            copies=2,
            paths=("tolerations",),
            defaults=(({"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}, _SYSTEM),),
        ),
    ),
    # https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/v1.59.0/charts/aws-ebs-csi-driver/values.yaml:
    # node.tolerateAllTaints holds unless it is switched off.
    "aws-ebs-csi-driver": (
        Workload(
            name="ebs-csi-controller",
            millicores=60,
            copies=2,
            paths=("controller.tolerations",),
            defaults=((_SYSTEM, _EVICTED),),
        ),
        _daemon("ebs-csi-node", 30),
    ),
    # https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/charts/aws-efs-csi-driver/values.yaml, and
    # https://github.com/aws/containers-roadmap/issues/2758
    "aws-efs-csi-driver": (
        # Three containers of 200m unless controller.resources says otherwise.
        Workload(
            name="efs-csi-controller",
            millicores=600,
            copies=2,
            resources="controller.resources",
            containers=3,
            paths=("controller.tolerations",),
            defaults=((_SYSTEM,),),
        ),
        _daemon("efs-csi-node", 30, "node.tolerations"),
    ),
    # https://github.com/aws-observability/helm-charts: a component's own list, where there is one, holds in place of
    # the root's; that of `manager` is there and empty (values.yaml, _helpers.tpl), the others' are not there.
    "amazon-cloudwatch-observability": (
        Workload(name="controller-manager", millicores=100, paths=("manager.tolerations",), defaults=((),)),
        _daemon("cloudwatch-agent", 250, "agent.tolerations", "tolerations"),
        _daemon("fluent-bit", 50, "containerLogs.fluentBit.tolerations", "tolerations"),
    ),
    "metrics-server": (Workload(name="metrics-server", paths=("tolerations",), defaults=((),)),),
    "snapshot-controller": (Workload(name="snapshot-controller", paths=("tolerations",), defaults=((),)),),
}
"""Add-on → its workloads on Linux nodes without accelerators, as their charts were in November 2026."""


def configuration(record: Record) -> Properties | None:
    """Give an add-on's configuration values; ``None`` when they are not known, or no JSON object."""
    stated = record.inputs.get("configurationValues")
    if stated is UNKNOWN:
        return None
    try:
        values = cast("Value", json.loads(stated if isinstance(stated, str) and stated else "{}"))
    except ValueError:
        return None
    return values if isinstance(values, dict) else None


def tolerated(taint: Properties, tolerations: list[Properties]) -> bool:
    """Tell whether a pod with these tolerations may run beside a taint of a node group."""
    effect = _EFFECTS.get(text(taint, "effect") or "")
    if effect is None:
        return True
    for toleration in tolerations:
        key, operator = text(toleration, "key"), text(toleration, "operator") or "Equal"
        same_key = key == text(taint, "key") or (key is None and operator == "Exists")
        same_value = operator == "Exists" or (text(toleration, "value") or "") == (text(taint, "value") or "")
        if same_key and same_value and text(toleration, "effect") in (None, effect):
            return True
    return False


def becomes_active(record: Record, world: World) -> Iterator[Diagnostic]:
    """Each Deployment of an add-on finds a node that exists by now and takes its pods."""
    add_on, cluster_name = text(record.inputs, "addonName") or "", text(record.inputs, "clusterName")
    cluster = facts.named(world, facts.CLUSTER, cluster_name or "", record.region)
    deployed = [workload for workload in WORKLOADS.get(add_on, ()) if not workload.every_node]
    if not deployed or cluster is None or flag(cluster.inputs, "computeConfig.enabled") is True:
        return
    names = (None, cluster_name)
    groups = [it for it in world.of_type(facts.NODE_GROUP) if text(it.inputs, "clusterName") in names]
    if any(text(profile.inputs, "clusterName") in names for profile in world.of_type(facts.FARGATE_PROFILE)):
        return
    if not groups:
        reason = f"The add-on {add_on} stays DEGRADED: the cluster {cluster_name} has no node to run it on"
        fix = "add depends_on=[node_group], so that nodes are there first"
        yield reject("addonName", "InsufficientNumberOfReplicas", reason, fix)
        return
    values = configuration(record)
    for workload in deployed if values is not None else ():
        yield from _unplaced(workload, values or {}, groups, add_on)


def _unplaced(workload: Workload, values: Properties, groups: list[Record], add_on: str) -> Iterator[Diagnostic]:
    tolerations = workload.tolerations(values)
    kept_away = [_taints(group, tolerations) for group in groups]
    if not all(kept_away):
        return
    taints = ", ".join(sorted({name for names in kept_away for name in names}))
    path = workload.paths[0]
    reason = f"The add-on {add_on} stays DEGRADED: {workload.name} tolerates the taints of no node group ({taints})"
    yield reject("configurationValues", "InsufficientNumberOfReplicas", reason, f"state the toleration in {path}")


def _taints(group: Record, tolerations: list[Properties]) -> list[str]:
    """Name a group's taints that are not tolerated; none where one of them is not known yet."""
    if facts.has_unknown(group.inputs, "taints") or any(UNKNOWN in it.values() for it in _each(group)):
        return []
    return [text(taint, "key") or "" for taint in _each(group) if not tolerated(taint, tolerations)]


def _each(group: Record) -> list[Properties]:
    return [taint for taint in items(group.inputs, "taints") if isinstance(taint, dict)]


def stays_active(old: Record, new: Record, world: World) -> Iterator[Diagnostic]:  # noqa: ARG001 - a rule's signature
    """An update rolls the pods, and so has to place them again."""
    yield from becomes_active(new, world)
