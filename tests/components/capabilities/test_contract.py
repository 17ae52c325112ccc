"""A capability is known to the registry alone, and what capabilities give is put together without loss."""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from pulumi import Output

from components.capabilities import collected, planned
from components.capabilities.collected import Collected
from components.capabilities.contract import Capability, Context, Given, Monitored, Plan, Running
from components.foundation.foundation import Foundation
from components.invariants import InvariantError
from components.product.backlog import Backlog
from components.product.reach import AwsService, Reach
from settings import PlatformSettings

ROOT = Path(__file__).parents[3]
COMPONENTS = ROOT / "components"
FOLDERS = {each.name for each in (COMPONENTS / "capabilities").iterdir() if (each / "declaration.py").is_file()}


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_no_other_module_than_the_registry_imports_a_capability() -> None:
    assert len(FOLDERS) > 3
    for path in COMPONENTS.rglob("*.py"):
        inside = path.relative_to(COMPONENTS).parts
        if inside[0] == "capabilities" and (inside[1] in FOLDERS or inside[1] == "registry.py"):
            continue
        named = {module for module in _imported(path) for each in FOLDERS if f"capabilities.{each}." in f"{module}."}
        assert not named, f"{path.relative_to(ROOT)} names {', '.join(sorted(named))}"


class _Made:
    """A capability that gives what it is told to."""

    def __init__(self, name: str, given: Given) -> None:
        self.name = name
        self._given = given

    def plan(self, settings: object) -> Plan:
        return Plan()

    def build(self, context: Context) -> Given:
        return self._given


def _collected(monkeypatch: pytest.MonkeyPatch, *given: Given) -> Collected:
    there = [(cast("Capability", _Made(str(index), each)), Plan()) for index, each in enumerate(given)]

    def present(_settings: object) -> list[tuple[Capability, Plan]]:
        return there

    monkeypatch.setattr(collected, "present", present)
    secrets = SimpleNamespace(credentials={})
    foundation = cast("Foundation", SimpleNamespace(settings=None, secrets=secrets))
    return Collected(Context(foundation=foundation, clients_group_id=Output.from_input("sg-0"), kubernetes=None))


def test_two_capabilities_that_give_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _collected(monkeypatch, Given(exports={"host": "a"}), Given(exports={"host": "b"}))
    with pytest.raises(InvariantError, match="two capabilities give host"):
        _ = made.exports


def test_statements_of_several_capabilities_for_one_service_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = {"Sid": "First"}, {"Sid": "Second"}
    made = _collected(monkeypatch, Given(statements={"api": [first]}), Given(statements={"api": [second], "web": []}))
    assert made.statements == {"api": [first, second], "web": []}


def test_backlogs_of_several_capabilities_for_one_service_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (
        Backlog(key=key, namespace="AWS/SQS", metric="Depth", dimensions={}, for_each=1) for key in ("first", "second")
    )
    made = _collected(monkeypatch, Given(backlogs={"worker": [first]}), Given(backlogs={"worker": [second]}))
    assert made.backlogs == {"worker": [first, second]}


def test_what_the_product_calls_and_who_uses_the_key_is_asked_of_the_foundation_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def reach(name: str, endpoint: str) -> Reach:
        return Reach(use=name, place=AwsService(name, endpoint=endpoint), ports=(443,))

    plans = [
        Plan(reach=[reach("topics", "sns"), reach("buckets", "s3")], key_users=["sns"]),
        Plan(reach=[reach("more-topics", "sns"), reach("queues", "sqs")], key_users=["sns"]),
    ]

    def present(_settings: object) -> list[tuple[Capability, Plan]]:
        return [(cast("Capability", _Made(str(index), Given())), plan) for index, plan in enumerate(plans)]

    monkeypatch.setattr(planned, "present", present)
    asked = planned.planned_foundation(cast("PlatformSettings", None))
    assert asked.called == ["s3", "sns", "sqs"]
    assert asked.key_users == ["sns"]


def test_what_is_given_later_is_there_later(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _collected(
        monkeypatch,
        Given(
            exports={"first": "1"},
            when_monitored=lambda monitored: Given(exports={"second": monitored.namespace}),
            when_running=lambda running: Given(exports={"third": str(len(running.sessions()))}),
        ),
    )
    assert made.exports == {"first": "1"}
    made.monitor(Monitored(topic_arn=Output.from_input("topic"), namespace="monitoring", definitions=None))
    made.run(Running(sessions=list))
    assert made.exports == {"first": "1", "second": "monitoring", "third": "0"}
