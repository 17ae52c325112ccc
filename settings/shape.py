"""Walking the models' types: which value belongs at a path, how to describe it, and an example of it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import Tag
from pydantic.fields import FieldInfo

from settings.base import Settings
from settings.raw import Path, Raw
from settings.suggest import listed
from settings.vocabulary import Means

_Metadata = TypeVar("_Metadata")


@dataclass(frozen=True)
class Shape:
    """A type without its annotations, and those annotations."""

    kind: object
    metadata: tuple[object, ...] = ()
    optional: bool = False

    def find(self, wanted: type[_Metadata]) -> _Metadata | None:
        return next((item for item in self.metadata if isinstance(item, wanted)), None)

    @property
    def model(self) -> type[Settings] | None:
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Settings) else None

    @property
    def origin(self) -> object:
        return get_origin(self.kind)

    @property
    def literals(self) -> tuple[object, ...]:
        return get_args(self.kind) if self.origin is Literal else ()


def shape_of(annotation: object) -> Shape:
    """Strip `Annotated` and `| None` from a type."""
    metadata: list[object] = []
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *extra = get_args(annotation)
            metadata.extend(_flat(extra))
        elif _is_union(origin) and type(None) in get_args(annotation):
            rest = [item for item in get_args(annotation) if item is not type(None)]
            optional = True
            if len(rest) != 1:
                break
            annotation = rest[0]
        else:
            break
    return Shape(annotation, tuple(metadata), optional)


def _is_union(origin: object) -> bool:
    return origin is Union or origin is types.UnionType


def _flat(items: list[object]) -> Iterator[object]:
    for item in items:
        if isinstance(item, FieldInfo):
            yield from item.metadata
        yield item


@cache
def fields_of(model: type[Settings]) -> dict[str, Shape]:
    """Return the model's keys as they stand in YAML, with their types."""
    hints = get_type_hints(model, include_extras=True)
    shapes: dict[str, Shape] = {}
    for name, info in model.model_fields.items():
        shape = shape_of(hints[name])
        shapes[info.alias or name] = Shape(shape.kind, (*shape.metadata, *info.metadata), shape.optional)
    return shapes


def defaulted(model: type[Settings], key: str) -> bool:
    """Whether the key may be left out."""
    return any(not info.is_required() for name, info in model.model_fields.items() if (info.alias or name) == key)


def members_of(shape: Shape) -> dict[str, Shape]:
    """Return a union's members by the tag that pydantic writes into an error's location."""
    if not _is_union(shape.origin):
        return {}
    members: dict[str, Shape] = {}
    for item in get_args(shape.kind):
        member = shape_of(item)
        members[_tag(member)] = member
    return members


def _tag(member: Shape) -> str:
    tag = member.find(Tag)
    if tag is not None:
        return tag.tag
    if member.model is not None and "kind" in member.model.model_fields:
        return str(shape_of(member.model.model_fields["kind"].annotation).literals[0])
    return getattr(member.kind, "__name__", str(member.kind))


@dataclass(frozen=True)
class Place:
    """Where an error is: its path in the YAML, the type that belongs there, and the model around it."""

    path: Path
    shape: Shape | None
    owner: type[Settings] | None
    is_key: bool = False


def locate(model: type[Settings], location: tuple[int | str, ...]) -> Place:
    """Translate pydantic's error location, which also names union members, into a path and a type."""
    place = Place((), Shape(model), None)
    keys: Shape | None = None
    for part in location:
        shape = place.shape
        members = members_of(shape) if shape else {}
        if part in members:
            place = Place(place.path, members[str(part)], place.owner)
        elif part == "[key]":
            place = Place(place.path, keys, place.owner, is_key=True)
        elif shape is None:
            place = Place((*place.path, part), None, None)
        elif shape.model is not None:
            place = Place((*place.path, part), fields_of(shape.model).get(str(part)), shape.model)
        else:
            arguments = [shape_of(item) for item in get_args(shape.kind)]
            keys = arguments[0] if shape.origin is dict else None
            inner = arguments[-1] if shape.origin is dict else (arguments or [None])[0]
            place = Place((*place.path, part), inner, None)
    return place


def describe(shape: Shape) -> str:
    """Say what is allowed, for a person."""
    means = shape.find(Means)
    if means is not None:
        return means.allowed
    if shape.literals:
        return " | ".join(_plain(item) for item in shape.literals)
    if shape.model is not None:
        return f"a section with {listed(fields_of(shape.model))}"
    if shape.origin is tuple or shape.origin is dict:
        return _describe_collection(shape)
    members = members_of(shape)
    return _describe_members(members) if members else _describe_scalar(shape)


def _describe_members(members: dict[str, Shape]) -> str:
    if all(member.model and "kind" in member.model.model_fields for member in members.values()):
        return f"a section with kind: {listed(members)}"
    return " or ".join(describe(member) for member in members.values())


def _describe_collection(shape: Shape) -> str:
    least = shape.find(MinLen)
    at_least = f", at least {least.min_length} of them" if least else ""
    if shape.origin is tuple:
        return f"a list: {describe(shape_of(get_args(shape.kind)[0]))}{at_least}"
    key, value = (describe(shape_of(item)) for item in get_args(shape.kind))
    return f"a mapping from a name ({key}) to {value}{at_least}"


def _describe_scalar(shape: Shape) -> str:
    if shape.kind is bool:
        return "true or false"
    if shape.kind is int or shape.kind is float:
        noun = "a whole number" if shape.kind is int else "a number"
        return f"{noun}{_bounds(shape)}"
    return "text" if shape.find(MinLen) is None else "text that is not empty"


def _bounds(shape: Shape) -> str:
    low, high = shape.find(Ge), shape.find(Le)
    above, below = shape.find(Gt), shape.find(Lt)
    if low and high:
        return f" from {low.ge:,} to {high.le:,}" if isinstance(low.ge, int) and isinstance(high.le, int) else ""
    parts = [f"{low.ge} or more"] if low else []
    parts += [f"up to {high.le}"] if high else []
    parts += [f"above {above.gt}"] if above else []
    parts += [f"below {below.lt}"] if below else []
    return f", {' and '.join(parts)}" if parts else ""


def _plain(item: object) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)


def sample(shape: Shape) -> Raw:
    """Return a valid value for a type, in its YAML form."""
    means = shape.find(Means)
    if means is not None:
        return means.example
    if shape.model is not None:
        return sample_of(shape.model)
    if shape.origin is tuple or shape.origin is dict:
        return _sample_collection(shape)
    members = members_of(shape)
    return sample(next(iter(members.values()))) if members else _sample_scalar(shape)


def sample_of(model: type[Settings]) -> dict[str, Raw]:
    """Return the smallest valid section for a model."""
    return {key: sample(shape) for key, shape in fields_of(model).items() if not defaulted(model, key)}


def _sample_collection(shape: Shape) -> Raw:
    least = shape.find(MinLen)
    if shape.origin is tuple:
        return [sample(shape_of(get_args(shape.kind)[0])) for _ in range(least.min_length if least else 0)]
    key, value = (shape_of(item) for item in get_args(shape.kind))
    return {str(sample(key)): sample(value)} if least else {}


def _sample_scalar(shape: Shape) -> Raw:
    if shape.literals:
        first = shape.literals[0]
        return first if isinstance(first, str | int) else str(first)
    if shape.kind is bool:
        return False
    if shape.kind is int:
        low = shape.find(Ge)
        return low.ge if low and isinstance(low.ge, int) else 1
    return 1.0 if shape.kind is float else "text"
