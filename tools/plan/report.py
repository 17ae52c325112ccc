"""A plan as people read it, the summary first and the worst before the rest: for terminal, pull request, programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.console import Console
from rich.table import Table

from tools.plan.plan import Finding
from tools.plan.words import WORDS, Kind

COLUMNS: Final = ("resource", "what changes", "class", "interruption", "when", "moves with it", "source")
_WIDTH: Final = 160
_MARKED: Final = {"refused": "refused", "permitted": "allowed by the settings", "": ""}


@dataclass(frozen=True)
class Plan:
    """What is told of one preview. `refused` are the findings that nothing permits."""

    stack: str
    findings: Sequence[Finding]
    refused: Sequence[Finding] = ()
    created: int = 0

    @property
    def summary(self) -> str:
        """One line: how many changes of each class, the worst first."""
        counts = [(kind, sum(each.kind is kind for each in self.findings)) for kind in sorted(WORDS, reverse=True)]
        told = [f"{count} {kind.words}" for kind, count in counts if count]
        told += [f"{self.created} created"] if self.created else []
        end = f"; {len(self.refused)} refused" if self.refused else ""
        return f"plan of {self.stack}: {', '.join(told) or 'nothing changes'}{end}"


def rows(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Give the lines of the table; what nobody sees of many resources of a type is one line."""
    for each in grouped(plan.findings):
        how = each.kind.words + (" (refused)" if each in plan.refused else "")
        yield short(each.resource), each.what, how, each.takes or "none", each.when, each.also, each.source


def short(resource: str) -> str:
    """Write a resource as the name that people gave it, and its type: `database-primary (rds Instance)`."""
    type, _, name = resource.partition(" ")
    package, _, kind = type.partition(":")
    module = kind.partition("/")[0] if package == "aws" else package
    return f"{name} ({module} {type.rpartition(':')[2]})"


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Put what nobody sees into one line for each type, moment and text."""
    lines: list[Finding] = []
    many: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        if each.kind is not Kind.NOTHING:
            lines.append(each)
        else:
            type, _, _ = each.resource.partition(" ")
            many.setdefault((type, each.takes, each.when, each.also), []).append(each)
    return lines + [_together(each) for each in many.values()]


def _together(findings: Sequence[Finding]) -> Finding:
    first = findings[0]
    if len(findings) == 1:
        return first
    names = list(dict.fromkeys(each.resource for each in findings))
    words = list(dict.fromkeys(each.what.split(" ", maxsplit=1)[0].rstrip(":") for each in findings))
    resource = first.resource if len(names) == 1 else f"{first.resource} and {len(names) - 1} more"
    return replace(first, resource=resource, what=", ".join(words))


def table(plan: Plan) -> Table:
    """Lay the plan out for a terminal; sources are numbered, and their addresses stand below."""
    sheet = Table(show_lines=False, pad_edge=False)
    for column in COLUMNS:
        sheet.add_column(column, overflow="fold")
    numbers = sources(plan)
    for *cells, source in rows(plan):
        sheet.add_row(*(cell.replace("[", "\\[") for cell in cells), str(numbers[source]))
    return sheet


def sources(plan: Plan) -> dict[str, int]:
    """Number the pages that the verdicts come from, in the order of the table."""
    return {source: number for number, source in enumerate(dict.fromkeys(row[-1] for row in rows(plan)), 1)}


def terminal(plan: Plan, out: Console) -> None:
    """Print the plan."""
    out.print(plan.summary, markup=False, highlight=False)
    if plan.findings:
        out.print(table(plan))
        for source, number in sources(plan).items():
            out.print(f"{number:>3}  {source}", markup=False, highlight=False)


def console() -> Console:
    """Give a console that is as wide as the table needs where nobody looks at it."""
    found = Console()
    return found if found.is_terminal else Console(width=_WIDTH)


def markdown(plan: Plan) -> str:
    """Write the plan for a pull request."""
    lines = [f"### {plan.summary}", ""]
    if plan.findings:
        lines += [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
        for *cells, source in rows(plan):
            lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} | [page]({source}) |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def as_json(plan: Plan) -> str:
    """Write the plan for programs."""
    found = [{**vars(each), "kind": each.kind.words, "refused": each in plan.refused} for each in plan.findings]
    return json.dumps({"summary": plan.summary, "created": plan.created, "findings": found}, indent=2)
