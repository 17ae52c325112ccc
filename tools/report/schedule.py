"""How long an `up` takes: what waits for what, the critical path, and what it waits for without need.

Times are typical creation times (`times.yaml`). The engine starts everything whose needs are there, so an `up` takes as
long as the longest chain. A chain that only properties impose is one that AWS imposes: what is made of another thing's
id waits for it in any program. What the program adds by `depends_on` is told where it makes an `up` longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from tools.plan.preview import Preview, State
from tools.report.graph import Graph, Node

FILE: Final = Path(__file__).with_name("times.yaml")
_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_LEAST_WAIT: Final = 5.0
"""Seconds that a wait has to cost to be told."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Table):
    """Times that were seen, of resources that state every input of `where`."""

    seen: tuple[float, ...]
    where: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """The typical time."""
        return float(median(self.seen))


class Times(_Table):
    """The whole file."""

    as_of: date
    source: str
    call: float
    types: Mapping[str, tuple[Row, ...]]


@cache
def times() -> Times:
    """Read the file."""
    return Times.model_validate(yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader))


def seconds(type: str, inputs: State) -> float:
    """Give the typical time to create a resource."""
    rows = times().types.get(type, ())
    return next((row.seconds for row in rows if all(inputs.get(name) for name in row.where)), times().call)


@dataclass(frozen=True)
class Wait:
    """A `depends_on` that makes an `up` longer, and the seconds that it costs on the way to its end."""

    urn: str
    waits_for: str
    seconds: float


@dataclass(frozen=True)
class Schedule:
    """When each resource begins and is there, in seconds from the start."""

    begins: Mapping[str, float]
    ends: Mapping[str, float]
    path: Sequence[str] = ()
    """The critical path, from its first resource to its last."""
    imposed: float = 0.0
    """Seconds of the longest chain that properties impose."""
    waits: Sequence[Wait] = ()

    @property
    def total(self) -> float:
        """Seconds until everything is there."""
        return max(self.ends.values(), default=0.0)

    @property
    def ratio(self) -> float:
        """How much longer it takes than the chain that AWS imposes."""
        return self.total / self.imposed if self.imposed else 1.0


def whole(graph: Graph) -> Schedule:
    """Schedule a first `up`."""
    return _scheduled(
        graph, {urn: seconds(node.type, node.inputs) if node.provided else 0.0 for urn, node in graph.items()}
    )


def of_change(graph: Graph, preview: Preview) -> Schedule:
    """Schedule what a change makes: new things, replacements and releases take their time, others a call."""
    ops = {step.urn: step.op for step in preview.steps if step.urn in graph}

    def takes(urn: str, node: Node) -> float:
        if urn not in ops or not node.provided:
            return 0.0
        in_place = ops[urn] == "update" and node.type != _RELEASE
        return times().call if in_place else seconds(node.type, node.inputs)

    return _scheduled(graph, {urn: takes(urn, node) for urn, node in graph.items()})


def _scheduled(graph: Graph, takes: Mapping[str, float]) -> Schedule:
    needs = {urn: _needs(graph, node) for urn, node in graph.items()}
    asked = {urn: _asked(graph, node) for urn, node in graph.items()}
    begins, ends = _run(needs, takes)
    _, imposed = _run(asked, takes)
    path = _path(needs, ends, begins, takes)
    return Schedule(
        begins=begins,
        ends=ends,
        path=path,
        imposed=max(imposed.values(), default=0.0),
        waits=_waits(path, needs, asked, ends),
    )


def _needs(graph: Graph, node: Node) -> frozenset[str]:
    return frozenset(each for each in node.needs if each in graph)


def _asked(graph: Graph, node: Node) -> frozenset[str]:
    """Give what a resource takes a value from; a release waits for what it runs on, which no value says."""
    urns = {each for named in node.by_property.values() for each in named if each in graph}
    return frozenset(urns)


def _run(needs: Mapping[str, frozenset[str]], takes: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    for urn in _ordered(needs):
        begins[urn] = max((ends[each] for each in needs[urn]), default=0.0)
        ends[urn] = begins[urn] + takes[urn]
    return begins, ends


def _ordered(needs: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """Give every resource after all that it needs; the engine registers them so, but a plan's order is another."""
    done: dict[str, None] = {}
    for first in needs:
        stack = [first]
        while stack:
            urn = stack[-1]
            open_needs = [each for each in needs[urn] if each not in done and each not in stack]
            if open_needs:
                stack.extend(open_needs[:1])
            else:
                done.setdefault(stack.pop())
    return done


def _path(
    needs: Mapping[str, frozenset[str]],
    ends: Mapping[str, float],
    begins: Mapping[str, float],
    takes: Mapping[str, float],
) -> list[str]:
    """Follow the critical path back from what is there last, without what takes no time."""
    if not ends or not any(takes.values()):
        return []
    urn, path = max(ends, key=lambda each: (ends[each], each)), list[str]()
    while True:
        path.append(urn)
        before = [each for each in needs[urn] if ends[each] == begins[urn]]
        if not before or begins[urn] == 0.0:
            return [each for each in reversed(path) if takes[each]]
        urn = max(before, key=lambda each: (takes[each], each))


def _waits(
    path: Sequence[str],
    needs: Mapping[str, frozenset[str]],
    asked: Mapping[str, frozenset[str]],
    ends: Mapping[str, float],
) -> list[Wait]:
    """Tell what the critical path waits for by `depends_on` alone, with what it would begin earlier without."""
    found: list[Wait] = []
    for urn in path:
        by_order = needs[urn] - asked[urn]
        last = max(by_order, key=lambda each: (ends[each], each), default=None)
        without = max((ends[each] for each in needs[urn] if each != last), default=0.0)
        if last is not None and ends[last] - without >= _LEAST_WAIT:
            found.append(Wait(urn, last, ends[last] - without))
    return sorted(found, key=lambda each: -each.seconds)


def spoken(value: float) -> str:
    """Write a time for people: `12 min 30 s`."""
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
