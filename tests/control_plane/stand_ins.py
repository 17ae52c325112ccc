"""What stands in for the pods of upstream charts and add-ons, which cannot be rendered here.

Copies, requests, priority, tolerations, spread and budget are those of the platform's values, found where
offline_cloud/kubernetes/charts/facts.json says that each chart reads them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from components.cluster.system_nodes import SYSTEM_TAINT
from components.cluster.system_pods import deployed, on_every_node
from settings import PlatformSettings
from settings.arithmetic.system_nodes import Pods
from tests.charts.rendering import ROOT
from tools.control_plane.client import Manifest
from tools.control_plane.releases import Release

Values = Mapping[str, Any]

_FACTS = json.loads((ROOT / "offline_cloud/kubernetes/charts/facts.json").read_text())["charts"]
_SYSTEM = [{"key": SYSTEM_TAINT, "operator": "Exists"}]
_LABEL = "app.kubernetes.io/name"
_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def stand_ins(chart: str, namespace: str, values: Values) -> tuple[Manifest, ...]:
    """Return the pods of an upstream chart, and the objects that the values themselves hold."""
    found: list[Manifest] = list(values.get("extraManifests", ()))
    for name, pod in _FACTS.get(chart, {"pods": {}})["pods"].items():
        if not pod.get("daemon"):
            found += _pod(name, namespace, pod, values)
    return tuple(found)


def add_ons(settings: PlatformSettings) -> Release:
    """Return what EKS's add-ons run, and every daemon, as the plan of the system nodes counts them."""
    charts = tuple(_FACTS)
    controllers = [each for each in deployed(settings) if not each.name.startswith(charts)]
    objects = [
        *(_deployment(each.name, "kube-system", each.copies, _template(each, _SYSTEM)) for each in controllers),
        *(_daemon_set(each) for each in on_every_node(settings)),
    ]
    return Release("add-ons", "kube-system", tuple(objects))


def operated(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    """Return the pods that CloudNativePG makes of its databases and poolers."""
    for each in objects:
        spec, labels = each.get("spec", {}), {"cnpg.io/instance-of": each["metadata"]["name"]}
        if each["kind"] == "Cluster":
            placed = spec["affinity"]
            term = {"topologyKey": placed["topologyKey"], "labelSelector": {"matchLabels": labels}}
            template = {
                "priorityClassName": spec["priorityClassName"],
                "nodeSelector": placed.get("nodeSelector", {}),
                "tolerations": placed.get("tolerations", []),
                "affinity": _anti_affinity(term, required=placed["podAntiAffinityType"] == "required"),
                "containers": [_container(spec["resources"])],
                "securityContext": _SECURITY,
            }
        elif each["kind"] == "Pooler":
            labels = {"cnpg.io/poolerName": each["metadata"]["name"]}
            stated = spec["template"]["spec"]
            containers = [_container(container["resources"]) for container in stated["containers"]]
            template = {**stated, "containers": containers, "securityContext": _SECURITY}
        else:
            continue
        copied = {"metadata": {"labels": labels}, "spec": template}
        yield _deployment(each["metadata"]["name"], each["metadata"]["namespace"], spec["instances"], copied)


def _anti_affinity(term: Manifest, *, required: bool) -> dict[str, Any]:
    if required:
        return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    weighted = {"weight": 100, "podAffinityTerm": term}
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [weighted]}}


def _pod(name: str, namespace: str, facts: Mapping[str, Any], values: Values) -> Iterator[Manifest]:
    copies = _at(values, facts.get("replicas")) or 1
    spread = _at(values, facts.get("spread"))
    own = facts.get("own", ())
    tolerations = _SYSTEM if "tolerations" in own else _at(values, facts.get("tolerations"))
    selector = _at(values, _beside(facts.get("tolerations"))) or values.get("nodeSelector")
    spec: dict[str, Any] = {
        "priorityClassName": _at(values, facts.get("priority")) or "",
        "tolerations": tolerations or [],
        "nodeSelector": selector or {},
        "containers": [_container(_at(values, facts["resources"]))],
        "securityContext": _SECURITY,
    }
    labels = {_LABEL: name}
    if "spread" in own and copies > 1:
        spec["affinity"] = _apart(labels)
    elif isinstance(spread, list):
        spec["topologySpreadConstraints"] = spread
        for constraint in cast("list[dict[str, Any]]", spread):
            labels |= constraint["labelSelector"]["matchLabels"]
    elif isinstance(spread, dict):
        spec["affinity"] = spread
    elif spread is not None:
        key = _at(values, f"{facts['spread']}TopologyKey")
        term = {"topologyKey": key, "labelSelector": {"matchLabels": labels}}
        spec["affinity"] = _anti_affinity(term, required=False)
    yield _deployment(name, namespace, copies, {"metadata": {"labels": labels}, "spec": spec})
    budget = {"maxUnavailable": 1} if "budget" in own else _at(values, facts.get("budget"))
    if copies > 1 and budget and budget.get("enabled", True):
        stated = {key: budget[key] for key in ("minAvailable", "maxUnavailable") if key in budget}
        yield {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"matchLabels": labels}, **(stated or {"minAvailable": 1})},
        }


def _template(pods: Pods, tolerations: list[dict[str, str]]) -> dict[str, Any]:
    labels = {_LABEL: pods.name}
    return {
        "metadata": {"labels": labels},
        "spec": {
            "priorityClassName": "system-cluster-critical",
            "tolerations": tolerations,
            "nodeSelector": {"groundwork.io/pool": "system"},
            "containers": [_container({"requests": _requests(pods)})],
            **({"affinity": _apart(labels)} if pods.apart else {}),
        },
    }


def _daemon_set(pods: Pods) -> Manifest:
    labels = {_LABEL: pods.name}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": pods.name, "namespace": "kube-system"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "priorityClassName": "system-node-critical",
                    "tolerations": [{"operator": "Exists"}],
                    "containers": [_container({"requests": _requests(pods)})],
                },
            },
        },
    }


def _requests(pods: Pods) -> dict[str, str]:
    return {"cpu": f"{pods.request.millicores}m", "memory": f"{pods.request.mebibytes}Mi"}


def _deployment(name: str, namespace: str, copies: int, template: Manifest) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": copies,
            "selector": {"matchLabels": template["metadata"]["labels"]},
            "template": template,
        },
    }


def _container(resources: Manifest) -> dict[str, Any]:
    """Limits that values take away with a null are none."""
    limits = {key: value for key, value in resources.get("limits", {}).items() if value is not None}
    return {
        "name": "stand-in",
        "image": "registry.example/stand-in:1",
        "resources": {"requests": resources["requests"], **({"limits": limits} if limits else {})},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


def _apart(labels: Mapping[str, str]) -> dict[str, Any]:
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": dict(labels)}}
    return _anti_affinity(term, required=True)


def _beside(path: str | None) -> str | None:
    return path and path.replace("commonTolerations", "commonNodeSelector").replace("tolerations", "nodeSelector")


def _at(values: Values, path: str | None) -> Any:
    """What the values say at a path; None where they say nothing."""
    found: Any = values if path else None
    for part in (path or "").split("."):
        found = cast("Values", found).get(part) if isinstance(found, dict) else None
    return found
