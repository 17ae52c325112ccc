"""Kubernetes objects that a program makes one by one, without a chart: judged by the API server's rules, and kept."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Outcome, Properties, Record, Value, World, at, digest, text
from offline_cloud.kubernetes.checks import restricted
from offline_cloud.kubernetes.cluster import Cluster, availability, of_plain
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic, mapping
from offline_cloud.kubernetes.validate import structure

AUTONAMED: Final = "pulumi.com/autonamed"
_SUFFIX: Final = 8
_FIXED: Final = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
# What the API server lets nobody change: the real provider replaces the object then.
# https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
_FIXED_BY_KIND: Final = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"),
    "Job": ("spec.selector", "spec.template", "spec.completions"),
    "Pod": ("spec",),
    "ConfigMap": ("data", "binaryData", "immutable"),
    "Secret": ("type", "stringData", "data", "immutable"),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.storageClassName", "spec.volumeName", "spec.selector"),
    "StorageClass": ("parameters", "provisioner"),
}
_ADDRESSED: Final = {"Service": "LoadBalancer", "Ingress": None}


def is_plain(type: str, inputs: Properties) -> bool:
    """Tell whether a resource is one object: it says of which kind, which charts and folders of files do not."""
    kind = inputs.get("kind")
    return isinstance(kind, str) and type.endswith(f":{kind}") and isinstance(inputs.get("apiVersion"), str)


def named(inputs: Properties, old: Properties, logical_name: str, seed: bytes) -> Properties:
    """Complete an object by a generated name, as the real provider does; one that was generated earlier is kept."""
    metadata = mapping(inputs, "metadata")
    if inputs.get("metadata") is UNKNOWN or metadata.get("name") is not None or metadata.get("generateName"):
        return inputs
    kept = text(old, "metadata.name") if is_autonamed(old) else None
    name = kept or f"{logical_name}-{hashlib.sha256(seed + logical_name.encode()).hexdigest()[:_SUFFIX]}"
    annotations = {**mapping(metadata, "annotations"), AUTONAMED: "true"}
    return {**inputs, "metadata": {**metadata, "name": name, "annotations": annotations}}


def is_autonamed(inputs: Properties) -> bool:
    """Tell whether an object bears a name that was generated, so that its successor can stand beside it."""
    return AUTONAMED in mapping(inputs, "metadata.annotations")


def replaces(kind: str, path: str) -> bool:
    """Tell whether a change at a path replaces an object of a kind."""
    fixed = (*_FIXED, *_FIXED_BY_KIND.get(kind, ()))
    return any(path == each or path.startswith(f"{each}.") for each in fixed)


def deploy(record: Record, cluster: Cluster, world: World, old: Record | None = None) -> Outcome:
    """Create or change an object; gives its outputs, or what the API server says against it."""
    item = of_plain(record)
    unavailable = availability(cluster.record, world) if item.pods is not None else None
    diagnostics = [unavailable] if unavailable is not None else []
    found = list(structure(item, [item], cluster)) or list(
        restricted.judged(item, restricted.levels(cluster.objects()))
    )
    diagnostics += [_diagnostic(diagnostic) for diagnostic in found if diagnostic.refused]
    diagnostics += _misplaced(item, cluster)
    if old is None:
        diagnostics += [
            Diagnostic("metadata.name", f"{item.subject} exists already", "give this object another name")
            for other in cluster.objects()
            if other.key == item.key and item.name
        ]
    if diagnostics:
        return Outcome(diagnostics=diagnostics)
    id = f"{item.namespace}/{item.name}" if item.namespace else item.name
    notes = [str(diagnostic) for diagnostic in found if not diagnostic.refused]
    return Outcome(id=old.id if old else id, outputs=_outputs(record, item), notes=notes)


def read(kind: str, id: str, record: Record, cluster: Cluster) -> Outcome:
    """Give an object that is in the cluster, such as one that a release brought."""
    namespace, _, name = id.rpartition("/")
    for item in cluster.objects():
        if (item.kind, item.namespace, item.name) == (kind, namespace, name):
            return Outcome(id=id, outputs={**item.body, **_outputs(replace(record, inputs=item.body), item)})
    here = (release for release in cluster.others if release.inputs.namespace == namespace and not release.rendered)
    unseen = next((release.full_name for release in here), None)
    if unseen is None:
        return Outcome()
    reason = f"{kind} {id} is not seen here: the chart of release {unseen} was not fetched"
    return Outcome(
        diagnostics=[Diagnostic("", reason, "fetch it (docs/how-to/run-another-program.md), or leave this out")]
    )


def _diagnostic(diagnostic: ObjectDiagnostic) -> Diagnostic:
    return Diagnostic(diagnostic.path, diagnostic.reason, diagnostic.fix)


def _misplaced(item: KubernetesObject, cluster: Cluster) -> Iterator[Diagnostic]:
    stated = at(item.body, "metadata.namespace")
    if item.namespace and stated is not UNKNOWN and item.namespace not in cluster.namespaces:
        reason = f"namespace {item.namespace!r} does not exist in cluster {cluster.name}"
        yield Diagnostic("metadata.namespace", reason, "create it first, and refer to it by its output")


def _outputs(record: Record, item: KubernetesObject) -> Properties:
    """Give what the cluster adds: what every object gets, and the addresses that programs wait for."""
    metadata = mapping(record.inputs, "metadata")
    added: Properties = {
        "metadata": {
            "creationTimestamp": "2026-11-01T00:00:00Z",
            "generation": 1,
            "resourceVersion": "1",
            "uid": _uid(record),
            **({"namespace": item.namespace} if item.namespace else {}),
            **metadata,
        }
    }
    spec = dict(mapping(record.inputs, "spec"))
    if item.kind == "Service" and spec.get("type") != "ExternalName":
        # 10.100.0.0/16 is what EKS gives to services: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
        address = f"10.100.{int(digest(record.seed, length=2), 16)}.{int(digest(record.urn, length=2), 16) or 1}"
        added["spec"] = {"type": "ClusterIP", "clusterIP": address, "clusterIPs": [address], **spec}
    if item.kind in _ADDRESSED and _ADDRESSED[item.kind] in (None, spec.get("type")):
        host = f"{digest(record.seed, 'host', length=32)}.{record.region}.elb.amazonaws.com"
        ingress: list[Value] = [{"hostname": host}]
        added["status"] = {"loadBalancer": {"ingress": ingress}}
    replicas = spec.get("replicas", 1)
    if item.kind in ("Deployment", "StatefulSet", "ReplicaSet"):
        counts = ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")
        added["status"] = dict.fromkeys(counts, replicas)
    return added


def _uid(record: Record) -> str:
    drawn = digest(record.seed, "uid", length=32)
    return "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))
