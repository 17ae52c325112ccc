"""Tasks of several containers, workers that nothing leads to, and services that may never run twice, on ECS."""

import json
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings.workload.service import Service
from tests.components.recording import Recorder
from tests.components.runtimes.ecs.test_platform import SERVICE, containers, platform, settings, task_of

_SIZE: dict[str, Any] = {"cpu": "250m", "memory": "256Mi"}
_PROXY: dict[str, Any] = {
    "image": {"repository": "example/proxy", "tag": "v2"},
    "ports": {"tls": {"number": 8443}},
    "resources": {"requests": _SIZE, "limits": _SIZE},
    "environment": {"UPSTREAM": "localhost:8081"},
    "secrets": ["JWT_SECRET"],
    "shares": ["/tmp"],
    "writable_paths": ["/run"],
}
_COMMON: dict[str, Any] = {
    "image": {"repository": "example/worker", "tag": "v1"},
    "replicas": {"minimum": 1, "maximum": 1},
    "resources": {"requests": _SIZE, "limits": _SIZE},
}
_ADDED: dict[str, dict[str, Any]] = {
    "front": {"ports": {"http": {"number": 8081}}, "sidecars": {"proxy": _PROXY}},
    "matcher": {"update": "recreate", "probes": {"liveness": {"command": ["/app/worker", "health"]}}},
}


@cache
def _recorder() -> Recorder[Platform]:
    given = settings("prod", workload="gridtokenx", domain="gridtokenx.com", runtime="ecs")
    added = {name: Service.model_validate_json(json.dumps({**_COMMON, **each})) for name, each in _ADDED.items()}
    workload = given.workload.model_copy(update={"services": {**given.workload.services, **added}})
    return platform(given.model_copy(update={"workload": workload}))


def _service(name: str) -> dict[str, Any]:
    return dict(_recorder().one(SERVICE, f"application-{name}-service").inputs)


@pytest.mark.requirement("AT-13")
def test_a_task_holds_the_sidecar_by_its_name_under_the_services_user() -> None:
    task = containers(task_of(_recorder(), "front"))
    proxy, main = task["proxy"], task["front"]
    assert proxy["image"] == "example/proxy:v2"
    assert proxy["essential"] is True
    for key in ("user", "readonlyRootFilesystem", "linuxParameters"):
        assert proxy[key] == main[key]
    assert {"name": "UPSTREAM", "value": "localhost:8081"} in proxy["environment"]
    assert [each["name"] for each in proxy["secrets"]] == ["JWT_SECRET"]
    shared = {each["containerPath"]: each["sourceVolume"] for each in main["mountPoints"]}
    beside = {each["containerPath"]: each["sourceVolume"] for each in proxy["mountPoints"]}
    assert beside["/tmp"] == shared["/tmp"]
    assert beside["/run"] not in shared.values()


@pytest.mark.requirement("AT-17")
def test_a_worker_has_no_port_no_target_and_a_check_of_its_own() -> None:
    main = containers(task_of(_recorder(), "matcher"))["matcher"]
    assert "portMappings" not in main
    assert main["healthCheck"]["command"] == ["CMD", "/app/worker", "health"]
    assert not _service("matcher").get("loadBalancers")
    assert not _service("matcher").get("serviceConnectConfiguration")


def test_a_service_that_may_never_run_twice_ends_before_it_starts_again() -> None:
    matcher = _service("matcher")
    assert (matcher["deploymentMinimumHealthyPercent"], matcher["deploymentMaximumPercent"]) == (0, 100)
    # A task that is moved between zones would run beside the one it replaces.
    assert matcher["availabilityZoneRebalancing"] == "DISABLED"
    front = _service("front")
    assert (front["deploymentMinimumHealthyPercent"], front["deploymentMaximumPercent"]) == (100, 200)


def test_a_lock_of_the_cluster_is_said_to_be_left_out() -> None:
    notes = settings("prod", workload="gridtokenx", domain="gridtokenx.com", runtime="ecs").notes
    assert any(note.startswith("services.api-gateway.leader_election:") for note in notes)
