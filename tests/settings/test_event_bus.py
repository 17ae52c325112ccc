"""What an event bus may not state, in the product's file and in a stack's, and what an address of another changes."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from settings.checks import event_bus
from settings.diagnostics import SettingsError
from settings.load import load
from settings.platform import PlatformSettings
from settings.validation import validate
from settings.workload import Workload

ROOT = Path(__file__).parents[2]


def _product(**bus: Any) -> dict[str, Any]:
    data = cast("dict[str, Any]", yaml.safe_load((ROOT / "workloads" / "service-layer.yaml").read_text()))
    data["event_bus"] |= bus
    return data


def _diagnostics(**bus: Any) -> list[tuple[str, str, str]]:
    validated = validate(Workload, _product(**bus))
    assert validated.model is not None, validated.diagnostics
    return [(".".join(map(str, each.path)), each.allowed, each.fix) for each in event_bus.check(validated.model)]


def test_the_product_itself_is_without_fault() -> None:
    assert _diagnostics() == []


@pytest.mark.parametrize(
    ("bus", "place", "allowed", "fix"),
    [
        ({"kind": "external"}, "event_bus.address", "name server of the external bus", "add `address:"),
        ({"address": "mq.example.com:9876"}, "event_bus.address", "none with kind: rocketmq", "kind: external"),
        ({"memory": "512Mi"}, "event_bus.memory", "at least 1Gi", "raise it"),
        (
            {"kind": "external", "address": "mq.example.com:9876"},
            "secrets.ROCKETMQ_SECRET_KEY.output",
            "a bus that the platform runs",
            "kind: provided",
        ),
    ],
)
def test_a_bus_that_cannot_be_is_refused(bus: dict[str, Any], place: str, allowed: str, fix: str) -> None:
    matching = [each for each in _diagnostics(**bus) if each[0] == place]
    assert matching, _diagnostics(**bus)
    assert allowed in matching[0][1]
    assert fix in matching[0][2]


@pytest.mark.parametrize(
    ("bus", "place"),
    [
        ({"name_servers": 2}, "event_bus.name_servers"),
        ({"address": "mq.example.com"}, "event_bus.address"),
        ({"address": "https://mq.example.com:9876"}, "event_bus.address"),
        ({"topics": {"a topic": {}}}, "event_bus.topics.a topic"),
        ({"topics": {"orders": {"queues": 0}}}, "event_bus.topics.orders.queues"),
        ({"kind": "kafka"}, "event_bus.kind"),
        ({"broker": 2}, "event_bus.broker"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(bus: dict[str, Any], place: str) -> None:
    found = validate(Workload, _product(**bus)).diagnostics
    assert [".".join(map(str, each.path)) for each in found] == [place]


def _load(stack: str = "prod", **more: Any) -> PlatformSettings:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    stated = {key.removeprefix("groundwork:"): value for key, value in config.items()}
    return load(stack, {**stated, "workload": "service-layer", **more}, ROOT / "workloads")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"runtime": "ecs"}, "eks, or the address of another one: service-layer runs its event bus on a cluster"),
        ({"event_bus": {"brokers": 1}}, "more than one in production"),
        ({"event_bus": {"name_servers": 1}}, "more than one in production"),
        ({"event_bus": {"memory": "512Mi"}}, "at least 1Gi"),
        ({"event_bus": {"address": "mq.example.com:"}}, "a host and a port"),
    ],
)
def test_a_stack_that_cannot_carry_it_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        _load(**more)
    assert any(said in diagnostic.allowed for diagnostic in refused.value.diagnostics), refused.value


def test_a_product_without_a_bus_has_no_section() -> None:
    config = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    stated = {key.removeprefix("groundwork:"): value for key, value in config.items()}
    with pytest.raises(SettingsError) as refused:
        load("prod", {**stated, "event_bus": {"brokers": 3}}, ROOT / "workloads")
    assert "no event_bus" in refused.value.diagnostics[0].allowed


@pytest.mark.requirement("SL-29")
@pytest.mark.parametrize("runtime", ["eks", "ecs"])
def test_a_stack_may_name_a_bus_that_runs_elsewhere(runtime: str) -> None:
    settings = _load(runtime=runtime, event_bus={"address": "mq.example.com:9876"})
    assert settings.stack.event_bus is not None
    assert settings.stack.event_bus.address == "mq.example.com:9876"


@pytest.mark.requirement("SL-29")
@pytest.mark.parametrize(("stack", "servers", "brokers"), [("dev", 1, 1), ("prod", 3, 2)])
def test_the_figures_follow_the_environment(stack: str, servers: int, brokers: int) -> None:
    """SL-G09 gives 1 and 1, and 2 and 2; of two name servers neither could elect alone, so production has three."""
    bus = _load(stack).stack.event_bus
    assert bus is not None
    assert (bus.name_servers, bus.brokers) == (servers, brokers)
