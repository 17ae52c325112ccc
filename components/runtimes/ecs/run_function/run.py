"""Run a task of ECS to its end, for a `pulumi up` that waits for it: what it returns is success, what it raises is not.

The event says what to run and where its log is. A run that is still under way from an `up` that was cut off is waited
for, and not started a second time: `startedBy` is the same for the same run.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, Protocol, TypedDict, cast

from botocore.exceptions import ClientError
from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

PAUSE_SECONDS, PATIENCE_SECONDS, LEFT_MILLISECONDS = 5, 180, 15_000
# What ECS answers, and tasks stop with, until IAM has told everybody of a role and its permissions.
NOT_YET = ("AccessDenied", "unable to assume", "not authorized", "Role is not valid", "No Container Instances")


class Event(TypedDict):
    """What to run. `network` is ECS's own `networkConfiguration`, absent on a host."""

    job: str
    cluster: str
    taskDefinition: str
    launchType: str
    startedBy: str
    log: str
    network: NotRequired[Mapping[str, Any]]


class Context(Protocol):
    """What Lambda says of this run."""

    def get_remaining_time_in_millis(self) -> int: ...


class JobFailedError(Exception):
    """The job failed, or is not done in time; its text is for the person who ran `pulumi up`."""


def handler(event: Event, context: Context) -> dict[str, str]:
    """Run the task."""
    session = cast("Any", get_session())
    return run(event, session.create_client("ecs"), context)


def run(event: Event, client: Any, context: Context) -> dict[str, str]:
    """Start the task, unless it runs already, and wait for its end; again while IAM does not know its roles."""
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while True:
        task = _wait(event, client, context, _running(event, client) or _start(event, client, patient_until))
        wrong = _wrong(task)
        if wrong is None:
            return {"task": str(task["taskArn"])}
        if not _too_early(wrong) or time.monotonic() >= patient_until:
            raise JobFailedError(f"{event['job']} failed: {wrong}. Its log: {event['log']}")
        time.sleep(PAUSE_SECONDS)


def _running(event: Event, client: Any) -> str | None:
    found = client.list_tasks(cluster=event["cluster"], startedBy=event["startedBy"], desiredStatus="RUNNING")
    return next(iter(found["taskArns"]), None)


def _start(event: Event, client: Any, patient_until: float) -> str:
    asked: dict[str, Any] = {
        "cluster": event["cluster"],
        "taskDefinition": event["taskDefinition"],
        "launchType": event["launchType"],
        "startedBy": event["startedBy"],
        "propagateTags": "TASK_DEFINITION",
        "count": 1,
    }
    if "network" in event:
        asked["networkConfiguration"] = event["network"]
    while True:
        refused, last = _try(client, asked)
        if not refused:
            return last
        if time.monotonic() >= patient_until:
            raise JobFailedError(f"{event['job']} did not start: {last}")
        time.sleep(PAUSE_SECONDS)


def _try(client: Any, asked: Mapping[str, Any]) -> tuple[bool, str]:
    """Ask for the task: whether it cannot be done yet, and its ARN or why. Raises what time will not change."""
    try:
        answer = client.run_task(**asked)
    except ClientError as error:
        if not _too_early(str(error)):
            raise
        return True, str(error)
    if answer["tasks"]:
        return False, str(answer["tasks"][0]["taskArn"])
    return True, ", ".join(str(each.get("reason")) for each in answer["failures"])


def _wait(event: Event, client: Any, context: Context, arn: str) -> Mapping[str, Any]:
    while True:
        (task,) = client.describe_tasks(cluster=event["cluster"], tasks=[arn])["tasks"]
        if task["lastStatus"] == "STOPPED":
            return cast("Mapping[str, Any]", task)
        if context.get_remaining_time_in_millis() < LEFT_MILLISECONDS:
            raise JobFailedError(
                f"{event['job']} is not done yet and goes on; run `pulumi up` again to wait for it. "
                f"Its log: {event['log']}"
            )
        time.sleep(PAUSE_SECONDS)


def _wrong(task: Mapping[str, Any]) -> str | None:
    """Say what was wrong with a task that has ended: the containers that failed, or why it never began."""
    failed = [each for each in cast("Sequence[Mapping[str, Any]]", task["containers"]) if each.get("exitCode") != 0]
    if not failed:
        return None
    said = [f"container {each['name']} ended with {each.get('exitCode', each.get('reason'))}" for each in failed]
    return "; ".join([*said, str(task.get("stoppedReason", "no reason given"))])


def _too_early(text: str) -> bool:
    return any(each in text for each in NOT_YET)
