"""Custom resources by their operators' own definitions: structural schemas, defaults, and rules in CEL.

`schemas/` is written from definitions as a real API server serves them, by `python -m tools.api_facts`. What a newer
version of an operator takes beside, and what its own webhook refuses, stands in `schemas/further.json`.
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final, TypeAlias, cast

from offline_cloud.cloud.model import Properties, Value, objects, text
from offline_cloud.kubernetes import expressions
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic, has_unknown, join, mapping
from offline_cloud.kubernetes.rules.base import Fault
from offline_cloud.kubernetes.schema import Validator, diagnostics, validator_of
from offline_cloud.kubernetes.typed import at_key

Schema: TypeAlias = Mapping[str, object]

FOLDER: Final = Path(__file__).parent / "schemas"
FURTHER: Final = FOLDER / "further.json"
_COMMON: Final = ("apiVersion", "kind", "metadata")
_OPEN: Final = "x-kubernetes-preserve-unknown-fields"
_BOUNDS: Final = (
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "required",
)
_IGNORING_CASE: Final = "(?i)"
_SHOWN: Final = 60


@dataclass(frozen=True)
class Definition:
    """One version of a custom resource."""

    api_version: str
    kind: str
    schema: Schema

    @cached_property
    def json_schema(self) -> dict[str, object]:
        """Its schema in JSON Schema's terms, with unknown fields refused."""
        closed = _closed(self.schema, whole=True)
        properties = cast("dict[str, object]", closed.setdefault("properties", {}))
        properties["apiVersion"], properties["kind"] = {"const": self.api_version}, {"const": self.kind}
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **closed}

    @cached_property
    def validator(self) -> Validator:
        """Its compiled schema."""
        return validator_of(self.json_schema)

    def defaulted(self, body: Properties) -> Properties:
        """Give an object with the defaults that the API server puts into it before it judges."""
        return cast("Properties", _defaulted(body, self.schema))

    def diagnostics(self, item: KubernetesObject) -> list[ObjectDiagnostic]:
        """Validate an object's form, with its defaults in it."""
        return diagnostics(replace(item, body=self.defaulted(item.body)), self.validator)

    def faults(self, body: Properties, old: Properties | None = None) -> Iterator[Fault]:
        """Judge a well-formed object by the definition's rules, those of a change too when the old one is given."""
        yield from _faults(self.defaulted(body), self.schema, "", None if old is None else self.defaulted(old))


@cache
def find(api_version: str, kind: str) -> Definition | None:
    """Give the definition of a custom resource, if it is known."""
    group, _, version = api_version.rpartition("/")
    stated = _stated(group, kind)
    place = cast("Mapping[str, int]", stated.get("versions", {})).get(version)
    if place is None:
        return None
    schema = cast("list[dict[str, object]]", stated["schemas"])[place]
    return Definition(api_version, kind, _merged(schema, further().get(f"{kind.lower()}.{group}", {})))


def validator(api_version: str, kind: str) -> Validator | None:
    """Give the compiled schema of a custom resource, if its definition is known."""
    found = find(api_version, kind)
    return None if found is None else found.validator


@cache
def versions(group: str, kind: str) -> tuple[str, ...]:
    """Give the API versions under which a kind of a group is served."""
    stated = cast("Mapping[str, int]", _stated(group, kind).get("versions", {}))
    return tuple(f"{group}/{version}" for version in stated)


@cache
def cluster_scoped() -> frozenset[tuple[str, str]]:
    """Give the kinds that belong to no namespace, each with its group."""
    return frozenset(
        (str(stated["group"]), str(stated["kind"]))
        for file in FOLDER.glob("*.*.json")
        if (stated := json.loads(file.read_text("utf-8")))["scope"] == "Cluster"
    )


def _stated(group: str, kind: str) -> Mapping[str, object]:
    file = FOLDER / f"{kind.lower()}.{group}.json"
    if "/" in kind or not file.is_file():
        return {}
    stated = cast("dict[str, object]", json.loads(file.read_text("utf-8")))
    return stated if stated["kind"] == kind else {}


@cache
def further() -> Mapping[str, Schema]:
    """Give what is added to definitions by hand: `<kind>.<group>` → a part of a schema."""
    return cast("dict[str, dict[str, Schema]]", json.loads(FURTHER.read_text("utf-8")))["schemas"]


def from_body(body: Properties, api_version: str, kind: str) -> Definition | None:
    """Read a definition that a chart brings along; None when it defines something else."""
    group, _, version = api_version.rpartition("/")
    if (text(body, "spec.group"), text(body, "spec.names.kind")) != (group, kind):
        return None
    for each in objects(body, "spec.versions"):
        schema = mapping(each, "schema.openAPIV3Schema")
        if text(each, "name") == version and schema and not has_unknown(schema):
            return Definition(api_version, kind, schema)
    return None


def _merged(schema: Schema, more: Schema) -> Schema:
    merged = dict(schema)
    for key, value in more.items():
        own = merged.get(key)
        if isinstance(own, dict) and isinstance(value, dict):
            merged[key] = _merged(cast("Schema", own), cast("Schema", value))
        elif isinstance(own, list) and isinstance(value, list):
            merged[key] = [*own, *(each for each in cast("list[object]", value) if each not in own)]
        else:
            merged[key] = value
    return merged


