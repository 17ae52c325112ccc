"""Where a Kubernetes object keeps its pods, and their containers."""

from collections.abc import Iterator, Mapping
from typing import Final

from policies.view import UNKNOWN, Resource

_SPECS: Final[Mapping[str, str]] = {
    "Pod": "spec",
    "Deployment": "spec.template.spec",
    "StatefulSet": "spec.template.spec",
    "DaemonSet": "spec.template.spec",
    "Job": "spec.template.spec",
    "CronJob": "spec.jobTemplate.spec.template.spec",
}
WITH_PODS: Final = tuple(_SPECS)
LASTING: Final = ("Deployment", "StatefulSet")
"""Kinds whose pods answer requests for as long as they are there."""


def spec_of(found: Resource) -> str:
    """Give the path of the pods' spec."""
    return _SPECS[found.type]


def containers(found: Resource, *, started_first: bool = True) -> Iterator[tuple[str, str]]:
    """Yield path and name of every container, of those too that run first."""
    lists = ("initContainers", "containers") if started_first else ("containers",)
    for each in lists:
        for path in found.places(f"{spec_of(found)}.{each}"):
            yield path, str(found.value(f"{path}.name"))


def security(found: Resource, path: str, key: str) -> object:
    """Give a container's security setting, which stands before that of its pod."""
    own = found.value(f"{path}.securityContext.{key}")
    return own if found.has(f"{path}.securityContext.{key}") else found.value(f"{spec_of(found)}.securityContext.{key}")


def labels(found: Resource) -> Mapping[str, object] | None:
    """Give the labels of the pods, None while they are not known as a whole."""
    path = f"{spec_of(found).removesuffix('.spec')}.metadata.labels"
    return None if found.value(path) is UNKNOWN else found.properties_at(path)
