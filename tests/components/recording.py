"""A stand-in for the engine that keeps every registered resource, with its inputs and options, for tests to look at.

It refuses a resource type that the installed SDKs do not have, and every look-up that a test does not answer. Outputs
that a resource computes are made up from the SDK's own output types: an ARN looks like one, other text is
`<name>-<property>`.
"""

import asyncio
import base64
import gc
import hashlib
import importlib
import json
import keyword
import re
import typing
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from unittest.mock import patch

from pulumi import Output, Resource
from pulumi._types import is_output_type, output_type_types, resource_types
from pulumi.runtime import resource as registering
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.proto.source_pb2 import StackTrace
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.stack import run_pulumi_func
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage] -- as pulumi.runtime.test does

from offline_cloud.program import outputs_settled

ACCOUNT = "111122223333"
REGION = "us-east-1"
CLUSTER_SECURITY_GROUP = "sg-0123456789abcdef0"
LONG_AGO = "2026-01-01T00:00:00Z"

_PACKAGES = {"aws": "pulumi_aws", "kubernetes": "pulumi_kubernetes", "random": "pulumi_random"}
_RANDOM_BYTES = "random:index/randomBytes:RandomBytes"
_ARN_SERVICES = {"lb": "elasticloadbalancing", "efs": "elasticfilesystem"}
_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_CERTIFICATE = "aws:acm/certificate:Certificate"
_STACK_REFERENCE = "pulumi:pulumi:StackReference"
_REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
_COMPONENT = re.compile(r"^groundwork:(components|index):[A-Z][A-Za-z0-9]*$")

T = TypeVar("T")
Answers: typing.TypeAlias = Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]


@dataclass(frozen=True)
class Registration:
    """One resource as the program registered it. Property names are the provider's (camelCase), secrets unwrapped."""

    urn: str
    id: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    secret_inputs: frozenset[str]
    parent: str
    provider: str
    protect: bool
    retain_on_delete: bool
    ignore_changes: tuple[str, ...]
    dependencies: frozenset[str]
    property_dependencies: Mapping[str, frozenset[str]]
    delete_before_replace: bool
    create_timeout: str
    import_id: str
    aliases: tuple[str, ...]
    """The names that it had before."""
    outputs: Mapping[str, Any]

    def document(self, property: str) -> Any:
        """Parse a property that holds JSON, such as a policy."""
        return json.loads(self.inputs[property])

    def depends_on(self, other: "Registration") -> bool:
        """Tell whether this waits for `other` directly, be it by an input or by `depends_on`."""
        return other.urn in self.dependencies


class Recorder(Generic[T]):
    """What a factory registered, in order, and what it returned."""

    def __init__(self, result: T, registrations: Iterable[Registration]) -> None:
        self.result = result
        self.registrations = tuple(registrations)

    def of_type(self, token: str) -> list[Registration]:
        """List the resources of a type token such as `aws:ec2/vpc:Vpc`, in the order of their names."""
        return sorted((item for item in self.registrations if item.type == token), key=lambda item: item.name)

    def one(self, token: str, name: str | None = None) -> Registration:
        """Return the only resource of that type (and logical name). Fails, listing what is there, if it is not one."""
        found = [item for item in self.of_type(token) if name is None or item.name == name]
        if len(found) != 1:
            there = ", ".join(item.name for item in self.of_type(token)) or "none of that type"
            raise AssertionError(f"{len(found)} resources are {token} {name or ''}; there: {there}")
        return found[0]

    def named(self, name: str) -> Registration:
        """Return the only resource with that logical name."""
        found = [item for item in self.registrations if item.name == name]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} resources are named {name}: {[item.type for item in found]}")
        return found[0]

    def value(self, output: "Output[Any] | Any") -> Any:
        """Resolve an output of the result to its plain value (of secrets too)."""
        return _sync_await(Output.from_input(output).future())

    def urn(self, resource: Resource) -> str:
        return cast(str, self.value(resource.urn))

    def comes_after(self, later: Registration, earlier: Registration) -> bool:
        """Tell whether `later` waits for `earlier`, directly or through other resources or components."""
        by_urn = {item.urn: item for item in self.registrations}
        seen: set[str] = set()
        queue = [later.urn]
        while queue:
            for urn in by_urn[queue.pop()].dependencies:
                if urn == earlier.urn:
                    return True
                if urn in by_urn and urn not in seen:
                    seen.add(urn)
                    queue.append(urn)
        return False