def _closed(schema: Schema, *, whole: bool = False, inner: bool = False) -> dict[str, object]:
    """Write a structural schema as JSON Schema; ``inner`` for parts of it that only say something more."""
    made: dict[str, object] = {key: schema[key] for key in _BOUNDS if key in schema}
    if "pattern" in made:
        made["pattern"] = scoped(str(made["pattern"]))
    if schema.get("x-kubernetes-int-or-string"):
        made["type"] = ["integer", "string"]
    elif "type" in schema:
        made["type"] = [schema["type"], "null"] if schema.get("nullable") else schema["type"]
    if schema.get("nullable") and "enum" in made:
        made["enum"] = [*cast("list[object]", made["enum"]), None]
    properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
    if properties:
        made["properties"] = {name: _closed(below, inner=inner) for name, below in properties.items()}
    if "items" in schema:
        made["items"] = _closed(cast("Schema", schema["items"]), inner=inner)
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            made[key] = [_closed(each, inner=True) for each in cast("list[Schema]", schema[key])]
    if "not" in schema:
        made["not"] = _closed(cast("Schema", schema["not"]), inner=True)
    if whole or schema.get("x-kubernetes-embedded-resource"):
        # What every object has is judged elsewhere, by the API server's own schema of it.
        own = cast("dict[str, object]", made.get("properties", {}))
        made["properties"] = {**own, **{name: {} for name in _COMMON}}
    if schema.get("type") == "object" and not inner:
        made |= _others(schema)
    return made


def scoped(pattern: str) -> str:
    """Write Go's `(?i)`, which holds to the end of its group wherever it stands, in Python's terms."""
    made, open_groups = "", [0]
    for part in re.split(r"(\\.|\(\?i\)|[()])", pattern):
        if part == _IGNORING_CASE:
            open_groups[-1] += 1
            made += "(?i:"
            continue
        if part == ")":
            made += ")" * open_groups.pop()
        elif part == "(":
            open_groups.append(0)
        made += part
    return made + ")" * open_groups[0]


def _others(schema: Schema) -> dict[str, object]:
    """What an object may hold beside its properties."""
    if isinstance(schema.get("additionalProperties"), dict):
        return {"additionalProperties": _closed(cast("Schema", schema["additionalProperties"]))}
    return {} if schema.get(_OPEN) or schema.get("additionalProperties") is True else {"additionalProperties": False}


def _defaulted(value: Value, schema: Schema) -> Value:
    if isinstance(value, dict):
        properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
        stated = {key: below["default"] for key, below in properties.items() if "default" in below and key not in value}
        filled: Properties = {**value, **cast("Properties", stated)}
        rest = _rest(schema)
        return {key: _defaulted(below, properties.get(key, rest)) for key, below in filled.items()}
    if isinstance(value, list) and "items" in schema:
        return [_defaulted(below, cast("Schema", schema["items"])) for below in value]
    return value


def _faults(value: Value, schema: Schema, path: str, old: Value) -> Iterator[Fault]:
    for stated in cast("list[Mapping[str, str]]", schema.get("x-kubernetes-validations", [])):
        yield from _judged(stated, value, path, old)
    if isinstance(value, dict):
        properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
        rest = _rest(schema)
        before = old if isinstance(old, dict) else {}
        for key, below in value.items():
            where = join(path, key) if key in properties else at_key(path, key)
            yield from _faults(below, properties.get(key, rest), where, before.get(key))
    elif isinstance(value, list) and "items" in schema:
        yield from _twice(value, schema, path)
        for index, below in enumerate(value):
            yield from _faults(below, cast("Schema", schema["items"]), f"{path}[{index}]", None)


def _rest(schema: Schema) -> Schema:
    """What an object's members are that have no name of their own."""
    other = schema.get("additionalProperties")
    nothing: Schema = {}
    return cast("Schema", other) if isinstance(other, dict) else nothing


def _judged(stated: Mapping[str, str], value: Value, path: str, old: Value) -> Iterator[Fault]:
    """Apply one rule; a rule of a change says nothing of an object that is new."""
    rule = stated["rule"]
    changes = "oldSelf" in rule
    if has_unknown(value) or (changes and (old is None or has_unknown(old) or "optionalOldSelf" in stated)):
        return
    try:
        holds = expressions.holds(rule, value, old if changes else None)
    except expressions.NotJudgedError as error:
        yield Fault(path, str(error), "apply it to a real cluster to be sure", refused=False)
        return
    if not holds:
        yield Fault(path, f"{_shown(value)}: {stated.get('message') or f'does not hold: {rule}'}")


def _shown(value: Value) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"


def _twice(value: list[Value], schema: Schema, path: str) -> Iterator[Fault]:
    """Sets and maps in lists hold each entry once."""
    kind = schema.get("x-kubernetes-list-type")
    if kind not in ("set", "map") or has_unknown(value):
        return
    keys = cast("list[str]", schema.get("x-kubernetes-list-map-keys", []))
    seen: list[object] = []
    for index, item in enumerate(value):
        entry: object = [item.get(key) for key in keys] if kind == "map" and isinstance(item, dict) else item
        if entry in seen:
            yield Fault(f"{path}[{index}]", f"{json.dumps(entry)} stands twice", "keep one")
        seen.append(entry)
