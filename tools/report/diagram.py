"""The resource graph as a picture: a row for each part of the platform, a column for each zone, differences coloured.

A chip is what a part has of one kind in one zone, with its number. Colours never stand alone: each difference has a
sign too. Arcs on the left lead from a part to what it needs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from tools.plan.preview import Preview
from tools.report.graph import Graph, Node
from tools.report.vocabulary import noun, subject, vocabulary

REGIONAL: Final = "the region"
_SIGNS: Final = {"added": "+", "removed": "\u2212", "replaced": "\u21bb", "changed": "~", "same": ""}
LEGEND: Final = (
    "+ comes, \u2212 goes, ~ changes in place, \u21bb is replaced. A chip tells its names where it is pointed at; "
    "an arc leads from a part to what it needs."
)
_OPS: Final = {"create": "added", "delete": "removed", "replace": "replaced", "update": "changed"}
_WORST: Final = ("removed", "replaced", "added", "changed", "same")
_LEFT, _NAME, _REGION, _ZONE, _GAP, _CHIP, _HEAD = 96, 172, 440, 148, 8, 22, 40
_NAMED: Final = 12
_LETTER, _BOLD = 6.5, 7.3
"""Pixels of a letter at 11 px, on average, in the widest of usual fonts."""
STYLE: Final = """
svg.graph{font:11px system-ui,sans-serif;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--row:#f6f8fa;--chip:#eaeef2;
--added:#b7e4c7;--removed:#ffc9c9;--replaced:#e5c7f5;--changed:#ffe0a3}
@media(prefers-color-scheme:dark){svg.graph{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--row:#151b23;--chip:#262c36;
--added:#1f5c33;--removed:#7a2323;--replaced:#5b3273;--changed:#6b4c0b}}
svg.graph text{fill:var(--ink)}svg.graph .soft{fill:var(--soft)}svg.graph .head{font-weight:600}
svg.graph .row{fill:var(--row)}svg.graph .arc{fill:none;stroke:var(--line);stroke-width:1.2}
svg.graph .chip rect{fill:var(--chip)}
svg.graph .added rect{fill:var(--added)}svg.graph .removed rect{fill:var(--removed)}
svg.graph .replaced rect{fill:var(--replaced)}svg.graph .changed rect{fill:var(--changed)}
svg.graph .chip:not(.same) text{font-weight:600}
"""


@dataclass(frozen=True)
class Chip:
    """What a part has of a kind in a zone, and what becomes of it."""

    text: str
    how: str
    names: tuple[str, ...]

    @property
    def width(self) -> float:
        """Pixels that it takes."""
        return 14 + (_LETTER if self.how == "same" else _BOLD) * len(self.text)


@dataclass
class _Row:
    name: str
    cells: dict[str, list[Chip]] = field(default_factory=dict[str, list[Chip]])


def zones_of(graph: Graph) -> Mapping[str, str]:
    """Give the zone of each resource that lies in one alone: by its subnet, or as it says itself."""
    found: dict[str, str] = {}
    for urn, node in graph.items():
        stated = node.inputs.get("availabilityZoneId") or node.inputs.get("availabilityZone")
        if node.type == "aws:ec2/subnet:Subnet" and isinstance(stated, str):
            found[urn] = stated
    for urn, node in graph.items():
        places = {
            found[each]
            for name in ("subnetId", "availabilityZone")
            for each in node.by_property.get(name, ())
            if each in found
        }
        if urn not in found and len(places) == 1:
            found[urn] = places.pop()
    return found


def drawn(before: Graph, after: Graph, preview: Preview, title: str) -> str:
    """Draw a stack: what it has afterwards, and what goes."""
    how = {step.urn: _OPS[step.op] for step in preview.steps if step.op in _OPS}
    gone = [before[urn] for urn, each in how.items() if each == "removed"]
    zones = {**zones_of(before), **zones_of(after)}
    columns = [REGIONAL, *sorted({zone for urn, zone in zones.items() if urn in after or urn in how})]
    rows = _rows(before, after, gone, how, zones)
    return _svg(rows, columns, _arcs(after, [row.name for row in rows]), title)


def _rows(
    before: Graph, after: Graph, gone: Sequence[Node], how: Mapping[str, str], zones: Mapping[str, str]
) -> list[_Row]:
    members: dict[str, dict[tuple[str, str, str], list[Node]]] = {}
    for graph, nodes in ((after, after.values()), (before, gone)):
        for node in nodes:
            if node.provided and _shown(node, how):
                key = (zones.get(node.urn, REGIONAL), noun(node).one, how.get(node.urn, "same"))
                members.setdefault(subject(graph, node), {}).setdefault(key, []).append(node)
    rows = [_Row(name) for name in sorted(members, key=lambda each: (not _differs(members[each]), each))]
    for row in rows:
        for (zone, _, change), nodes in sorted(members[row.name].items(), key=lambda each: _WORST.index(each[0][2])):
            kind = noun(nodes[0])
            word = kind.one if len(nodes) == 1 else f"{len(nodes)} {kind.plural}"
            sign = f"{_SIGNS[change]} " if _SIGNS[change] else ""
            names = tuple(sorted(node.name for node in nodes))
            row.cells.setdefault(zone, []).append(Chip(f"{sign}{word}", change, names))
    return rows


def _shown(node: Node, how: Mapping[str, str]) -> bool:
    """Show what has a name of its own, and everything that changes."""
    return node.type in vocabulary().kinds or node.urn in how


def _differs(cells: Mapping[tuple[str, str, str], list[Node]]) -> bool:
    return any(how != "same" for _, _, how in cells)


def _arcs(graph: Graph, names: Sequence[str]) -> list[tuple[str, str]]:
    """Give which part needs which, without what follows from two others."""
    needs: dict[str, set[str]] = {name: set() for name in names}
    for node in graph.values():
        own = subject(graph, node)
        for each in node.needs:
            other = subject(graph, graph[each]) if each in graph else own
            if own != other and own in needs and other in needs:
                needs[own].add(other)
    reach = {name: _reached(needs, name) for name in names}
    return [
        (one, other)
        for one in names
        for other in sorted(needs[one])
        if not any(other in reach[between] and one not in reach[between] for between in needs[one] - {other})
    ]


def _reached(needs: Mapping[str, set[str]], first: str) -> set[str]:
    found, waiting = set[str](), [first]
    while waiting:
        for each in needs[waiting.pop()] - found:
            found.add(each)
            waiting.append(each)
    return found


def _svg(rows: Sequence[_Row], columns: Sequence[str], arcs: Iterable[tuple[str, str]], title: str) -> str:
    tops: list[float] = []
    top = float(_HEAD)
    for row in rows:
        tops.append(top)
        top += _height(row) + _GAP
    width, height = _left(len(columns)), top + 4
    middles = {row.name: tops[index] + _height(row) / 2 for index, row in enumerate(rows)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" viewBox="0 0 {width} {height:g}" '
        f'width="{width}" height="{height:g}" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        *(_text(_left(at), 24, name, "head") for at, name in enumerate(columns)),
        *(_arc(middles[one], middles[other], one, other) for one, other in arcs),
    ]
    for row, at in zip(rows, tops, strict=True):
        parts += _drawn_row(row, columns, at, width)
    return "".join([*parts, "</svg>"])


def _height(row: _Row) -> float:
    lines = max((len(list(_lines(chips, zone))) for zone, chips in row.cells.items()), default=1)
    return max(lines * (_CHIP + 4), 16 * len(_split(row.name))) + 10


def _left(column: int) -> float:
    """Give the left edge of a column, the first of which is the region's."""
    return _LEFT + _NAME + (_REGION + _ZONE * (column - 1) if column else 0)


def _split(name: str) -> list[str]:
    """Write a part's own name below its kind: `the password rotation (cache-rotation)`."""
    kind, _, own = name.partition(" (")
    return [kind, f"({own}"] if own else [kind]


def _lines(chips: Iterable[Chip], zone: str) -> Iterator[list[Chip]]:
    """Break chips into lines that a column has room for."""
    line: list[Chip] = []
    room = (_REGION if zone == REGIONAL else _ZONE) - 12
    for chip in chips:
        if line and sum(each.width + 4 for each in line) + chip.width > room:
            yield line
            line = []
        line.append(chip)
    if line:
        yield line


def _drawn_row(row: _Row, columns: Sequence[str], top: float, width: float) -> Iterator[str]:
    yield f'<rect class="row" x="{_LEFT}" y="{top:g}" width="{width - _LEFT}" height="{_height(row):g}" rx="6"/>'
    for number, part in enumerate(_split(row.name)):
        yield _text(_LEFT + 10, top + 20 + 15 * number, part, "soft" if number else "head")
    for at, column in enumerate(columns):
        for number, line in enumerate(_lines(row.cells.get(column, ()), column)):
            left = _left(at)
            for chip in line:
                yield _drawn_chip(chip, left, top + 6 + number * (_CHIP + 4))
                left += chip.width + 4


def _drawn_chip(chip: Chip, left: float, top: float) -> str:
    more = len(chip.names) - _NAMED
    told = f"{chip.how}: {', '.join(chip.names[:_NAMED])}" + (f" and {more} more" if more > 0 else "")
    return (
        f'<g class="chip {chip.how}"><title>{escape(told)}</title>'
        f'<rect x="{left:g}" y="{top:g}" width="{chip.width:g}" height="{_CHIP}" rx="5"/>'
        f"{_text(left + 7, top + 15, chip.text)}</g>"
    )


def _arc(start: float, end: float, one: str, other: str) -> str:
    bow = _LEFT - min(_LEFT - 8, 14 + abs(end - start) * 0.16)
    return (
        f'<path class="arc" d="M{_LEFT - 2} {start:g} C{bow:g} {start:g} {bow:g} {end:g} {_LEFT - 2} {end:g}">'
        f"<title>{escape(one)} needs {escape(other)}</title></path>"
    )


def _text(left: float, top: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{left:g}" y="{top:g}"{named}>{escape(text)}</text>'
