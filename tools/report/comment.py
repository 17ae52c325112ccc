"""The report as one Markdown comment, no longer than a comment may be."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tools.plan.plan import Finding
from tools.plan.report import short
from tools.report.objects import ObjectChange
from tools.report.stack import StackReport

LIMIT: Final = 65_536
"""Characters that GitHub takes of a comment (`Body is too long (maximum is 65536 characters)`)."""
MARK: Final = "<!-- report of what the change does to each stack -->"
"""The first line, by which a later run finds the comment that it replaces."""
_RESERVE: Final = 2_000
"""Characters kept for saying what was left out."""
_LISTED: Final = 40
_FENCE: Final = re.compile(r"`{3,}")


@dataclass(frozen=True)
class Block:
    """A part that may be left out. Of several, those with the smaller `rank` are kept."""

    stack: str
    title: str
    lines: Sequence[str]
    rank: int

    @property
    def text(self) -> str:
        """The part as it stands in the comment, folded up."""
        return "\n".join([f"<details><summary>{escaped(self.title)}</summary>", "", *self.lines, "", "</details>", ""])


def written(reports: Sequence[StackReport], base: str, footer: str = "", limit: int = LIMIT) -> str:
    """Write the comment: the summary and what is lost always, the details as far as they fit."""
    heads = {each.stack: "\n".join(_head(each)) for each in reports}
    blocks = [block for each in reports for block in _blocks(each)]
    first = "\n".join([MARK, *_summary(reports, base), ""])
    room = limit - _RESERVE - len(first) - len(footer) - sum(len(head) + 1 for head in heads.values())
    if room < 0:
        heads = {
            stack: _cut(head, (limit - _RESERVE - len(first) - len(footer)) // len(heads))
            for stack, head in heads.items()
        }
        room = 0
    kept = list(_fitting(blocks, room))
    parts = [first]
    for report in reports:
        parts += [
            heads[report.stack],
            *(block.text for block in blocks if block in kept and block.stack == report.stack),
        ]
    left = [block for block in blocks if block not in kept]
    return "\n".join([*parts, *_left_out(left), footer]).rstrip() + "\n"


def _fitting(blocks: Sequence[Block], room: int) -> Iterator[Block]:
    for block in sorted(blocks, key=lambda each: (each.rank, len(each.text))):
        if len(block.text) + 1 <= room:
            room -= len(block.text) + 1
            yield block


def _cut(text: str, room: int) -> str:
    """Cut a text at the end of a line, and say so."""
    if len(text) <= room:
        return text
    note = "\n\n_The rest of this stack is on the page: a comment has no room for it._\n"
    return text[: max(0, text.rfind("\n", 0, max(0, room - len(note))))] + note


def _left_out(blocks: Sequence[Block]) -> list[str]:
    if not blocks:
        return []
    names = [f"{block.stack}: {block.title}" for block in blocks]
    shown, more = names[:12], len(names) - 12
    told = "; ".join(escaped(name)[:100] for name in shown) + (f"; and {more} more" if more > 0 else "")
    return [f"**Left out, for a comment may have {LIMIT:,} characters** (the page has it all): {told}.", ""]


def _summary(reports: Sequence[StackReport], base: str) -> Iterator[str]:
    yield f"## What this changes, against `{base}`"
    yield ""
    yield "| stack | changes | the worst of it | policies |"
    yield "|---|---|---|---|"
    for each in reports:
        yield f"| {escaped(each.stack)} | {counts(each)} | {worst(each)} | {policies(each)} |"
    yield ""


def counts(report: StackReport) -> str:
    """Say how many resources and objects change."""
    if report.unknown:
        return "not known"
    steps = [
        step
        for step in report.preview.steps
        if (report.after.graph.get(step.urn) or report.before.graph[step.urn]).provided
    ]
    told: list[str] = []
    for op, word in (("create", "created"), ("update", "changed"), ("replace", "replaced"), ("delete", "deleted")):
        count = sum(step.op == op for step in steps)
        told += [f"{count} {word}"] if count else []
    told += [f"{len(report.objects)} Kubernetes objects"] if report.objects else []
    return ", ".join(told) or "nothing"


def worst(report: StackReport) -> str:
    """Say the worst class of change, and whether something is refused."""
    if report.unknown:
        return "**the preview failed**"
    if not report.findings:
        return "nothing visible"
    found = report.findings[0].kind
    word = f"**{found.words}**" if report.loud else found.words
    return f"{word}, {len(report.refused)} refused" if report.refused else word


def policies(report: StackReport) -> str:
    """Say how many findings of policies are new, and how many are fixed."""
    new, fixed = len(report.new_breaches), len(report.fixed_breaches)
    told = [f"{new} new"] if new else []
    told += [f"{fixed} fixed"] if fixed else []
    return ", ".join(told) or (f"{len(report.after.breaches)} as before" if report.after.breaches else "none")


def _head(report: StackReport) -> Iterator[str]:
    """Write what is never left out: what fails, what is lost, what people notice, and what changes."""
    yield f"### {escaped(report.stack)}"
    yield ""
    if report.unknown:
        yield from ("> [!CAUTION]", f"> {escaped(report.unknown)}", "")
    elif not report.changes:
        yield from ("Nothing changes.", "")
    if report.loud:
        yield from ("> [!CAUTION]", "> **Replaced, or lost:**")
        yield from (f"> - {_told(each, report)}" for each in report.loud[:_LISTED])
        yield from _more(len(report.loud), "> - ")
    if report.noticed:
        yield from ("> [!WARNING]", "> **Traffic may notice:**")
        yield from (f"> - {_told(each, report)}" for each in report.noticed[:_LISTED])
        yield from _more(len(report.noticed), "> - ")
    mandatory = [each for each in report.new_breaches if each.level == "mandatory"]
    if mandatory:
        yield from ("> [!CAUTION]", "> **Policies refuse it:**")
        yield from (
            f"> - {escaped(each.policy)}: {escaped(each.resource)}: {escaped(each.first_line)}"
            for each in mandatory[:_LISTED]
        )
        yield from _more(len(mandatory), "> - ")
    if report.phrases:
        yield from (f"- {escaped(str(each))}" for each in report.phrases[:_LISTED])
        yield from _more(len(report.phrases), "- ")
    words = [word for each in report.objects for word in each.words]
    if words:
        yield from (f"- {escaped(word)}" for word in words[:_LISTED])
        yield from _more(len(words), "- ")


def _more(count: int, lead: str) -> Iterator[str]:
    if count > _LISTED:
        yield f"{lead}… and {count - _LISTED} more, on the page"
    yield ""


def _told(finding: Finding, report: StackReport) -> str:
    refused = " (**refused**: nothing permits it)" if finding in report.refused else ""
    parts = [f"**{finding.kind.words}**: {escaped(short(finding.resource))}: {escaped(finding.what)}{refused}"]
    parts += [escaped(each) for each in (finding.takes, finding.also) if each]
    return "; ".join([*parts, finding.when]) if finding.when else "; ".join(parts)


def _blocks(report: StackReport) -> Iterator[Block]:
    new, fixed = report.new_breaches, report.fixed_breaches
    if new or fixed:
        lines = [
            f"- new, {each.level}: **{escaped(each.policy)}** {escaped(each.resource)}: {escaped(each.first_line)}"
            for each in new
        ]
        lines += [f"- fixed: {escaped(each.policy)} {escaped(each.resource)}" for each in fixed]
        yield Block(report.stack, f"Policies: {policies(report)}", lines, 1)
    if report.findings:
        yield Block(report.stack, f"What each change means ({len(report.findings)})", list(_table(report)), 3)
    for release, found in groupby(report.objects, key=lambda each: each.release):
        changed = list(found)
        plural = "s" if len(changed) > 1 else ""
        yield Block(report.stack, f"Release {release}: {len(changed)} object{plural}", list(_diffs(changed)), 2)


def _table(report: StackReport) -> Iterator[str]:
    yield "| resource | what changes | class | interruption | when | source |"
    yield "|---|---|---|---|---|---|"
    for each in report.findings:
        cells = (short(each.resource), each.what, each.kind.words, each.takes or "none", each.when)
        yield f"| {' | '.join(escaped(cell) for cell in cells)} | [page]({each.source}) |"


def _diffs(changes: Iterable[ObjectChange]) -> Iterator[str]:
    for each in changes:
        plus, minus = each.counts
        yield f"**{escaped(each.key)}** {each.how} (+{plus} -{minus})"
        yield ""
        yield from fenced(each.lines)
        yield ""


def fenced(lines: Sequence[str]) -> Iterator[str]:
    """Write lines as a block of a difference, with a fence that none of them ends."""
    longest = max((len(found) for line in lines for found in _FENCE.findall(line)), default=2)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}diff", *lines, fence)


def escaped(text: str) -> str:
    """Write a text so that nothing in it is Markdown, HTML or the name of somebody to call."""
    one_line = " ".join(text.split())
    for sign, written_as in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("|", "\\|")):
        one_line = one_line.replace(sign, written_as)
    return re.sub(r"([\\`*_\[\]#])(?!\|)", r"\\\1", one_line)
