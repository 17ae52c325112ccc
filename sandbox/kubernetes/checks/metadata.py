"""Names, labels, annotations, namespaces and ownership."""

import re
from typing import Final

from sandbox.cloud.model import Value, at
from sandbox.kubernetes.checks.base import Problems, Scene
from sandbox.kubernetes.objects import KubernetesObject, mapping

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and …/labels/
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SERVICE: Final = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_KEY_NAME: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_SUBDOMAIN_LIMIT: Final = 253
_LABEL_LIMIT: Final = 63
_CRON_JOB_LIMIT: Final = 52
"""A CronJob's Jobs append 11 characters to its name."""
_ANNOTATIONS_LIMIT: Final = 256 * 1024
_LABEL_NAMED: Final = frozenset({"Namespace", "Service"})
_PATH_NAMED: Final = frozenset({"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"})
_METADATA: Final = frozenset(
    {"name", "namespace", "labels", "annotations", "finalizers", "ownerReferences", "creationTimestamp", "generateName"}
)


def check(scene: Scene) -> Problems:
    """Check what every object carries."""
    seen: set[tuple[str, str, str, str]] = set()
    taken = {item.key: item.release for item in scene.cluster.objects()}
    for item in scene.own:
        yield from _name(item)
        yield from _labels(item)
        yield from _fields(item)
        if item.key in seen:
            yield item.problem("metadata.name", "the chart renders this object twice", "give one of them another name")
        elif item.key in taken:
            yield item.problem(
                "metadata.name",
                f"exists already and belongs to release {taken[item.key]}",
                "Helm does not take it over: give one of them another name or namespace",
            )
        seen.add(item.key)
        if item.namespace and item.namespace not in scene.namespaces:
            yield item.problem(
                "metadata.namespace",
                f"namespace {item.namespace!r} does not exist",
                "set createNamespace on the release that comes first, or depend on it",
            )


def _name(item: KubernetesObject) -> Problems:
    name = item.name
    if not name:
        if at(item.body, "metadata.name") is None:
            yield item.problem("metadata.name", "an object needs a name")
        return
    if item.kind in _PATH_NAMED:
        return
    limit = _LABEL_LIMIT if item.kind in _LABEL_NAMED else _SUBDOMAIN_LIMIT
    limit = _CRON_JOB_LIMIT if item.kind == "CronJob" else limit
    pattern = _SERVICE if item.kind == "Service" else _LABEL if item.kind == "Namespace" else _SUBDOMAIN
    if len(name) > limit:
        yield item.problem("metadata.name", f"{len(name)} characters; a {item.kind}'s name has at most {limit}")
    if not pattern.fullmatch(name):
        yield item.problem(
            "metadata.name", f"{name!r} is not a valid name", "use lower-case letters, digits and hyphens between them"
        )


def _fields(item: KubernetesObject) -> Problems:
    for field in mapping(item.body, "metadata"):
        if field not in _METADATA:
            yield item.problem(f"metadata.{field}", "no such field, or one that only the API server sets")


def _labels(item: KubernetesObject) -> Problems:
    places = [("metadata", item.body)]
    if item.pods is not None and item.pods.path:
        places.append((f"{item.pods.path}.metadata", item.pods.body))
    for path, body in places:
        for key, value in mapping(body, "metadata.labels").items():
            yield from _key(item, f"{path}.labels", key)
            yield from _label_value(item, f"{path}.labels[{key!r}]", value)
        annotations = mapping(body, "metadata.annotations")
        for key, value in annotations.items():
            yield from _key(item, f"{path}.annotations", key)
            if value is not None and isinstance(value, bool | int | float | list | dict):
                yield item.problem(f"{path}.annotations[{key!r}]", f"{value!r} is not a string", "quote it")
        size = sum(len(key) + len(value) for key, value in annotations.items() if isinstance(value, str))
        if size > _ANNOTATIONS_LIMIT:
            yield item.problem(f"{path}.annotations", f"{size} bytes; annotations have at most {_ANNOTATIONS_LIMIT}")


def _key(item: KubernetesObject, path: str, key: str) -> Problems:
    prefix, slash, name = key.rpartition("/")
    valid_prefix = not slash or (len(prefix) <= _SUBDOMAIN_LIMIT and _SUBDOMAIN.fullmatch(prefix))
    if not valid_prefix or len(name) > _LABEL_LIMIT or not _KEY_NAME.fullmatch(name):
        yield item.problem(
            path, f"{key!r} is not a valid key", f"an optional domain, a slash, ≤ {_LABEL_LIMIT} characters"
        )


def _label_value(item: KubernetesObject, path: str, value: Value) -> Problems:
    if isinstance(value, bool | int | float | list | dict):
        yield item.problem(path, f"{value!r} is not a string", "quote it")
    elif isinstance(value, str) and (len(value) > _LABEL_LIMIT or (value and not _KEY_NAME.fullmatch(value))):
        allowed = (
            f"at most {_LABEL_LIMIT} letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"
        )
        yield item.problem(path, f"{value!r} is not a valid label value", allowed)
