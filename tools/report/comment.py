"""The report as one Markdown comment, no longer than a comment may be."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tools.plan.plan import Finding
from tools.plan.report import short
from tools.report import words
from tools.report.costs import dollars
from tools.report.objects import ObjectChange
from tools.report.schedule import Schedule, spoken
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
    first = "\n".join([MARK, *_summary(reports, base)])
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
    yield f"| {' | '.join(words.SUMMARY)} |"
    yield f"|{'---|' * len(words.SUMMARY)}"
    for each in reports:
        cells = [escaped(cell) for cell in words.summary(each)]
        if each.loud or each.unknown:
            cells[2] = f"**{cells[2]}**"
        yield f"| {' | '.join(cells)} |"
    yield ""


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
    if report.over:
        yield from ("> [!CAUTION]", f"> {escaped(report.over)}", "")
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
        yield "**What changes**"
        yield ""
        yield from (f"- {escaped(str(each))}" for each in report.phrases[:_LISTED])
        yield from _more(len(report.phrases), "- ")
    said = [word for each in report.objects for word in each.words]
    if said:
        yield from (f"- {escaped(word)}" for word in said[:_LISTED])
        yield from _more(len(said), "- ")


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
        yield Block(report.stack, f"Policies: {words.policies(report)}", lines, 1)
    if report.findings:
        yield Block(report.stack, f"What each change means ({len(report.findings)})", list(_table(report)), 3)
    if report.costs.changed:
        title = f"Cost a month: {dollars(report.costs.before)} → {dollars(report.costs.after)} dollars"
        yield Block(report.stack, title, list(_costs(report)), 1)
    if report.time is not None and report.time.path:
        title = f"Time to apply: about {spoken(report.time.total)}"
        yield Block(report.stack, title, list(_time(report.time)), 2)
    for release, found in groupby(report.objects, key=lambda each: each.release):
        changed = list(found)
        plural = "s" if len(changed) > 1 else ""
        yield Block(report.stack, f"Release {release}: {len(changed)} object{plural}", list(_diffs(changed)), 2)


def _costs(report: StackReport) -> Iterator[str]:
    yield "| part | before, $ | after, $ | difference, $ |"
    yield "|---|--:|--:|--:|"
    for each in report.costs.changed:
        more = dollars(each.difference, sign=True)
        yield f"| {escaped(each.name)} | {dollars(each.before)} | {dollars(each.after)} | {more} |"
    both = report.costs.before, report.costs.after
    yield f"| together | {dollars(both[0])} | {dollars(both[1])} | {dollars(both[1] - both[0], sign=True)} |"
    yield ""
    yield escaped(words.prices(report.costs))


def _time(schedule: Schedule) -> Iterator[str]:
    yield "The critical path, by typical creation times:"
    yield ""
    for urn in schedule.path:
        took = schedule.ends[urn] - schedule.begins[urn]
        yield f"- {escaped(words.name(urn))}: {spoken(took)}, from {spoken(schedule.begins[urn])} on"
    for each in schedule.waits:
        yield f"- no property imposes it: {escaped(words.wait(each))}"


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
