"""The program of the project, served to the engine from this process, with errors a person can read."""

import ast
import asyncio
import importlib
import logging
import re
import runpy
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Generator
from concurrent import futures
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol, cast

import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi import log
from pulumi.runtime import reset_options, run_in_stack, set_all_config
from pulumi.runtime.proto import LanguageRuntimeServicer, engine_pb2, language_pb2, language_pb2_grpc, plugin_pb2
from pulumi.runtime.settings import SETTINGS

from offline_cloud.sdk_imports import on_demand

MAXIMUM_MESSAGE_BYTES: Final = 400 * 1024 * 1024
# What the SDK says when the engine stopped first: the engine has said why.
_ENGINE_ENDED: Final = "Resource monitor has terminated"
# How the SDK words a refused invoke.
_LOOKUP: Final = re.compile(r"invoke of (?P<token>\S+) failed: (?P<why>.*?)(?: \(\))?", re.DOTALL)
_NOT_OWN: Final = {".venv", "venv", "site-packages", "offline_cloud"}


def imported_ahead(program: Path) -> threading.Thread:
    """Import what the program imports, while provider and engine start: half of the program's own time goes there.

    An import that fails is left to the program, which says so itself.
    """

    def load() -> None:
        with suppress(Exception):
            tree = ast.parse(program.read_text(encoding="utf-8"))
            for statement in tree.body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    importlib.import_module(statement.module)

    _found_from(program)
    on_demand()
    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    return thread


def project_program(program: Path) -> Callable[[], None]:
    """Give the program in a file, such as ``__main__.py``, run as ``python __main__.py`` would run it."""

    def run() -> None:
        _found_from(program)
        runpy.run_path(str(program), run_name="__main__")

    return run


def _found_from(program: Path) -> None:
    """Let the program's own modules be found."""
    if str(program.parent) not in sys.path:
        sys.path.insert(0, str(program.parent))


