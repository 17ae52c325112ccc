"""A provider for the real Terraform that has the table's schema and no code: it takes what the schema takes.

Terraform itself judges a configuration by a provider's schema: which arguments there are, which are required, how
blocks nest, what refers to what. This serves the packed table over Terraform's plugin protocol (version 5), so that the
real Terraform reads the configurations; what the real provider would say of their values stays unsaid.
"""

import json
import os
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tests.tools.conform.msgpack import with_unknown
from tools.conform.schema import Argument, Schema
from tools.conform.terraform import SERVED, Session, Terraform

_GRPC = cast("Any", grpc)  # its stubs leave the types of handlers open
_FIELD = descriptor_pb2.FieldDescriptorProto
_NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str, bool]]] = {
    "Attribute": {
        "name": (1, "string", False),
        "type": (2, "bytes", False),
        "required": (4, "bool", False),
        "optional": (5, "bool", False),
        "computed": (6, "bool", False),
    },
    "NestedBlock": {
        "type_name": (1, "string", False),
        "block": (2, "Block", False),
        "nesting": (3, "int64", False),
        "min_items": (4, "int64", False),
        "max_items": (5, "int64", False),
    },
    "Block": {"attributes": (2, "Attribute", True), "block_types": (3, "NestedBlock", True)},
    "Schema": {"version": (1, "int64", False), "block": (2, "Block", False)},
    "Named": {"key": (1, "string", False), "value": (2, "Schema", False)},
    "Schemas": {"provider": (1, "Schema", False), "resource_schemas": (2, "Named", True)},
    "Value": {"msgpack": (1, "bytes", False)},
    "Prepare": {"config": (1, "Value", False)},
    "Prepared": {"prepared_config": (1, "Value", False)},
    "Plan": {"type_name": (1, "string", False), "proposed_new_state": (3, "Value", False)},
    "Planned": {"planned_state": (1, "Value", False), "legacy_type_system": (5, "bool", False)},
}
"""The fields of Terraform's `tfplugin5` that are read or written here: number, type, whether several."""


def _message_classes() -> dict[str, Callable[..., Any]]:
    file = descriptor_pb2.FileDescriptorProto(name="conform.proto", package="conform", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, several) in fields.items():
            made = message.field.add(name=field, number=number)
            made.label = _FIELD.LABEL_REPEATED if several else _FIELD.LABEL_OPTIONAL
            if kind in _MESSAGES:
                made.type, made.type_name = _FIELD.TYPE_MESSAGE, f".conform.{kind}"
            else:
                made.type = _FIELD.Type.Value(f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    find = pool.FindMessageTypeByName
    return {name: message_factory.GetMessageClass(find(f"conform.{name}")) for name in _MESSAGES}


_CLASSES = _message_classes()


def _of(name: str, /, **fields: Any) -> Any:
    return _CLASSES[name](**fields)


def _read(name: str, data: bytes) -> Any:
    return cast("Any", _CLASSES[name]).FromString(data)


def _type(argument: Argument) -> Any:
    """Write the type of an attribute as Terraform does."""
    if argument.kind == "object":
        inner: Any = ["object", {name: _type(each) for name, each in argument.members.items()}]
        return inner if argument.nesting == "single" else [argument.nesting, inner]
    kind = "dynamic" if argument.kind == "any" else argument.kind
    return [argument.nesting, kind] if argument.nesting else kind


def _block(arguments: Mapping[str, Argument]) -> Any:
    blocks = {name for name, each in arguments.items() if each.block or (name == "timeouts" and each.kind == "object")}
    return _of(
        "Block",
        attributes=[_attribute(name, each) for name, each in arguments.items() if name not in blocks],
        block_types=[_nested(name, each) for name, each in arguments.items() if name in blocks],
    )


def _attribute(name: str, argument: Argument) -> Any:
    return _of(
        "Attribute",
        name=name,
        type=json.dumps(_type(argument)).encode(),
        required=argument.required,
        optional=argument.settable and not argument.required,
        computed=not argument.required,
    )


def _nested(name: str, argument: Argument) -> Any:
    least, most = int(argument.required), int(argument.one)
    if argument.nesting not in ("list", "set"):
        least = most = 0
    # Terraform admits what has no stated form in a list, and not in a set.
    open = any(each.kind == "any" for each in argument.members.values())
    nesting = _NESTING["list" if open else argument.nesting]
    block = _block(argument.members)
    return _of("NestedBlock", type_name=name, block=block, nesting=nesting, min_items=least, max_items=most)


class _Provider:
    def __init__(self, schema: Schema) -> None:
        self._schemas = _of(
            "Schemas",
            provider=_of(
                "Schema", block=_block({key: each for key, each in schema.provider.items() if key != "alias"})
            ),
            resource_schemas=[
                _of("Named", key=name, value=_of("Schema", block=_block(body)))
                for name, body in schema.resources.items()
            ],
        ).SerializeToString()
        self._computed = {
            type: {name for name, each in body.items() if not each.required and not each.block}
            for type, body in schema.resources.items()
        }

    def handlers(self) -> dict[str, Callable[[bytes], bytes]]:
        def nothing(_: bytes) -> bytes:
            return b""

        return {
            "GetSchema": lambda _: self._schemas,
            "PrepareProviderConfig": self._prepare,
            "Configure": nothing,
            "ValidateResourceTypeConfig": nothing,
            "PlanResourceChange": self._plan,
            "Stop": nothing,
        }

    def _prepare(self, request: bytes) -> bytes:
        return _of("Prepared", prepared_config=_read("Prepare", request).config).SerializeToString()

    def _plan(self, request: bytes) -> bytes:
        asked = _read("Plan", request)
        planned = with_unknown(asked.proposed_new_state.msgpack, self._computed[asked.type_name])
        return _of("Planned", planned_state=_of("Value", msgpack=planned), legacy_type_system=True).SerializeToString()


def _method(answer: Callable[[bytes], bytes]) -> Any:
    def called(request: bytes, _: object) -> bytes:
        return answer(request)

    return _GRPC.unary_unary_rpc_method_handler(called)


@contextmanager
def served(schema: Schema, folder: Path) -> Generator[str]:
    """Serve a schema on a socket in a folder; gives the value that TF_REATTACH_PROVIDERS takes."""
    server = _GRPC.server(ThreadPoolExecutor(4), options=[("grpc.max_send_message_length", -1)])
    methods = {name: _method(answer) for name, answer in _Provider(schema).handlers().items()}
    server.add_generic_rpc_handlers((_GRPC.method_handlers_generic_handler("tfplugin5.Provider", methods),))
    socket = folder / "provider.sock"
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    try:
        address = {"Network": "unix", "String": str(socket)}
        stated = {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": 1, "Test": True, "Addr": address}
        yield json.dumps({"hashicorp/aws": stated})
    finally:
        server.stop(None)


@contextmanager
def terraform_with(schema: Schema, folder: Path) -> Generator[Session]:
    """Give the real Terraform, which has to be on the PATH, this schema for its AWS provider."""
    with served(schema, folder) as address:
        environment = {**os.environ, SERVED: address}
        yield Session(Terraform.of(environment), folder / "work", environment)
