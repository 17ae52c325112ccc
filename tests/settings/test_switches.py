"""What somebody switched at night is said at every run."""

from pathlib import Path

import pytest
import yaml

from settings.load import load
from settings.raw import Raw

ROOT = Path(__file__).parents[2]


def notes(**stated: Raw) -> str:
    config: dict[str, Raw] = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text(encoding="utf-8"))["config"]
    plain = {key.partition(":")[2]: value for key, value in config.items()}
    return "\n".join(load("prod", {**plain, **stated}, ROOT / "workloads").notes)


@pytest.mark.parametrize(
    ("section", "switch"), [("application", "stopped"), ("ingress", "maintenance")], ids=["stopped", "maintenance"]
)
def test_a_switch_that_is_on_is_noted(section: str, switch: str) -> None:
    on: dict[str, Raw] = {section: {switch: True}}
    assert f"{section}.{switch}: " in notes(**on)
    assert f"{section}.{switch}" not in notes()


def test_a_stack_whose_alarms_reach_nobody_is_noted() -> None:
    nobody = "monitoring.emails: alarms are sent to nobody"
    assert nobody not in notes()
    assert nobody in notes(monitoring={"unattended": True})
    assert nobody in notes(environment="staging", monitoring={})
    assert nobody not in notes(monitoring={"slack_workspace": "T0123ABCD", "slack_channel": "C0123ABCD"})
