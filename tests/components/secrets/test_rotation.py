import json
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from components.secrets import rotation_function
from components.secrets.rotation import Rotated, Rotation, RotationArgs
from components.secrets.secret_store import SecretStore, SecretStoreArgs
from settings.workload import Workload
from tests.components.recording import ACCOUNT, Recorder, build
from tests.components.secrets.test_secret_store import SERVICE

FUNCTION = "aws:lambda/function:Function"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
_LAMBDA = ("botocore", "certifi", "dateutil", "jmespath", "six", "urllib3")
"""AWS's client and what it imports, which Lambda's Python brings; it does without certifi."""
_INSTALLER = ("_distutils_hack",)


def _store() -> Recorder[SecretStore]:
    secrets: dict[str, Any] = {
        "JWT_SECRET": {"kind": "generated", "bytes": 32, "rotate_every_days": 90},
        "COOKIE_KEY": {"kind": "generated", "bytes": 16, "encoding": "base64", "rotate_every_days": 30},
        "API_KEY_SALT": {"kind": "generated"},
    }
    stated = {"name": "shop", "description": "A shop", "services": {"api": SERVICE}, "secrets": secrets}
    args = SecretStoreArgs(
        prefix="shop-prod",
        workload=Workload.model_validate(stated, strict=False),
        path="shop/prod",
        secrets_key_arn="arn:secrets",
        logs_key_arn="arn:logs",
        log_retention_days=365,
        provided={},
        protect=True,
    )
    return build(lambda: SecretStore("secrets", args))


def _rotation_of(module: Any) -> RotationArgs:
    return RotationArgs(
        function_name="shop-prod-rotation",
        module=module,
        description="Rotates",
        rotated={"user": Rotated(secret_name="shop/prod/user", arn="arn:user", every_days=90, known="shop")},
        secrets_key_arn="arn:secrets",
        logs_key_arn="arn:logs",
        log_retention_days=365,
    )


@pytest.mark.requirement("OB-64")
def test_a_signing_key_is_changed_on_schedule() -> None:
    recorder = _store()
    rotation = recorder.one(ROTATION, "secrets-rotation-jwt-secret")
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 90}
    assert rotation.inputs["rotationLambdaArn"].endswith("secrets-rotation-function-arn")
    assert rotation.inputs["rotateImmediately"] is False
    assert rotation.depends_on(recorder.named("secrets-rotation-permission"))
    assert rotation.depends_on(recorder.named("secrets-jwt-secret-version"))


@pytest.mark.requirement("OB-43")
def test_a_salt_is_never_changed_by_itself() -> None:
    recorder = _store()
    assert {each.name for each in recorder.of_type(ROTATION)} == {
        "secrets-rotation-cookie-key",
        "secrets-rotation-jwt-secret",
    }
    assert "shop/prod/API_KEY_SALT" not in recorder.one(FUNCTION).inputs["environment"]["variables"]["ROTATED"]


def test_the_function_knows_each_values_shape_and_no_value() -> None:
    variables = _store().one(FUNCTION).inputs["environment"]["variables"]
    assert json.loads(variables["ROTATED"]) == {
        "shop/prod/JWT_SECRET": {"bytes": 32, "encoding": "hex"},
        "shop/prod/COOKIE_KEY": {"bytes": 16, "encoding": "base64"},
    }


def test_the_function_touches_the_rotated_secrets_alone() -> None:
    recorder = _store()
    statements = recorder.named("secrets-rotation-permissions").document("policy")["Statement"]
    by_name = {statement["Sid"]: statement for statement in statements}
    entries = recorder.result.entries
    allowed = [recorder.value(entries[name].arn) for name in ("JWT_SECRET", "COOKIE_KEY")]
    assert by_name["RotateThese"]["Resource"] == allowed
    assert by_name["EncryptValues"]["Resource"] == "arn:secrets"
    assert "*" not in json.dumps([statement["Action"] for statement in statements])


def test_only_secrets_manager_of_this_account_calls_it() -> None:
    permission = _store().named("secrets-rotation-permission").inputs
    assert permission["principal"] == "secretsmanager.amazonaws.com"
    assert permission["sourceAccount"] == ACCOUNT


@pytest.mark.parametrize("module", ["generated", "cache_user", "database_user"])
def test_what_runs_is_what_is_tested_and_complete(module: Any, tmp_path: Path) -> None:
    """The modules lie where their imports look for them, with all that Lambda's Python does not have."""
    function = build(lambda: Rotation("rotation", _rotation_of(module))).one(FUNCTION).inputs
    for place, asset in function["code"].assets.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        copyfile(asset.path, tmp_path / place)
    handler, _, name = function["handler"].rpartition(".")
    script = (
        f"import json, sys, {handler} as code\n"
        "found = {key: getattr(each, '__file__', None) or '' for key, each in sys.modules.items()}\n"
        "elsewhere = sorted({key.partition('.')[0] for key, path in found.items() if 'site-packages' in path})\n"
        f"print(json.dumps([code.__file__, callable(code.{name}), elsewhere]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    file, can_be_called, elsewhere = json.loads(answer.stdout)
    source = tmp_path / f"{handler.replace('.', '/')}.py"
    assert (Path(file), can_be_called) == (source, True)
    assert source.read_text() == Path(rotation_function.__file__).with_name(f"{module}.py").read_text()
    assert set(elsewhere) <= {*_LAMBDA, *_INSTALLER}


def test_its_log_has_a_key_and_an_end() -> None:
    recorder = _store()
    group = recorder.one("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (group["retentionInDays"], group["kmsKeyId"]) == (365, "arn:logs")
    assert recorder.one(FUNCTION).inputs["loggingConfig"] == {"logFormat": "JSON", "logGroup": group["name"]}
