"""What a stack costs a month, before and after, by the platform's parts: `tools.cost` over what previews would make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from offline_cloud.cloud.model import Properties
from offline_cloud.state import Resource
from tools.cost import Line, positions, unpriced
from tools.report.graph import Graph, resolved
from tools.report.vocabulary import PLATFORM, subject

_OF_ALL: Final = {
    "infrastructure": PLATFORM,
    "monitoring": "the monitoring",
    "backups": "the backups",
}
"""Whose is what no single resource is charged for."""
_LEAST: Final = 0.005
"""Dollars that a difference has to have: half a cent."""


@dataclass(frozen=True)
class Part:
    """One part's dollars a month."""

    name: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """How much more it costs afterwards."""
        return self.after - self.before


@dataclass(frozen=True)
class Costs:
    """What a stack costs a month; `unpriced` has no price in the tables."""

    parts: Sequence[Part] = ()
    unpriced: Sequence[str] = ()
    positions: Sequence[tuple[str, float, float]] = ()
    """What is paid for, with its dollars before and after, where they differ."""

    @property
    def before(self) -> float:
        """Dollars a month as the base has it."""
        return sum(each.before for each in self.parts)

    @property
    def after(self) -> float:
        """Dollars a month as it stands here."""
        return sum(each.after for each in self.parts)

    @property
    def changed(self) -> list[Part]:
        """The parts that cost more or less, those with the greatest difference first."""
        found = [each for each in self.parts if abs(each.difference) >= _LEAST]
        return sorted(found, key=lambda each: -abs(each.difference))


def of(before: Graph, after: Graph) -> Costs:
    """Work out both sides' costs."""
    old, new = _resources(before), _resources(after)
    sums: dict[str, list[float]] = {}
    paid: dict[str, list[float]] = {}
    for side, (graph, resources) in enumerate(((before, old), (after, new))):
        for line in positions(resources) if resources else ():
            sums.setdefault(_whose(graph, line), [0.0, 0.0])[side] += line.dollars
            paid.setdefault(line.what, [0.0, 0.0])[side] += line.dollars
    return Costs(
        parts=tuple(Part(name, *both) for name, both in sorted(sums.items(), key=lambda each: -each[1][1])),
        unpriced=unpriced(new),
        positions=tuple(_differing(paid)),
    )


def _differing(paid: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, float, float]]:
    for what, (before, after) in sorted(paid.items(), key=lambda each: -abs(each[1][1] - each[1][0])):
        if abs(after - before) >= _LEAST:
            yield what, before, after


def _whose(graph: Graph, line: Line) -> str:
    return subject(graph, graph[line.urn]) if line.urn else _OF_ALL.get(line.share, PLATFORM)


def _resources(graph: Graph) -> list[Resource]:
    """Give what a preview would make as a state has it: a URN stands for an id or an ARN that nobody knows yet."""
    inputs = resolved(graph)
    return [
        Resource(
            urn=urn,
            type=node.type,
            id=node.id or urn,
            custom=node.provided,
            provider="",
            inputs=cast("Properties", inputs[urn]),
            outputs={"arn": node.arn or urn},
        )
        for urn, node in graph.items()
        if node.provided
    ]


def dollars(amount: float, sign: bool = False) -> str:
    """Write dollars for people: `1,234.50`, or with its sign, `+12.00`."""
    return f"{amount:+,.2f}" if sign else f"{amount:,.2f}"
