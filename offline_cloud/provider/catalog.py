"""What every resource type takes and gives, read from the SDKs the program itself uses."""

import functools
import importlib
import inspect
import re
import threading
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

import pulumi
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]  # the SDK has no public reader

from offline_cloud.provider.memory import SDKS

PACKAGES: Final = {"aws": "pulumi_aws", "kubernetes": "pulumi_kubernetes", "random": "pulumi_random"}
_IMPORTING: Final = threading.RLock()
SECRET_OUTPUTS: Final = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")

ScalarKind = Literal["string", "integer", "number", "boolean", "asset", "any"]


@dataclass(frozen=True)
class Scalar:
    kind: ScalarKind


@dataclass(frozen=True)
class ListOf:
    item: "Shape"


@dataclass(frozen=True)
class MapOf:
    value: "Shape"


@dataclass(frozen=True)
class ObjectOf:
    """An object with named properties; those in ``required`` must be there.

    ``name`` is for people; ``reference`` is the SDK's class as ``module:Class``, read when it is asked for.
    """

    name: str
    reference: str

    @property
    def properties(self) -> "Mapping[str, Shape]":
        return _described(self.reference).properties

    @property
    def required(self) -> frozenset[str]:
        return _described(self.reference).required


@dataclass(frozen=True)
class OneOf:
    options: "tuple[Shape, ...]"


Shape: TypeAlias = Scalar | ListOf | MapOf | ObjectOf | OneOf

_SCALARS: Final[Mapping[object, Scalar]] = {
    str: Scalar("string"),
    int: Scalar("integer"),
    float: Scalar("number"),
    bool: Scalar("boolean"),
}
ANY: Final = Scalar("any")


@dataclass(frozen=True)
class ResourceType:
    """One resource type. ``outputs`` names every output property, in the engine's spelling."""

    token: str
    inputs: ObjectOf
    outputs: frozenset[str]
    secret_outputs: frozenset[str]


@dataclass(frozen=True)
class Described:
    """What one class of the SDK takes."""

    properties: Mapping[str, Shape]
    required: frozenset[str]


class UnknownTypeError(Exception):
    """The SDK has no such resource type."""


def resource_type(token: str) -> ResourceType:
    """Look up a type token such as ``aws:ec2/subnet:Subnet``; raises ``UnknownTypeError``."""
    # The SDKs load their modules lazily, which two threads at once do not survive (Python 3.11, importlib.util).
    with _IMPORTING:
        return SDKS.remembered(f"type {token}", lambda: _resource_type(token))


def _resource_type(token: str) -> ResourceType:
    owner = resource_class(token)
    arguments = _arguments_class(owner)
    return ResourceType(
        token=token,
        inputs=ObjectOf(owner.__name__, _reference(arguments)),
        outputs=frozenset(sdk_types.resource_types(owner)),
        secret_outputs=_secret_outputs(owner),
    )


def resource_class(token: str) -> type:
    package = token.partition(":")[0]
    if package not in PACKAGES:
        raise UnknownTypeError(f"{token} belongs to no package the offline cloud serves ({', '.join(PACKAGES)})")
    class_name = token.rpartition(":")[2]
    modules = registered()
    if token not in modules:
        raise UnknownTypeError(f"{PACKAGES[package]} has no resource type {token}")
    owner = importlib.import_module(modules[token])
    return cast("type", getattr(owner, class_name))


def provider_inputs(package: str) -> ObjectOf:
    """Give the properties a provider of this package takes."""
    with _IMPORTING:
        return _provider_inputs(package)


@functools.cache
def _provider_inputs(package: str) -> ObjectOf:
    root = importlib.import_module(PACKAGES[package] + ".provider")
    return ObjectOf(f"{package} provider", _reference(cast("type", root.ProviderArgs)))


@functools.cache
def registered() -> Mapping[str, str]:
    """Map each type token to the module of its class, from what the SDKs registered when they were imported."""
    registered = cast(
        "Mapping[str, list[object]]",
        pulumi.runtime.rpc._RESOURCE_MODULES,  # pyright: ignore[reportPrivateUsage]  # the SDK's only register
    )
    for name in PACKAGES.values():
        importlib.import_module(name)
    found: dict[str, str] = {}
    for modules in registered.values():
        for module in modules:
            information = cast("Mapping[str, object]", getattr(module, "mod_info", {}))
            for token in cast("Mapping[str, str]", information.get("classes", {})):
                found[token] = cast("str", information["fqn"])
    return found


def _arguments_class(resource_class: type) -> type:
    """Find ``SubnetArgs`` for ``Subnet``: it is in the same module, with ``InitArgs`` where that is taken."""
    module = importlib.import_module(resource_class.__module__)
    for suffix in ("InitArgs", "Args"):
        candidate = getattr(module, resource_class.__name__ + suffix, None)
        if inspect.isclass(candidate):
            return candidate
    raise UnknownTypeError(f"the SDK has no arguments class for {resource_class.__name__}")


def _secret_outputs(resource_class: type) -> frozenset[str]:
    matches = SECRET_OUTPUTS.findall(inspect.getsource(resource_class))
    return frozenset(name.strip(" \"'") for match in matches for name in match.split(",") if name.strip())


def _reference(input_class: type) -> str:
    return f"{input_class.__module__}:{input_class.__name__}"


def _described(reference: str) -> Described:
    with _IMPORTING:
        return SDKS.remembered(f"class {reference}", lambda: _describe(reference))


def _describe(reference: str) -> Described:
    module, _, name = reference.partition(":")
    input_class = cast("type", getattr(importlib.import_module(module), name))
    wire_names = sdk_types.input_type_py_to_pulumi_names(input_class)
    parameters = inspect.signature(input_class.__init__).parameters.values()
    return Described(
        properties={name: shape_of(hint) for name, hint in sdk_types.input_type_types(input_class).items()},
        required=frozenset(
            wire_names[parameter.name]
            for parameter in parameters
            if parameter.name in wire_names and parameter.default is inspect.Parameter.empty
        ),
    )


def shape_of(hint: object) -> Shape:
    """Reduce a type annotation of the SDK to what may come over the wire."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is Sequence or origin is list:
        return ListOf(shape_of(arguments[0]))
    if origin is Mapping or origin is dict:
        return MapOf(shape_of(arguments[1]))
    return _class_shape(hint)


def _class_shape(hint: object) -> Shape:
    if not inspect.isclass(hint):
        return ANY
    if sdk_types.is_input_type(hint):
        return ObjectOf(hint.__name__.removesuffix("Args"), _reference(hint))
    if issubclass(hint, str):
        return Scalar("string")
    if issubclass(hint, pulumi.Asset | pulumi.Archive):
        return Scalar("asset")
    return ANY


def _union(arguments: tuple[object, ...]) -> Shape:
    options: list[Shape] = []
    for argument in arguments:
        origin = typing.get_origin(argument)
        plumbing = argument is type(None) or origin is pulumi.Output or isinstance(argument, typing.ForwardRef)
        if (
            plumbing
            or (inspect.isclass(origin) and issubclass(origin, typing.Awaitable))
            or typing.is_typeddict(argument)
        ):
            continue
        shape = shape_of(argument)
        if shape not in options:
            options.append(shape)
    if not options or ANY in options:
        return ANY
    return options[0] if len(options) == 1 else OneOf(tuple(options))
