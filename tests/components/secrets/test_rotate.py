"""The rotation of generated values, step by step."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.secrets.rotation_function.generated import Generated, Shape, new_value
from components.secrets.rotation_function.steps import rotate
from tests.components.secrets.versions import NAME, STEPS, Secret, event, run

HEX: Shape = {"bytes": 32, "encoding": "hex"}
BASE64: Shape = {"bytes": 16, "encoding": "base64"}
LIST: Shape = {"bytes": 32, "encoding": "hex", "form": "list", "tokens": 2}
PAIR: Shape = {"bytes": 32, "encoding": "hex", "form": "pair"}


def _run(secret: Secret, *steps: str, shape: Shape = HEX) -> None:
    run(secret, Generated(shape), *steps)


@pytest.mark.requirement("OB-64")
def test_four_steps_make_a_new_value_current_and_keep_the_one_before() -> None:
    secret = Secret("00" * 32)
    _run(secret, *STEPS)
    assert len(bytes.fromhex(secret.current)) == 32
    assert secret.current != "00" * 32
    assert secret.stages["old"] == ["AWSPREVIOUS"]


@pytest.mark.requirement("SL-31")
@pytest.mark.requirement("SL-40")
def test_a_list_keeps_the_token_before_beside_the_new_one() -> None:
    newest, oldest = "11" * 32, "22" * 32
    secret = Secret(f"{newest},{oldest}")
    _run(secret, *STEPS, shape=LIST)
    fresh, kept = secret.current.split(",")
    assert kept == newest
    assert fresh not in (newest, oldest)
    assert len(bytes.fromhex(fresh)) == 32


@pytest.mark.requirement("OB-64")
def test_a_pair_keeps_the_value_before_under_its_name() -> None:
    secret = Secret('{"current": "' + "11" * 32 + '", "previous": "' + "22" * 32 + '"}')
    _run(secret, *STEPS, shape=PAIR)
    stored = json.loads(secret.current)
    assert stored["previous"] == "11" * 32
    assert stored["current"] != "11" * 32
    assert len(bytes.fromhex(stored["current"])) == 32


@pytest.mark.parametrize(("shape", "content"), [(LIST, f"{'00' * 32},{'00' * 8}"), (PAIR, '{"current": "00"}')])
def test_every_value_of_a_list_or_pair_is_looked_at(shape: Shape, content: str) -> None:
    secret = Secret("00" * 32)
    secret.values["new"] = content
    with pytest.raises(ValueError, match="bytes, not 32"):
        _run(secret, "testSecret", shape=shape)


def test_a_repeated_step_does_not_change_its_mind() -> None:
    secret = Secret("00" * 32)
    _run(secret, "createSecret")
    first = secret.values["new"]
    _run(secret, "createSecret", "createSecret")
    assert secret.values["new"] == first


@pytest.mark.parametrize("step", STEPS)
def test_a_finished_rotation_is_left_alone(step: str) -> None:
    secret = Secret("00" * 32)
    _run(secret, *STEPS)
    secret.stages["new"] = ["AWSCURRENT"]
    before, stages = dict(secret.values), dict(secret.stages)
    _run(secret, step)
    assert (secret.values, secret.stages) == (before, stages)


def test_nothing_is_current_before_the_last_step() -> None:
    secret = Secret("00" * 32)
    _run(secret, *STEPS[:3])
    assert secret.current == "00" * 32


def test_a_pending_value_of_the_wrong_length_is_refused() -> None:
    secret = Secret("00" * 32)
    secret.values["new"] = "00" * 8
    with pytest.raises(ValueError, match="has 8 bytes, not 32"):
        _run(secret, "testSecret")


def test_another_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the secrets that rotate"):
        rotate(event("createSecret"), Secret("x"), {"another": Generated(HEX)})


def test_a_version_that_is_not_to_be_rotated_is_refused() -> None:
    with pytest.raises(ValueError, match="has no version unknown"):
        rotate(event("createSecret", "unknown"), Secret("x"), {NAME: Generated(HEX)})


def test_an_error_of_another_kind_is_not_taken_for_a_missing_value(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret("x")

    def denied(**_: Any) -> Mapping[str, Any]:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetSecretValue")

    monkeypatch.setattr(secret, "get_secret_value", denied)
    with pytest.raises(ClientError, match="AccessDenied"):
        _run(secret, "createSecret")
    assert "new" not in secret.values


def test_values_are_written_as_their_shape_says() -> None:
    assert len(bytes.fromhex(new_value(HEX))) == 32
    assert len(base64.b64decode(new_value(BASE64), validate=True)) == 16
    assert new_value(HEX) != new_value(HEX)


def test_no_value_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    secret = Secret("00" * 32)
    _run(secret, *STEPS)
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
