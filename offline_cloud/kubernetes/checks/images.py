"""Images that no node could pull. The objects of an upstream chart are not known here, but its registries are."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, cast

from offline_cloud.cloud.model import text
from offline_cloud.cloud.services.ecr.registries import blocked
from offline_cloud.kubernetes.charts.refresh import TABLES
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import ObjectDiagnostic

_SAMPLE: Final = "image"


@cache
def registries() -> Mapping[str, list[str]]:
    """Give the registries that each pinned upstream chart pulls from: its images' defaults, all of them."""
    return cast("dict[str, list[str]]", json.loads((TABLES / "registries.json").read_text("utf-8")))


def check(scene: Scene) -> Diagnostics:
    """Refuse a release with an image that an S3 gateway endpoint keeps from every node: it would time out."""
    record = scene.cluster.record
    for no in blocked(_images(scene), record.stack, record.region, scene.world):
        yield ObjectDiagnostic(f"release {scene.inputs.name}", "", no.reason, no.fix)


def _images(scene: Scene) -> Iterator[str]:
    if scene.inputs.is_opaque:
        for registry in registries().get(scene.inputs.chart_name, []):
            yield f"{registry}/{scene.inputs.chart_name}/{_SAMPLE}"
    images = [
        text(container, "image")
        for item in scene.own
        if item.pods is not None
        for _, container in item.pods.containers()
    ]
    yield from sorted({image for image in images if image})
