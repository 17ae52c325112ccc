"""What is told of one stack: the differences of its two previews, and what the change makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tools import budget
from tools.plan import plan, releases
from tools.plan.permits import StatedError, allowed, refused
from tools.plan.plan import Finding
from tools.plan.preview import Preview
from tools.plan.words import Kind
from tools.report import costs, objects, schedule
from tools.report.compare import compared
from tools.report.costs import Costs
from tools.report.graph import Graph
from tools.report.objects import ObjectChange
from tools.report.phrases import Phrase, phrases
from tools.report.previews import Breach, Renderings, Side
from tools.report.schedule import Schedule

LOUD: Final = (Kind.IMPOSSIBLE, Kind.LOSES_DATA, Kind.REPLACES)
"""What goes away, and what cannot be done: told first."""
NOTICED: Final = (Kind.WINDOW, Kind.RESTART, Kind.FAIL_OVER, Kind.ROLLING)


@dataclass(frozen=True)
class StackReport:
    """One stack's report. `unknown` says why nothing is told of changes, where that is so."""

    stack: str
    before: Side
    after: Side
    unknown: str = ""
    limit: int | None = None
    """Dollars a month that the product allows."""
    preview: Preview = field(default_factory=Preview)
    findings: Sequence[Finding] = ()
    refused: Sequence[Finding] = ()
    phrases: Sequence[Phrase] = ()
    objects: Sequence[ObjectChange] = ()
    costs: Costs = field(default_factory=Costs)
    time: Schedule | None = None
    """When the change is there; None where nothing says what changes."""
    whole: Schedule | None = None
    """When a first `up` of the stack is there."""

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.preview.steps or self.objects)

    @property
    def loud(self) -> list[Finding]:
        """What is replaced, lost or impossible, the worst first."""
        return [each for each in self.findings if each.kind in LOUD]

    @property
    def noticed(self) -> list[Finding]:
        """What interrupts without taking anything away, the worst first."""
        return [each for each in self.findings if each.kind in NOTICED]

    @property
    def new_breaches(self) -> list[Breach]:
        """What policies say of the change and not of the base."""
        return sorted(set(self.after.breaches) - set(self.before.breaches))

    @property
    def fixed_breaches(self) -> list[Breach]:
        """What policies said of the base and say no more."""
        return [] if self.after.failed else sorted(set(self.before.breaches) - set(self.after.breaches))

    @property
    def over(self) -> str:
        """Say by how much it costs more than the product allows; empty where it does not."""
        return budget.over(self.stack, self.costs.after, self.limit)

    @property
    def fails(self) -> bool:
        """Whether the change is to be stopped.

        Its preview fails, a policy refuses it, nothing permits what goes, or it costs more than the product allows.
        """
        refused = any(each.level == "mandatory" for each in self.after.breaches)
        return bool(self.after.failed or self.refused or refused or self.over)


def of(stack: str, before: Side, after: Side, project: Path, today: date, workload: str | None = None) -> StackReport:
    """Work out the report of a stack whose files lie in `project`; `workload` is a product that it does not state."""
    limit = budget.limit(stack, workload, project)
    unknown = _unknown(before, after)
    if unknown:
        # What stands here is told of all the same, where its preview came to its end.
        told: Graph = {} if after.failed else after.graph
        return StackReport(
            stack, before, after, unknown, limit, costs=costs.of({}, told), whole=schedule.whole(told) if told else None
        )
    preview = compared(before.graph, after.graph)
    charts = Renderings(old=before.objects, new=after.objects)
    found = plan.ordered([*plan.findings(preview), *releases.findings(preview, charts)])
    return StackReport(
        stack=stack,
        before=before,
        after=after,
        limit=limit,
        preview=preview,
        findings=found,
        refused=_refused(stack, found, project, today),
        phrases=phrases(before.graph, after.graph, preview),
        objects=objects.changes(before.objects, after.objects),
        costs=costs.of(before.graph, after.graph),
        time=schedule.of_change(after.graph, preview),
        whole=schedule.whole(after.graph) if after.graph else None,
    )


def ordered(reports: Iterable[StackReport]) -> list[StackReport]:
    """Put first what fails or loses something, then what changes, and what stays as it is last."""
    return sorted(
        reports, key=lambda each: (not each.unknown, not each.loud and not each.over, not each.changes, each.stack)
    )


def _unknown(before: Side, after: Side) -> str:
    if after.failed:
        return f"the preview failed: {after.failed}"
    if before.failed:
        return f"the base's preview failed, so nothing says what changes: {before.failed}"
    return ""


def _refused(stack: str, found: Sequence[Finding], project: Path, today: date) -> list[Finding]:
    """Give what nothing permits; a stack whose file went with the change permits nothing."""
    try:
        return refused(found, allowed(project, stack), today)
    except StatedError:
        return [each for each in found if each.refused]
