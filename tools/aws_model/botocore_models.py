"""botocore's service models: what each operation takes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from tools.aws_model.facts import Facts, Kind, Node, Pattern

_VERBS: Final = (
    "Create|Put|Register|Request|Allocate|Run|Start|Associate|Attach|Add|Set|Import|Enable|Modify|Update|Configure|"
    "Change|Authorize|Subscribe|Publish|Upload|Accept|Schedule|Increase|Provision|Deploy|Issue|Tag|Batch|Execute|Send|"
    "Define|Verify|Assign|Replace|Grant|Invite"
)
_OPERATION: Final = re.compile(f"^({_VERBS})([A-Z].*|)$")
_KINDS: Final[Mapping[str, Kind]] = {
    "string": "string", "character": "string", "integer": "integer", "long": "integer", "float": "number",
    "double": "number", "boolean": "boolean", "list": "list", "map": "map", "structure": "object",
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """One operation: ``rds.CreateDBInstance`` with the verb ``Create`` and the noun ``DBInstance``."""

    name: str
    verb: str
    noun: str
    input: Node


_LOADER: Final[Any] = Loader()


@cache
def services() -> frozenset[str]:
    """Name the services of the installed botocore."""
    return frozenset(_LOADER.list_available_services("service-2"))


@cache
def _model(service: str) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", _LOADER.load_service_model(service, "service-2"))
    except UnknownServiceError as error:
        raise ValueError(f"botocore has no service {service}") from error


@cache
def operations(service: str) -> tuple[Operation, ...]:
    """Give the operations of a service that make or change something; raises ``ValueError`` for an unknown one."""
    model = _model(service)
    return tuple(_operations(service, model))


def values(service: str, shape: str) -> frozenset[str]:
    """Give the values of a shape, such as ``InstanceType`` of ``ec2``."""
    return frozenset(_model(service)["shapes"][shape]["enum"])


def _operations(service: str, model: Mapping[str, Any]) -> Iterator[Operation]:
    for name, operation in model["operations"].items():
        found = _OPERATION.match(name)
        shape = operation.get("input", {}).get("shape")
        if found and shape:
            yield Operation(f"{service}.{name}", found[1], found[2], _node(model["shapes"], shape, ""))


def _node(shapes: Mapping[str, Any], name: str, text: str) -> Node:
    shape = shapes[name]
    kind: Kind = _KINDS.get(shape["type"], "any")
    pattern = shape.get("pattern")
    facts = Facts(
        values=frozenset(shape["enum"]) if shape.get("enum") else None,
        pattern=Pattern(pattern, whole=True) if isinstance(pattern, str) else None,
        least=shape.get("min"),
        most=shape.get("max"),
    )
    return Node(
        kind,
        facts,
        text or shape.get("documentation", ""),
        members=lambda: {
            key: _node(shapes, member["shape"], member.get("documentation", ""))
            for key, member in shape.get("members", {}).items()
        },
        item=lambda: _item(shapes, shape),
    )


def _item(shapes: Mapping[str, Any], shape: Mapping[str, Any]) -> Node | None:
    member = shape.get("member") or shape.get("value")
    return _node(shapes, member["shape"], member.get("documentation", "")) if member else None
