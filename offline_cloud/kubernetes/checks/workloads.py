"""How objects find each other: selectors, Services, autoscalers, disruption budgets, network policies, schedules."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.model import Properties, at, known, number, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.checks.pods import container_ports
from offline_cloud.kubernetes.objects import KubernetesObject, PodTemplate, has_unknown, mapping, selects

_SELECTING: Final = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_SCALABLE: Final = ("Deployment", "StatefulSet", "ReplicaSet")


def check(scene: Scene) -> Diagnostics:
    """Check every object of the release that refers to pods or to what makes them."""
    for item in scene.own:
        match item.kind:
            case "Service":
                yield from _service(item, scene)
            case "HorizontalPodAutoscaler":
                yield from _autoscaler(item, scene)
            case "PodDisruptionBudget":
                yield from _disruption_budget(item, scene)
            case "NetworkPolicy":
                yield from _network_policy(item, scene)
            case _:
                pass


def upgrade(old: list[KubernetesObject], new: list[KubernetesObject]) -> Diagnostics:
    """Refuse changes to what the API server never changes in place."""
    before = {item.key: item for item in old}
    for item in new:
        earlier = before.get(item.key)
        if earlier is None or item.hooks:
            continue
        for path in _immutable(item.kind):
            was, wanted = at(earlier.body, path), at(item.body, path)
            if was != wanted and not has_unknown(was) and not has_unknown(wanted):
                yield item.diagnostic(
                    path,
                    f"cannot be changed: it is {was!r} in the cluster and would become {wanted!r}",
                    "keep it, or give the object a new name",
                )


def _immutable(kind: str) -> tuple[str, ...]:
    if kind in _SELECTING:
        more = ("spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates")
        return ("spec.selector", *(more if kind == "StatefulSet" else ()))
    return {
        "Job": ("spec.template", "spec.completionMode"),
        "Service": (),
        "RoleBinding": ("roleRef",),
        "ClusterRoleBinding": ("roleRef",),
        "PersistentVolumeClaim": ("spec.storageClassName", "spec.accessModes"),
        "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
        "Secret": ("type",),
        "PriorityClass": ("value",),
    }.get(kind, ())


def pods_of(scene: Scene, namespace: str) -> Iterator[PodTemplate]:
    """Give every pod template of a namespace, whichever release it belongs to; a StatefulSet's once for each pod."""
    for item in scene.everything:
        if item.namespace != namespace or item.pods is None:
            continue
        if item.kind == "StatefulSet":
            yield from _numbered(item, item.pods)
        else:
            yield item.pods


def _numbered(item: KubernetesObject, pods: PodTemplate) -> Iterator[PodTemplate]:
    """Kubernetes puts each pod's own name and number on it, by which a Service may select that one alone."""
    for index in range(int(number(item.body, "spec.replicas") or 1)):
        own: Properties = {
            "statefulset.kubernetes.io/pod-name": f"{item.name}-{index}",
            "apps.kubernetes.io/pod-index": str(index),
        }
        metadata: Properties = {**mapping(pods.body, "metadata"), "labels": {**pods.labels, **own}}
        yield PodTemplate(pods.path, {**pods.body, "metadata": metadata})


def _service(item: KubernetesObject, scene: Scene) -> Diagnostics:
    ports = objects(item.body, "spec.ports")
    selector = mapping(item.body, "spec.selector")
    matching = [pods for pods in pods_of(scene, item.namespace) if selects({"matchLabels": selector}, pods.labels)]
    if selector and not matching and not scene.is_opaque(item.namespace):
        yield item.note("spec.selector", f"{selector} matches no pod, so the Service has no endpoint")
    for index, port in enumerate(ports):
        target = at(port, "targetPort")
        if isinstance(target, str) and target and not target.isdigit() and matching:
            declared = {name for pods in matching for name in _port_names(pods)}
            if target not in declared:
                listed = ", ".join(sorted(declared)) or "none"
                yield item.diagnostic(
                    f"spec.ports[{index}].targetPort",
                    f"no selected pod has a port called {target!r}; declared: {listed}",
                )


def _port_names(pods: PodTemplate) -> list[str]:
    return [name for _, container in pods.containers() for name, _ in container_ports(container) if name is not None]


def _autoscaler(item: KubernetesObject, scene: Scene) -> Diagnostics:
    kind, name = text(item.body, "spec.scaleTargetRef.kind"), text(item.body, "spec.scaleTargetRef.name")
    if kind is not None and name is not None and kind in _SCALABLE and not scene.exists(kind, item.namespace, name):
        there = ", ".join(scene.names(kind, item.namespace)) or "none"
        yield item.diagnostic(
            "spec.scaleTargetRef",
            f"no {kind} {name!r} in namespace {item.namespace}; there: {there}",
            "correct the name",
        )
    target = next((other for other in scene.own if (other.kind, other.name) == (kind, name)), None)
    if target is not None and target.pods is not None:
        yield from _utilization(item, target.pods)
        if at(target.body, "spec.replicas") is not None:
            yield target.note("spec.replicas", f"is also set by {item.subject}, so every upgrade resets the count")


def _utilization(item: KubernetesObject, pods: PodTemplate) -> Diagnostics:
    for index, metric in enumerate(objects(item.body, "spec.metrics")):
        resource = text(metric, "resource.name")
        if resource is None or at(metric, "resource.target.averageUtilization") is None:
            continue
        without = [
            text(container, "name")
            for path, container in pods.containers()
            if ".containers[" in path and not known(at(container, f"resources.requests.{resource}"))
        ]
        if without and not has_unknown(pods.spec):
            yield item.diagnostic(
                f"spec.metrics[{index}]", f"utilization of {resource} needs a request, and {without[0]} has none"
            )


def _disruption_budget(item: KubernetesObject, scene: Scene) -> Diagnostics:
    low, high = at(item.body, "spec.minAvailable"), at(item.body, "spec.maxUnavailable")
    matching = [
        other
        for other in scene.everything
        if other.namespace == item.namespace
        and other.pods is not None
        and selects(mapping(item.body, "spec.selector"), other.pods.labels)
    ]
    if not matching and not scene.is_opaque(item.namespace) and not _by_an_operator(item):
        yield item.note("spec.selector", "matches no pod")
    for other in matching:
        replicas = number(other.body, "spec.replicas")
        if high == 0 or (isinstance(low, int) and replicas is not None and low >= replicas):
            yield item.note("spec", f"lets no pod of {other.subject} be moved, so no node it runs on can be drained")


def _by_an_operator(item: KubernetesObject) -> bool:
    """CloudNativePG makes the pods that carry its labels; no object of a chart has them."""
    return any(label.startswith("cnpg.io/") for label in mapping(item.body, "spec.selector.matchLabels"))


def _network_policy(item: KubernetesObject, scene: Scene) -> Diagnostics:
    selector = mapping(item.body, "spec.podSelector")
    every = [pods.labels for pods in pods_of(scene, item.namespace)]
    # A namespace whose pods come with a later release says nothing yet.
    if every and selector and not any(selects(selector, labels) for labels in every):
        yield item.note("spec.podSelector", "matches no pod")
    for path, peer in _peers(item.body):
        own = mapping(peer, "podSelector")
        if every and own and "namespaceSelector" not in peer and not any(selects(own, labels) for labels in every):
            yield item.note(path, "its podSelector matches no pod of the namespace")


def _peers(body: Properties) -> Iterator[tuple[str, Properties]]:
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(objects(body, f"spec.{direction}")):
            for place, peer in enumerate(objects(rule, side)):
                yield f"spec.{direction}[{index}].{side}[{place}]", peer
