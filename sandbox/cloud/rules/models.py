"""Facts of AWS's own service models, as botocore carries them, written to JSON: one line for each property.

The provider process reads the JSON alone: loading botocore's models would cost it seconds.
"""

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar, cast

Shape: TypeAlias = Mapping[str, object]
Paths: TypeAlias = Mapping[str, Mapping[str, str]]
"""Type token -> input path (``[]`` for every item of a list) -> service and shape of botocore's model."""

Fact = TypeVar("Fact")


def facts(shapes: Paths, read: Callable[[Shape], Fact]) -> dict[str, dict[str, Fact]]:
    """Read one fact of every shape that is named; raises ``KeyError`` for a shape or a fact that does not exist."""
    from botocore.loaders import Loader  # noqa: PLC0415 - for the generators and their tests alone

    loader = Loader()
    models: dict[str, Mapping[str, Shape]] = {}

    def fact(service: str, shape: str) -> Fact:
        if service not in models:
            loaded: object = loader.load_service_model(service, "service-2")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - botocore is untyped
            models[service] = cast("Mapping[str, Mapping[str, Shape]]", loaded)["shapes"]
        return read(models[service][shape])

    return {
        type: {path: fact(*shape.split(".")) for path, shape in sorted(paths.items())}
        for type, paths in sorted(shapes.items())
    }


def written(found: Mapping[str, Mapping[str, object]]) -> str:
    """Give the text of the JSON file."""
    types = [
        f"  {json.dumps(type)}: {{\n"
        + ",\n".join(f"    {json.dumps(path)}: {json.dumps(fact)}" for path, fact in paths.items())
        + "\n  }"
        for type, paths in found.items()
    ]
    return "{\n" + ",\n".join(types) + "\n}\n"
