"""What pods and claims refer to by name, and whether it is there in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from offline_cloud.cloud.model import Properties, flag, objects, text
from offline_cloud.kubernetes.checks.base import Diagnostics, Scene
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic, PodTemplate, mapping, strings

_PRIORITIES: Final = frozenset({"system-cluster-critical", "system-node-critical"})
_STORAGE_CLASSES: Final = frozenset({"gp2"})
"""EKS makes this one itself."""
_WRITERS: Final = ("ExternalSecret", "Certificate")
"""What writes Secrets."""
_CERTIFICATE_KEYS: Final = ("tls.crt", "tls.key", "ca.crt")
_BEFORE: Final = {"pre-install": True, "pre-upgrade": False}
"""Hooks that run ahead of the release's objects; True when these do not exist at all at that point."""


@dataclass(frozen=True)
class Reference:
    """A name that a pod refers to, with the place it stands at."""

    path: str
    kind: str
    name: str
    key: str | None = None


def check(scene: Scene) -> Diagnostics:
    """Check what the release's objects refer to."""
    for item in scene.own:
        if item.pods is not None:
            yield from _pods(item, item.pods, scene)
        if item.kind == "PersistentVolumeClaim":
            yield from _storage_class(item, "spec.storageClassName", item.body, scene)
        if item.kind == "StatefulSet":
            for index, claim in enumerate(objects(item.body, "spec.volumeClaimTemplates")):
                yield from _storage_class(
                    item, f"spec.volumeClaimTemplates[{index}].spec.storageClassName", claim, scene
                )
        if item.kind in ("RoleBinding", "ClusterRoleBinding"):
            yield from _binding(item, scene)


def _pods(item: KubernetesObject, pods: PodTemplate, scene: Scene) -> Diagnostics:
    priority = text(pods.spec, "priorityClassName")
    if priority and priority not in _PRIORITIES and not scene.exists("PriorityClass", "", priority):
        yield item.diagnostic(f"{pods.spec_path}.priorityClassName", f"no PriorityClass {priority!r} in the cluster")
    for reference in references(pods):
        found = providers(reference, item.namespace, scene)
        if not found:
            if not scene.is_opaque(item.namespace) and not _made_while_it_runs(reference, scene):
                yield _missing(item, reference, scene)
            continue
        yield from _key(item, reference, found)
        yield from _in_time(item, reference, found)


def _made_while_it_runs(reference: Reference, scene: Scene) -> bool:
    """Tell whether an upstream chart may make what it refers to itself, such as the certificate of its webhook.

    What the release's values name is the platform's to make, and has to be there.
    """
    if not scene.inputs.is_upstream or reference.kind not in ("ConfigMap", "Secret"):
        return False
    return all(found != reference.name for _, found in strings(scene.inputs.values))


def references(pods: PodTemplate) -> Iterator[Reference]:
    """Give every ServiceAccount, ConfigMap, Secret and claim that pods need to start."""
    account = text(pods.spec, "serviceAccountName")
    if account is not None and account != "default":
        yield Reference(f"{pods.spec_path}.serviceAccountName", "ServiceAccount", account)
    for index, volume in enumerate(objects(pods.spec, "volumes")):
        yield from _volume(f"{pods.spec_path}.volumes[{index}]", volume)
    for path, container in pods.containers():
        for index, source in enumerate(objects(container, "envFrom")):
            for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                yield from _named(f"{path}.envFrom[{index}].{field}", kind, mapping(source, field))
        for index, variable in enumerate(objects(container, "env")):
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                where = f"{path}.env[{index}].valueFrom.{field}"
                yield from _named(where, kind, mapping(variable, f"valueFrom.{field}"))


def _volume(path: str, volume: Properties) -> Iterator[Reference]:
    yield from _named(f"{path}.configMap", "ConfigMap", mapping(volume, "configMap"))
    yield from _named(f"{path}.secret", "Secret", mapping(volume, "secret"), field="secretName")
    claim = text(volume, "persistentVolumeClaim.claimName")
    if claim is not None:
        yield Reference(f"{path}.persistentVolumeClaim.claimName", "PersistentVolumeClaim", claim)
    for index, source in enumerate(objects(volume, "projected.sources")):
        yield from _named(f"{path}.projected.sources[{index}].configMap", "ConfigMap", mapping(source, "configMap"))
        yield from _named(f"{path}.projected.sources[{index}].secret", "Secret", mapping(source, "secret"))


def _named(path: str, kind: str, body: Properties, field: str = "name") -> Iterator[Reference]:
    name = text(body, field)
    if name is None or flag(body, "optional") is True:
        return
    keys = [key for entry in objects(body, "items") if (key := text(entry, "key")) is not None]
    single = text(body, "key")
    for key in [*keys, *([single] if single is not None else [])] or [None]:
        yield Reference(path, kind, name, key)


