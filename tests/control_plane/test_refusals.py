"""The control plane does say no: to a product's own objects with one thing wrong, and to pods without a place."""

import copy
import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.charts.rendering import ROOT
from tests.control_plane.products import Product
from tools.control_plane.client import Manifest, RefusedError
from tools.control_plane.nodes import nodes_of
from tools.control_plane.processes import ControlPlane
from tools.control_plane.releases import Release, create_namespace, install

SYSTEM_NODES = 2
"""Of the development stack; their taint keeps a product's pods away."""
SOURCES = json.loads((ROOT / "tools" / "control_plane" / "definitions.json").read_text())
VERSIONS = json.loads((ROOT / "offline_cloud" / "kubernetes" / "charts" / "versions.json").read_text())


@cache
def objects() -> list[Manifest]:
    """What this project's own charts make of OpeniBank in production."""
    own = ("cluster", "openibank-foundation", "openibank")
    found = Product("openibank", "prod").releases
    return [each for release in found if release.name in own for each in release.objects]


def of_kind(kind: str) -> Any:
    """A copy of the first object of a kind that OpeniBank's production installs."""
    found = copy.deepcopy(next(dict(each) for each in objects() if each["kind"] == kind))
    found["metadata"].pop("namespace", None)
    return found


def set_at(*path: str | int, to: object) -> Callable[[Any], None]:
    def change(found: Any) -> None:
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("Deployment", set_at("spec", "replica", to=3), 'unknown field "spec.replica"'),
        ("NetworkPolicy", set_at("spec", "policyTypes", to=["ingress"]), "policyTypes"),
        ("PodDisruptionBudget", set_at("spec", "maxUnavailable", to="50"), "maxUnavailable"),
        ("HorizontalPodAutoscaler", set_at("spec", "minReplicas", to=11), "maxReplicas"),
        ("CronJob", set_at("spec", "timeZone", to="Mars/Olympus"), "timeZone"),
        ("NodePool", set_at("spec", "template", "spec", "requirements", 0, to={"key": "a", "operator": "Gt"}), "Gt"),
        ("EC2NodeClass", set_at("spec", "amiSelectorTerms", to=[{"alias": "al2023@latest", "id": "ami-1"}]), "alias"),
        ("ExternalSecret", set_at("spec", "refreshPolicy", to="Sometimes"), "refreshPolicy"),
        ("PrometheusRule", set_at("spec", "groups", 0, "rules", 0, "for", to="soon"), "for"),
        ("TargetGroupBinding", set_at("spec", "targetType", to="lambda"), "targetType"),
    ],
)
def test_an_object_with_one_thing_wrong_is_refused(
    kind: str, change: Callable[[Any], None], said: str, bare: ControlPlane
) -> None:
    create_namespace(bare.client, "openibank")
    good, bad = of_kind(kind), of_kind(kind)
    change(bad)
    bare.client.create(good, "openibank", dry_run=True)
    with pytest.raises(RefusedError, match=said):
        bare.client.create(bad, "openibank", dry_run=True)


def test_a_kind_without_definition_is_not_judged_and_says_so(bare: ControlPlane) -> None:
    unknown = {"apiVersion": "example.org/v1", "kind": "Unheard", "metadata": {"name": "of"}}
    (verdict,) = install(bare.client, Release("odd", "default", [unknown]))
    assert str(verdict) == "odd: Unheard of: not judged"


def test_a_pod_that_the_namespace_forbids_is_warned_of_and_never_made(bare: ControlPlane) -> None:
    namespace = of_kind("Namespace")
    namespace["metadata"]["name"] = "strict"
    bare.client.create(namespace)
    deployment = of_kind("Deployment")
    deployment["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] = False
    del deployment["spec"]["template"]["spec"]["containers"][0]["securityContext"]
    (verdict,) = install(bare.client, Release("lax", "strict", [deployment]))
    assert "would violate PodSecurity" in verdict.said


def test_a_job_whose_pods_find_no_node_fails_its_release(bare: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no node, and the scheduler's own reason is told."""
    monkeypatch.setattr("tools.control_plane.releases.JOB_SECONDS", 5)
    for name in ("default", "other"):
        create_namespace(bare.client, name)
    pod = {"restartPolicy": "Never", "containers": [{"name": "one", "image": "registry.example/one:1"}]}
    hook = {"helm.sh/hook": "pre-install"}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "first", "annotations": hook},
        "spec": {"template": {"spec": pod}},
    }
    (verdict,) = install(bare.client, Release("waits", "other", [job]))
    assert verdict.outcome == "refused"
    assert "no nodes available to schedule pods" in verdict.said


def test_more_than_the_pool_has_stays_pending_with_the_schedulers_reason(bare: ControlPlane) -> None:
    """The nodes are those of the settings: one pod more than they hold has no place."""
    settings = Product("openibank", "dev").settings
    for node in nodes_of(settings, [each for each in objects() if each["kind"] == "NodePool"]):
        bare.client.create(node)
    create_namespace(bare.client, "full")
    bare.client.create(_large("full", copies=len(bare.client.list("v1", "Node"))))
    until, reasons = time.monotonic() + 60, list[str]()
    # A node that is not ready yet has a taint of its own, and its pod waits too until then.
    while len(reasons) != SYSTEM_NODES and time.monotonic() < until:
        pods = bare.client.list("v1", "Pod", "full")
        conditions = (each for pod in pods for each in pod["status"].get("conditions", ()))
        reasons = [each["message"] for each in conditions if each.get("reason") == "Unschedulable"]
        time.sleep(0.2)
    assert len(reasons) == SYSTEM_NODES
    assert all("Insufficient cpu" in each and "untolerated taint" in each for each in reasons), reasons


def _large(namespace: str, copies: int) -> dict[str, Any]:
    labels = {"app": "large"}
    container = {"name": "one", "image": "registry.example/one:1", "resources": {"requests": {"cpu": "3"}}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "large", "namespace": namespace},
        "spec": {"replicas": copies, "selector": {"matchLabels": labels}, "template": template},
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: Path(source["module"]).name)
def test_definitions_are_of_the_version_that_is_installed(source: dict[str, str]) -> None:
    """Or it is said why not."""
    installed = VERSIONS[source["chart"]]["appVersion"].removeprefix("v")
    assert (source["version"].removeprefix("v") == installed) != ("why" in source)
