"""Functions of Lambda that the engine invokes: their own Python code is run here, against the offline cloud's ECS.

Only what the program itself wrote is run, with stand-ins for the SDK and the clock: a wait takes no time. A function
that asks for any other service is not run, and a note says so. `OFFLINE_CLOUD_FAULTS="run:<family>:1=error"` makes the
first task of a task definition's family fail.
"""

import builtins
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final, cast

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value, World, at, digest, items, text
from offline_cloud.cloud.services.ecs.rules import containers
from offline_cloud.cloud.services.iam.roles import bare_role

INVOCATION: Final = "aws:lambda/invocation:Invocation"
_LAMBDA_SECONDS: Final = 900

Fails = Callable[[str], bool]
"""Tells whether the next task of a family is to fail."""


class NotRunHereError(Exception):
    """The function needs something that the offline cloud does not play."""


class FunctionFailedError(Exception):
    """The function raised an error; its text is what Lambda hands back."""


class ClientError(Exception):
    """Stands for the SDK's error of the same name."""

    def __init__(self, code: str, message: str, operation: str) -> None:
        super().__init__(f"An error occurred ({code}) when calling the {operation} operation: {message}")
        self.response = {"Error": {"Code": code, "Message": message}}


class Clock:
    """A clock that a wait moves on at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Ecs:
    """The calls of ECS that start a task and look how it is. Each task ends as soon as it is looked at."""

    def __init__(self, world: World, region: str, fails: Fails) -> None:
        self._world = world
        self._region = region
        self._fails = fails
        self._started: dict[str, Record] = {}

    def list_tasks(self, **_asked: object) -> dict[str, list[str]]:
        return {"taskArns": []}

    def run_task(self, *, cluster: str, taskDefinition: str, launchType: str, **asked: object) -> dict[str, Any]:  # noqa: N803
        definition = self._world.by_arn(taskDefinition)
        if facts.named(self._world, facts.ECS_CLUSTER, cluster, self._region) is None:
            raise ClientError("ClusterNotFoundException", "Cluster not found.", "RunTask")
        if definition is None or definition.type != facts.TASK_DEFINITION:
            raise ClientError("ClientException", "TaskDefinition not found.", "RunTask")
        if launchType not in items(definition.inputs, "requiresCompatibilities"):
            raise ClientError("InvalidParameterException", f"The task definition is not for {launchType}.", "RunTask")
        if text(definition.inputs, "networkMode") == "awsvpc" and "networkConfiguration" not in asked:
            message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            raise ClientError("InvalidParameterException", message, "RunTask")
        arn = f"{taskDefinition}/task/{digest(taskDefinition, str(len(self._started)), length=32)}"
        self._started[arn] = definition
        return {"tasks": [{"taskArn": arn}], "failures": []}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> dict[str, Any]:
        del cluster
        return {"tasks": [self._ended(arn, self._started[arn]) for arn in tasks]}

    def _ended(self, arn: str, definition: Record) -> dict[str, Any]:
        family = text(definition.inputs, "family") or ""
        ended: dict[str, Any] = {"taskArn": arn, "lastStatus": "STOPPED", "stoppedReason": "Essential container exited"}
        names = [str(each.get("name")) for each in containers(definition.inputs) or ()]
        if bare_role(definition, "executionRoleArn", self._world) is not None:
            reason = "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException"
            return {**ended, "stoppedReason": reason, "containers": [{"name": name} for name in names]}
        code = 1 if self._fails(family) else 0
        return {**ended, "containers": [{"name": name, "exitCode": code} for name in names]}


def invoke(record: Record, world: World, fails: Fails) -> str:
    """Invoke the function that an invocation names; gives its answer as JSON.

    Raises ``NotRunHereError``, ``FunctionFailedError``.
    """
    function = facts.named(world, facts.FUNCTION, text(record.inputs, "functionName") or "", record.region)
    if function is None:
        raise NotRunHereError("the function is not among those of this account")
    module, _, handler = (text(function.inputs, "handler") or "").partition(".")
    code = _source(function, f"{module}.py")
    clock = Clock()
    given = {**vars(builtins), "__import__": _imports(world, record.region, fails, clock)}
    space: dict[str, object] = {"__builtins__": given, "__name__": module}
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: (_LAMBDA_SECONDS - clock.now) * 1000)
    try:
        exec(compile(code, f"{module}.py", "exec"), space)  # noqa: S102 - the program's own code
        call = cast("Callable[[object, object], object]", space[handler])
        return json.dumps(call(json.loads(text(record.inputs, "input") or "null"), context))
    except NotRunHereError:
        raise
    except Exception as error:  # whatever the code raises is what Lambda hands back
        raise FunctionFailedError(f"{type(error).__name__}: {error}") from error


def _source(function: Record, name: str) -> str:
    asset = at(function.inputs, "code.assets")
    held = cast("Mapping[str, Value]", asset).get(name) if isinstance(asset, dict) else None
    if not isinstance(held, dict):
        raise NotRunHereError(f"its archive holds no {name}")
    stated, path = held.get("text"), held.get("path")
    if isinstance(stated, str):
        return stated
    if not isinstance(path, str) or not Path(path).is_file():
        raise NotRunHereError(f"{path} is not there")
    return Path(path).read_text(encoding="utf-8")


def _imports(world: World, region: str, fails: Fails, clock: Clock) -> Callable[..., object]:
    """Give an `import` that hands out the stand-ins, and leaves everything else to Python."""

    def create_client(service: str) -> Ecs:
        if service != "ecs":
            raise NotRunHereError(f"it calls {service}, which is not played for functions")
        return Ecs(world, region, fails)

    session, exceptions, time = ModuleType("botocore.session"), ModuleType("botocore.exceptions"), ModuleType("time")
    vars(session)["get_session"] = lambda: SimpleNamespace(create_client=create_client)
    vars(exceptions)["ClientError"] = ClientError
    vars(time).update(monotonic=clock.monotonic, sleep=clock.sleep)
    stand_ins = {"botocore.session": session, "botocore.exceptions": exceptions, "time": time}

    def find(name: str, *rest: Any) -> object:
        return stand_ins[name] if name in stand_ins else __import__(name, *rest)

    return find
