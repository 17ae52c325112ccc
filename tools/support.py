"""What of a stack AWS supports until when: `python -m tools.support --stack prod [--within 90] [--json]`.

From settings and the dated tables of `settings/facts` alone. Ends with 1 when standard support of something has ended,
or ends within so many days.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

from rich.console import Console
from rich.table import Table

from settings.arithmetic.support import Supported, supported
from tools.stack import asked, parser

SOON_DAYS = 90


def state(item: Supported, today: date) -> str:
    """Say in a word how an item stands on a day."""
    if item.until.standard is None:
        return "no end announced"
    if item.ends_within(0, today):
        return "ended"
    return f"in {(item.until.standard - today).days} days"


def table(items: Sequence[Supported], today: date) -> Table:
    """Lay the items out, the first to end first."""
    made = Table("what", "version", "standard support until", "", "extended until", "setting", "source")
    for item in items:
        style = "bold red" if item.ends_within(0, today) else "yellow" if item.ends_within(SOON_DAYS, today) else ""
        standard, extended = item.until.standard, item.until.extended
        cells = (item.what, item.version, str(standard or ""), state(item, today), str(extended or ""), item.setting)
        made.add_row(*cells, item.source, style=style)
    return made


def by_end(items: Sequence[Supported]) -> list[Supported]:
    """Sort by the end of standard support; what has none comes last."""
    return sorted(items, key=lambda item: item.until.standard or date.max)


def main(arguments: Sequence[str], today: date | None = None) -> int:
    """Print the table; returns the exit code."""
    arguments_of = parser("tools.support", "What of a stack AWS supports until when.", default="prod")
    arguments_of.add_argument("--json", action="store_true", help="print the lines as JSON")
    arguments_of.add_argument("--within", type=int, default=0, metavar="DAYS", help="fail so many days ahead")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    day = today or datetime.now(UTC).date()
    items = by_end(list(supported(settings.stack, settings.workload)))
    if chosen.json:
        print(json.dumps([asdict(item) | {"state": state(item, day)} for item in items], indent=2, default=str))
    else:
        Console(width=None if sys.stdout.isatty() else 200).print(table(items, day))
    return int(any(item.ends_within(chosen.within, day) for item in items))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
