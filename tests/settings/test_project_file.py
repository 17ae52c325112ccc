"""Pulumi.yaml declares every key of a stack file, with its type, and the engine accepts it with every stack."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from offline_cloud.tools import find
from settings.shape import fields_of
from settings.source import stack_configuration
from settings.stack import StackSettings

ROOT = Path(__file__).parents[2]
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))


def test_every_key_of_a_stack_is_declared() -> None:
    keys = {"secrets" if key == "provided_secrets" else key for key in fields_of(StackSettings)}
    assert set(PROJECT["config"]) == keys


@pytest.mark.parametrize("key", PROJECT["config"])
def test_a_declared_key_has_the_models_type(key: str) -> None:
    shape = fields_of(StackSettings).get(key)
    expected = "object" if shape is None or shape.model else "array" if shape.origin is tuple else "string"
    assert PROJECT["config"][key]["type"] == expected
    assert len(PROJECT["config"][key]["description"]) > 5


def test_the_engine_requires_no_key() -> None:
    """It would refuse before the program runs, and name neither the line nor the key that was misspelt."""
    empty: dict[str, object] = {"string": "", "array": [], "object": {}}
    for key, declared in PROJECT["config"].items():
        assert declared["default"] == empty[declared["type"]], key


@pytest.mark.engine
@pytest.mark.parametrize("stack", STACKS)
def test_the_engine_accepts_a_stack_file(stack: str, tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", f"Pulumi.{stack}.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    environment = {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "HOME": str(tmp_path),
    }

    def pulumi(*arguments: str) -> str:
        command = [str(find("pulumi")), *arguments, "--stack", stack, "--non-interactive"]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    subprocess.run(
        [str(find("pulumi")), "stack", "init", stack, "--non-interactive"], cwd=tmp_path, env=environment, check=True
    )
    pulumi("config", "set", "--secret", "--path", "groundwork:secrets.PARTNER_KEY", "hunter2")
    shown = json.loads(pulumi("config", "--json", "--show-secrets"))
    flat = {key: item["value"] for key, item in shown.items()}
    stated = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    expected = {key.partition(":")[2]: value for key, value in stated.items()}
    assert stack_configuration(flat).values == {**expected, "provided_secrets": ["PARTNER_KEY"]}
    assert "hunter2" not in (tmp_path / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
