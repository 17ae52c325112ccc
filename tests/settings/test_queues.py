"""Where a service may scale by the depth of a queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings.raw import Raw
from tests.settings.product import DELETE, Delete, Files, files, with_change


def _stated(folder: Path, stack: dict[str, Raw | Delete], most: int = 8) -> Files:
    stated = files(folder)
    product: dict[str, Raw] = {
        "queues": {"orders": {}},
        "services.worker.queues": {"orders": "receive"},
        "services.worker.replicas": {"minimum": 1, "maximum": most},
        "services.worker.scaling": {"queues": {"orders": 25}},
    }
    for path, value in product.items():
        stated.workload = with_change(stated.workload, path, value)
    for path, value in stack.items():
        stated.stack = with_change(stated.stack, path, value)
    stated.write()
    return stated


_ECS: dict[str, Raw | Delete] = {"runtime": "ecs", "cluster": DELETE, "access": DELETE}


@pytest.mark.parametrize("stack", [{}, _ECS, {"ecs.insights": "disabled"}])
def test_pods_do_it_and_tasks_where_somebody_counts_them(stack: dict[str, Raw | Delete], tmp_path: Path) -> None:
    scaling = _stated(tmp_path, stack).load().workload.services["worker"].scaling
    assert scaling is not None
    assert scaling.queues == {"orders": 25}


def test_tasks_that_nobody_counts_cannot(tmp_path: Path) -> None:
    (told,) = _stated(tmp_path, {**_ECS, "ecs.insights": "disabled"}).refused().diagnostics
    assert told.setting == "groundwork:ecs.insights"
    assert told.given == "disabled"
    assert "enabled or enhanced" in told.allowed


@pytest.mark.parametrize(("stack", "most"), [({}, 1), ({"application.scale": "single"}, 8)])
def test_a_service_that_never_grows_may_state_it_anywhere(
    stack: dict[str, Raw | Delete], most: int, tmp_path: Path
) -> None:
    assert _stated(tmp_path, stack, most).load().replicas("worker").maximum == 1
