"""Products on stacks with `runtime: ecs`, recorded once each."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.load import load
from settings.raw import Raw
from tests.components.recording import Recorder, build

ROOT = Path(__file__).resolve().parents[4]
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"


def settings(stack: str, **changes: Raw) -> PlatformSettings:
    """The settings of Pulumi.<stack>.yaml with some of its keys changed."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load(stack, {**stated, **changes}, ROOT / "workloads")


@cache
def record(stack: str, changes: str = "{}") -> Recorder[Platform]:
    """The platform of a stack; `changes` are keys of its settings, as JSON."""
    given = settings(stack, **cast("dict[str, Raw]", json.loads(changes)))
    provided = Output.secret(dict.fromkeys(given.stack.provided_secrets, "v"))
    return build(lambda: Platform("platform", given, provided))


def on_ecs(workload: str, **changes: Raw) -> Recorder[Platform]:
    """A product on the production stack, on ECS."""
    stated: dict[str, Raw] = {"workload": workload, "runtime": "ecs", "domain": "example.com", **changes}
    return record("prod", json.dumps(stated, sort_keys=True))


def service_layer() -> Recorder[Platform]:
    """The Service Layer, whose event bus runs elsewhere: the platform's own takes a cluster."""
    return on_ecs("service-layer", event_bus={"address": "bus.example.com:9876"})


def on_host(instance_type: str = "t4g.small", **ecs: Raw) -> Recorder[Platform]:
    """The budget stack's product on one machine."""
    return record("budget", json.dumps({"ecs": {"host": {"instance_type": instance_type}, **ecs}}, sort_keys=True))


def containers(recorder: Recorder[Platform], name: str) -> dict[str, dict[str, Any]]:
    """The containers of a service's or job's task, by name."""
    definitions = recorder.one(TASK, f"application-{name}-task").document("containerDefinitions")
    return {each["name"]: each for each in definitions}


def variables(container: dict[str, Any]) -> dict[str, str]:
    """The variables that the container's definition states."""
    return {each["name"]: each["value"] for each in container.get("environment", [])}
