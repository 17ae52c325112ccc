"""A product on a control plane: its objects created, its pods placed, and what the scheduler made of them."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from offline_cloud.kubernetes.quantity import quantity
from settings.arithmetic.capacity import Demand
from tests.control_plane.products import Product
from tests.control_plane.stand_ins import add_ons, operated
from tests.control_plane.watching import App
from tools.control_plane import definitions
from tools.control_plane.nodes import nodes_of
from tools.control_plane.processes import ControlPlane
from tools.control_plane.releases import Release, Verdict, install

Object = Mapping[str, Any]

SETTLE_SECONDS: Final = 120
AUTOSCALER_SECONDS: Final = 1
"""How often autoscalers look: tools/control_plane/flags.py."""
_WORKLOADS: Final = (("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"))


@dataclass
class Cluster:
    """A product's cluster; `seconds` says how long each step took."""

    product: Product
    plane: ControlPlane
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @classmethod
    def of(cls, product: Product, plane: ControlPlane) -> "Cluster":
        """Create definitions, nodes and every release, in the program's order, and wait until pods have settled."""
        cluster = cls(product, plane, seconds={"start": plane.started_seconds})
        releases = (add_ons(product.settings), *product.releases)
        begun = time.monotonic()
        kinds = {(each["apiVersion"], each["kind"]) for release in releases for each in release.objects}
        definitions.install(plane.client, kinds)
        for node in nodes_of(product.settings, _of_kind(releases, "NodePool")):
            plane.client.create(node)
        cluster.seconds["definitions and nodes"] = time.monotonic() - begun
        begun = time.monotonic()
        for release in releases:
            cluster.verdicts += install(plane.client, _hurried(release))
            for made in operated(release.objects):
                plane.client.create(made)
        cluster.seconds["create"] = time.monotonic() - begun
        cluster.settle()
        return cluster

    def figures(self) -> str:
        """Say in one line how long each step took, and how much there is."""
        steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.seconds.items())
        placed = sum("nodeName" in each["spec"] for each in self.pods())
        return f"{self.product}: {steps}; {len(self.verdicts)} objects, {len(self.nodes)} nodes, {placed} pods placed"

    def settle(self) -> None:
        """Wait until every pod that is wanted runs, or until the time is up: the pods then say what they wait for."""
        begun = time.monotonic()
        while self.incomplete() and time.monotonic() - begun < SETTLE_SECONDS:
            time.sleep(0.25)
        self.seconds["settle"] = time.monotonic() - begun

    def incomplete(self) -> list[str]:
        """Name the workloads whose pods are not all there, ready and of the newest template."""
        found = [(kind, each) for api, kind in _WORKLOADS for each in self.plane.client.list(api, kind)]
        fewest = {
            f"{each['metadata']['namespace']}/{each['spec']['scaleTargetRef']['name']}": each["spec"]["minReplicas"]
            for each in self.plane.client.list("autoscaling/v2", "HorizontalPodAutoscaler")
        }
        return [
            f"{kind} {_name(each)}"
            for kind, each in found
            if not _is_complete(each) or each["spec"].get("replicas", 0) < fewest.get(_name(each), 0)
        ]

    def pods(self, selector: str = "") -> list[Object]:
        """List the pods that have not ended."""
        found = self.plane.client.list("v1", "Pod", selector=selector)
        return [each for each in found if each["status"]["phase"] not in ("Succeeded", "Failed")]

    @cached_property
    def nodes(self) -> Mapping[str, Object]:
        return {each["metadata"]["name"]: each for each in self.plane.client.list("v1", "Node")}

    def pending(self) -> dict[str, str]:
        """Return the pods that have no node, with the scheduler's reason."""
        return {_name(each): _reason(each) for each in self.pods() if "nodeName" not in each["spec"]}

    def node_of(self, pod: Object) -> Object:
        """Return a pod's node."""
        return self.nodes[pod["spec"]["nodeName"]]

    def pool_of(self, pod: Object) -> str:
        """Return the pool of a pod's node; empty for a pod that has none."""
        node = self.nodes.get(pod["spec"].get("nodeName", ""))
        return node["metadata"]["labels"]["groundwork.io/pool"] if node is not None else ""

    def is_daemon(self, pod: Object) -> bool:
        """Tell whether a pod is one of those that every node runs."""
        return any(each["kind"] == "DaemonSet" for each in pod["metadata"].get("ownerReferences", ()))

    def requested(self, pool: str, namespaces: Callable[[str], bool], *, daemons: bool = False) -> Demand:
        """Add up what pods of some namespaces request on a pool's nodes, daemons only when they are asked for."""
        total = Demand(millicores=0, mebibytes=0)
        for pod in self.pods():
            asked = namespaces(pod["metadata"]["namespace"]) and (daemons or not self.is_daemon(pod))
            if asked and self.pool_of(pod) == pool:
                total += request_of(pod)
        return total

    def scaled_services(self) -> dict[str, dict[str, int]]:
        """Return what each service with an autoscaler is scaled by, and the target, as the product's file states it."""
        found: dict[str, dict[str, int]] = {}
        for name, service in self.product.settings.workload.services.items():
            scaling = service.scaling
            if scaling is not None:
                stated = {"cpu": scaling.cpu, "memory": scaling.memory}
                own = {metric.name: metric.average for metric in scaling.metrics}
                found[name] = own | {key: target for key, target in stated.items() if target is not None}
        return found

    def replicas(self, service: str) -> int:
        """Return how many pods a service is to have now."""
        found = self.plane.client.get("apps/v1", "Deployment", service, self.product.settings.namespace)
        assert found is not None
        return found["spec"]["replicas"]

    def wait_for_replicas(self, wanted: Mapping[str, int]) -> None:
        """Wait until services have so many pods, or until the time is up."""
        until = time.monotonic() + SETTLE_SECONDS
        while any(self.replicas(app) != count for app, count in wanted.items()) and time.monotonic() < until:
            time.sleep(0.25)
        self.settle()

    def wait_for_autoscalers(self, apps: Iterable[str], figure: str) -> None:
        """Wait until autoscalers have seen a figure, and then for three more of their looks."""
        until = time.monotonic() + SETTLE_SECONDS
        while not all(self._has_seen(app, figure) for app in apps) and time.monotonic() < until:
            time.sleep(0.25)
        time.sleep(3 * AUTOSCALER_SECONDS)

    def _has_seen(self, app: str, figure: str) -> bool:
        """Tell whether an autoscaler knows the figure, and that it is neither none nor left from before."""
        scaler = self.plane.client.get(
            "autoscaling/v2", "HorizontalPodAutoscaler", f"{app}-hpa", self.product.settings.namespace
        )
        assert scaler is not None
        for metric in scaler["status"].get("currentMetrics") or ():
            known = metric.get("resource", {}), metric.get("pods", {})
            name = known[0].get("name") or known[1].get("metric", {}).get("name")
            current = (known[0] or known[1]).get("current", {})
            if name == figure:
                return bool(current.get("averageUtilization") or quantity(current.get("averageValue", "0")))
        return False

    def busiest_node(self, namespaces: Callable[[str], bool]) -> str:
        """Return the node with the most pods of some namespaces."""
        found = Counter(
            pod["spec"]["nodeName"]
            for pod in self.pods()
            if namespaces(pod["metadata"]["namespace"]) and not self.is_daemon(pod)
        )
        return found.most_common(1)[0][0]

    def add_node_like(self, name: str) -> None:
        """Add a node of the same size, pool and zone."""
        there = self.nodes[name]
        labels = {**there["metadata"]["labels"], "kubernetes.io/hostname": f"{name}-next"}
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": f"{name}-next", "labels": labels},
            "spec": {"taints": there["spec"].get("taints", [])},
            "status": {key: there["status"][key] for key in ("capacity", "allocatable")},
        }
        self.plane.client.create(node)
        del self.nodes

    def drain(self, node: str) -> None:
        """Drain a node as an operator does: by evictions, which ask the disruption budgets."""
        self._kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", f"--timeout={SETTLE_SECONDS}s")

    def uncordon(self, node: str) -> None:
        """Let pods onto a drained node again."""
        self._kubectl("uncordon", node)

    def _kubectl(self, *arguments: str) -> None:
        command = [str(self.plane.kubectl), f"--kubeconfig={self.plane.kubeconfig}", *arguments]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SETTLE_SECONDS + 30)
        assert answer.returncode == 0, answer.stderr

    def roll_out(self, namespace: str) -> dict[App, tuple[int, bool]]:
        """Change every Deployment's template; returns each one's copies, and whether it rolls or starts anew."""
        found: dict[App, tuple[int, bool]] = {}
        for each in self.plane.client.list("apps/v1", "Deployment", namespace):
            name, spec = each["metadata"]["name"], each["spec"]
            template = {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}
            self.plane.client.patch("apps/v1", "Deployment", name, namespace, {"spec": {"template": template}})
            app = spec["selector"]["matchLabels"]["app"]
            found[namespace, app] = spec["replicas"], spec["strategy"]["type"] == "RollingUpdate"
        return found

    def scale_to_maximum(self) -> None:
        """Bring every service to the most that its autoscaler may make of it."""
        for scaler in self.plane.client.list("autoscaling/v2", "HorizontalPodAutoscaler"):
            target, namespace = scaler["spec"]["scaleTargetRef"], scaler["metadata"]["namespace"]
            body = {"spec": {"replicas": scaler["spec"]["maxReplicas"]}}
            self.plane.client.patch("apps/v1", target["kind"], target["name"], namespace, body, "scale")


