"""Peers by DNS and outputs of one pod, held against what a stack runs and on which runtime."""

from pathlib import Path

import pytest

from settings.diagnostics import Diagnostic
from settings.raw import Raw
from settings.runtimes import RUNTIMES, Feature
from tests.settings.product import Files, files, with_change

_HOST: Raw = {"text": "http://{services.worker.headless_host}:8080"}


def _shop(folder: Path, workload: dict[str, Raw], stack: dict[str, Raw] | None = None) -> Files:
    stated = files(folder)
    for path, value in workload.items():
        stated.workload = with_change(stated.workload, path, value)
    for path, value in (stack or {}).items():
        stated.stack = with_change(stated.stack, path, value)
    stated.write()
    return stated


def _of_runtime(stated: Files) -> list[Diagnostic]:
    return [each for each in stated.refused().diagnostics if each.path == ("runtime",)]


def test_a_cluster_takes_both(tmp_path: Path) -> None:
    environment: dict[str, Raw] = {"NODE": {"text": "worker@{pod.ip}"}, "PEERS": _HOST, "NAME": {"output": "pod.name"}}
    settings = _shop(
        tmp_path,
        {
            "services.worker.headless": True,
            "services.worker.environment": environment,
            "jobs.report": {"service": "api", "command": ["./report"], "environment": {"NODE": {"output": "pod.ip"}}},
        },
    ).load()
    assert settings.workload.services["worker"].headless


@pytest.mark.parametrize(
    ("path", "value", "allowed", "feature"),
    [
        ("services.worker.headless", True, "peers of worker by DNS are not supported with ecs", Feature.PEERS),
        (
            "services.worker.environment",
            {"NODE": {"text": "worker@{pod.ip}"}},
            "pod.ip is not supported with ecs",
            Feature.POD_OUTPUTS,
        ),
        (
            "jobs.report",
            {"service": "api", "command": ["./report"], "environment": {"NODE": {"output": "pod.name"}}},
            "pod.name is not supported with ecs",
            Feature.POD_OUTPUTS,
        ),
    ],
)
def test_tasks_are_refused_what_they_lack(
    tmp_path: Path, path: str, value: Raw, allowed: str, feature: Feature
) -> None:
    (diagnostic,) = _of_runtime(_shop(tmp_path, {path: value}, {"runtime": "ecs"}))
    assert diagnostic.allowed == f"eks: {allowed}: {RUNTIMES['ecs'].lacks[feature].why}"
    assert diagnostic.fix.startswith("write eks, or let the product ")


def test_tasks_without_that_service_are_not_refused(tmp_path: Path) -> None:
    changes: dict[str, Raw] = {"services.worker.headless": True, "services.worker.optional": True}
    changes |= {"ingress.routes": [{"host": "api", "service": "api", "port": "http"}]}
    _shop(tmp_path, changes, {"runtime": "ecs"}).load()


@pytest.mark.parametrize("left_out", ["optional", "without"])
def test_a_name_of_peers_that_do_not_run_is_refused(tmp_path: Path, left_out: str) -> None:
    changes: dict[str, Raw] = {
        "services.worker.headless": True,
        "services.worker.optional": left_out == "optional",
        "services.api.environment.PEERS": _HOST,
        "ingress.routes": [{"host": "api", "service": "api", "port": "http"}],
    }
    stated = _shop(tmp_path, changes, {"application.without": ["worker"]} if left_out == "without" else {})
    (diagnostic,) = stated.refused().diagnostics
    key = "include" if left_out == "optional" else "without"
    assert diagnostic.setting == f"groundwork:application.{key}"
    assert diagnostic.allowed == (
        "a list with which worker runs, for services.api.environment.PEERS names its headless host"
    )
    assert diagnostic.fix == ("add worker" if left_out == "optional" else "take worker out")


def test_they_are_accepted_once_it_runs(tmp_path: Path) -> None:
    changes: dict[str, Raw] = {
        "services.worker.headless": True,
        "services.worker.optional": True,
        "services.api.environment.PEERS": _HOST,
        "ingress.routes": [{"host": "api", "service": "api", "port": "http"}],
    }
    _shop(tmp_path, changes, {"application.include": ["worker"]}).load()
