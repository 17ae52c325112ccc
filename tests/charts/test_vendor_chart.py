"""A product from its vendor's Helm chart: what is installed, and what the platform gives it."""

import re
from dataclasses import replace
from typing import Any

import pulumi_kubernetes as kubernetes
import pytest

from components.product.wiring import Wiring
from components.runtimes.kubernetes.application import Application, ApplicationArgs
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import entrance_values, workload_values
from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings import SettingsError
from settings.raw import Raw
from tests.charts.gridtokenx import wiring as own_wiring
from tests.charts.rendering import TARGET_GROUP, Rendered, at, render
from tests.charts.vendor_chart import example, load_example
from tests.components.recording import Recorder, Registration, build

_RELEASE = "kubernetes:helm.sh/v3:Release"
_LABELS = {"app.kubernetes.io/name": "api-gateway", "app.kubernetes.io/instance": "gridtokenx"}


def _wiring() -> Wiring:
    given = own_wiring(example())
    return replace(given, secrets={"JWT_SECRET": given.secrets["JWT_SECRET"]})


@pytest.fixture(scope="module")
def workload() -> Rendered:
    return render("workload", workload_values(example(), _wiring()).to_helm())


@pytest.fixture(scope="module")
def application() -> Recorder[Application]:
    def made() -> Application:
        provider = kubernetes.Provider("cluster", kubeconfig="{}")
        args = ApplicationArgs(settings=example(), provider=provider, wiring=_wiring())
        return Application("application", args)

    return build(made)


def _release(application: Recorder[Application]) -> Registration:
    return application.one(_RELEASE, "application-vendor")


@pytest.mark.requirement("GX-10")
def test_the_chart_is_the_guides_with_a_version_that_stays(application: Recorder[Application]) -> None:
    inputs = _release(application).inputs
    assert inputs["repositoryOpts"] == {"repo": "https://charts.gridtokenx.com"}
    assert (inputs["chart"], inputs["version"], inputs["name"]) == ("api-gateway", "1.0.0", "gridtokenx")
    assert inputs["namespace"] == "gridtokenx"
    assert inputs["atomic"] is True
    assert inputs["timeout"] >= 20 * 60


@pytest.mark.requirement("GX-10")
def test_its_values_are_the_files_with_the_platforms_outputs_in_their_places(
    application: Recorder[Application],
) -> None:
    values = _release(application).inputs["values"]
    assert values["autoscaling"] == {"enabled": True, "minReplicas": 3, "maxReplicas": 20}
    assert values["database"] == {
        "port": 5432,
        "maxConnections": 20,
        "host": "writer.gridtokenx-prod.internal",
        "readerHost": "reader.gridtokenx-prod.internal",
    }
    assert values["redis"] == {"host": "cache.gridtokenx-prod.internal"}
    # The Secret's name, and no secret.
    assert values["existingSecret"] == "gridtokenx-secrets"
    secrets = render("foundation", foundation_values(example(), _wiring()).to_helm()).one(
        "ExternalSecret", "gridtokenx-secrets"
    )
    assert set(secrets["spec"]["target"]["template"]["data"]) == {"DATABASE_URL", "REDIS_URL", "JWT_SECRET"}


@pytest.mark.requirement("GX-10")
def test_it_comes_after_the_platforms_own_release_which_has_another_name(application: Recorder[Application]) -> None:
    foundation, own = (application.one(_RELEASE, f"application-{name}") for name in ("foundation", "workload"))
    assert own.inputs["name"] == "gridtokenx-platform"
    assert _release(application).depends_on(own)
    assert _release(application).depends_on(foundation)


@pytest.mark.requirement("GX-10")
def test_the_platform_runs_no_pod_of_it_but_opens_its_ways_in_and_out(workload: Rendered) -> None:
    assert "api-gateway" not in workload.names("Deployment") | workload.names("Service") | workload.names(
        "ServiceAccount"
    )
    policy = workload.one("NetworkPolicy", "api-gateway-policy")
    assert policy["spec"]["podSelector"] == {"matchLabels": _LABELS}
    notes = policy["metadata"]["annotations"]
    assert set(notes["groundwork/ingress"].split()) == {"load-balancer", "metrics"}
    assert set(notes["groundwork/egress"].split()) == {"database", "cache", "telemetry", "https"}


@pytest.mark.requirement("GX-10")
def test_its_pods_join_the_load_balancer_once_its_services_are_there(
    workload: Rendered, application: Recorder[Application]
) -> None:
    assert workload.of_kind("TargetGroupBinding") == []
    values = entrance_values(example(), _wiring())
    assert values is not None
    entrance = render("workload", values.to_helm())
    assert {item["kind"] for item in entrance.objects} == {"TargetGroupBinding"}
    assert application.one(_RELEASE, "application-entrance").depends_on(_release(application))
    binding = entrance.one("TargetGroupBinding", "gridtokenx-api-gateway-http")["spec"]
    assert binding["serviceRef"] == {"name": "gridtokenx-api-gateway", "port": 8080}
    assert binding["targetGroupARN"] == TARGET_GROUP


