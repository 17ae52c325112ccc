"""The report as one page: nothing is fetched, nothing runs, and it is read by keyboard, on a phone and in the dark."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final

from tools.plan.plan import Finding
from tools.plan.report import short
from tools.report import words
from tools.report.costs import dollars
from tools.report.diagram import LEGEND, drawn
from tools.report.objects import ObjectChange
from tools.report.schedule import Schedule, spoken, times
from tools.report.stack import StackReport

_STYLE: Final = Path(__file__).with_name("page.css")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may fetch and run nothing, whatever a setting's text says."""


def written(reports: Sequence[StackReport], base: str) -> str:
    """Write the page."""
    title = f"What changes, against {base}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE.read_text('utf-8')}</style></head><body>",
        '<a class="skip" href="#content">Skip to the stacks</a>',
        f"<header><h1>{escape(title)}</h1>",
        '<nav aria-label="Stacks"><ul>',
        *(f'<li><a href="#{_id(each)}">{escape(each.stack)}</a></li>' for each in reports),
        "</ul></nav></header>",
        _table(words.SUMMARY, (words.summary(each) for each in reports), "Summary of all stacks"),
        '<main id="content" tabindex="-1">',
        *(part for each in reports for part in _stack(each)),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _id(report: StackReport) -> str:
    return f"stack-{escape(report.stack, quote=True)}"


def _stack(report: StackReport) -> Iterator[str]:
    yield f'<section aria-labelledby="{_id(report)}"><h2 id="{_id(report)}">{escape(report.stack)}</h2>'
    if report.unknown:
        yield _note("bad", "Not known", [report.unknown])
    elif not report.changes:
        yield "<p>Nothing changes.</p>"
    if report.loud:
        yield _note("bad", "Replaced, or lost", [_told(each, report) for each in report.loud])
    mandatory = [each for each in report.new_breaches if each.level == "mandatory"]
    if mandatory:
        told = [f"{each.policy}: {each.resource}: {each.first_line}" for each in mandatory]
        yield _note("bad", "Policies refuse it", told)
    if report.over:
        yield _note("bad", "Over budget", [report.over])
    if report.noticed:
        yield _note("warn", "Traffic may notice", [_told(each, report) for each in report.noticed])
    said = [*map(str, report.phrases), *(word for each in report.objects for word in each.words)]
    if said:
        yield f'<h3>What changes</h3><ul class="words">{_items(said)}</ul>'
    if not report.unknown:
        yield "<h3>The graph</h3>"
        picture = drawn(report.before.graph, report.after.graph, report.preview, f"Resources of {report.stack}")
        yield f'<div class="scroll" tabindex="0" role="group" aria-label="Diagram, scrolls sideways">{picture}</div>'
        yield f'<p class="soft">{LEGEND}</p>'
    yield from _costs(report)
    yield from _policies(report)
    yield from _releases(report.objects)
    yield from _meanings(report)
    yield from _time(report)
    yield "</section>"


def _note(kind: str, title: str, told: Sequence[str]) -> str:
    return f'<div class="note {kind}"><strong>{escape(title)}</strong><ul>{_items(told)}</ul></div>'


def _items(told: Iterable[str]) -> str:
    return "".join(f"<li>{escape(each)}</li>" for each in told)


