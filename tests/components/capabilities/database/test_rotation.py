"""The roles' passwords, as a platform has them rotated."""

import json
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings.facts.reserved import METRICS_USERNAME
from tests.components.capabilities.on_runtimes import platform_of, settings_on
from tests.components.recording import Recorder, Registration

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECRET = "aws:secretsmanager/secret:Secret"


@cache
def platform(runtime: str = "eks") -> Recorder[Platform]:
    return platform_of(settings_on(runtime, {"database.owner": "shop_owner"}))


def _rotations(recorder: Recorder[Platform]) -> list[Registration]:
    return [each for each in recorder.of_type(ROTATION) if each.name.startswith("database-rotation-")]


def _changed(**changes: Any) -> Recorder[Platform]:
    return platform_of(settings_on("eks", changes))


def test_every_role_changes_on_schedule() -> None:
    recorder = platform()
    found = {each.inputs["secretId"]: each.inputs["rotationRules"] for each in _rotations(recorder)}
    roles = [each for each in recorder.of_type(SECRET) if each.name.startswith("secrets-database-")]
    assert len(roles) == 3
    assert found == {each.outputs["arn"]: {"automaticallyAfterDays": 90} for each in roles}


def test_the_function_knows_where_each_role_is_and_no_password() -> None:
    recorder = platform()
    variables = recorder.named("database-rotation-function").inputs["environment"]["variables"]
    known = json.loads(variables["ROTATED"])
    assert {name: each["role"] for name, each in known.items()} == {
        "shop/prod/database-role": "shop",
        "shop/prod/database-owner": "shop_owner",
        "shop/prod/database-metrics": METRICS_USERNAME,
    }
    host = recorder.value(recorder.result.exports["database_host"])
    assert {(each["host"], each["port"]) for each in known.values()} == {(host, 5432)}
    entered = {name.rpartition("-")[2]: each["database"] for name, each in known.items()}
    assert entered == {"role": "shop", "owner": "shop", "metrics": "postgres"}


def test_the_function_reads_the_administrator_and_writes_the_roles_alone() -> None:
    statements = platform().named("database-rotation-permissions").document("policy")["Statement"]
    by_name = {each["Sid"]: each for each in statements}
    assert by_name["ReadTheAdministrator"]["Action"] == "secretsmanager:GetSecretValue"
    variables = platform().named("database-rotation-function").inputs["environment"]["variables"]
    (administrator,) = {each["administrator"] for each in json.loads(variables["ROTATED"]).values()}
    assert by_name["ReadTheAdministrator"]["Resource"] == administrator
    assert administrator not in by_name["RotateThese"]["Resource"]
    assert len(by_name["RotateThese"]["Resource"]) == 3


def test_the_function_reaches_the_database_from_inside() -> None:
    recorder = platform()
    function = recorder.named("database-rotation-function").inputs
    group = recorder.named("database-rotation-group")
    assert function["vpcConfig"]["securityGroupIds"] == [group.id]
    rules = [each for each in recorder.registrations if each.name == "database-rotation-from-function"]
    assert [each.inputs["referencedSecurityGroupId"] for each in rules] == [group.id]
    assert [each.inputs["fromPort"] for each in rules] == [5432]


def test_an_up_never_sets_the_first_password_back() -> None:
    recorder = platform()
    for label in ("database-role", "database-owner"):
        assert recorder.named(f"secrets-{label}-version").ignore_changes == ("secretString",)


def test_a_failed_rotation_is_heard_of() -> None:
    alarm = platform().named("monitoring-alarms-database-rotation-errors")
    assert alarm.inputs["dimensions"] == {"FunctionName": "shop-prod-database-rotation"}


@pytest.mark.parametrize(
    "changes",
    [
        {"database.pooler": {"clients": 500, "pool": 20}},
        {"secrets.WORD": {"kind": "wired", "output": "database.password"}},
        {"services.api.reads_secrets": ["DATABASE_URL"]},
    ],
)
def test_a_password_stays_where_a_reader_would_not_hear_of_the_other_log_in(changes: dict[str, Any]) -> None:
    assert not _rotations(_changed(**changes))


def test_a_task_keeps_its_password() -> None:
    assert not _rotations(platform("ecs"))
