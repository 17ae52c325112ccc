"""The resources that a preview would make, with what each depends on: from the engine's events and its plan."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from offline_cloud.provider.values import SIGNATURE_KEY, UNKNOWN_SENTINELS
from tools.plan.preview import PROVIDED, UNKNOWN, OfUrn, State, type_of

STACK_TYPE: Final = "pulumi:pulumi:Stack"
_GOING: Final = ("delete", "delete-replaced", "discard-replaced")
_HIDDEN: Final = "[secret]"


@dataclass(frozen=True)
class Node(OfUrn):
    """One resource: its inputs, and the URNs of what it needs."""

    urn: str
    inputs: State = field(default_factory=dict[str, Any])
    parent: str = ""
    needs: frozenset[str] = frozenset()
    by_property: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """For an input that comes from other resources, their URNs."""
    aliases: frozenset[str] = frozenset()
    """URNs that the resource had before."""
    ignored: frozenset[str] = frozenset()
    """Inputs whose changes the program asks to ignore."""
    retained: bool = False
    protected: bool = False
    id: str = ""
    """The id that the cloud gave it, where it is there already."""
    arn: str = ""

    @property
    def provided(self) -> bool:
        """Whether a cloud has it; a component is the program's own."""
        return self.type.partition(":")[0] in PROVIDED


Graph = Mapping[str, Node]
"""Every resource of a stack, by its URN."""


def read(events: Path, plan: Path) -> Graph:
    """Read a graph from the events of a preview of nothing, and the plan that the engine saved of it, if it did."""
    return sides(events, plan)[1]


def sides(events: Path, plan: Path) -> tuple[Graph, Graph]:
    """Read what a stack has, as far as the preview speaks of it, and what it would have."""
    goals = _goals(plan)
    found: tuple[dict[str, Node], dict[str, Node]] = {}, {}
    for step in _steps(events):
        urn = str(step["urn"])
        if type_of(urn) != STACK_TYPE and not type_of(urn).startswith("pulumi:providers:"):
            if step.get("old"):
                found[0][urn] = _node(urn, step["old"], {})
            if step.get("new") and step["op"] not in _GOING:
                found[1][urn] = _node(urn, step["new"], goals.get(urn, {}))
    return found


def _steps(events: Path) -> Iterator[Mapping[str, Any]]:
    for line in events.read_text("utf-8").splitlines():
        told = cast("Mapping[str, Any]", json.loads(line).get("resourcePreEvent") or {} if line.strip() else {})
        if told.get("metadata"):
            yield told["metadata"]


def _goals(plan: Path) -> Mapping[str, Mapping[str, Any]]:
    if not plan.is_file():
        return {}
    plans = cast("Mapping[str, Mapping[str, Any]]", json.loads(plan.read_text("utf-8")).get("resourcePlans") or {})
    return {urn: each.get("goal") or {} for urn, each in plans.items()}


def _node(urn: str, state: Mapping[str, Any], goal: Mapping[str, Any]) -> Node:
    by_property = cast("Mapping[str, list[str]]", goal.get("propertyDependencies") or {})
    needs = {*(goal.get("dependencies") or ()), *(each for urns in by_property.values() for each in urns)}
    return Node(
        urn=urn,
        inputs=cast("State", _plain(state.get("inputs") or {})),
        parent=str(state.get("parent") or ""),
        needs=frozenset(needs - {urn}),
        by_property={name: tuple(urns) for name, urns in by_property.items() if urns},
        aliases=frozenset(goal.get("aliases") or ()),
        ignored=frozenset(goal.get("ignoreChanges") or ()),
        retained=bool(state.get("retainOnDelete")),
        protected=bool(state.get("protect")),
        id=str(state.get("id") or ""),
        arn=str(cast("Mapping[str, Any]", state.get("outputs") or {}).get("arn") or ""),
    )


def _plain(value: object) -> object:
    """Write every kind of unknown value as one, and a file as its hash alone: the folder it lies in means nothing."""
    if isinstance(value, dict):
        stated = cast("dict[str, object]", value)
        if SIGNATURE_KEY in stated:
            return {"hash": stated["hash"]} if "hash" in stated else _HIDDEN
        return {key: _plain(below) for key, below in stated.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_plain(below) for below in cast("list[object]", value)]
    return UNKNOWN if isinstance(value, str) and value in UNKNOWN_SENTINELS else value


def resolved(graph: Graph) -> dict[str, State]:
    """Give each resource's inputs with the URN of another in the place of what only that one's creation tells.

    A preview of nothing knows no ids: what uses one says `unknown`, and the plan says whose it is. Of several, the one
    counts that the input is named after.
    """
    return {urn: _resolved(node) for urn, node in graph.items()}


def _resolved(node: Node) -> State:
    return {key: _named(value, node.by_property.get(key, ()), key) for key, value in node.inputs.items()}


def _named(value: object, urns: tuple[str, ...], name: str) -> object:
    if value == UNKNOWN and urns:
        return min(urns, key=lambda urn: (not _fits(urn, name), urn))
    if isinstance(value, dict):
        return {key: _named(below, urns, name) for key, below in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_named(below, urns, name) for below in cast("list[object]", value)]
    return value


def _fits(urn: str, name: str) -> bool:
    """Whether an input is named after a type: `launchTemplate`, `sourceDbInstanceArn`."""
    return type_of(urn).rpartition(":")[2].lower() in name.lower()


def component_of(graph: Graph, node: Node) -> Node | None:
    """Give the component just below the platform that a resource belongs to; None for what is the platform's own."""
    chain = [node, *ancestors(graph, node)]
    return chain[-2] if len(chain) > 1 and not chain[-2].provided else None


def ancestors(graph: Graph, node: Node) -> Iterator[Node]:
    """Give what a resource is part of, from the nearest up."""
    while node.parent in graph:
        node = graph[node.parent]
        yield node


def of_types(graph: Graph, types: Iterable[str]) -> list[Node]:
    """List the resources of some types."""
    wanted = frozenset(types)
    return [node for node in graph.values() if node.type in wanted]