def providers(reference: Reference, namespace: str, scene: Scene) -> list[KubernetesObject]:
    """Give what makes the object that is referred to: itself, or what writes a Secret of that name."""
    found = [
        item
        for item in scene.everything
        if (item.kind, item.namespace, item.name) == (reference.kind, namespace, reference.name)
    ]
    if reference.kind == "Secret":
        found += [
            item
            for item in scene.everything
            if item.kind in _WRITERS and item.namespace == namespace and target_name(item) == reference.name
        ]
    if reference.kind == "ConfigMap" and reference.name == "kube-root-ca.crt":
        found += scene.own[:1]
    return found


def target_name(item: KubernetesObject) -> str:
    """Give the name of the Secret that an ExternalSecret or a Certificate writes."""
    if item.kind == "Certificate":
        return text(item.body, "spec.secretName") or ""
    return text(item.body, "spec.target.name") or item.name


def _missing(item: KubernetesObject, reference: Reference, scene: Scene) -> ObjectDiagnostic:
    names = scene.names(reference.kind, item.namespace)
    if reference.kind == "Secret":
        names += [
            target_name(other)
            for other in scene.everything
            if other.kind in _WRITERS and other.namespace == item.namespace
        ]
    return item.diagnostic(
        reference.path,
        f"no {reference.kind} {reference.name!r} in namespace {item.namespace}; there: {', '.join(names) or 'none'}",
        "create it first, or mark it optional" if reference.kind in ("Secret", "ConfigMap") else "create it first",
    )


def _keys(item: KubernetesObject) -> set[str] | None:
    """Give the keys an object holds; None when they cannot be told."""
    if item.kind == "ExternalSecret":
        if objects(item.body, "spec.dataFrom") or text(item.body, "spec.target.creationPolicy") == "Merge":
            return None
        templated = mapping(item.body, "spec.target.template.data")
        own = {key for entry in objects(item.body, "spec.data") if (key := text(entry, "secretKey")) is not None}
        merges = text(item.body, "spec.target.template.mergePolicy") == "Merge"
        if objects(item.body, "spec.target.template.templateFrom"):
            return None
        return (set(templated) | own if merges else set(templated)) if templated else own
    if item.kind == "Certificate":
        return set(_CERTIFICATE_KEYS)
    if item.kind in ("ConfigMap", "Secret"):
        return {*mapping(item.body, "data"), *mapping(item.body, "binaryData"), *mapping(item.body, "stringData")}
    return None


def _key(item: KubernetesObject, reference: Reference, found: list[KubernetesObject]) -> Diagnostics:
    if reference.key is None:
        return
    held = [_keys(provider) for provider in found]
    if all(keys is not None and reference.key not in keys for keys in held):
        there = ", ".join(sorted({key for keys in held for key in keys or ()})) or "none"
        yield item.diagnostic(
            reference.path, f"{reference.kind} {reference.name!r} has no key {reference.key!r}; it has: {there}"
        )


def _in_time(item: KubernetesObject, reference: Reference, found: list[KubernetesObject]) -> Diagnostics:
    """Refuse a pre-install hook that waits for what Helm creates only after its hooks: the install would time out."""
    early = [hook for hook in item.hooks if _BEFORE.get(hook)]
    if not early or any(provider.release != item.release for provider in found):
        return
    if any(set(early) <= set(provider.hooks) and provider.hook_weight <= item.hook_weight for provider in found):
        return
    late = found[0]
    reason = (
        f"this {early[0]} hook needs {late.subject}, which Helm creates only afterwards, so the install would time out"
    )
    fix = f"make {late.kind} {late.name!r} a {early[0]} hook of a lower weight, or install it by an earlier release"
    yield item.diagnostic(reference.path, reason, fix)


def _storage_class(item: KubernetesObject, path: str, claim: Properties, scene: Scene) -> Diagnostics:
    name = text(claim, "spec.storageClassName")
    if name and name not in _STORAGE_CLASSES and not scene.exists("StorageClass", "", name):
        there = ", ".join(sorted({*_STORAGE_CLASSES, *scene.names("StorageClass", "")}))
        yield item.diagnostic(path, f"no StorageClass {name!r} in the cluster; there: {there}")


def _binding(item: KubernetesObject, scene: Scene) -> Diagnostics:
    kind, name = text(item.body, "roleRef.kind"), text(item.body, "roleRef.name")
    namespace = item.namespace if kind == "Role" else ""
    if (
        kind == "Role"
        and name is not None
        and not scene.exists(kind, namespace, name)
        and not scene.is_opaque(namespace)
    ):
        yield item.diagnostic("roleRef.name", f"no Role {name!r} in namespace {namespace}")
    for index, subject in enumerate(objects(item.body, "subjects")):
        where = text(subject, "namespace") or item.namespace
        account = text(subject, "name")
        if text(subject, "kind") != "ServiceAccount" or account in (None, "default") or not where:
            continue
        if not scene.exists("ServiceAccount", where, str(account)) and not scene.is_opaque(where):
            yield item.note(f"subjects[{index}]", f"no ServiceAccount {account!r} in namespace {where}")
