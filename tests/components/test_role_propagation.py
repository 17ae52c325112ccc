"""A task definition is registered once IAM has made its roles known, on a first `up` and on a standing stack alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import Output
from pulumi_aws import iam

from components.identity import propagation, task_roles
from components.identity.propagation import PROPAGATION_SECONDS, propagated, remaining_seconds
from components.identity.task_roles import TaskRoles, TaskRolesArgs
from tests.charts.whole_platform import platform, settings
from tests.components.recording import ACCOUNT, REGION, Recorder, build

NOW = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)


@given(age=st.floats(min_value=-3600, max_value=3600, allow_nan=False))
def test_what_is_waited_for_and_the_age_make_up_the_time_that_iam_needs(age: float) -> None:
    waited = remaining_seconds((NOW - timedelta(seconds=age)).isoformat(), NOW)
    assert 0 <= waited <= PROPAGATION_SECONDS
    if 0 <= age <= PROPAGATION_SECONDS:
        assert waited + age == pytest.approx(PROPAGATION_SECONDS, abs=1e-5)


@pytest.fixture
def slept() -> Iterator[list[float]]:
    seconds: list[float] = []

    async def sleep(waited: float) -> None:
        seconds.append(waited)

    with patch.object(propagation, "sleep", sleep):
        yield seconds


def roles(*, preview: bool = False) -> Recorder[TaskRoles]:
    args = TaskRolesArgs(
        prefix="shop-prod-api",
        account_id=ACCOUNT,
        region=REGION,
        log_group_arn="arn:aws:logs:us-east-1:111122223333:log-group:shop",
        secrets_key_arn="arn:aws:kms:us-east-1:111122223333:key/1",
    )
    return build(lambda: TaskRoles("roles", args), preview=preview)


def test_new_roles_are_waited_for(slept: list[float]) -> None:
    def younger(created: str, now: datetime) -> float:
        assert now - datetime.fromisoformat(created) > timedelta(days=100)
        return 7.0

    with patch.object(propagation, "remaining_seconds", younger):
        made = roles()
    assert slept == [7.0, 7.0]
    assert made.value(made.result.execution_arn).startswith("arn:aws:iam:")


def test_standing_roles_hold_nothing_up(slept: list[float]) -> None:
    roles()
    assert slept == [0, 0]


def test_a_preview_waits_for_nothing(slept: list[float]) -> None:
    roles(preview=True)
    assert slept == []


def test_every_task_definition_takes_roles_that_were_waited_for() -> None:
    async def value(arn: str) -> str:
        return f"{arn}-known-everywhere"

    def marked(role: iam.Role, arn: Output[str]) -> Output[str]:
        return propagated(role, arn).apply(value)

    with patch.object(task_roles, "propagated", marked):
        graph = platform(settings("waiver-exchange", "budget"))
    definitions = graph.of_type("aws:ecs/taskDefinition:TaskDefinition")
    assert len(definitions) > 3
    for each in definitions:
        assert each.inputs["executionRoleArn"].endswith("-known-everywhere"), each.name
        assert each.inputs["taskRoleArn"].endswith("-known-everywhere"), each.name
