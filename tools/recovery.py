"""What a stack recovers from, and how well: `python -m tools.recovery --stack prod [--workload …] [--json]`.

Failure by failure and store by store: by which means, what is lost at most, how long it takes, and whether the
product's objectives are kept. From settings and the figures of `settings/facts/recovery.py` alone: nothing is measured.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from math import ceil

from rich.console import Console
from rich.table import Table

from settings.arithmetic.recovery import Judged, judged
from settings.arithmetic.recovery_means import Recovery
from settings.facts.recovery import HOUR, MINUTE, Figure
from tools.stack import asked, parser


def duration(seconds: int | None, without: str) -> str:
    """Write seconds as a person says them: 90 s, 15 min, 25 h."""
    if seconds is None:
        return without
    if seconds < 2 * MINUTE:
        return f"{seconds} s"
    return f"{seconds // HOUR} h" if seconds % HOUR == 0 else f"{ceil(seconds / MINUTE)} min"


def verdict(each: Judged) -> str:
    """Say in a word whether the objectives are kept; an accepted miss comes with its reason."""
    if each.rpo_minutes is None and each.rto_minutes is None:
        return "no objective"
    if each.met:
        return "kept"
    return "missed" if each.accepted is None else f"missed, accepted: {each.accepted}"


def table(title: str, rows: Sequence[Judged]) -> Table:
    """Lay the recoveries out, those that miss an objective marked."""
    made = Table("failure", "store", "by", "data lost", "downtime", "RPO", "RTO", "", title=title, show_lines=True)
    for each in rows:
        recovery, style = each.recovery, "" if each.met else "yellow" if each.accepted else "bold red"
        made.add_row(
            recovery.failure,
            recovery.store,
            recovery.by.means,
            duration(recovery.loss_seconds, "everything"),
            "\n".join([duration(recovery.down_seconds, "no end"), *map(_term, _steps(recovery))]),
            duration(_seconds(each.rpo_minutes), "—"),
            duration(_seconds(each.rto_minutes), "—"),
            verdict(each),
            style=style,
        )
    return made


def _steps(recovery: Recovery) -> Sequence[Figure]:
    """Return the terms of the sum, where there are several."""
    steps = recovery.by.steps or ()
    return steps if len(steps) > 1 else ()


def _term(step: Figure) -> str:
    return f"  {duration(step.seconds, '')}{'*' if step.assumed else ''} {step.what}"


def sources(rows: Sequence[Judged]) -> list[str]:
    """Name the page behind each figure, once; an assumption is said to be one."""
    figures = (figure for each in rows for figure in (each.recovery.by.loss, *(each.recovery.by.steps or ())))
    lines = (
        f"{'* ' if figure.assumed else ''}{figure.what}: {duration(figure.seconds, '')}"
        f"{', an assumption' if figure.assumed else ''}{f' ({figure.source})' if figure.source else ''}"
        for figure in figures
        if figure is not None and (figure.source or figure.assumed)
    )
    return list(dict.fromkeys(lines))


def line(each: Judged) -> dict[str, object]:
    """Write a recovery for JSON, with its sums, its objectives and the verdict."""
    recovery = each.recovery
    return {
        **asdict(recovery),
        "loss_seconds": recovery.loss_seconds,
        "down_seconds": recovery.down_seconds,
        "rpo_minutes": each.rpo_minutes,
        "rto_minutes": each.rto_minutes,
        "verdict": verdict(each),
    }


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * MINUTE


def main(arguments: Sequence[str]) -> int:
    """Print the table; returns the exit code."""
    arguments_of = parser("tools.recovery", "What a stack recovers from, and how well.")
    arguments_of.add_argument("--json", action="store_true", help="print the lines as JSON")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    rows = list(judged(settings.stack, settings.workload))
    if chosen.json:
        print(json.dumps([line(each) for each in rows], indent=2))
    else:
        console = Console(width=None if sys.stdout.isatty() else 200)
        console.print(table(f"{settings.prefix}: recovery", rows))
        console.print("\n".join(sources(rows)), markup=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
