"""A disaster drill on this machine with real servers: `python -m tools.drill --stack prod [--only promotion] [--json]`.

Each drill makes the product's database by its chart's own scripts, has a writer keep writing, breaks something, brings
it back, and holds what it measured against the product's objectives and what `make recovery` promises. The exit code
is 1 when an objective is missed. What AWS itself does, such as making an instance, is not measured here.
"""

import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rich.console import Console
from valkey.exceptions import ValkeyClusterException, ValkeyError

from settings import PlatformSettings
from tools.drill.checks import Outcome
from tools.drill.place import Place, place
from tools.drill.postgresql import QueryError, StartError
from tools.drill.product import DrillError, NotHereError
from tools.drill.report import as_json, table, totals
from tools.drill.scenarios import (
    cache,
    damaged_dumps,
    newest_dump,
    point_in_time,
    promotion,
    region,
    rotation,
    throughput,
)
from tools.stack import asked, parser

DRILLS: Final[dict[str, Callable[[Place], Outcome]]] = {
    promotion.NAME: promotion.drill,
    point_in_time.NAME: point_in_time.drill,
    newest_dump.NAME: newest_dump.drill,
    damaged_dumps.NAME: damaged_dumps.drill,
    throughput.NAME: throughput.drill,
    region.NAME: region.drill,
    cache.PROMOTION: cache.promotion,
    cache.SNAPSHOTS: cache.snapshots,
    rotation.NAME: rotation.drill,
}
_MEGABYTES: Final = 100


def run(settings: PlatformSettings, name: str, megabytes: int) -> Outcome:
    """Run one drill in a place of its own. Raises DrillError, QueryError, StartError when it cannot go on."""
    with place(settings, megabytes) as here:
        return DRILLS[name](here)


def main(arguments: Sequence[str]) -> int:
    """Run the drills and print what they measured; returns the exit code."""
    arguments_of = parser("tools.drill", "A disaster drill on this machine with real servers.", default="prod")
    arguments_of.add_argument("--only", action="append", choices=DRILLS, help="a drill to run (default: all)")
    arguments_of.add_argument("--repeat", type=int, default=1, help="how often each is run; rows lost are summed up")
    arguments_of.add_argument("--megabytes", type=int, default=_MEGABYTES, help="what the database holds at first")
    arguments_of.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    # Moto's server tells of every request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    outcomes: list[Outcome] = []
    left_out: dict[str, str] = {}
    for name in chosen.only or DRILLS:
        try:
            for number in range(chosen.repeat):
                sys.stderr.write(f"{name}: run {number + 1} of {chosen.repeat} …\n")
                outcomes.append(run(settings, name, chosen.megabytes))
        except NotHereError as reason:
            left_out[name] = str(reason)
        except (DrillError, QueryError, StartError, ValkeyError, ValkeyClusterException) as error:
            sys.stderr.write(f"{name}: the drill cannot go on. {error}\n")
            return 1
    return report(settings, outcomes, left_out, machine=chosen.json)


def report(
    settings: PlatformSettings, outcomes: Sequence[Outcome], left_out: Mapping[str, str], *, machine: bool
) -> int:
    """Print the figures and what was left out, and each missed objective on standard error; returns the exit code."""
    if machine:
        print(as_json(outcomes, left_out))
    else:
        console = Console(width=None if sys.stdout.isatty() else 160)
        console.print(table(f"{settings.prefix}: drill on this machine", outcomes))
        lines = [each.sentence for each in totals(outcomes)]
        lines += [f"{name}: left out, {reason}." for name, reason in left_out.items()]
        console.print("\n".join(lines), markup=False, highlight=False)
    missed = [line for each in outcomes for line in each.missed]
    sys.stderr.write("".join(f"{line}\n" for line in missed))
    return 1 if missed else 0


def _end(_signal: int, _frame: object) -> None:
    """Take the servers along when the drill is ended from outside."""
    sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
