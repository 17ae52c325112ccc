"""The provider protocol, answered for aws, kubernetes and random by one process."""

import threading
import traceback
from collections.abc import Callable
from concurrent import futures
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from offline_cloud.cloud.core.regions import REGIONS
from offline_cloud.cloud.model import Diagnostic, Properties, Value, at
from offline_cloud.provider.catalog import provider_inputs
from offline_cloud.provider.check import check_properties, parse_provider_inputs
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.diff import Change, changes
from offline_cloud.provider.lifecycle import Lifecycle, RefusedError, Result, Verdict
from offline_cloud.provider.values import decode, encode

# 16 requests at once: more only queue behind the interpreter lock (measured on 2 cores with 300 resources).
WORKERS: Final = 16
MAXIMUM_MESSAGE_BYTES: Final = 400 * 1024 * 1024
_P = ParamSpec("_P")
_T = TypeVar("_T")
_Kinds = provider_pb2.PropertyDiff
_REPLACING: Final = {"add": _Kinds.ADD_REPLACE, "delete": _Kinds.DELETE_REPLACE, "update": _Kinds.UPDATE_REPLACE}
_KEEPING: Final = {"add": _Kinds.ADD, "delete": _Kinds.DELETE, "update": _Kinds.UPDATE}


def _refusing(
    method: "Callable[Concatenate[Provider, _P], _T]",
) -> "Callable[Concatenate[Provider, _P], _T]":
    """Turn a diagnostic into the status the engine shows with the resource."""

    @wraps(method)
    def answer(self: "Provider", *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(self, *args, **kwargs)
        except RefusedError as error:
            _context(args).abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        except Exception as error:
            traceback.print_exc()
            said = f"the offline cloud itself failed: {type(error).__name__}: {error}; provider.log has the details"
            _context(args).abort(grpc.StatusCode.INTERNAL, said)

    return answer


def _context(args: tuple[object, ...]) -> grpc.ServicerContext:
    return cast("grpc.ServicerContext", args[1])


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Tells the program's providers apart by their connections: the engine opens one for each provider resource."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._connections: dict[str, Connection] = {}
        self._lock = threading.Lock()

    def _connection(self, context: grpc.ServicerContext) -> Connection:
        with self._lock:
            return self._connections.setdefault(context.peer(), Connection())

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=False, supports_autonaming_configuration=False
        )

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo()

    @_refusing
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        package = request.urn.split("::")[2].rsplit(":", 1)[-1]
        news = decode(request.news)
        shape = provider_inputs(package)
        stated = {key: value for key, value in news.properties.items() if key != "version"}
        parsed = parse_provider_inputs(stated, shape)
        diagnostics = check_properties(parsed, shape) + _check_region(parsed)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(diagnostics))

    @_refusing
    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        # A provider is never replaced: that would replace every resource it made (pulumi-eks #207).
        return _diff_response(Verdict(changes(decode(request.old_inputs).properties, decode(request.news).properties)))

    @_refusing
    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        connection = self._connection(context)
        connection.urn = request.urn
        connection.package = request.type.rsplit(":", 1)[-1] or request.urn.split("::")[2].rsplit(":", 1)[-1]
        configuration = parse_provider_inputs(
            decode(request.args).properties, provider_inputs(connection.package or "aws")
        )
        region = configuration.get("region")
        if isinstance(region, str):
            connection.region = region
        tags = at(configuration, "defaultTags.tags")
        connection.default_tags = tags if isinstance(tags, dict) else {}
        self._lifecycle.configure(connection, configuration)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=True, acceptOutputs=False
        )

    @_refusing
    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        news = decode(request.news)
        inputs, diagnostics = self._lifecycle.check(
            self._connection(context),
            request.urn,
            _type(request.urn),
            decode(request.olds).properties,
            news,
            request.randomSeed,
        )
        return provider_pb2.CheckResponse(inputs=encode(inputs, news.secrets), failures=_failures(diagnostics))

    @_refusing
    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        new = decode(request.news)
        ignored = set(request.ignoreChanges)
        verdict = self._lifecycle.diff(
            self._connection(context),
            request.urn,
            _type(request.urn),
            decode(request.old_inputs),
            decode(request.olds),
            new,
        )
        kept = [change for change in verdict.changes if change.written not in ignored]
        return _diff_response(Verdict(kept, verdict.delete_before_replace))

    @_refusing
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        result = self._lifecycle.create(
            self._connection(context), request.urn, _type(request.urn), decode(request.properties), request.preview
        )
        return provider_pb2.CreateResponse(id=result.id, properties=_struct(result))

    @_refusing
    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        result = self._lifecycle.read(
            self._connection(context),
            _type(request.urn),
            request.id,
            decode(request.properties),
            decode(request.inputs),
        )
        if result is None:
            return provider_pb2.ReadResponse()
        inputs = encode(result.inputs.properties, result.inputs.secrets)
        return provider_pb2.ReadResponse(id=result.id, properties=_struct(result), inputs=inputs)

    @_refusing
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        result = self._lifecycle.update(
            self._connection(context),
            request.urn,
            _type(request.urn),
            request.id,
            decode(request.olds),
            decode(request.news),
            request.preview,
        )
        return provider_pb2.UpdateResponse(properties=_struct(result))

    @_refusing
    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self._lifecycle.delete(self._connection(context), _type(request.urn), request.id, decode(request.properties))
        return empty_pb2.Empty()

    @_refusing
    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        answer = self._lifecycle.look_up(self._connection(context), request.tok, decode(request.args).properties)
        if isinstance(answer, Diagnostic):
            return provider_pb2.InvokeResponse(failures=_failures([answer]))
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(answer))
        return response

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()