def _hurried(release: Release) -> Release:
    """Pods here are as ready after a second as after the minute that a broker takes to catch up with the others."""

    def hurried(each: Object) -> Object:
        waits = each.get("spec", {}).get("minReadySeconds", 0) > 1
        return {**each, "spec": {**each["spec"], "minReadySeconds": 1}} if waits else each

    return Release(release.name, release.namespace, [hurried(each) for each in release.objects])


def request_of(pod: Object) -> Demand:
    """Return what a pod requests, as the scheduler counts it: all containers together, or the largest first step."""
    total, first = Demand(millicores=0, mebibytes=0), Demand(millicores=0, mebibytes=0)
    for container in pod["spec"]["containers"]:
        total += _requests(container)
    for container in pod["spec"].get("initContainers", ()):
        asked = _requests(container)
        if container.get("restartPolicy") == "Always":
            total += asked
        first = Demand(
            millicores=max(first.millicores, asked.millicores), mebibytes=max(first.mebibytes, asked.mebibytes)
        )
    return Demand(millicores=max(total.millicores, first.millicores), mebibytes=max(total.mebibytes, first.mebibytes))


def _requests(container: Object) -> Demand:
    stated = container.get("resources", {}).get("requests", {})
    cpu, memory = (quantity(stated.get(key, "0")) for key in ("cpu", "memory"))
    assert cpu is not None
    assert memory is not None
    return Demand(millicores=int(cpu * 1000), mebibytes=int(memory / 2**20))


def _is_complete(workload: Object) -> bool:
    status, spec = workload["status"], workload["spec"]
    if status.get("observedGeneration", 0) < workload["metadata"]["generation"]:
        return False
    if "desiredNumberScheduled" in status:
        return status.get("numberReady", 0) == status["desiredNumberScheduled"]
    wanted = spec["replicas"]
    return status.get("readyReplicas", 0) == status.get("updatedReplicas", 0) == status.get("replicas", 0) == wanted


def _of_kind(releases: Sequence[Release], kind: str) -> Iterable[Object]:
    return (each for release in releases for each in release.objects if each["kind"] == kind)


def _name(pod: Object) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _reason(pod: Object) -> str:
    conditions = {each["type"]: each for each in pod["status"].get("conditions", ())}
    return conditions.get("PodScheduled", {}).get("message", "not looked at yet")
