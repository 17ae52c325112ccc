"""Helm's own three-way merge on a real API server: a service whose number was fixed gets an autoscaler, under load."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.charts.rendering import ROOT, helm, stack, workload
from tests.control_plane.cluster import SETTLE_SECONDS
from tools.control_plane.processes import ControlPlane
from tools.control_plane.releases import create_namespace

NAMESPACE, SERVICE = "shop", "api-server"
TEMPLATES = ("_helpers.tpl", "_sidecars.tpl", "_context.tpl", "_volumes.tpl", "deployments.yaml", "scaling.yaml")
"""What makes Deployments and autoscalers: no operator's definition is needed for them."""
SCALING = {"cpu": 70}
MINIMUM = 3


@dataclass
class Releases:
    """One service of a product, released by the real helm."""

    plane: ControlPlane
    folder: Path
    chart: Path

    def release(self, minimum: int, maximum: int, *, scales: bool, stopped: bool = False) -> None:
        values: dict[str, Any] = workload(stack("prod"))
        service = {**values["services"][SERVICE], "replicas": {"minimum": minimum, "maximum": maximum}}
        service.pop("scaling", None)
        stated = {**service, "scaling": SCALING} if scales else service
        file = self.folder / "values.json"
        file.write_text(json.dumps({**values, "services": {SERVICE: stated}, "stopped": stopped}), encoding="utf-8")
        place = ("--kubeconfig", str(self.plane.kubeconfig), "--namespace", NAMESPACE, "--values", str(file))
        answer = helm("upgrade", "--install", "shop", str(self.chart), "--skip-schema-validation", *place)
        assert answer.returncode == 0, answer.stderr

    @property
    def replicas(self) -> int:
        found = self.plane.client.get("apps/v1", "Deployment", SERVICE, NAMESPACE)
        assert found is not None
        return found["spec"]["replicas"]

    def scale(self, count: int) -> None:
        """Set the number as an autoscaler does, which looks at no metrics here, and keeps to its minimum by itself."""
        until = time.monotonic() + SETTLE_SECONDS
        while self.replicas < MINIMUM and time.monotonic() < until:
            time.sleep(0.25)
        self.plane.client.patch("apps/v1", "Deployment", SERVICE, NAMESPACE, {"spec": {"replicas": count}}, "scale")


@pytest.fixture
def releases(fresh: ControlPlane, tmp_path: Path) -> Iterator[Releases]:
    chart = tmp_path / "workload"
    (chart / "templates").mkdir(parents=True)
    for name in TEMPLATES:
        shutil.copy(ROOT / "charts" / "workload" / "templates" / name, chart / "templates" / name)
    for name in ("Chart.yaml", "values.yaml"):
        shutil.copy(ROOT / "charts" / "workload" / name, chart / name)
    create_namespace(fresh.client, NAMESPACE)
    yield Releases(fresh, tmp_path, chart)
    helm("uninstall", "shop", "--kubeconfig", str(fresh.kubeconfig), "--namespace", NAMESPACE)


def test_a_number_that_was_fixed_is_kept_when_an_autoscaler_takes_over(releases: Releases) -> None:
    releases.release(6, 6, scales=False)
    assert releases.replicas == 6
    releases.release(3, 12, scales=True)
    assert releases.replicas == 6


def test_it_is_kept_by_every_release_after_that(releases: Releases) -> None:
    releases.release(6, 6, scales=False)
    releases.release(3, 12, scales=True)
    releases.scale(9)
    releases.release(3, 12, scales=True)
    assert releases.replicas == 9
    releases.release(3, 10, scales=True)
    assert releases.replicas == 9


def test_the_autoscalers_own_number_stays_untouched(releases: Releases) -> None:
    releases.release(3, 12, scales=True)
    releases.scale(8)
    releases.release(3, 12, scales=True)
    assert releases.replicas == 8
    stated = releases.plane.client.get("apps/v1", "Deployment", SERVICE, NAMESPACE)
    assert stated is not None
    assert "groundwork/replicas" not in stated["metadata"].get("annotations", {})


def test_a_product_that_was_stopped_starts_with_the_autoscalers_minimum(releases: Releases) -> None:
    releases.release(3, 12, scales=True)
    releases.release(3, 12, scales=True, stopped=True)
    assert releases.replicas == 0
    releases.release(3, 12, scales=True)
    assert releases.replicas == 3


def test_a_fixed_number_again_is_that_number(releases: Releases) -> None:
    releases.release(6, 6, scales=False)
    releases.release(3, 12, scales=True)
    releases.release(4, 4, scales=False)
    assert releases.replicas == 4
