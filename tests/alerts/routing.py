"""The Alertmanager configuration that each product's stack is given, and whom SNS mails what it publishes."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.platform import Platform
from tests.charts.whole_platform import RELEASE, platform, recorded, settings
from tests.components.monitoring.test_chat_message import rendered
from tests.components.recording import Recorder
from tests.tool import tool

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
AMAZONS = "aws:amp/alertManagerDefinition:AlertManagerDefinition"


@cache
def on_ecs(workload: str) -> Recorder[Platform]:
    """A product on Fargate in production, whose alerts Amazon's own Prometheus sends."""
    return platform(settings(workload, "prod", runtime="ecs"))


def configuration(recorder: Recorder[Platform]) -> dict[str, Any]:
    """Read Alertmanager's configuration from what a stack registers, wherever it runs."""
    for managed in recorder.of_type(AMAZONS):
        return json.loads(managed.document("definition")["alertmanager_config"])
    (stack,) = [each for each in recorder.of_type(RELEASE) if each.inputs["name"] == "prometheus"]
    return stack.inputs["values"]["alertmanager"]["config"]


def of_product(workload: str, environment: str = "production") -> dict[str, Any]:
    """Alertmanager's configuration of a product on the cluster."""
    return configuration(recorded(workload, environment))


def amtool(*arguments: str) -> str:
    """Run amtool and return what it says; the test fails with all of it when it finds fault."""
    judged = subprocess.run([tool("amtool"), *arguments], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    return judged.stdout


def written(config: dict[str, Any], folder: Path) -> str:
    """Write a configuration to a file and return where."""
    file = folder / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    return str(file)


def routed(file: str, **labels: str) -> str:
    """Name the receivers that amtool routes an alert with these labels to, with commas between."""
    given = [f"{key}={value}" for key, value in labels.items()]
    return amtool("config", "routes", "test", f"--config.file={file}", *given).strip()


def mailed(recorder: Recorder[Platform], attributes: dict[str, str]) -> set[str]:
    """Name the addresses that SNS sends a message with these attributes, as it reads the filters of subscriptions."""
    found: set[str] = set()
    for item in recorder.of_type(SUBSCRIPTION):
        wanted = json.loads(item.inputs.get("filterPolicy") or "{}")
        if item.inputs["topic"].endswith("monitoring-notifications-topic-arn") and all(
            attributes.get(key) in values for key, values in wanted.items()
        ):
            found.add(item.inputs["endpoint"])
    return found


def attributes(config: dict[str, Any], receiver: str, folder: Path, **group: str) -> dict[str, str]:
    """Render what a group's message carries beside its text, with amtool; empty for a receiver that sends nothing."""
    (stated,) = [each for each in config["receivers"] if each["name"] == receiver]
    data: dict[str, Any] = {"receiver": receiver, "status": "firing", "alerts": [], "groupLabels": group}
    topics = stated.get("sns_configs", ())
    return {key: rendered(folder, text, data) for each in topics[:1] for key, text in each["attributes"].items()}
