"""Unknown, missing and wrongly typed properties, found against the SDK's own types."""

import difflib
import json
from collections.abc import Iterator, Mapping

from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Value
from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, OneOf, Scalar, Shape
from offline_cloud.provider.values import Path, dotted

_PYTHON_NAMES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "asset": "an asset or archive",
}


def check_properties(properties: Properties, shape: ObjectOf) -> list[Diagnostic]:
    """Compare properties with a resource type; gives everything that is wrong, each with its full path."""
    return list(_object(properties, shape, ()))


def _walk(value: Value, shape: Shape, path: Path) -> Iterator[Diagnostic]:
    if value is UNKNOWN or value is None:
        return
    match shape:
        case ObjectOf():
            if isinstance(value, dict):
                yield from _object(value, shape, path)
            else:
                yield _mistyped(value, shape, path)
        case ListOf(item):
            yield from _list(value, shape, item, path)
        case MapOf(item):
            if isinstance(value, dict):
                for key, entry in value.items():
                    yield from _walk(entry, item, (*path, key))
            else:
                yield _mistyped(value, shape, path)
        case OneOf(options):
            yield from _one_of(value, options, shape, path)
        case Scalar():
            if not _fits(value, shape):
                yield _mistyped(value, shape, path)


def _object(value: Mapping[str, Value], shape: ObjectOf, path: Path) -> Iterator[Diagnostic]:
    properties = shape.properties
    for key, entry in value.items():
        if key.startswith("__"):
            continue
        if key in properties:
            yield from _walk(entry, properties[key], (*path, key))
        else:
            yield Diagnostic(dotted((*path, key)), f"{shape.name} has no property {key!r}", _nearest(key, properties))
    for key in sorted(shape.required):
        if value.get(key) is None:
            yield Diagnostic(
                dotted((*path, key)), f"{shape.name} needs {key!r}", f"give it {describe(properties[key])}"
            )


def _list(value: Value, shape: Shape, item: Shape, path: Path) -> Iterator[Diagnostic]:
    if not isinstance(value, list):
        yield _mistyped(value, shape, path)
        return
    for index, entry in enumerate(value):
        yield from _walk(entry, item, (*path, index))


def _one_of(value: Value, options: tuple[Shape, ...], shape: Shape, path: Path) -> Iterator[Diagnostic]:
    best: list[Diagnostic] | None = None
    for option in options:
        found = list(_walk(value, option, path))
        if not found:
            return
        # The option whose outer kind fits has the more telling complaint.
        if any(diagnostic.path != dotted(path) for diagnostic in found):
            best = found
    yield from best or [_mistyped(value, shape, path)]


def _fits(value: Value, shape: Scalar) -> bool:
    match shape.kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "asset":
            return isinstance(value, dict)
        case "any":
            return True


def _mistyped(value: Value, shape: Shape, path: Path) -> Diagnostic:
    return Diagnostic(dotted(path), f"must be {describe(shape)}, not {_kind(value)}")


def describe(shape: Shape) -> str:
    """Say in words what a shape accepts."""
    match shape:
        case Scalar(kind):
            return _PYTHON_NAMES.get(kind, "a value")
        case ListOf(item):
            return f"a list (each {describe(item)})"
        case MapOf(item):
            return f"a map (each value {describe(item)})"
        case ObjectOf(name):
            return f"an object ({name})"
        case OneOf(options):
            return " or ".join(describe(option) for option in options)


def _kind(value: Value) -> str:
    # The value itself is not quoted: it may be a secret.
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


def _nearest(key: str, properties: Mapping[str, Shape]) -> str:
    lowered = {name.lower(): name for name in properties}
    found = difflib.get_close_matches(key.lower().replace("_", ""), lowered, n=1, cutoff=0.6)
    if found:
        return f"did you mean {lowered[found[0]]!r}?"
    return f"it takes {', '.join(sorted(properties)[:12])}{', …' if len(properties) > 12 else ''}"  # noqa: PLR2004


def parse_provider_inputs(properties: Properties, shape: ObjectOf) -> Properties:
    """Read a provider's configuration, whose objects, lists, numbers and booleans the SDK writes as JSON text."""
    parsed: Properties = {}
    for key, value in properties.items():
        expected = shape.properties.get(key)
        if isinstance(value, str) and expected is not None and expected != Scalar("string"):
            try:
                parsed[key] = json.loads(value)
                continue
            except json.JSONDecodeError:
                pass
        parsed[key] = value
    return parsed