def build(
    factory: Callable[[], T],
    *,
    preview: bool = False,
    stacks: Mapping[str, Mapping[str, Any]] | None = None,
    answers: Answers | None = None,
) -> Recorder[T]:
    """Run a function that constructs components; every resource it registers is in the recorder returned.

    With `preview`, what a resource computes is unknown, as when the resource does not exist yet. `stacks` holds the
    outputs of other stacks that a StackReference finds, by full name; `answers` answer a look-up from its arguments, by
    its token.
    """
    monitor = _RecordingMonitor(_SdkMocks(preview=preview, stacks=stacks or {}, answers=answers or {}))
    set_mocks(
        monitor.mocks, project="groundwork", stack="test", organization="organization", preview=preview, monitor=monitor
    )
    # What an earlier build left outstanding is not this one's; SETTINGS resolves its attributes at run time.
    settings = cast(Any, SETTINGS)
    settings.rpc_manager.clear()
    settings.outputs.clear()
    results: list[T] = []
    # A failure is raised from here; the tasks that also hold it need not log it whenever they are collected.
    _event_loop().set_exception_handler(lambda _loop, _context: None)

    async def built() -> None:
        results.append(factory())
        await outputs_settled()

    with _no_collection(), _no_stack_traces():
        _sync_await(run_pulumi_func(built))
    return Recorder(results[0], monitor.registrations)


@contextmanager
def _no_collection() -> Generator[None]:
    """Look for no garbage meanwhile: a platform makes little, and looking takes two thirds of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _no_stack_traces() -> "AbstractContextManager[object]":
    """Let no registration say where in the program it stands: some sixty frames each below a test, read by nobody."""
    return patch.object(registering, "_get_stack_trace", StackTrace)


def _event_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_event_loop()
    except RuntimeError:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop


class _RecordingMonitor(MockMonitor):
    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.registrations: list[Registration] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 -- the protocol's own name
        response = cast(Any, super()).RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            outputs = cast("dict[str, Any]", cast(Any, self.resources[response.urn]).state)
            self.registrations.append(_registration(request, response, outputs))
        return response


def _registration(request: Any, response: Any, outputs: Mapping[str, Any]) -> Registration:
    properties = cast("dict[str, Any]", rpc.deserialize_properties(request.object))
    secret = {key for key, value in properties.items() if rpc.is_rpc_secret(value)}
    return Registration(
        urn=response.urn,
        id=response.id,
        type=request.type,
        name=request.name,
        inputs={key: _plain(value) for key, value in properties.items()},
        secret_inputs=frozenset(secret),
        parent=request.parent,
        provider=request.provider,
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        ignore_changes=tuple(request.ignoreChanges),
        dependencies=frozenset(request.dependencies),
        property_dependencies={key: frozenset(value.urns) for key, value in request.propertyDependencies.items()},
        delete_before_replace=request.deleteBeforeReplace,
        create_timeout=request.customTimeouts.create,
        import_id=request.importId,
        aliases=_earlier_names(request),
        outputs=outputs,
    )


def _earlier_names(request: resource_pb2.RegisterResourceRequest) -> tuple[str, ...]:
    """Give a resource's aliases as names, in whichever of the two ways the SDK told them."""
    urns = [str(urn) for urn in cast("Iterable[Any]", request.aliasURNs)]
    aliases = [(str(alias.spec.name), str(alias.urn)) for alias in cast("Iterable[Any]", request.aliases)]
    return (*(urn.rpartition("::")[2] for urn in urns), *(name or urn.rpartition("::")[2] for name, urn in aliases))


def _plain(value: Any) -> Any:
    return rpc.unwrap_rpc_secret(value) if rpc.is_rpc_secret(value) else value


class _SdkMocks(Mocks):
    def __init__(self, *, preview: bool, stacks: Mapping[str, Mapping[str, Any]], answers: Answers) -> None:
        self._answers = answers
        self._preview = preview
        self._stacks = stacks

    def call(self, args: MockCallArgs) -> Any:
        if args.token not in self._answers:
            raise AssertionError(f"{args.token} was called: without `existing` a preview needs no look-up")
        return self._answers[args.token](cast("dict[str, Any]", args.args))

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        given = cast("dict[str, Any]", args.inputs)
        inputs = {
            key: rpc.unwrap_rpc_secret(value) if rpc.is_rpc_secret(value) else value for key, value in given.items()
        }
        if args.typ == _STACK_REFERENCE:
            return args.name, {"name": inputs["name"], "outputs": dict(self._stacks[inputs["name"]])}
        if args.typ.startswith("pulumi:providers:"):
            return f"{args.name}-id", inputs
        if not args.custom:
            if not _COMPONENT.match(args.typ):
                raise AssertionError(f"{args.typ} is not a component's token (groundwork:components:<Name>)")
            return None, inputs
        types = resource_types(_resource_class(args.typ))
        if self._preview:
            return None, inputs
        if args.typ == _RANDOM_BYTES:
            inputs["base64"] = random_bytes(args.name, int(inputs["length"]))
        if args.typ == _ENDPOINT:
            inputs["cidrBlocks"] = ["198.51.100.0/24"]
        if args.typ == _CERTIFICATE:
            inputs["domainValidationOptions"] = _validation_options(inputs)
        if args.typ == _REPLICATION_GROUP:
            inputs.update(_nodes(inputs))
        return f"{args.name}-id", _complete(types, inputs, args.typ, args.name)


