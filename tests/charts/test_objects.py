"""What holds for every object that the charts render, whatever the product."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings.types import mebibytes, millicores
from tests.charts.rendering import (
    KUBERNETES,
    Rendered,
    at,
    foundation,
    render,
    rendered,
    run,
    stack,
    with_optional_secret,
    with_toolbox,
    workload,
)

_CHARTS = [(chart, name) for chart in ("foundation", "workload") for name in ("dev", "prod")]
_IDENTITIES = ["foundation dev", "foundation prod", "workload dev", "workload prod"]


def _with_everything() -> Rendered:
    settings = with_toolbox(stack("prod"))
    return render("workload", workload(settings, with_optional_secret(settings)))


@pytest.mark.parametrize(("chart", "name"), _CHARTS, ids=_IDENTITIES)
def test_lint_has_nothing_to_say(chart: str, name: str) -> None:
    settings = stack(name)
    answer = run(chart, foundation(settings) if chart == "foundation" else workload(settings), "lint")
    assert answer.returncode == 0, answer.stdout
    assert "[WARNING]" not in answer.stdout


@pytest.mark.parametrize(("chart", "name"), _CHARTS, ids=_IDENTITIES)
def test_every_object_fits_its_schema(chart: str, name: str) -> None:
    _all_fit(rendered(chart, name))


def test_every_object_fits_its_schema_with_every_switch_on() -> None:
    _all_fit(_with_everything())


def _all_fit(release: Rendered) -> None:
    assert release.objects
    for item in release.objects:
        kind, api_version = item["kind"], item["apiVersion"]
        validator = schema.built_in(KUBERNETES, api_version, kind) or definitions.validator(api_version, kind)
        assert validator is not None, f"{api_version} {kind} has no schema"
        assert [
            str(each)
            for each in schema.diagnostics(KubernetesObject(cast("dict[str, Any]", item), "openibank"), validator)
        ] == []


def test_a_field_that_kubernetes_does_not_know_would_be_found() -> None:
    body = {**rendered("workload", "prod").one("Deployment", "resonancex")}
    body["spec"] = {**body["spec"], "replicaCount": 3}
    validator = schema.built_in(KUBERNETES, "apps/v1", "Deployment")
    assert validator is not None
    assert "replicaCount" in str(schema.diagnostics(KubernetesObject(body, "openibank"), validator))


def test_no_object_stands_twice() -> None:
    for release in (rendered("foundation", "prod"), _with_everything()):
        keys = [(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]) for item in release.objects]
        assert len(keys) == len(set(keys))


@pytest.mark.requirement("OB-97")
def test_every_pod_meets_the_restricted_standard() -> None:
    templates = [*rendered("foundation", "prod").pod_templates(), *_with_everything().pod_templates()]
    assert {name for name, _ in templates} >= {"api-server", "migration", "database-dump", "toolbox"}
    for name, template in templates:
        pod = template["spec"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in _containers(pod):
            context = dict(container["securityContext"])
            assert context.pop("runAsUser", 10001) > 0, name
            assert context == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert set(container["resources"]) == {"requests", "limits"}, name


def test_no_image_is_without_a_version() -> None:
    for release in (rendered("foundation", "prod"), _with_everything()):
        for _, template in release.pod_templates():
            for container in _containers(template["spec"]):
                repository, _, tag = container["image"].rpartition(":")
                assert repository, container["image"]
                assert tag != "latest"
                assert "/" not in tag


def test_every_pod_runs_under_an_account_that_exists() -> None:
    everything = _with_everything()
    accounts = everything.names("ServiceAccount") | rendered("foundation", "prod").names("ServiceAccount")
    for name, template in [*rendered("foundation", "prod").pod_templates(), *everything.pod_templates()]:
        assert template["spec"]["serviceAccountName"] in accounts, name


def test_every_secret_that_a_pod_reads_is_made_with_that_key() -> None:
    settings = with_toolbox(stack("prod"))
    given = with_optional_secret(settings)
    base = render("foundation", foundation(settings, given))
    made = {
        item["spec"]["target"]["name"]: set(item["spec"]["target"]["template"]["data"])
        for item in base.of_kind("ExternalSecret")
    }
    read = 0
    for name, template in [*base.pod_templates(), *render("workload", workload(settings, given)).pod_templates()]:
        for secret, key in _secret_references(template["spec"]):
            read += 1
            assert secret in made, f"{name} reads {secret}"
            assert key is None or key in made[secret], f"{name} reads {key} of {secret}"
    assert read >= 8


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_quota_holds_every_pod_at_its_peak_while_services_roll(name: str) -> None:
    quota = at(rendered("foundation", name).one("ResourceQuota", "openibank"), "spec.hard")
    release = rendered("workload", name)
    pods = cpu = memory = 0
    for deployment in release.of_kind("Deployment"):
        service = deployment["metadata"]["name"]
        scalers = [item for item in release.of_kind("HorizontalPodAutoscaler") if service in item["metadata"]["name"]]
        most = (scalers[0]["spec"]["maxReplicas"] if scalers else deployment["spec"]["replicas"]) + 1
        requests = at(deployment, "spec.template.spec.containers[0].resources.requests")
        pods, cpu = pods + most, cpu + most * millicores(requests["cpu"])
        memory += most * mebibytes(requests["memory"])
    assert int(quota["pods"]) > pods
    assert millicores(quota["requests.cpu"]) > cpu
    assert mebibytes(quota["requests.memory"]) > memory


def test_services_that_run_more_than_one_pod_keep_the_others_while_a_node_is_drained() -> None:
    release = rendered("workload", "prod")
    assert release.names("PodDisruptionBudget") == {"api-server", "resonancex"}
    for budget in release.of_kind("PodDisruptionBudget"):
        assert budget["spec"]["maxUnavailable"] == 1
        assert budget["spec"]["selector"]["matchLabels"] == {"app": budget["metadata"]["name"]}


@pytest.mark.requirement("OB-17")
def test_a_rollout_loses_no_request() -> None:
    deployment = rendered("workload", "prod").one("Deployment", "api-server")
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = deployment["spec"]["template"]["spec"]
    drain = at(pod, "containers[0].lifecycle.preStop.sleep.seconds")
    assert drain >= 15
    assert pod["terminationGracePeriodSeconds"] - drain >= 30  # the server's own request time-out


def test_a_service_with_fewer_secrets_gets_only_those() -> None:
    container = at(rendered("workload", "prod").one("Deployment", "resonancex"), "spec.template.spec.containers[0]")
    assert "envFrom" not in container
    assert {item["name"] for item in container["env"]} == {"DATABASE_URL", "REDIS_URL"}


@pytest.mark.requirement("OB-124")
@pytest.mark.requirement("OB-125")
def test_the_toolbox_has_both_clients_and_the_addresses_of_both_stores() -> None:
    assert "toolbox" not in rendered("workload", "prod").names("Deployment")
    release = _with_everything()
    containers = at(release.one("Deployment", "toolbox"), "spec.template.spec.containers")
    assert {container["name"] for container in containers} == {"psql", "redis-cli"}
    for container in containers:
        assert {item["name"] for item in container["env"]} == {"DATABASE_URL", "REDIS_URL"}
    policy = release.one("NetworkPolicy", "toolbox-policy")
    assert [flow["ports"][0]["port"] for flow in policy["spec"]["egress"]] == [5432, 6379]


def _containers(pod: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def _secret_references(pod: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for container in _containers(pod):
        found += [(each["secretRef"]["name"], None) for each in container.get("envFrom", [])]
        for variable in container.get("env", []):
            if "valueFrom" in variable:
                reference = variable["valueFrom"]["secretKeyRef"]
                found.append((reference["name"], reference["key"]))
    for volume in pod.get("volumes", []):
        if "secret" in volume:
            found += [(volume["secret"]["secretName"], item["key"]) for item in volume["secret"]["items"]]
    return found
