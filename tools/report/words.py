"""What comment and page say alike: the row of the summary, and the lines below tables."""

from typing import Final

from tools.prices import AS_OF, REGION
from tools.report.costs import Costs, dollars
from tools.report.schedule import Wait, spoken
from tools.report.stack import StackReport

SUMMARY: Final = ("stack", "changes", "the worst of it", "policies", "dollars a month", "to apply")


def summary(report: StackReport) -> tuple[str, ...]:
    """Give the row of one stack."""
    return report.stack, counts(report), worst(report), policies(report), cost(report), time(report)


def counts(report: StackReport) -> str:
    """Say how many resources and objects change."""
    if report.unknown:
        return "not known"
    before, after = report.before.graph, report.after.graph
    steps = [step for step in report.preview.steps if (after.get(step.urn) or before[step.urn]).provided]
    told: list[str] = []
    for op, word in (("create", "created"), ("update", "changed"), ("replace", "replaced"), ("delete", "deleted")):
        count = sum(step.op == op for step in steps)
        told += [f"{count} {word}"] if count else []
    told += [f"{len(report.objects)} Kubernetes objects"] if report.objects else []
    return ", ".join(told) or "nothing"


def worst(report: StackReport) -> str:
    """Say the worst class of change, and whether something is refused."""
    if report.unknown:
        return "the preview failed"
    if not report.findings:
        return "nothing visible"
    word = report.findings[0].kind.words
    return f"{word}, {len(report.refused)} refused" if report.refused else word


def policies(report: StackReport) -> str:
    """Say how many findings of policies are new, and how many are fixed."""
    new, fixed = len(report.new_breaches), len(report.fixed_breaches)
    told = [f"{new} new"] if new else []
    told += [f"{fixed} fixed"] if fixed else []
    return ", ".join(told) or (f"{len(report.after.breaches)} as before" if report.after.breaches else "none")


def cost(report: StackReport) -> str:
    """Say what a month costs, and how much more or less that is."""
    costs = report.costs
    if not costs.parts:
        return "not known"
    more = costs.after - costs.before
    same = report.unknown or not round(more, 2)
    return dollars(costs.after) if same else f"{dollars(costs.after)} ({dollars(more, sign=True)})"


def time(report: StackReport) -> str:
    """Say how long the change takes."""
    if report.time is None or not report.changes:
        return ""
    return f"about {spoken(report.time.total)}"


def prices(costs: Costs) -> str:
    """Say what the prices are, and what has none."""
    told = (
        f"List prices of {REGION}, {AS_OF}, with the use that tools/prices.py assumes; "
        "without data to the internet and the nodes that Karpenter adds."
    )
    return f"{told} Without a price: {', '.join(costs.unpriced)}." if costs.unpriced else told


def name(urn: str) -> str:
    """Give the logical name in a URN."""
    return urn.rpartition("::")[2]


def wait(found: Wait) -> str:
    """Say what waits for what, and what that costs."""
    return f"{name(found.urn)} waits {spoken(found.seconds)} for {name(found.waits_for)}"