def random_bytes(name: str, length: int) -> str:
    """As many bytes as were asked for, the same for a name in every run: some are taken apart again."""
    return base64.b64encode(hashlib.shake_256(name.encode()).digest(length)).decode()


def _validation_options(certificate: Mapping[str, Any]) -> list[dict[str, str]]:
    """One validation record per name of an ACM certificate, and, as ACM may, not in the order of the names."""
    names = [certificate["domainName"], *certificate.get("subjectAlternativeNames", [])]
    return [
        {
            "domainName": name,
            "resourceRecordName": f"_check.{name}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_answer.{name}.acm-validations.aws.",
        }
        for name in reversed(names)
    ]


def _nodes(group: Mapping[str, Any]) -> dict[str, Any]:
    """The endpoints and the members of a replication group with TLS, in no particular order."""
    name = group["replicationGroupId"]
    if group["clusterMode"] == "disabled":
        place = f"{name}.abc123.use1.cache.amazonaws.com"
        return {
            "primaryEndpointAddress": f"master.{place}",
            "readerEndpointAddress": f"replica.{place}",
            "memberClusters": [f"{name}-{n:03d}" for n in range(int(group["numCacheClusters"]), 0, -1)],
        }
    shards, nodes = int(group["numNodeGroups"]), 1 + int(group["replicasPerNodeGroup"])
    return {
        "configurationEndpointAddress": f"clustercfg.{name}.abc123.use1.cache.amazonaws.com",
        "memberClusters": [f"{name}-{s:04d}-{n:03d}" for n in range(1, nodes + 1) for s in range(1, shards + 1)],
    }


def _resource_class(token: str) -> type:
    package, module, name = token.split(":")
    if package not in _PACKAGES:
        raise AssertionError(f"{token}: no SDK for package {package!r} among {', '.join(_PACKAGES)}")
    path = {"helm.sh/v3": "helm.v3"}.get(module, module.split("/")[0])
    path = f"{path}_" if keyword.iskeyword(path) else path  # the module of aws:lambda is called lambda_
    full = _PACKAGES[package] if path == "index" else f"{_PACKAGES[package]}.{path}"
    found: type | None = getattr(importlib.import_module(full), name, None)
    if found is None or getattr(found, "pulumi_type", None) != token:
        raise AssertionError(f"{token} is not a resource type of {_PACKAGES[package]}")
    return found


def _complete(types: Mapping[str, Any], given: Mapping[str, Any], token: str, name: str) -> dict[str, Any]:
    """Add made-up values for the properties that were not given, and inside the objects that were."""
    complete = dict(given)
    for key, kind in types.items():
        if key not in given:
            complete[key] = _made_up(key, kind, token, name)
        elif isinstance(given[key], dict) and _is_object(kind):
            complete[key] = _complete(output_type_types(kind), cast("dict[str, Any]", given[key]), token, name)
    return complete


def _made_up(key: str, kind: Any, token: str, name: str) -> Any:
    if _is_object(kind):
        return _complete(output_type_types(kind), {}, token, name)
    if kind is str:
        return _made_up_text(key, token, name)
    if typing.get_origin(kind) is not None and typing.get_args(kind):
        element = typing.get_args(kind)[-1]
        if typing.get_origin(kind) is typing.Union:
            return _made_up(key, next(each for each in typing.get_args(kind) if each is not type(None)), token, name)
        if _is_object(element) and not issubclass(cast(type, typing.get_origin(kind)), Mapping):
            return [_made_up(key, element, token, name)]
        return {} if issubclass(cast(type, typing.get_origin(kind)), Mapping) else []
    return {int: 0, float: 0.0, bool: False}.get(kind)


def _made_up_text(key: str, token: str, name: str) -> str:
    if key == "clusterSecurityGroupId":
        return CLUSTER_SECURITY_GROUP
    if key == "createDate":
        return LONG_AGO
    if key != "arn" and not key.endswith("Arn"):
        return f"{name}-{key}"
    module = token.split(":")[1].split("/", maxsplit=1)[0]
    return f"arn:aws:{_ARN_SERVICES.get(module, module)}:{REGION}:{ACCOUNT}:{name}-{key}"


def _is_object(kind: Any) -> bool:
    return isinstance(kind, type) and is_output_type(kind)


# The engine's message is referred to so that a renamed field fails here rather than reading as empty.
assert "retainOnDelete" in {field.name for field in resource_pb2.RegisterResourceRequest.DESCRIPTOR.fields}
