"""What every check is given: the objects of the release at hand, and the cluster they go into."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from offline_cloud.cloud.model import World
from offline_cloud.kubernetes.cluster import Cluster
from offline_cloud.kubernetes.inputs import ReleaseInputs
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic


@dataclass(frozen=True)
class Scene:
    """A release about to be installed or upgraded: its own objects, its cluster, and the cloud around it."""

    inputs: ReleaseInputs
    own: list[KubernetesObject]
    cluster: Cluster
    world: World

    @cached_property
    def everything(self) -> list[KubernetesObject]:
        """The objects of the whole cluster once the release is in."""
        return [*self.cluster.objects(), *self.own]

    def of_kind(self, *kinds: str) -> list[KubernetesObject]:
        """Give the release's own objects of some kinds."""
        return [item for item in self.own if item.kind in kinds]

    def exists(self, kind: str, namespace: str, name: str) -> bool:
        """Tell whether an object exists in the cluster or comes with the release."""
        return (kind, namespace, name) in self._names

    def names(self, kind: str, namespace: str) -> list[str]:
        """Give the names of a kind in a namespace, for hints."""
        return sorted(name for other, where, name in self._names if other == kind and where == namespace)

    @cached_property
    def _names(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((item.kind, item.namespace, item.name) for item in self.everything)

    def is_opaque(self, namespace: str) -> bool:
        """Tell whether a namespace may hold objects that cannot be seen here."""
        return namespace in self.cluster.opaque_namespaces or (
            namespace == self.inputs.namespace and self.inputs.is_opaque
        )

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that exist once the release is in."""
        own = {item.name for item in self.of_kind("Namespace")}
        created = {self.inputs.namespace} if self.inputs.creates_namespace else set[str]()
        return self.cluster.namespaces | own | created


Check: TypeAlias = Callable[[Scene], Iterable[ObjectDiagnostic]]
Diagnostics: TypeAlias = Iterator[ObjectDiagnostic]
