"""What looks for secrets in clear finds them wherever they are put."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.platform.leaks import leaks, secret_values

MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
PASSWORD = "correct-horse-battery-staple"


def _secret(value: object) -> dict[str, str]:
    return {**MARK, "plaintext": json.dumps(value)}


def _state(outputs: dict[str, Any]) -> str:
    resource = {"urn": "urn:pulumi:prod::groundwork::aws:x/y:Y::stored", "inputs": {}, "outputs": outputs}
    return json.dumps({"deployment": {"resources": [resource]}})


def test_every_text_that_the_engine_holds_as_a_secret_is_looked_for() -> None:
    document = json.dumps({"username": "bank_api_of_the_owner", "password": PASSWORD})
    outputs = {
        "result": _secret(PASSWORD),
        "nested": {"passwords": [_secret("another-value-of-length")]},
        "document": _secret(document),
        "plain": "not-a-secret-at-all-here",
        "short": _secret("bank"),
    }
    assert secret_values(_state(outputs)) == {
        "stored.outputs.result": PASSWORD,
        "stored.outputs.nested.passwords.0": "another-value-of-length",
        "stored.outputs.document.password": PASSWORD,
    }


@pytest.mark.parametrize(
    "place", ["cloud.db", "state/prod.json", "manifests/prod/bank.yaml", "project/Pulumi.prod.yaml"]
)
def test_a_secret_in_any_file_of_a_run_is_found(place: str, tmp_path: Path) -> None:
    file = tmp_path / ".offline-cloud" / "bank" / place
    file.parent.mkdir(parents=True)
    file.write_text(f"url: postgres://bank:{PASSWORD}@host\n")
    assert leaks({"stored": PASSWORD}, {"up": "nothing"}, tmp_path) == [f".offline-cloud/bank/{place} holds stored"]


def test_a_secret_that_a_command_prints_is_found(tmp_path: Path) -> None:
    assert leaks({"stored": PASSWORD}, {"up": "nothing", "outputs": PASSWORD}, tmp_path) == ["outputs prints stored"]
