"""The objects of a stack's clusters, for people: what ``kubectl get`` would list."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from offline_cloud.cloud.model import Record, World, at, text
from offline_cloud.cloud.store import Store
from offline_cloud.cloud.world import Index
from offline_cloud.kubernetes.cluster import LATEST_VERSION, Installed, eks_cluster_of, installed
from offline_cloud.kubernetes.inputs import RELEASE
from offline_cloud.kubernetes.objects import KubernetesObject
from offline_cloud.kubernetes.release import NOT_RENDERED, keep_in, renderer


@dataclass(frozen=True, order=True)
class Listed:
    """One line of the listing; a release that is not rendered is a line of kind ``(not rendered)``."""

    namespace: str
    kind: str
    name: str
    api_version: str
    release: str
    detail: str


def releases(world: World, stack: str) -> Iterator[Installed]:
    """Give the releases of a stack with their objects."""
    for record in world.of_type(RELEASE):
        if record.stack == stack:
            cluster = eks_cluster_of(record, world)
            version = text(cluster.inputs, "version") if isinstance(cluster, Record) else None
            yield installed(record, version or LATEST_VERSION, renderer())


def objects(world: World, stack: str, kind: str | None = None) -> list[Listed]:
    """List the objects of a stack, of one kind (in any case, singular or plural) or of all."""
    listed = [line for release in releases(world, stack) for line in _lines(release)]
    return sorted(line for line in listed if kind is None or _is_kind(line.kind, kind))


def of_store(store: Path, stack: str, kind: str | None = None) -> list[Listed]:
    """List the objects of a stack from a store's file; empty when there is none yet."""
    if not store.exists():
        return []
    keep_in(store.parent)
    with closing(Store(store)) as opened:
        return objects(Index(opened.records()), stack, kind)


def lines(listed: Iterable[Listed]) -> list[str]:
    """Lay a listing out in columns, one object a line whatever the terminal's width, so that it can be searched."""
    rows = [("NAMESPACE", "KIND", "NAME", "RELEASE", "DETAIL")]
    rows += [(line.namespace or "-", line.kind, line.name, line.release, line.detail) for line in listed]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _lines(release: Installed) -> Iterator[Listed]:
    inputs = release.inputs
    if not release.rendered:
        detail = f"{inputs.chart_name} {inputs.version}"
        yield Listed(inputs.namespace, f"({NOT_RENDERED})", "*", "", release.full_name, detail)
    for item in release.objects:
        if not item.is_dormant:
            yield Listed(item.namespace, item.kind, item.name, item.api_version, item.release, _detail(item))


def _detail(item: KubernetesObject) -> str:
    """Say the one thing a person looks for in a kind."""
    replicas, image = at(item.body, "spec.replicas"), _image(item)
    facts = [f"replicas {replicas}" if isinstance(replicas, int) else "", image, ", ".join(item.hooks)]
    for path in ("spec.schedule", "spec.refreshInterval", "spec.targetGroupARN"):
        facts.append(text(item.body, path) or "")
    return "  ".join(fact for fact in facts if fact)


def _image(item: KubernetesObject) -> str:
    images = [text(container, "image") for _, container in item.pods.containers()] if item.pods is not None else []
    return ", ".join(image for image in images if image)


def _is_kind(kind: str, asked: str) -> bool:
    wanted = asked.lower()
    return kind.lower() in (
        wanted,
        wanted.removesuffix("s"),
        wanted.removesuffix("es"),
        wanted.removesuffix("ies") + "y",
    )
