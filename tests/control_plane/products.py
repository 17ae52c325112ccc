"""Every product on the stacks that give it a cluster: its settings, and its releases as Helm would install them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from settings import PlatformSettings
from tests.charts.rendering import KUBERNETES, ROOT, helm
from tests.charts.whole_platform import RELEASE, platform, settings
from tests.components.recording import Registration
from tests.control_plane.stand_ins import stand_ins
from tools.control_plane.manifests import load_all
from tools.control_plane.releases import Release

STACKS = ("dev", "staging", "prod")
"""The budget stack has no cluster: its runtime is ECS."""
_STATED: Mapping[tuple[str, str], dict[str, Any]] = {
    # 20 pods of 50 connections while they roll are more than the environment's class admits; the refusal says so.
    ("gridtokenx", "staging"): {"database": {"instance_class": "db.m6g.xlarge"}},
}


@dataclass(frozen=True)
class Product:
    """A product on a stack."""

    workload: str
    stack: str

    def __str__(self) -> str:
        return f"{self.workload}-{self.stack}"

    @property
    def settings(self) -> PlatformSettings:
        return _settings(self)

    @property
    def releases(self) -> tuple[Release, ...]:
        """Every release that the program registers, in its order.

        Of an upstream chart, which is not rendered here, it holds what the platform's values state of its pods.
        """
        return _releases(self)


@cache
def _settings(product: Product) -> PlatformSettings:
    return settings(product.workload, product.stack, **_STATED.get((product.workload, product.stack), {}))


@cache
def _releases(product: Product) -> tuple[Release, ...]:
    registered = [each for each in platform(product.settings).registrations if each.type == RELEASE]
    return tuple(_release(each) for each in registered)


def _release(registered: Registration) -> Release:
    name, namespace, chart = (str(registered.inputs[key]) for key in ("name", "namespace", "chart"))
    values: Mapping[str, Any] = _whole(registered.inputs.get("values") or {})
    if chart.startswith("./"):
        return Release(name, namespace, _rendered(name, namespace, ROOT / chart, values))
    return Release(name, namespace, stand_ins(chart.rsplit("/", 1)[-1], namespace, values))


def _whole(value: Any) -> Any:
    """The engine's protocol knows floating-point numbers alone."""
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_whole(each) for each in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _rendered(name: str, namespace: str, chart: Path, values: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "values.json"
        file.write_text(json.dumps(values), encoding="utf-8")
        answer = helm(
            "template", name, str(chart), "--values", str(file), "--namespace", namespace, "--kube-version", KUBERNETES
        )
    assert answer.returncode == 0, answer.stderr
    return tuple(load_all(answer.stdout))