def _told(finding: Finding, report: StackReport) -> str:
    refused = " (refused: nothing permits it)" if finding in report.refused else ""
    parts = (
        f"{finding.kind.words}: {short(finding.resource)}: {finding.what}{refused}",
        finding.takes,
        finding.also,
        finding.when,
    )
    return "; ".join(each for each in parts if each)


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], label: str, numbers: Sequence[int] = (), kind: str = ""
) -> str:
    def cell(tag: str, at: int, text: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{' class=number' if at in numbers else ''}>{text}</{tag}>"

    top = "".join(cell("th", at, escape(each)) for at, each in enumerate(head))
    body = "".join(f"<tr>{''.join(cell('td', at, _plain(each)) for at, each in enumerate(row))}</tr>" for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="{escape(label)}">'
        f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


class _Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def _plain(text: str) -> str:
    return text if isinstance(text, _Markup) else escape(text)


def _costs(report: StackReport) -> Iterator[str]:
    costs = report.costs
    if not costs.parts:
        return
    yield "<h3>Cost a month</h3>"
    rows = [(each.name, dollars(each.before), dollars(each.after), _more(each.difference)) for each in costs.parts]
    rows.append(("together", dollars(costs.before), dollars(costs.after), _more(costs.after - costs.before)))
    yield _table(("part", "before, $", "after, $", "difference, $"), rows, "Cost by part", (1, 2, 3))
    if costs.positions:
        paid = [(what, dollars(old), dollars(new), _more(new - old)) for what, old, new in costs.positions]
        table = _table(
            ("what is paid for", "before, $", "after, $", "difference, $"), paid, "What is paid for", (1, 2, 3)
        )
        yield f"<details><summary>What is paid for ({len(paid)} differ)</summary>{table}</details>"
    yield f'<p class="soft">{escape(words.prices(costs))}</p>'


def _more(amount: float) -> str:
    return dollars(amount, sign=True) if round(amount, 2) else ""


def _policies(report: StackReport) -> Iterator[str]:
    if not report.after.breaches and not report.before.breaches:
        return
    new, fixed = set(report.new_breaches), report.fixed_breaches
    rows = [
        ("new" if each in new else "as before", each.level, each.policy, each.resource, each.text)
        for each in report.after.breaches
    ]
    rows += [("fixed", each.level, each.policy, each.resource, each.first_line) for each in fixed]
    yield "<h3>Policies</h3>"
    yield _table(
        ("", "level", "policy", "resource", "finding"),
        sorted(rows, key=lambda each: each[0] == "as before"),
        "Policies",
    )


def _releases(changes: Sequence[ObjectChange]) -> Iterator[str]:
    if changes:
        yield "<h3>Inside Helm releases</h3>"
    for each in changes:
        plus, minus = each.counts
        lines = "".join(f'<span class="{_side(line)}">{escape(line) or " "}</span>' for line in each.lines)
        title = f"{each.release}: {each.key} {each.how} (+{plus} -{minus})"
        yield f'<details><summary>{escape(title)}</summary><pre tabindex="0">{lines}</pre></details>'


def _side(line: str) -> str:
    return "plus" if line.startswith("+") else "minus" if line.startswith("-") else ""


def _meanings(report: StackReport) -> Iterator[str]:
    if not report.findings:
        return
    rows = [
        (short(each.resource), each.what, each.kind.words, each.takes or "none", each.when, _link(each.source))
        for each in report.findings
    ]
    head = ("resource", "what changes", "class", "interruption", "when", "source")
    table = _table(head, rows, "What each change means")
    yield f"<h3>What each change means</h3><details><summary>{len(rows)} changes</summary>{table}</details>"


def _link(address: str) -> str:
    return (
        _Markup(f'<a href="{escape(address)}" rel="noreferrer">page</a>') if address.startswith("https://") else address
    )


def _time(report: StackReport) -> Iterator[str]:
    if report.whole is None:
        return
    yield "<h3>Time to apply</h3>"
    if report.time is not None and report.changes:
        yield f"<p>The change: about <strong>{spoken(report.time.total)}</strong>.</p>"
        yield _path(report.time, "Critical path of the change")
    whole = report.whole
    imposed = f"the longest chain that properties impose takes {spoken(whole.imposed)}"
    yield f"<p>A first <code>up</code>: about {spoken(whole.total)}; {imposed}.</p>"
    path = f"{_path(whole, 'Critical path of a first up')}{_waits(whole)}"
    yield f"<details><summary>Its critical path ({len(whole.path)} resources)</summary>{path}</details>"
    typical = f"Typical creation times, as of {times().as_of}; what is changed in place counts as a call."
    yield f'<p class="soft">{typical}</p>'


def _path(schedule: Schedule, label: str) -> str:
    total = schedule.total or 1.0
    rows = [
        (
            words.name(urn),
            spoken(schedule.begins[urn]),
            spoken(schedule.ends[urn] - schedule.begins[urn]),
            _bar(schedule, urn, total),
        )
        for urn in schedule.path
    ]
    return _table(("resource", "begins after", "takes", ""), rows, label, (1, 2), "path") if rows else ""


def _bar(schedule: Schedule, urn: str, total: float) -> str:
    left, width = schedule.begins[urn] / total * 100, (schedule.ends[urn] - schedule.begins[urn]) / total * 100
    return _Markup(f'<div><span class="bar" style="left:{left:.1f}%;width:{width:.1f}%"></span></div>')


def _waits(schedule: Schedule) -> str:
    if not schedule.waits:
        return ""
    told = [words.wait(each) for each in schedule.waits]
    return f"<p>Waits that no property imposes:</p><ul>{_items(told)}</ul>"
