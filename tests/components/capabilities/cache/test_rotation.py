"""The cache user's password, as a platform has it rotated."""

import json
from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings import PlatformSettings
from tests.components.capabilities.on_runtimes import RUNTIMES, platform_of, settings_on
from tests.components.recording import Recorder, Registration

ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECRET = "aws:secretsmanager/secret:Secret"
URL = {"kind": "wired", "output": "cache.url"}


def _settings(runtime: str, days: int | None = 60, **changes: Any) -> PlatformSettings:
    given = settings_on(runtime, {"cache": {"version": "7.1", "node_type": "cache.m7g.large"}, **changes})
    rotation = given.stack.rotation.model_copy(update={"every_days": days})
    return given.model_copy(update={"stack": given.stack.model_copy(update={"rotation": rotation})})


@cache
def platform(runtime: str = "eks", days: int | None = 60) -> Recorder[Platform]:
    return platform_of(_settings(runtime, days))


def _rotations(recorder: Recorder[Platform]) -> list[Registration]:
    return [each for each in recorder.of_type(ROTATION) if each.name == "cache-rotation-user"]


def test_production_rotates_unless_it_says_otherwise() -> None:
    assert settings_on("eks", {}).stack.rotation.every_days == 90


def test_the_users_secret_changes_on_schedule() -> None:
    (rotation,) = _rotations(platform())
    secret = platform().one(SECRET, "secrets-cache-user-secret")
    assert rotation.inputs["secretId"] == secret.outputs["arn"]
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 60}


def test_the_function_changes_these_users_and_no_other() -> None:
    user, metrics = platform().named("cache-application-user"), platform().named("cache-metrics-user")
    secrets = [platform().one(SECRET, f"secrets-{name}-secret") for name in ("cache-user", "cache-metrics")]
    statements = platform().named("cache-rotation-permissions").document("policy")["Statement"]
    (change,) = [each for each in statements if any("elasticache" in action for action in each["Action"])]
    assert change["Resource"] == [user.outputs["arn"], metrics.outputs["arn"]]
    (reads,) = [each for each in statements if "secretsmanager:GetSecretValue" in each["Action"]]
    assert reads["Resource"] == [each.outputs["arn"] for each in secrets]
    variables = platform().named("cache-rotation-function").inputs["environment"]["variables"]
    assert json.loads(variables["ROTATED"]) == {
        "shop/prod/cache-user": user.inputs["userId"],
        "shop/prod/cache-metrics": metrics.inputs["userId"],
    }


def test_an_up_never_sets_the_first_password_back() -> None:
    assert platform().named("secrets-cache-user-version").ignore_changes == ("secretString",)
    assert platform().named("cache-application-user").ignore_changes == ("authenticationMode",)


def test_a_failed_rotation_is_heard_of() -> None:
    alarm = platform().named("monitoring-alarms-cache-rotation-errors")
    assert alarm.inputs["dimensions"] == {"FunctionName": "shop-prod-cache-rotation"}
    assert alarm.inputs["alarmActions"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_without_a_period_the_password_stays(runtime: str) -> None:
    recorder = platform(runtime, None)
    assert not _rotations(recorder)
    assert recorder.named("secrets-cache-user-version").ignore_changes == ()


def test_a_password_stays_that_is_stored_whole_for_somebody() -> None:
    """A task's URL, or one that code reads itself, is composed once and would go on naming the first password."""
    assert not _rotations(platform("ecs"))
    reading: dict[str, Any] = {"secrets.REDIS_URL": URL, "services.api.reads_secrets": ["REDIS_URL"]}
    assert not _rotations(platform_of(_settings("eks", **reading)))
