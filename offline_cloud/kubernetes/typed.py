"""Walks an object along its schema, so that a rule of a type holds wherever the type occurs.

A `Container` is one in a Deployment, a CronJob or a bare Pod; a `LabelSelector` is one in a dozen kinds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from offline_cloud.cloud.model import Properties, Value
from offline_cloud.kubernetes.objects import join

Schema: TypeAlias = Mapping[str, object]

_PREFIXES: Final = (
    "io.k8s.api.",
    "io.k8s.apimachinery.pkg.apis.",
    "io.k8s.apimachinery.pkg.api.resource.",
    "io.k8s.apimachinery.pkg.util.intstr.",
    "io.k8s.apiextensions-apiserver.pkg.apis.",
    "io.k8s.kube-aggregator.pkg.apis.",
)


_ALWAYS: Final = "spec"


@dataclass(frozen=True)
class Node:
    """One value of a named type: `core.v1.Container` at `spec.template.spec.containers[0]`."""

    type: str
    path: str
    value: Value

    @property
    def body(self) -> Properties:
        """The value's members; empty when it has none."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(frozen=True)
class Leaf:
    """One plain member of a type, with what the schema says of it."""

    type: str
    member: str
    path: str
    value: Value
    schema: Schema


def short(definition: str) -> str:
    """Give a definition's name without where its package lies: `core.v1.Container`."""
    for prefix in _PREFIXES:
        if definition.startswith(prefix):
            return definition[len(prefix) :]
    return definition


def kinds(definitions: Mapping[str, Schema]) -> dict[tuple[str, str], str]:
    """Give the definition of each kind that is served: (apiVersion, kind) → name."""
    found: dict[tuple[str, str], str] = {}
    for name, schema in definitions.items():
        for served in cast("list[dict[str, str]]", schema.get("x-kubernetes-group-version-kind", [])):
            version = "/".join(filter(None, (served["group"], served["version"])))
            found.setdefault((version, served["kind"]), name)
    return found


@dataclass(frozen=True)
class Walker:
    """Walks objects along a set of definitions."""

    definitions: Mapping[str, Schema]

    def walk(self, value: Value, definition: str, path: str = "") -> Iterator[Node | Leaf]:
        """Give every value of a named type, the outermost first, and every plain member."""
        schema = self.definitions.get(definition, {})
        name = short(definition)
        yield Node(name, path, value)
        members = cast("Mapping[str, Schema]", schema.get("properties", {}))
        if isinstance(value, dict) and _ALWAYS in members and _ALWAYS not in value:
            # Left out, it is as good as empty.
            yield from self._below({}, members[_ALWAYS], name, _ALWAYS, join(path, _ALWAYS))
        for member, below in value.items() if isinstance(value, dict) else ():
            if member in members:
                yield from self._below(below, members[member], name, member, join(path, member))

    def _below(self, value: Value, schema: Schema, owner: str, member: str, path: str) -> Iterator[Node | Leaf]:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield from self.walk(value, reference.rsplit("/", 1)[-1], path)
        elif isinstance(value, list) and "items" in schema:
            items = cast("Schema", schema["items"])
            for index, item in enumerate(value):
                yield from self._below(item, items, owner, member, f"{path}[{index}]")
        elif isinstance(value, dict) and isinstance(schema.get("additionalProperties"), dict):
            inner = cast("Schema", schema["additionalProperties"])
            for key, item in value.items():
                yield from self._below(item, inner, owner, member, at_key(path, key))
        elif not isinstance(value, dict | list):
            yield Leaf(owner, member, path, value, schema)


def at_key(path: str, key: str) -> str:
    """Write the path of a key, in brackets when it has dots or slashes."""
    return f"{path}.{key}" if key.replace("-", "").replace("_", "").isalnum() else f"{path}[{key!r}]"
