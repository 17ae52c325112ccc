"""What the Pulumi SDK says of every AWS resource type: inputs, outputs, documentation and examples."""

import importlib
import inspect
import re
import textwrap
import typing
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

import pulumi
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]  # the SDK has no public reader

from offline_cloud.provider import catalog
from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, OneOf, Scalar, Shape

_CODE: Final = re.compile(r"```python\n(.*?)```", re.DOTALL)
_PARAMETER: Final = re.compile(r"^\s*:param [^\n]*?\]? (\w+): ", re.MULTILINE)


@dataclass(frozen=True)
class Field:
    """One input property: what comes over the wire, whether the SDK insists on it, and what its documentation says."""

    shape: Shape
    required: bool
    text: str


@dataclass(frozen=True)
class Output:
    """One output property: ``string``, ``integer``, ``number``, ``boolean``, ``list``, ``map`` or ``object``."""

    kind: str
    optional: bool
    fields: Mapping[str, "Output"] = field(default_factory=dict["str", "Output"])


@dataclass(frozen=True)
class Type:
    token: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Output]
    examples: tuple[str, ...]

    @property
    def module(self) -> str:
        """The SDK's module, such as ``rds``."""
        return self.token.split(":")[1].split("/", maxsplit=1)[0]

    @property
    def name(self) -> str:
        """The class, such as ``Instance``."""
        return self.token.rpartition(":")[2]


def tokens() -> list[str]:
    """Name every AWS resource type of the installed SDK."""
    return sorted(token for token in catalog.registered() if token.startswith("aws:"))


def read(token: str) -> Type:
    """Read one type; raises ``UnknownTypeError`` for a token that the SDK does not have."""
    with warnings.catch_warnings():
        # The SDK's modules warn at import of their own deprecated classes.
        warnings.simplefilter("ignore", DeprecationWarning)
        resource_class = catalog.resource_class(token)
        described = catalog.resource_type(token)
        outputs = sdk_types.resource_types(resource_class)
    return Type(
        token=token,
        inputs=fields(described.inputs),
        outputs={name: _output(hint, 0) for name, hint in outputs.items()},
        examples=tuple(
            dict.fromkeys(textwrap.dedent(code) for code in _CODE.findall(inspect.getsource(resource_class)))
        ),
    )


def fields(shape: ObjectOf) -> dict[str, Field]:
    """Give the properties of an input object with their documentation."""
    owner = _class(shape.reference)
    wire = sdk_types.input_type_py_to_pulumi_names(owner)
    texts = {wire.get(name, name): text for name, text in _parameters(owner)}
    required = shape.required
    return {name: Field(inner, name in required, texts.get(name, "")) for name, inner in shape.properties.items()}


def object_in(shape: Shape) -> ObjectOf | None:
    """Give the object that a property holds, alone or in a list."""
    match shape:
        case ObjectOf():
            return shape
        case ListOf(item):
            return object_in(item)
        case OneOf(options):
            return next((found for option in options if (found := object_in(option))), None)
        case Scalar() | MapOf():
            return None


def _class(reference: str) -> type:
    module, _, name = reference.partition(":")
    return cast("type", getattr(importlib.import_module(module), name))


def _parameters(owner: type) -> Iterator[tuple[str, str]]:
    text = inspect.getdoc(owner.__init__) or ""
    marks = list(_PARAMETER.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        yield mark[1], " ".join(text[mark.end() : end].split())


def _output(hint: object, depth: int) -> Output:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union or type(None) in arguments:
        found = _output(next((each for each in arguments if each is not type(None)), str), depth)
        return Output(found.kind, type(None) in arguments or found.optional, found.fields)
    if origin is pulumi.Output:
        return _output(arguments[0], depth)
    if getattr(origin, "__name__", "") in ("Sequence", "list"):
        inner = _output(arguments[0], depth + 1)
        return Output("list", optional=False, fields=inner.fields if inner.kind == "object" else {})
    if inspect.isclass(hint) and sdk_types.is_output_type(hint):
        wire = sdk_types.output_type_types(hint) if depth <= _DEEPEST else {}
        fields = {key: _output(each, depth + 1) for key, each in wire.items()}
        return Output("object" if wire else "map", optional=False, fields=fields)
    is_map = getattr(origin, "__name__", "") in ("Mapping", "dict")
    return Output("map" if is_map else _SCALARS.get(hint, "string"), optional=False)


_SCALARS: Final[Mapping[object, str]] = {str: "string", int: "integer", float: "number", bool: "boolean"}
_DEEPEST: Final = 2
