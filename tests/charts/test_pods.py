"""Pods of several containers, workers that nothing connects to, and the lock by which pods agree on one of them."""

import json
from typing import Any

import pytest

from components.cluster.demand import workload_demand
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.values import workload_values
from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings import PlatformSettings
from settings.workload.service import Service
from tests.charts.ai_trading import rendered as ai_trading_chart
from tests.charts.rendering import Rendered, at, render, stack, wiring

_PROXY: dict[str, Any] = {
    "image": {"repository": "example/proxy", "tag": "v2"},
    "arguments": ["--upstream", "localhost:8080"],
    "ports": {"tls": {"number": 8443}},
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "128Mi"}},
    "probes": {"readiness": {"tcp": {"port": "tls"}}},
    "environment": {"CACHE": {"output": "cache.host"}},
    "secrets": ["JWT_SECRET"],
    "shares": ["/data"],
}
_SERVICE: dict[str, Any] = {
    "image": {"repository": "example/worker", "tag": "v1"},
    "replicas": {"minimum": 2, "maximum": 2},
    "resources": {"requests": {"cpu": "500m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}},
    "uses": ["cache"],
}


def _product(**services: dict[str, Any]) -> PlatformSettings:
    """OpeniBank in production with more services, by name; an underscore stands for a hyphen."""
    settings = stack("prod")
    added = {
        name.replace("_", "-"): Service.model_validate_json(json.dumps({**_SERVICE, **stated}))
        for name, stated in services.items()
    }
    workload = settings.workload.model_copy(update={"services": {**settings.workload.services, **added}})
    return settings.model_copy(update={"workload": workload})


def _rendered(settings: PlatformSettings) -> Rendered:
    return render("workload", workload_values(settings, wiring(settings)).to_helm())


_PROXIED = {
    "ports": {"http": {"number": 8080}},
    "volumes": {"/data": {"kind": "scratch", "size": "2Gi"}},
    "sidecars": {"proxy": _PROXY},
}


@pytest.fixture(scope="module")
def proxied() -> Rendered:
    return _rendered(_product(front=_PROXIED))


def _beside(objects: Rendered, service: str, name: str) -> Any:
    return at(objects.one("Deployment", service), f"spec.template.spec.initContainers[name={name}]")


@pytest.mark.requirement("AT-13")
def test_a_pod_holds_several_containers_by_name(proxied: Rendered) -> None:
    spec = at(proxied.one("Deployment", "front"), "spec.template.spec")
    assert [each["name"] for each in spec["containers"]] == ["front"]
    proxy = _beside(proxied, "front", "proxy")
    # It is up before the service and there until it has ended.
    assert proxy["restartPolicy"] == "Always"
    assert proxy["image"] == "example/proxy:v2"
    assert proxy["args"] == ["--upstream", "localhost:8080"]
    assert proxy["resources"]["limits"] == {"cpu": "200m", "memory": "128Mi"}
    assert proxy["readinessProbe"]["tcpSocket"] == {"port": 8443}
    assert {"name": "CACHE", "value": "cache.openibank-prod.internal"} in proxy["env"]
    assert at(proxy, "env[name=JWT_SECRET].valueFrom.secretKeyRef.name") == "openibank-secrets"


@pytest.mark.requirement("AT-13")
def test_a_sidecar_is_held_as_tight_as_the_service_and_shares_what_it_names(proxied: Rendered) -> None:
    spec = at(proxied.one("Deployment", "front"), "spec.template.spec")
    proxy = _beside(proxied, "front", "proxy")
    assert proxy["securityContext"] == spec["containers"][0]["securityContext"]
    mounts = {each["mountPath"]: each["name"] for each in proxy["volumeMounts"]}
    own = {each["mountPath"]: each["name"] for each in spec["containers"][0]["volumeMounts"]}
    assert mounts["/data"] == own["/data"]
    assert mounts["/tmp"] != own["/tmp"]
    assert {*mounts.values(), *own.values()} == {each["name"] for each in spec["volumes"]}


@pytest.mark.requirement("AT-13")
def test_a_sidecars_port_is_one_of_the_service_and_its_secret_restarts_the_pods(proxied: Rendered) -> None:
    ports = {each["name"]: each["targetPort"] for each in proxied.one("Service", "front")["spec"]["ports"]}
    assert ports == {"http": 8080, "tls": 8443}
    notes = proxied.one("Deployment", "front")["metadata"]["annotations"]
    assert notes["secret.reloader.stakater.com/reload"] == "openibank-secrets"


@pytest.mark.requirement("AT-13")
def test_quota_and_machines_have_room_for_the_sidecars() -> None:
    bare = _product(front={**_PROXIED, "sidecars": {}})
    beside = _product(front=_PROXIED)

    def millicores(settings: PlatformSettings) -> int:
        return int(foundation_values(settings, wiring(settings)).quota.cpu.removesuffix("m"))

    # Two pods, and a third while they roll.
    assert millicores(beside) - millicores(bare) == 3 * 100
    assert workload_demand(beside).mebibytes - workload_demand(bare).mebibytes == 2 * 64


_WORKER = {"probes": {"liveness": {"command": ["/app/worker", "health"], "period_seconds": 20}}}


@pytest.mark.requirement("AT-17")
def test_a_worker_runs_and_nothing_leads_to_it() -> None:
    objects = _rendered(_product(training_worker=_WORKER))
    container = at(objects.one("Deployment", "training-worker"), "spec.template.spec.containers[0]")
    assert "ports" not in container
    assert container["livenessProbe"]["exec"] == {"command": ["/app/worker", "health"]}
    assert container["livenessProbe"]["periodSeconds"] == 20
    assert "training-worker" not in objects.names("Service")
    bound = {each["spec"]["serviceRef"]["name"] for each in objects.of_kind("TargetGroupBinding")}
    assert bound == {"api-server"}
    policy = objects.one("NetworkPolicy", "training-worker-policy")["spec"]
    assert "ingress" not in policy
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    # Its work waits in the product's own Redis.
    assert policy["egress"][0]["ports"] == [{"port": 6379, "protocol": "TCP"}]


@pytest.mark.requirement("AT-17")
def test_a_worker_scales_and_is_kept_through_a_nodes_end_like_any_service() -> None:
    scaled = {**_WORKER, "replicas": {"minimum": 2, "maximum": 8}, "scaling": {"cpu": 60}}
    objects = _rendered(_product(training_worker=scaled))
    assert at(objects.one("HorizontalPodAutoscaler", "training-worker-hpa"), "spec.maxReplicas") == 8
    assert "training-worker" in objects.names("PodDisruptionBudget")


def test_every_object_of_such_services_fits_its_schema(proxied: Rendered) -> None:
    elected = _rendered(_product(training_worker={**_WORKER, "leader_election": {"lease": "training"}}))
    for item in (*proxied.objects, *elected.objects):
        kind, version = item["kind"], item["apiVersion"]
        validator = schema.built_in("1.35", version, kind) or definitions.validator(version, kind)
        assert validator is not None, f"no schema of {version} {kind}"
        assert schema.diagnostics(KubernetesObject(dict(item), "openibank", "test"), validator) == []


def test_one_pod_alone_may_match_and_is_never_two_while_it_is_replaced() -> None:
    """The other form of the matcher: a service of its own, from the same image, with one pod."""
    matcher = {**_WORKER, "replicas": {"minimum": 1, "maximum": 1}, "update": "recreate"}
    spec = _rendered(_product(matcher=matcher)).one("Deployment", "matcher")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


def test_services_roll_otherwise(proxied: Rendered) -> None:
    assert at(proxied.one("Deployment", "front"), "spec.strategy.type") == "RollingUpdate"


def test_a_startup_probe_is_the_products_own_and_no_pod_is_given_another() -> None:
    """AI trading waits two minutes for an answer before anything restarts a pod; a sidecar's own works the same way."""
    services = {"trading-app": 8000, "data-processor": 8001, "ml-service": 8002}
    for name, port in services.items():
        main = at(ai_trading_chart("workload", "prod").one("Deployment", name), "spec.template.spec.containers[0]")
        probe = main["startupProbe"]
        assert probe["httpGet"] == {"path": "/health", "port": port}
        assert (probe["periodSeconds"], probe["failureThreshold"]) == (5, 24)
        assert main["livenessProbe"]["periodSeconds"] == 10
    slow = {**_PROXY, "probes": {**_PROXY["probes"], "startup": {"tcp": {"port": "tls"}, "failure_threshold": 7}}}
    front = _rendered(_product(front={**_PROXIED, "sidecars": {"proxy": slow}})).one("Deployment", "front")
    beside = at(front, "spec.template.spec.initContainers[name=proxy].startupProbe")
    assert (beside["tcpSocket"], beside["failureThreshold"]) == ({"port": 8443}, 7)
    assert "startupProbe" not in at(front, "spec.template.spec.containers[0]")


def test_a_startup_probe_that_a_service_states_is_rendered_as_stated() -> None:
    stated = {"startup": {"http": {"path": "/up", "port": "http"}, "period_seconds": 3, "failure_threshold": 40}}
    front = _rendered(_product(front={"ports": {"http": {"number": 8080}}, "probes": stated})).one(
        "Deployment", "front"
    )
    assert at(front, "spec.template.spec.containers[0].startupProbe") == {
        "httpGet": {"path": "/up", "port": 8080},
        "initialDelaySeconds": 0,
        "periodSeconds": 3,
        "timeoutSeconds": 1,
        "failureThreshold": 40,
        "successThreshold": 1,
    }
