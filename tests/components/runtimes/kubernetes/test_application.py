"""The two releases: what they are given, and what stands before them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi_kubernetes as kubernetes
import pulumi_random as random
import pytest
from pulumi import ComponentResource, Output, ResourceOptions

from components.product.wiring import Wiring
from components.runtimes.kubernetes.application import Application, ApplicationArgs
from tests.charts.rendering import rendered, stack, wiring
from tests.components.recording import Recorder

_RELEASE = "kubernetes:helm.sh/v3:Release"
Built = Callable[[Callable[[], Any]], Recorder[Any]]


class _Before(ComponentResource):
    def __init__(self) -> None:
        super().__init__("groundwork:components:Before", "before")
        random.RandomId("controller", byte_length=4, opts=ResourceOptions(parent=self))
        self.register_outputs({})


def _build(built: Built, given: Wiring | None = None) -> Recorder[Any]:
    settings = stack("prod")

    def factory() -> Application:
        provider = kubernetes.Provider("cluster")
        args = ApplicationArgs(
            settings=settings, provider=provider, wiring=given or wiring(settings), depends_on=[_Before()]
        )
        return Application("application", args, ResourceOptions())

    return built(factory)


def test_each_release_is_atomic_and_has_a_time_limit(built: Built) -> None:
    releases = _build(built).of_type(_RELEASE)
    assert [release.name for release in releases] == ["application-foundation", "application-workload"]
    for release in releases:
        assert release.inputs["atomic"] is True
        assert release.inputs["waitForJobs"] is True
        assert release.inputs["timeout"] >= 600
        assert "skipAwait" not in release.inputs


def test_releases_are_children_on_the_given_cluster(built: Built) -> None:
    recorder = _build(built)
    component = recorder.one("groundwork:components:Application")
    for release in recorder.of_type(_RELEASE):
        assert release.parent == component.urn
        assert "pulumi:providers:kubernetes::cluster" in release.provider


def test_the_product_comes_after_its_foundation_and_both_after_the_controllers(built: Built) -> None:
    recorder = _build(built)
    controller = recorder.named("controller")
    foundation, workload = recorder.of_type(_RELEASE)
    assert workload.depends_on(foundation)
    assert foundation.depends_on(controller)
    assert workload.depends_on(controller)


@pytest.mark.requirement("OB-03")
def test_charts_names_and_namespaces(built: Built) -> None:
    recorder = _build(built)
    foundation, workload = recorder.of_type(_RELEASE)
    assert (foundation.inputs["chart"], workload.inputs["chart"]) == ("./charts/foundation", "./charts/workload")
    assert (foundation.inputs["name"], workload.inputs["name"]) == ("openibank-foundation", "openibank")
    assert (foundation.inputs["namespace"], workload.inputs["namespace"]) == ("groundwork-system", "openibank")
    assert workload.inputs["createNamespace"] is False
    assert recorder.value(recorder.result.workload_name) == "openibank"


def test_outputs_of_other_components_arrive_at_the_leaves(built: Built) -> None:
    settings = stack("prod")
    plain = wiring(settings)
    wired = replace(plain, outputs={name: Output.from_input(value) for name, value in plain.outputs.items()})
    _, workload = _build(built, wired).of_type(_RELEASE)
    environment = workload.inputs["values"]["services"]["api-server"]["environment"]
    assert environment["REDIS_CLUSTER_NODES"] == "node1:6379,node2:6379,node3:6379"


def test_values_are_those_that_the_chart_tests_render(built: Built) -> None:
    _, workload = _build(built).of_type(_RELEASE)
    deployment = rendered("workload", "prod").one("Deployment", "api-server")
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert workload.inputs["values"]["services"]["api-server"]["image"] == container["image"]


@pytest.mark.requirement("OB-65")
def test_no_value_is_secret(built: Built) -> None:
    for release in _build(built).of_type(_RELEASE):
        assert not release.secret_inputs
        assert "Output" not in json.dumps(release.inputs["values"])
