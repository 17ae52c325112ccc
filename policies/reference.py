"""The reference of every policy, made from the rules by `python -m policies.reference`."""

from collections.abc import Iterator
from pathlib import Path

from policies import parameters
from policies.about import FRAMEWORKS, Severity
from policies.registry import RULES
from policies.rule import Level, ObjectRule, ResourceRule, Rule

FILE = Path(__file__).parents[1] / "docs" / "reference" / "policies.md"

_HEAD = """# Policies

Made from the rules in `policies/rules` by `python -m policies.reference`; do not edit it by hand.

Every preview and every update holds the stack to these rules. The controls are those of checkov, of the CIS AWS
Foundations Benchmark 5.0, the CIS EKS Benchmark 1.8, PCI DSS 4.0 and the trust services criteria of SOC 2: a rule
answers to a control, which may ask for more than what a program can check. A breach refuses the update, but for a rule
that is marked as advisory. `policies/config.yaml` selects rules by framework and severity, sets another level or other
figures for a rule, and holds exemptions, for every stack or for one. A rule that is marked so can repair what breaks
it, where its level is `remediate`.
"""
_COLUMNS = ("Rule", "What holds", "For", "What it protects against", "How to fix it", *FRAMEWORKS)


def rendered() -> str:
    """Return the page's text."""
    return "\n".join(
        [_HEAD, *_counts(), *(line for severity in Severity for line in _section(severity)), *_parameters()]
    )


def _parameters() -> Iterator[str]:
    yield "## Figures that a stack may set otherwise\n"
    yield _row("Rule", "Parameter", "What it is", "Its value without one")
    yield _row(*("---" for _ in range(4)))
    for each in parameters.everything():
        yield _row(f"`{each.rule}`", f"`{each.name}`", each.description, each.own())
    yield ""


def _counts() -> Iterator[str]:
    counted = (f"{len(_of(severity))} {severity}" for severity in Severity)
    yield f"There are {len(RULES)} rules: {', '.join(counted)}.\n"


def _of(severity: Severity) -> list[Rule]:
    return [rule for rule in RULES if rule.about.severity is severity]


def _section(severity: Severity) -> Iterator[str]:
    yield f"## {severity.capitalize()}\n"
    yield _row(*_COLUMNS)
    yield _row(*("---" for _ in _COLUMNS))
    yield from (_row(*_cells(rule)) for rule in _of(severity))
    yield ""


def _cells(rule: Rule) -> Iterator[str]:
    production = isinstance(rule, ResourceRule | ObjectRule) and rule.environments is not None
    marks = [str(rule.level)] if rule.level is not Level.MANDATORY else []
    if isinstance(rule, ResourceRule) and rule.repair is not None:
        marks.append("can repair")
    name = f"`{rule.name}` ({', '.join(marks)})" if marks else f"`{rule.name}`"
    yield from (name, rule.description, "production" if production else "every stack")
    yield from (rule.about.risk, rule.about.fix)
    yield from (", ".join(rule.about.of_framework(framework)) for framework in FRAMEWORKS)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    FILE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    main()
