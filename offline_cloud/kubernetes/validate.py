"""Everything the API server and the controllers of a cluster say about the objects of a release."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from offline_cloud.cloud.model import World
from offline_cloud.kubernetes import definitions, rules, schema, served
from offline_cloud.kubernetes.checks import (
    controllers,
    image_policy,
    images,
    metadata,
    pods,
    postgresql,
    references,
    restricted,
    room,
    volumes,
    workloads,
)
from offline_cloud.kubernetes.checks.base import Check, Scene
from offline_cloud.kubernetes.cluster import CONTROLLERS, Cluster, brought_by
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic, join, mapping

_CHECKS: Final[Sequence[Check]] = (
    metadata.check,
    pods.check,
    workloads.check,
    references.check,
    restricted.check,
    controllers.check,
    volumes.check,
    room.check,
    postgresql.check,
    image_policy.check,
    images.check,
)


def validate(
    inputs: ReleaseInputs,
    own: Sequence[KubernetesObject],
    cluster: Cluster,
    world: World,
    before: Sequence[KubernetesObject] = (),
) -> list[ObjectDiagnostic]:
    """Check a release's objects; ``before`` are those of the revision that it upgrades."""
    brought = brought_by(inputs)
    found = [diagnostic for item in own for diagnostic in structure(item, own, cluster, brought)]
    # An object of the wrong shape would set off misleading complaints about what it refers to.
    misshapen = {diagnostic.subject for diagnostic in found if diagnostic.refused}
    real = [item for item in own if not item.is_test]
    scene = Scene(inputs, real, cluster, world)
    for check in _CHECKS:
        found += [
            diagnostic for diagnostic in check(scene) if diagnostic.subject not in misshapen or check is metadata.check
        ]
    found += [diagnostic for diagnostic in _changes(before, real, cluster) if diagnostic.subject not in misshapen]
    found += workloads.upgrade(list(before), real)
    found += postgresql.upgrade(before, real)
    return list(dict.fromkeys(found))


def structure(
    item: KubernetesObject, own: Sequence[KubernetesObject], cluster: Cluster, brought: Set[str] = frozenset()
) -> Iterable[ObjectDiagnostic]:
    """Validate one object against the schema of its kind, which has to be served by the cluster."""
    if not item.kind or not item.api_version:
        return [ObjectDiagnostic("an object of the chart", "", "has no apiVersion or no kind")]
    validator = schema.built_in(cluster.version, item.api_version, item.kind)
    if validator is None:
        return [*metadata.named(item), *_custom(item, own, cluster, brought)]
    shape = schema.diagnostics(item, validator)
    return [*metadata.named(item), *(shape or _judged(item, cluster.version))]


def _judged(item: KubernetesObject, version: str) -> list[ObjectDiagnostic]:
    definition = served.definition(version, item.api_version, item.kind)
    if definition is None:
        return []
    found = rules.faults(served.walker(version), definition, item.body)
    return [ObjectDiagnostic(item.subject, fault.path, fault.reason, fault.fix, fault.refused) for fault in found]


def _metadata(item: KubernetesObject, version: str) -> list[ObjectDiagnostic]:
    """Judge what a custom resource has in common with every other object."""
    found = rules.faults(served.walker(version), schema.METADATA, mapping(item.body, "metadata"))
    return [item.diagnostic(join("metadata", fault.path), fault.reason, fault.fix) for fault in found if fault.refused]


def _custom(
    item: KubernetesObject, own: Sequence[KubernetesObject], cluster: Cluster, brought: Set[str] = frozenset()
) -> Iterable[ObjectDiagnostic]:
    if "." not in item.group or item.group.endswith(".k8s.io") or item.group == "extensions":
        return [_not_served(item, cluster.version)]
    along = {str(found) for other in own if (found := _definition_group(other))}
    if item.group not in cluster.definition_groups | along | brought:
        return [_undefined(item)]
    common = schema.diagnostics(item, schema.metadata(cluster.version)) or _metadata(item, cluster.version)
    definition = _definition(item, own, cluster)
    if definition is not None:
        return [*common, *(definition.diagnostics(item) or _by_definition(item, definition))]
    others = definitions.versions(item.group, item.kind)
    if others:
        return [item.diagnostic("apiVersion", f"{item.api_version} is not served; served: {', '.join(others)}")]
    return [*common, item.note("", f"there is no schema of {item.api_version} here, so its fields were not checked")]


def _definition(
    item: KubernetesObject, own: Sequence[KubernetesObject], cluster: Cluster
) -> definitions.Definition | None:
    """Find an operator's definition, or one that a chart of the cluster brings."""
    known = definitions.find(item.api_version, item.kind)
    if known is not None:
        return known
    for other in (*own, *cluster.objects()):
        if other.kind == "CustomResourceDefinition":
            brought = definitions.from_body(other.body, item.api_version, item.kind)
            if brought is not None:
                return brought
    return None


def _by_definition(
    item: KubernetesObject, definition: definitions.Definition, old: KubernetesObject | None = None
) -> list[ObjectDiagnostic]:
    found = definition.faults(item.body, None if old is None else old.body)
    return [ObjectDiagnostic(item.subject, fault.path, fault.reason, fault.fix, fault.refused) for fault in found]


def _changes(
    before: Sequence[KubernetesObject], own: Sequence[KubernetesObject], cluster: Cluster
) -> Iterator[ObjectDiagnostic]:
    """Judge custom resources that are there already by what their definitions say of a change."""
    there = {item.key: item for item in before}
    for item in own:
        old, definition = there.get(item.key), _definition(item, own, cluster)
        if old is not None and definition is not None and old.api_version == item.api_version:
            yield from _by_definition(item, definition, old)


def _definition_group(item: KubernetesObject) -> str:
    spec = item.body.get("spec")
    group = spec.get("group") if isinstance(spec, dict) and item.kind == "CustomResourceDefinition" else None
    return group if isinstance(group, str) else ""


def _not_served(item: KubernetesObject, version: str) -> ObjectDiagnostic:
    served = ", ".join(schema.served(version, item.kind))
    reason = f"{item.api_version} is not served for {item.kind} by Kubernetes {version}"
    return item.diagnostic("apiVersion", reason, f"use {served}" if served else "correct the kind or the apiVersion")


def _undefined(item: KubernetesObject) -> ObjectDiagnostic:
    chart = CONTROLLERS.get(item.group)
    fix = f"install {chart} first, and make this release depend on it" if chart else "install its definition first"
    return item.diagnostic("", f"the cluster does not know {item.kind} of {item.api_version}", fix)
