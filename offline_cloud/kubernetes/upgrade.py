"""What a newer control plane no longer serves of that which is installed.

An upgrade of the cluster changes no release, so nothing else would look at them; afterwards Helm can neither upgrade
nor remove a release whose last manifest has an API that is gone (https://helm.sh/docs/topics/kubernetes_apis/).
"""

from collections.abc import Iterator

from offline_cloud.cloud.model import Diagnostic, Record, World, text
from offline_cloud.kubernetes import schema
from offline_cloud.kubernetes.cluster import CLUSTER, eks_cluster_of, installed, of_plain
from offline_cloud.kubernetes.inputs import RELEASE
from offline_cloud.kubernetes.objects import KubernetesObject
from offline_cloud.kubernetes.render import Renderer

GUIDE = "https://kubernetes.io/docs/reference/using-api/deprecation-guide/"


def refused(old: Record, new: Record, world: World, renderer: Renderer) -> list[Diagnostic]:
    """Refuse another version of a cluster that does not serve what is in it; nothing for all other changes."""
    before, after = text(old.inputs, "version"), text(new.inputs, "version")
    if new.type != CLUSTER or before is None or after is None or before == after:
        return []
    gone = {
        (item.api_version, item.kind, item.release or "the program"): item
        for item in _objects(old, before, world, renderer)
        if _is_served(item, before) and not _is_served(item, after)
    }
    return [_diagnostic(item, after) for _, item in sorted(gone.items())]


def _objects(cluster: Record, version: str, world: World, renderer: Renderer) -> Iterator[KubernetesObject]:
    for record in world.all():
        if not record.type.startswith("kubernetes:") or eks_cluster_of(record, world) != cluster:
            continue
        if record.type == RELEASE:
            yield from installed(record, version, renderer).objects
        else:
            yield of_plain(record)


def _is_served(item: KubernetesObject, version: str) -> bool:
    return item.api_version in schema.served(version, item.kind)


def _diagnostic(item: KubernetesObject, version: str) -> Diagnostic:
    others = ", ".join(schema.served(version, item.kind))
    whose = f"release {item.release}" if item.release else "the program"
    reason = f"Kubernetes {version} does not serve {item.api_version} of {item.kind} any more: {whose} has {item.name}"
    fix = f"move it to {others} and run up" if others else "replace it and run up"
    return Diagnostic("version", reason, f"{fix}, before the cluster's version ({GUIDE})")