@pytest.mark.requirement("GX-10")
def test_its_pods_are_scraped_where_the_product_says(workload: Rendered) -> None:
    monitor = workload.one("PodMonitor", "api-gateway")["spec"]
    assert monitor["selector"] == {"matchLabels": _LABELS}
    (endpoint,) = monitor["podMetricsEndpoints"]
    assert (endpoint["portNumber"], endpoint["path"], endpoint["interval"]) == (9090, "/metrics", "15s")
    assert {"targetLabel": "service", "replacement": "api-gateway"} in endpoint["relabelings"]


def test_every_object_fits_its_schema(workload: Rendered) -> None:
    for item in workload.objects:
        kind, version = item["kind"], item["apiVersion"]
        validator = schema.built_in("1.35", version, kind) or definitions.validator(version, kind)
        assert validator is not None, f"no schema of {version} {kind}"
        assert schema.diagnostics(KubernetesObject(dict(item), "gridtokenx", "test"), validator) == []


@pytest.mark.requirement("GX-10")
def test_what_others_may_connect_to_is_found_by_the_charts_labels() -> None:
    job: dict[str, Raw] = {"service": "api-gateway", "schedule": "0 3 * * *"}
    settings = load_example({"jobs": {"report": {**job, "calls": [{"service": "api-gateway", "port": "http"}]}}})
    objects = render("workload", workload_values(settings, _wiring()).to_helm())
    (flow,) = objects.one("NetworkPolicy", "report-policy")["spec"]["egress"]
    assert flow["to"] == [{"podSelector": {"matchLabels": _LABELS}}]
    into = objects.one("NetworkPolicy", "api-gateway-policy")["spec"]["ingress"]
    assert {"podSelector": {"matchLabels": {"app": "report"}}} in [peer for each in into for peer in each["from"]]


def test_a_chart_in_a_registry_is_named_by_its_address() -> None:
    chart = {**_stated(), "repository": "oci://registry.example.com/charts", "release": "gateway"}
    settings = load_example({"helm_chart": chart})

    def made() -> Application:
        provider = kubernetes.Provider("cluster", kubeconfig="{}")
        return Application("application", ApplicationArgs(settings=settings, provider=provider, wiring=_wiring()))

    inputs = build(made).one(_RELEASE, "application-vendor").inputs
    assert inputs["chart"] == "oci://registry.example.com/charts/api-gateway"
    assert "repositoryOpts" not in inputs
    assert inputs["name"] == "gateway"


def _stated() -> dict[str, Any]:
    chart = example().workload.helm_chart
    assert chart is not None
    return chart.model_dump(mode="json")


_SERVICE: dict[str, Any] = at(example().workload.model_dump(mode="json", exclude_unset=True), "services.api-gateway")

_REFUSED: dict[str, tuple[dict[str, Raw], dict[str, Raw], str]] = {
    "probes beside a chart's own": (
        {"services": {"api-gateway": {**_SERVICE, "probes": {"liveness": {"tcp": {"port": "http"}}}}}},
        {},
        "services.api-gateway.probes",
    ),
    "a service that is not there": (
        {"helm_chart": {**_stated(), "services": {"gateway": {"labels": {"app": "x"}}}}},
        {},
        "helm_chart.services.gateway",
    ),
    "a file that is not there": (
        {"helm_chart": {**_stated(), "values_file": "gridtokenx/values.yaml"}},
        {},
        "workloads/gridtokenx/values.yaml",
    ),
    "a file somewhere else": (
        {"helm_chart": {**_stated(), "values_file": "../secrets/values.yaml"}},
        {},
        "helm_chart.values_file",
    ),
    "a range of versions": ({"helm_chart": {**_stated(), "version": "^1.0.0"}}, {}, "helm_chart.version"),
    "two values at one place": (
        {"helm_chart": {**_stated(), "secret_name": "database.host"}},
        {},
        "helm_chart.secret_name",
    ),
    "an output of nothing": (
        {"helm_chart": {**_stated(), "outputs": {"bus": "event_bus.address"}}},
        {},
        "helm_chart.outputs.bus",
    ),
    "an environment for services that are not here": ({"environment": {"LEVEL": "info"}}, {}, "environment"),
    "a Job after a rollout": ({"jobs": {"seed": {"service": "api-gateway"}}}, {}, "jobs.seed"),
    "tasks instead of a cluster": ({}, {"runtime": "ecs"}, "groundwork:runtime"),
    "a product that is stopped": ({}, {"application": {"stopped": True}}, "groundwork:application.stopped"),
}


@pytest.mark.requirement("GX-10")
@pytest.mark.parametrize("mistake", _REFUSED)
def test_what_a_chart_cannot_have_is_refused(mistake: str) -> None:
    changes, stated, place = _REFUSED[mistake]
    with pytest.raises(SettingsError, match=re.escape(place)):
        load_example(changes, **stated)
