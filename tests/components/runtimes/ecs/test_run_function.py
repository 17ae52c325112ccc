"""The function that runs a job and waits for it, against an ECS that answers as its guide says."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.runtimes.ecs.run_function import run as function
from components.runtimes.ecs.run_function.run import Event, JobFailedError, run

EVENT: Event = {
    "job": "database-bootstrap",
    "cluster": "shop-prod",
    "taskDefinition": "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-prod-database-bootstrap:3",
    "launchType": "FARGATE",
    "startedBy": "abc",
    "log": "aws logs tail /ecs/shop-prod-database-bootstrap",
    "network": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
}
DENIED = "ResourceInitializationError: unable to pull secrets: AccessDeniedException"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((900 - self.now) * 1000)


class Ecs:
    """Each item of `ends` is how one task ends: an exit code, a reason why it never began, or an error of RunTask."""

    def __init__(self, *ends: int | str | ClientError, lasts: int = 2, running: str | None = None) -> None:
        self.ends = list(ends)
        self.lasts = lasts
        self.running = running
        self.asked: list[Mapping[str, Any]] = []
        self._looks = 0

    def list_tasks(self, **asked: Any) -> Mapping[str, Any]:
        assert asked == {"cluster": "shop-prod", "startedBy": "abc", "desiredStatus": "RUNNING"}
        found, self.running = self.running, None
        return {"taskArns": [found] if found else []}

    def run_task(self, **asked: Any) -> Mapping[str, Any]:
        self.asked.append(asked)
        if isinstance(self.ends[0], ClientError):
            raise self.ends.pop(0)  # type: ignore[misc]
        if self.ends[0] == "RESOURCE:MEMORY":
            return {"tasks": [], "failures": [{"reason": self.ends.pop(0)}]}
        return {"tasks": [{"taskArn": f"task/{len(self.asked)}"}], "failures": []}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Mapping[str, Any]:
        assert cluster == "shop-prod"
        self._looks += 1
        if self._looks % (self.lasts + 1):
            return {"tasks": [{"taskArn": tasks[0], "lastStatus": "RUNNING"}]}
        end = self.ends.pop(0)
        container = {"name": "database-bootstrap", **({"exitCode": end} if isinstance(end, int) else {})}
        reason = end if isinstance(end, str) else "Essential container in task exited"
        stopped = {"lastStatus": "STOPPED", "containers": [container], "stoppedReason": reason}
        return {"tasks": [{"taskArn": tasks[0], **stopped}]}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(function, "time", clock)
    return clock


def test_a_job_that_succeeds_is_waited_for(clock: Clock) -> None:
    ecs = Ecs(0)
    assert run(EVENT, ecs, clock) == {"task": "task/1"}
    (asked,) = ecs.asked
    assert asked["networkConfiguration"] == {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    assert (asked["startedBy"], asked["count"], asked["launchType"]) == ("abc", 1, "FARGATE")
    assert clock.now == 2 * function.PAUSE_SECONDS


def test_a_job_that_fails_says_which_container_and_where_its_log_is(clock: Clock) -> None:
    ecs = Ecs(3, 0)
    with pytest.raises(JobFailedError) as failed:
        run(EVENT, ecs, clock)
    assert "container database-bootstrap ended with 3" in str(failed.value)
    assert "aws logs tail /ecs/shop-prod-database-bootstrap" in str(failed.value)
    assert len(ecs.asked) == 1


@pytest.mark.parametrize("early", [DENIED, "ECS was unable to assume the role"])
def test_a_task_that_iam_does_not_know_yet_is_started_again(early: str, clock: Clock) -> None:
    ecs = Ecs(early, early, 0)
    assert run(EVENT, ecs, clock) == {"task": "task/3"}


def test_patience_with_iam_has_an_end(clock: Clock) -> None:
    with pytest.raises(JobFailedError, match="AccessDenied"):
        run(EVENT, Ecs(*[DENIED] * 100), clock)
    assert function.PATIENCE_SECONDS <= clock.now < function.PATIENCE_SECONDS + 60


def test_a_refused_start_is_tried_again_where_time_helps(clock: Clock) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "RunTask")
    assert run(EVENT, Ecs(denied, "RESOURCE:MEMORY", 0), clock) == {"task": "task/3"}
    wrong = ClientError({"Error": {"Code": "ClientException", "Message": "TaskDefinition is inactive"}}, "RunTask")
    with pytest.raises(ClientError, match="inactive"):
        run(EVENT, Ecs(wrong, 0), clock)


def test_a_job_under_way_is_waited_for_and_not_started_twice(clock: Clock) -> None:
    ecs = Ecs(0, running="task/before")
    assert run(EVENT, ecs, clock) == {"task": "task/before"}
    assert ecs.asked == []


def test_a_job_that_takes_longer_than_lambda_goes_on(clock: Clock) -> None:
    with pytest.raises(JobFailedError, match="run `pulumi up` again to wait for it"):
        run(EVENT, Ecs(0, lasts=1000), clock)
    assert clock.now < 900