class ProgramServer(LanguageRuntimeServicer):
    """Answers the engine's request to run the program. ``failure`` is what the program said when it failed."""

    def __init__(self, program: Callable[[], None], file: Path) -> None:
        self._program = program
        self._file = file
        self._imports: threading.Thread | None = None
        self.failure: str | None = None

    def import_ahead(self) -> None:
        """Start importing before the engine asks for the program."""
        self._imports = imported_ahead(self._file)

    def GetRequiredPlugins(
        self, request: object, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(
        self, request: object, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        return language_pb2.GetRequiredPackagesResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo()

    def Run(self, request: language_pb2.RunRequest, context: grpc.ServicerContext) -> language_pb2.RunResponse:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        reset_options(
            project=request.project,
            monitor_address=request.monitor_address,
            engine_address=request.args[0] if request.args else "",
            stack=request.stack,
            parallel=request.parallel,
            preview=request.dryRun,
            organization=request.organization or "organization",
        )
        leave_debug_messages_unsent()
        set_all_config(dict(request.config), list(request.configSecretKeys))
        loop = asyncio.new_event_loop()
        loop.set_default_executor(futures.ThreadPoolExecutor(max_workers=max(request.parallel, 1) * 4))
        try:
            loop.run_until_complete(run_in_stack(self._run_and_settle))
        except BaseException as error:  # whatever the program raised, the engine has to hear of it
            return self._failed(error)
        finally:
            _finish(loop)
        return language_pb2.RunResponse()

    async def _run_and_settle(self) -> None:
        if self._imports is not None:
            self._imports.join()  # the SDKs load their modules lazily, which two threads at once do not survive
        self._program()
        await outputs_settled()

    def _failed(self, error: BaseException) -> language_pb2.RunResponse:
        if isinstance(error, grpc.RpcError) and error.code() == grpc.StatusCode.UNAVAILABLE:
            # The engine is shutting down already, and has said why.
            return language_pb2.RunResponse()
        if str(error).startswith(_ENGINE_ENDED):
            return language_pb2.RunResponse()
        self.failure = explain(error, self._file)
        with suppress(Exception):
            log.error(self.failure)
        return language_pb2.RunResponse(error=self.failure)


def leave_debug_messages_unsent() -> None:
    """Keep the SDK from waiting for the engine with each debug message, three a resource, which nobody asked to read.

    They took 1.3 s of the 8.9 s of a preview of 524 resources.
    """
    engine = cast("_Connected", SETTINGS).engine
    send = engine.Log

    def log_what_is_read(request: engine_pb2.LogRequest) -> None:
        if request.severity != engine_pb2.DEBUG:
            send(request)

    engine.Log = log_what_is_read


async def outputs_settled() -> None:
    """Wait for the outputs of a program all at once, until none is open or one has failed, which the SDK raises then.

    The SDK waits for them too, but looks through all that are open each time that one settles: half of the time of
    a program with 475 resources went there.
    """
    failed = False
    while not failed and (waiting := _open_outputs()):
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
        failed = any(output.cancelled() or output.exception() for output in done)


def _open_outputs() -> "list[asyncio.Task[object]]":
    settings = cast("_Tracked", SETTINGS)
    with settings.lock:
        return [output for output in settings.outputs if not output.done()]


class _Tracked(Protocol):
    """What the SDK's settings keep of outputs; its own annotations hide it."""

    lock: threading.Lock
    outputs: "set[asyncio.Task[object]]"


class _Engine(Protocol):
    Log: "Callable[[engine_pb2.LogRequest], object]"


class _Connected(Protocol):
    """What the SDK's settings hold of the engine; its own annotations hide it."""

    engine: _Engine


def explain(error: BaseException, program: Path) -> str:
    """Say what went wrong: an error made for people in its own words, any other with the project's lines alone."""
    render = getattr(error, "render", None)
    if callable(render):
        return str(render())
    if isinstance(error, pulumi.ConfigMissingError):
        return f"{str(error).splitlines()[0]}; state it in the stack's file, or with -c {error.key}=<value>"
    if isinstance(error, pulumi.RunError):
        return str(error)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(Path(frame.filename), program.parent)
    ]
    where = "".join(
        f"\n  {Path(frame.filename).relative_to(program.parent)}:{frame.lineno} in {frame.name}: {frame.line}"
        for frame in frames
    )
    lookup = _LOOKUP.fullmatch(str(error))
    if lookup is None and not isinstance(error, ModuleNotFoundError):
        return f"the program failed: {type(error).__name__}: {error}{where}"
    from offline_cloud import survey  # noqa: PLC0415  # it takes time to load, and only a failure needs it

    module = error.name if isinstance(error, ModuleNotFoundError) else None
    surveyed = survey.of(program, module).lines()
    first = f"look-up {lookup['token']}: {lookup['why']}" if lookup else f"{type(error).__name__}: {error}"
    return "\n".join([f"the program failed: {first}{where}", *(f"  {line}" for line in surveyed)])


def _is_own(file: Path, root: Path) -> bool:
    return file.is_relative_to(root) and not _NOT_OWN & set(file.relative_to(root).parts)


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    # What a failed program left unawaited is nobody's mistake.
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited", category=RuntimeWarning)
    for task in asyncio.all_tasks(loop):
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            loop.run_until_complete(task)
    loop.close()


@contextmanager
def served(server: ProgramServer) -> Generator[int]:
    """Serve the program on a free port of the loop-back address, which is given."""
    listener = grpc.server(  # pyright: ignore[reportUnknownMemberType]  # its stubs leave the handlers open
        futures.ThreadPoolExecutor(max_workers=4),
        options=[
            ("grpc.max_receive_message_length", MAXIMUM_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAXIMUM_MESSAGE_BYTES),
        ],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(server, listener)
    port = listener.add_insecure_port("127.0.0.1:0")
    listener.start()
    try:
        yield port
    finally:
        listener.stop(grace=None)
