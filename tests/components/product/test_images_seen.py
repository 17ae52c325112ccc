"""Every image of others has been looked up: docs/reference/images.md says where its tag was seen."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.monitoring.charts import COLLECTOR
from components.monitoring.traces import collector_values
from components.product import images
from components.product.images import PLATFORM_CLIENTS, postgres_client
from components.runtimes.ecs.collector import TRACE_COLLECTOR
from settings.workload.container import Image
from settings.workload.event_bus import EventBusNeeds

ROOT = Path(__file__).parents[3]
SEEN = set(
    re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| \S", (ROOT / "docs/reference/images.md").read_text(), re.MULTILINE)
)
_GUIDES_OWN = "v1.0.0"
"""The tag of the products' own images, which whoever runs them builds."""


def _stated(node: object) -> Iterator[tuple[str, str]]:
    """Every image that a workload file states."""
    if isinstance(node, dict):
        mapping = cast("dict[str, Any]", node)
        if {"repository", "tag"} <= set(mapping):
            yield str(mapping["repository"]), str(mapping["tag"])
        for below in mapping.values():
            yield from _stated(below)
    elif isinstance(node, list):
        for below in cast("list[object]", node):
            yield from _stated(below)


def _platforms() -> Iterator[tuple[str, str]]:
    bus = EventBusNeeds.model_fields["image"].default
    assert isinstance(bus, Image)
    clients = [postgres_client(major) for major in ("14", "15", "16", "17", "18")]
    exporters = [
        images.PGBOUNCER_EXPORTER,
        images.BLACKBOX_EXPORTER,
        images.POSTGRES_EXPORTER,
        images.REDIS_EXPORTER,
    ]
    others = [images.PGBOUNCER, *exporters, images.OPENSSL, TRACE_COLLECTOR, bus]
    for image in (*PLATFORM_CLIENTS, *clients, *others):
        yield image.repository, image.tag
    kubectl = yaml.safe_load((ROOT / "charts/cluster/values.yaml").read_text())["kubectl"]["image"]
    yield tuple(kubectl.rsplit(":", 1))
    collector = cast("dict[str, Any]", collector_values("us-east-1", 2, "logs"))["image"]["repository"]
    pinned = json.loads((ROOT / "offline_cloud/kubernetes/charts/versions.json").read_text())
    yield collector, pinned[COLLECTOR.name]["appVersion"]


@pytest.mark.parametrize("image", sorted(set(_platforms())), ids=":".join)
def test_an_image_of_the_platforms_has_been_seen(image: tuple[str, str]) -> None:
    assert image in SEEN


@pytest.mark.parametrize("file", sorted((ROOT / "workloads").glob("*.yaml")), ids=lambda file: file.stem)
def test_an_image_that_a_product_takes_from_others_has_been_seen(file: Path) -> None:
    stated = {image for image in _stated(yaml.safe_load(file.read_text())) if image[1] != _GUIDES_OWN}
    assert stated <= SEEN


def test_nothing_is_listed_that_nobody_runs() -> None:
    files = [yaml.safe_load(file.read_text()) for file in (ROOT / "workloads").glob("*.yaml")]
    used = set(_platforms()) | {image for file in files for image in _stated(file)}
    assert used >= SEEN
