"""Volumes of pods, claims, and the volumes and classes behind them.

https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

import re
from typing import Final

from offline_cloud.cloud.model import UNKNOWN, Properties, Value, at, items, known, objects, text
from offline_cloud.kubernetes.objects import has_unknown, mapping
from offline_cloud.kubernetes.quantity import quantity
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.containers import not_negative, resource_field
from offline_cloud.kubernetes.rules.metadata import (
    at_least,
    exactly_one,
    formed,
    needed,
    one_of,
    unique,
)
from offline_cloud.kubernetes.typed import Node

_FILES: Final = re.compile(
    r"metadata\.(name|namespace|uid|labels|annotations)|metadata\.(labels|annotations)\['[^']+'\]"
)
_HIGHEST_MODE: Final = 0o777
_SHORTEST_TOKEN, _LONGEST_TOKEN = 600, 2**32
_PARAMETERS, _PARAMETERS_LENGTH = 512, 256 * 1024
_BESIDE_A_SOURCE: Final = (
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
)


@rule("core.v1.Volume")
def volume(node: Node) -> Faults:
    """A name, and one source."""
    yield from needed(node, "name")
    yield from formed("name", text(node.body, "name") or None, forms.label)
    yield from _one_source(node, ("name",))


def _one_source(node: Node, beside: tuple[str, ...]) -> Faults:
    found = [member for member, value in node.body.items() if value is not None and member not in beside]
    if len(found) > 1:
        yield Fault("", f"has several sources: {', '.join(found)}", "keep one")
    if not found and beside != ("name",):
        yield Fault("", "has no source", "state one, such as csi")


@rule("core.v1.EmptyDirVolumeSource")
def empty(node: Node) -> Faults:
    """A folder that goes with its pod."""
    medium = text(node.body, "medium")
    if medium and medium != "Memory" and not medium.startswith("HugePages"):
        reason = f"{medium!r} is taken by the API server, and no kubelet knows it; known: Memory, HugePages-<size>"
        yield Fault("medium", reason, refused=False)
    yield from not_negative("sizeLimit", node.body.get("sizeLimit"))


@rule("core.v1.HostPathVolumeSource")
def host_path(node: Node) -> Faults:
    """A path of the node."""
    yield from needed(node, "path")
    if ".." in (text(node.body, "path") or "").split("/"):
        yield Fault("path", f"{node.body['path']!r} has '..' in it", "state the path without it")


@rule("core.v1.SecretVolumeSource")
def secret(node: Node) -> Faults:
    """A Secret's keys as files."""
    yield from needed(node, "secretName")
    yield from at_least("defaultMode", node.body.get("defaultMode"), 0, _HIGHEST_MODE)


@rule("core.v1.ConfigMapVolumeSource")
def configuration(node: Node) -> Faults:
    """A ConfigMap's keys as files."""
    yield from needed(node, "name")
    yield from at_least("defaultMode", node.body.get("defaultMode"), 0, _HIGHEST_MODE)


@rule("core.v1.KeyToPath")
def file(node: Node) -> Faults:
    """The file that a key becomes."""
    yield from needed(node, "key", "path")
    yield from formed("path", text(node.body, "path"), forms.relative)
    yield from at_least("mode", node.body.get("mode"), 0, _HIGHEST_MODE)


@rule("core.v1.DownwardAPIVolumeFile")
def downward(node: Node) -> Faults:
    """A file that holds one of the pod's own fields."""
    yield from exactly_one(node, "a file's source", "fieldRef", "resourceFieldRef")
    yield from needed(node, "path")
    yield from formed("path", text(node.body, "path"), forms.relative)
    field = text(node.body, "fieldRef.fieldPath")
    if field is not None and not _FILES.fullmatch(field):
        allowed = "metadata.name, .namespace, .uid, .labels, .annotations"
        yield Fault("fieldRef.fieldPath", f"{field!r} is not offered to a file; allowed: {allowed}")
    yield from resource_field(node.body)


@rule("core.v1.ProjectedVolumeSource")
def projected(node: Node) -> Faults:
    """Several sources in one folder."""
    yield from at_least("defaultMode", node.body.get("defaultMode"), 0, _HIGHEST_MODE)


@rule("core.v1.VolumeProjection")
def projection(node: Node) -> Faults:
    """One of the sources."""
    found = [member for member, value in node.body.items() if value is not None]
    if len(found) > 1:
        yield Fault("", f"has several sources: {', '.join(found)}", "make them one entry each")
    for member in ("configMap", "secret"):
        if member in found and at(node.body, f"{member}.name") in (None, ""):
            yield Fault(f"{member}.name", "is needed and missing")


@rule("core.v1.ServiceAccountTokenProjection")
def token(node: Node) -> Faults:
    """A token that is renewed before it expires."""
    yield from needed(node, "path")
    yield from formed("path", text(node.body, "path"), forms.relative)
    yield from at_least("expirationSeconds", node.body.get("expirationSeconds"), _SHORTEST_TOKEN, _LONGEST_TOKEN)


@rule("core.v1.PersistentVolumeClaimVolumeSource")
def claimed(node: Node) -> Faults:
    """A claim by its name."""
    yield from needed(node, "claimName")


