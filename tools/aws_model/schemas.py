"""CloudFormation's resource schemas, as the ``cfn-lint`` package carries them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, cast

from tools.aws_model.facts import Facts, Kind, Node, Pattern

_REGION: Final = "us-east-1"
_KINDS: Final[Mapping[str, Kind]] = {
    "string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list",
    "object": "object",
}  # fmt: skip
_NUMBERS: Final = ("integer", "number")
_LISTED: Final = ("string", *_NUMBERS)


@dataclass(frozen=True)
class Schema:
    """One resource type of CloudFormation.

    ``fixed`` are the property paths whose change replaces a resource, ``conditional`` those that may.
    """

    name: str
    root: Node
    fixed: tuple[tuple[str, ...], ...]
    conditional: tuple[tuple[str, ...], ...]


@cache
def _places() -> Mapping[str, str]:
    text = resources.files("cfnlint.data.schemas.providers").joinpath(f"{_REGION}.json").read_text("utf-8")
    return cast("Mapping[str, str]", json.loads(text))


@cache
def names() -> Mapping[str, tuple[str, ...]]:
    """Give the types of each service, by the service's name in lower case."""
    found: dict[str, list[str]] = {}
    for name in _places():
        found.setdefault(name.split("::")[1].lower(), []).append(name)
    return {service: tuple(sorted(types)) for service, types in found.items()}


@cache
def schema(name: str) -> Schema:
    """Read a type such as ``AWS::RDS::DBInstance``; raises ``ValueError`` when there is none."""
    place = _places().get(name)
    if place is None:
        raise ValueError(f"CloudFormation has no type {name}")
    text = resources.files("cfnlint.data.schemas.resources").joinpath(f"{place}.json").read_text("utf-8")
    document = cast("dict[str, Any]", json.loads(text))
    return Schema(
        name,
        _node(document, {"type": "object", "properties": document["properties"]}, ""),
        _paths(document.get("createOnlyProperties", ())),
        _paths(document.get("conditionalCreateOnlyProperties", ())),
    )


def _paths(pointers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part for part in pointer.split("/")[2:] if part != "*") for pointer in pointers)


def extensions(name: str) -> dict[str, Any]:
    """Give cfn-lint's further rules for a type, by their file's name without its ending."""
    folder = resources.files("cfnlint.data.schemas.extensions").joinpath(name.lower().replace("::", "_"))
    if not folder.is_dir():
        return {}
    return {
        file.name.removesuffix(".json"): json.loads(file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".json")
    }


def _node(document: Mapping[str, Any], schema: Mapping[str, Any], text: str, depth: int = 0) -> Node:
    while "$ref" in schema and depth < _DEEPEST:
        text = text or schema.get("description", "")
        schema = _resolved(document, schema["$ref"])
        depth += 1
    stated = schema.get("type")
    kind: Kind = _KINDS.get(stated, "any") if isinstance(stated, str) else "any"
    if kind == "object" and "properties" not in schema and schema.get("patternProperties"):
        kind = "map"
    return Node(
        kind,
        _facts(schema, kind),
        text or schema.get("description", ""),
        members=lambda: {
            key: _node(document, inner, inner.get("description", ""))
            for key, inner in schema.get("properties", {}).items()
        },
        item=lambda: _item(document, schema),
    )


_DEEPEST: Final = 8


def _item(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Node | None:
    inner: Any = schema.get("items") or next(iter(schema.get("patternProperties", {}).values()), None)
    if not isinstance(inner, dict):
        return None
    stated = cast("dict[str, Any]", inner)
    return _node(document, stated, stated.get("description", ""))


def _resolved(document: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return cast("Mapping[str, Any]", found)


def _facts(schema: Mapping[str, Any], kind: Kind) -> Facts:
    words = {"string": ("minLength", "maxLength"), "list": ("minItems", "maxItems")}
    least, most = words.get(kind, ("minimum", "maximum") if kind in _NUMBERS else ("", ""))
    values = schema.get("enum")
    pattern = schema.get("pattern") if kind == "string" else None
    return Facts(
        values=frozenset(str(value) for value in values) if values and kind in _LISTED else None,
        pattern=Pattern(pattern, whole=False) if pattern else None,
        least=schema.get(least),
        most=schema.get(most),
    )