def serve(lifecycle: Lifecycle, port: int) -> tuple[grpc.Server, int]:
    """Start the server on the loop-back address; port 0 lets the system choose. Raises ``OSError`` when it is busy."""
    server = grpc.server(  # pyright: ignore[reportUnknownMemberType]  # its stubs leave the handlers open
        futures.ThreadPoolExecutor(max_workers=WORKERS),
        options=[
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", MAXIMUM_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAXIMUM_MESSAGE_BYTES),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(lifecycle), server)
    try:
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
    except RuntimeError as error:
        raise OSError(f"port {port} is in use") from error
    if bound == 0:
        raise OSError(f"port {port} is in use")
    server.start()
    return server, bound


def _type(urn: str) -> str:
    """Take the type token from a URN; the types of its parents come before it, each followed by a dollar sign."""
    return urn.split("::", 3)[2].rsplit("$", 1)[-1]


def _struct(result: Result) -> struct_pb2.Struct:
    return encode(result.outputs.properties, result.outputs.secrets)


def _failures(diagnostics: list[Diagnostic]) -> list[provider_pb2.CheckFailure]:
    return [
        provider_pb2.CheckFailure(
            property=diagnostic.path, reason=diagnostic.reason + (f"; {diagnostic.fix}" if diagnostic.fix else "")
        )
        for diagnostic in diagnostics
    ]


def _check_region(inputs: Properties) -> list[Diagnostic]:
    region: Value = inputs.get("region")
    if isinstance(region, str) and region not in REGIONS:
        return [Diagnostic("region", f"{region!r} is no AWS region", "see settings or `aws ec2 describe-regions`")]
    return []


def _diff_response(verdict: Verdict) -> provider_pb2.DiffResponse:
    if not verdict.changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    replaces = [change for change in verdict.changes if change.replaces]
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        replaces=sorted({str(change.path[0]) for change in replaces}),
        diffs=sorted({str(change.path[0]) for change in verdict.changes}),
        detailedDiff={change.written: _property_diff(change) for change in verdict.changes},
        hasDetailedDiff=True,
        deleteBeforeReplace=bool(replaces) and verdict.delete_before_replace,
    )


def _property_diff(change: Change) -> provider_pb2.PropertyDiff:
    kinds = _REPLACING if change.replaces else _KEEPING
    return provider_pb2.PropertyDiff(kind=kinds[change.kind], inputDiff=change.path != ("tagsAll",))