@rule("core.v1.NFSVolumeSource")
def share(node: Node) -> Faults:
    """A folder of a file server."""
    yield from needed(node, "server", "path")
    path = text(node.body, "path")
    if path and not path.startswith("/"):
        yield Fault("path", f"{path!r} is not an absolute path")


@rule("core.v1.EphemeralVolumeSource")
def ephemeral(node: Node) -> Faults:
    """A claim that goes with its pod."""
    yield from needed(node, "volumeClaimTemplate")


@rule("core.v1.PersistentVolumeClaimSpec")
def claim(node: Node) -> Faults:
    """Access modes and a size."""
    yield from needed(node, "accessModes")
    yield from access(node)
    yield from formed("storageClassName", text(node.body, "storageClassName") or None, forms.subdomain)
    size = at(node.body, "resources.requests.storage")
    if size is None and not _unknown(node, "resources.requests"):
        yield Fault("resources.requests.storage", "a claim needs a size")
    measure = quantity(size)
    if measure is not None and measure <= 0:
        yield Fault("resources.requests.storage", f"{size} is not allowed; allowed: above 0")
    # What a dataSource lacks drops it; a dataSourceRef is judged.
    source = mapping(node.body, "dataSourceRef")
    if source and not source.get("apiGroup") and text(source, "kind") not in (None, "PersistentVolumeClaim"):
        yield Fault("dataSourceRef.apiGroup", "without a group the kind has to be PersistentVolumeClaim")


def _unknown(node: Node, path: str) -> bool:
    parts = path.split(".")
    return any(at(node.body, ".".join(parts[:end])) is UNKNOWN for end in range(1, len(parts) + 1))


def access(node: Node) -> Faults:
    """Who may mount a volume, and how it is offered."""
    stated = items(node.body, "accessModes")
    if "ReadWriteOncePod" in stated and len(stated) > 1:
        yield Fault("accessModes", "ReadWriteOncePod goes with no other mode", "state it alone")


@rule("core.v1.PersistentVolumeSpec")
def persistent(node: Node) -> Faults:
    """A volume of the cluster: what it is, how large, and who may mount it."""
    yield from needed(node, "accessModes", "capacity")
    yield from access(node)
    yield from _one_source(node, _BESIDE_A_SOURCE)
    size = at(node.body, "capacity.storage")
    measure = quantity(size)
    if measure is not None and measure <= 0:
        yield Fault("capacity.storage", f"{size} is not allowed; allowed: above 0")
    for resource in mapping(node.body, "capacity"):
        yield from one_of(f"capacity.{resource}", resource, ("storage",))
    yield from formed("storageClassName", text(node.body, "storageClassName") or None, forms.subdomain)
    if node.body.get("nodeAffinity") is not None and at(node.body, "nodeAffinity.required") is None:
        yield Fault("nodeAffinity.required", "is needed and missing")
    if node.body.get("local") is not None and node.body.get("nodeAffinity") is None:
        yield Fault("nodeAffinity", "a local volume has to say which node it is on")


@rule("core.v1.CSIPersistentVolumeSource")
def driver(node: Node) -> Faults:
    """A volume by its driver's own name for it."""
    yield from needed(node, "driver", "volumeHandle")
    yield from formed("driver", (text(node.body, "driver") or "").lower() or None, forms.subdomain)


@rule("core.v1.LocalVolumeSource")
def local(node: Node) -> Faults:
    """A folder or a disk of one node."""
    yield from needed(node, "path")


@rule("storage.v1.StorageClass")
def storage_class(node: Node) -> Faults:
    """How volumes are made.

    https://kubernetes.io/docs/concepts/storage/storage-classes/
    """
    body = node.body
    yield from needed(node, "provisioner")
    yield from formed("provisioner", (text(body, "provisioner") or "").lower() or None, forms.qualified)
    yield from one_of("reclaimPolicy", body.get("reclaimPolicy") or None, ("Retain", "Delete"))
    parameters = mapping(body, "parameters")
    if "" in parameters:
        yield Fault("parameters", "a parameter has no name")
    if len(parameters) > _PARAMETERS or _length(parameters) > _PARAMETERS_LENGTH:
        yield Fault("parameters", f"too many; allowed: {_PARAMETERS}, of {_PARAMETERS_LENGTH} bytes together")
    yield from _topologies(body)


def _topologies(body: Properties) -> Faults:
    terms = objects(body, "allowedTopologies")
    written = [None if has_unknown(term) else repr(items(term, "matchLabelExpressions")) for term in terms]
    yield from unique("allowedTopologies", "term", written, "")
    for index, term in enumerate(terms):
        path = f"allowedTopologies[{index}].matchLabelExpressions"
        expressions = objects(term, "matchLabelExpressions")
        yield from unique(path, "key", [at(each, "key") for each in expressions], "key")
        if not expressions and known(term.get("matchLabelExpressions", "")):
            yield Fault(path, "at least one expression is needed")
        for place, each in enumerate(expressions):
            yield from formed(f"{path}[{place}].key", text(each, "key"), forms.qualified)
            yield from unique(f"{path}[{place}].values", "value", items(each, "values"), "")
            if known(each.get("values", "")) and not each.get("values"):
                yield Fault(f"{path}[{place}].values", "at least one value is needed")


def _length(parameters: dict[str, Value]) -> int:
    return sum(len(key) + len(value) for key, value in parameters.items() if isinstance(value, str))
