"""The resources that a preview would make, with what each depends on: from the engine's events and its plan."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from offline_cloud.provider.values import SIGNATURE_KEY, UNKNOWN_SENTINELS
from tools.plan.preview import PROVIDED, UNKNOWN, State, type_of

STACK_TYPE: Final = "pulumi:pulumi:Stack"
_HIDDEN: Final = "[secret]"


@dataclass(frozen=True)
class Node:
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

    @property
    def type(self) -> str:
        """The type token."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def provided(self) -> bool:
        """Whether a cloud has it; a component is the program's own."""
        return self.type.partition(":")[0] in PROVIDED


Graph = Mapping[str, Node]
"""Every resource of a stack, by its URN."""


def read(events: Path, plan: Path) -> Graph:
    """Read a graph from the events of a preview of nothing, and the plan that the engine saved of it, if it did."""
    goals = _goals(plan)
    found: dict[str, Node] = {}
    for state in _states(events):
        urn = str(state["urn"])
        if type_of(urn) != STACK_TYPE and not type_of(urn).startswith("pulumi:providers:"):
            found[urn] = _node(urn, state, goals.get(urn, {}))
    return found


def _states(events: Path) -> Iterator[Mapping[str, Any]]:
    for line in events.read_text("utf-8").splitlines():
        told = cast("Mapping[str, Any]", json.loads(line).get("resourcePreEvent") or {} if line.strip() else {})
        step = cast("Mapping[str, Any]", told.get("metadata") or {})
        if step.get("new"):
            yield {**step["new"], "urn": step["urn"]}


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

    A preview of nothing knows no ids: what uses one says `unknown`, and the plan says whose it is. An input that comes
    from several resources becomes the list of their URNs.
    """
    return {urn: _resolved(node) for urn, node in graph.items()}


def _resolved(node: Node) -> State:
    return {key: _named(value, node.by_property.get(key, ())) for key, value in node.inputs.items()}


def _named(value: object, urns: tuple[str, ...]) -> object:
    if not urns:
        return value
    if value == UNKNOWN:
        return urns[0] if len(urns) == 1 else list(urns)
    if isinstance(value, dict):
        return {key: _named(below, urns) for key, below in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        items = cast("list[object]", value)
        if items == [UNKNOWN] * len(items) and len(items) == len(urns):
            return list(urns)
        return [_named(below, urns) for below in items]
    return value


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
