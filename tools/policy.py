"""What the policies say of a stack, as a table: `python -m tools.policy --stack prod [--severity high] [--json]`.

From a preview on the offline cloud, with the pack beside it. Ends with 1 where a policy refuses the stack, or where the
preview fails for another reason, which is told.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from policies.about import FRAMEWORKS, Severity
from policies.registry import RULES
from policies.rule import Rule

_ORDER: Final = list(Severity)
_STYLES: Final = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: ""}
_RULES: Final[Mapping[str, Rule]] = {rule.name: rule for rule in RULES}


@dataclass(frozen=True)
class Finding:
    """A breach, with what its rule says of itself; what the pack says of its configuration is of no rule."""

    severity: Severity
    level: str
    rule: str
    resource: str
    message: str
    fix: str
    controls: tuple[str, ...]


def findings(report: Mapping[str, Any]) -> list[Finding]:
    """Read a preview's report, the worst first, and what refuses before what advises."""
    found = list(map(_finding, report["diagnostics"]))
    return sorted(found, key=lambda each: (_ORDER.index(each.severity), each.level != "mandatory", each.rule))


def _finding(diagnostic: Mapping[str, str]) -> Finding:
    """The engine tells a breach as the rule's description, and below it the message."""
    rule = _RULES.get(diagnostic["policy"])
    _, _, message = diagnostic["text"].partition("\n")
    return Finding(
        severity=rule.about.severity if rule else Severity.CRITICAL,
        level=diagnostic["level"],
        rule=diagnostic["policy"],
        resource=diagnostic["resource"],
        message=" ".join((message or diagnostic["text"]).split()),
        fix=rule.about.fix if rule else "",
        controls=rule.about.controls if rule else (),
    )


def chosen(found: Sequence[Finding], least: Severity, framework: str | None) -> list[Finding]:
    """Leave out what is less severe, and what answers to no control of a framework; what has no rule stays."""
    return [
        each
        for each in found
        if _ORDER.index(each.severity) <= _ORDER.index(least)
        and (framework is None or each.rule not in _RULES or _RULES[each.rule].about.of_framework(framework))
    ]


def table(found: Sequence[Finding]) -> Table:
    """Lay the findings out."""
    made = Table("severity", "level", "rule", "resource", "what is wrong", "how to fix it")
    for each in found:
        cells = (each.severity, each.level, each.rule, each.resource.rpartition(" ")[2], each.message, each.fix)
        made.add_row(*cells, style=_STYLES[each.severity])
    return made


def summary(found: Sequence[Finding]) -> str:
    """Count them, by severity and level."""
    counted = [f"{count} {each}" for each in _ORDER if (count := sum(item.severity is each for item in found))]
    refusing = sum(each.level == "mandatory" for each in found)
    return f"{len(RULES)} rules: {', '.join(counted) or 'nothing found'}; {refusing} refuse the update"


def _preview(arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    """Preview the stack; the report, empty where there is none, and what was said beside it."""
    command = [sys.executable, "-m", "offline_cloud", "preview", "--json", "--stack", arguments.stack]
    command += ["--workload", arguments.workload] if arguments.workload else []
    command += [word for each in arguments.config for word in ("-c", each)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(ran.stdout), ran.stderr
    except ValueError:
        return {}, ran.stderr or ran.stdout


def _errors(report: Mapping[str, Any]) -> Iterator[str]:
    """What failed beside the policies, which are findings."""
    yield from (f"error: {each['resource']}: {each['text']}" for each in report["errors"] if each["resource"])


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tools.policy", description=__doc__)
    made.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    made.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    made.add_argument("-c", "--config", action="append", default=[], metavar="KEY=VALUE")
    made.add_argument(
        "--severity", type=Severity, default=Severity.LOW, choices=_ORDER, help="the least severity shown"
    )
    made.add_argument("--framework", choices=list(FRAMEWORKS), help="show what answers to its controls alone")
    made.add_argument("--json", action="store_true", help="print the findings as JSON and nothing else")
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Give 0 where nothing refuses the stack, else 1."""
    arguments = _parser().parse_args(words)
    report, said = _preview(arguments)
    if not report:
        sys.stderr.write(said)
        return 1
    found = findings(report)
    shown = chosen(found, arguments.severity, arguments.framework)
    if arguments.json:
        print(json.dumps([asdict(each) for each in shown], indent=2))
    else:
        console = Console()
        console.print(table(shown))
        console.print(summary(found))
    for error in _errors(report):
        print(error, file=sys.stderr)
    return 0 if report["succeeded"] else 1


if __name__ == "__main__":
    sys.exit(main())
