"""What to type in one failure of one stack: `python -m tools.runbook --stack prod --failure bad_migration`.

Markdown, made of the pages in docs/runbooks with this stack's own names in their variables, below the recovery that the
settings promise (GX-178). Print it before it is needed.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from settings import PlatformSettings
from settings.arithmetic.recovery import Judged, judged
from settings.workload.recovery import FAILURES, Failure
from tools.recovery import duration, verdict
from tools.stack import ROOT, asked, parser

_PAGES: Final = ROOT / "docs" / "runbooks"
_RESPOND = _PAGES / "respond-to-a-failure.md"
_RESTORE = _PAGES / "restore-database.md"
_TAKE_OVER = _PAGES / "take-over-from-the-primary.md"
_COPIES = _PAGES / "recover-in-another-region.md"
_HAPPENED: Final[dict[Failure, str]] = {
    "zone": "an availability zone fails",
    "instance": "the primary instance of a store fails",
    "bad_migration": "a migration or a release wrote wrong data",
    "deleted_data": "a row, key, object or file was deleted",
    "region": "the region fails",
    "account_key": "somebody else has an administrator's key to the account",
}


def sections(page: Path, *titles: str) -> str:
    """Return the sections of a page whose titles begin with these words, as they stand there.

    Raises ValueError for one that the page has not.
    """
    text, found = page.read_text(encoding="utf-8"), list[str]()
    for title in titles:
        match = re.search(rf"^## {re.escape(title)}.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
        if match is None:
            raise ValueError(f"{page.name} has no section {title}")
        found.append(match[0].rstrip())
    return "\n\n".join(found)


def variables(settings: PlatformSettings) -> str:
    """Give the pages' variables the stack's own names: the same ones in the same order as the pages state them."""
    workload = settings.workload
    lines = [f"S={settings.stack_name}; P={workload.name}; N={settings.namespace}"]
    if workload.database is not None:
        lines.append(f"D={workload.database.name}")
    route = next(iter(workload.ingress.routes), None)
    if route is not None:
        service, port = workload.services[route.service], route.port
        number = service.ports[port].number
        host = settings.hostname(route.host)
        lines.append(f"A={route.service}; T={number}; H={route.health_path}; W={host}")
    region = settings.stack.backup.copy_region
    if region is not None:
        lines.append(f"R={region}; E={settings.stack_name}-{region}")
    return "\n".join(["```", *lines, "```"])


def summary(rows: Sequence[Judged]) -> Iterator[str]:
    """Write what is expected of each store, as a table."""
    yield "| Store | Comes back by | Data lost | Downtime | RPO | RTO | |"
    yield "|---|---|---|---|---|---|---|"
    for each in rows:
        recovery = each.recovery
        rpo, rto = (
            "—" if minutes is None else duration(minutes * 60, "") for minutes in (each.rpo_minutes, each.rto_minutes)
        )
        lost, down = duration(recovery.loss_seconds, "everything"), duration(recovery.down_seconds, "no end")
        yield f"| {recovery.store} | {recovery.by.means} | {lost} | {down} | {rpo} | {rto} | {verdict(each)} |"


def steps(settings: PlatformSettings, failure: Failure) -> str:
    """Return what is to be typed, with the stack's own prefix in every name."""
    pages = [sections(_RESPOND, "Tell"), *_pages(settings, failure)]
    return "\n\n".join(pages).replace("$P-$S", settings.prefix).replace("<prefix>", settings.prefix)


def _pages(settings: PlatformSettings, failure: Failure) -> Iterator[str]:
    """Yield the sections that bring the database back; what comes back by itself is only looked at."""
    database = settings.stack.database
    if failure == "region":
        yield _elsewhere(settings)
        return
    if failure == "account_key":
        yield sections(_RESPOND, "Close the account")
    if failure in ("zone", "instance"):
        yield sections(_RESPOND, "Look")
    comes_back = failure in ("zone", "instance") and (database is None or database.multi_az)
    if database is not None and not comes_back:
        yield sections(_RESTORE, "1. Stop", "2A. Point", "3. Start", "4. Let traffic")


def _elsewhere(settings: PlatformSettings) -> str:
    """Return the sections that take over what follows, restore what was copied, or say that there is neither."""
    if settings.follows:
        return sections(_TAKE_OVER, "The document", "Afterwards")
    if settings.stack.followed or settings.stack.backup.copy_region is None:
        return sections(_RESPOND, "Go elsewhere")
    return sections(_COPIES, "What is there", "Bring another", "Restore the database there", "Send everybody")


def runbook(settings: PlatformSettings, failure: Failure) -> str:
    """Write the whole page for one failure of a stack."""
    rows = [each for each in judged(settings.stack, settings.workload) if each.recovery.failure == failure]
    parts = [
        f"# {settings.prefix}: {_HAPPENED[failure]}",
        "\n".join(summary(rows)),
        variables(settings),
        steps(settings, failure),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Print the page; returns the exit code."""
    arguments_of = parser("tools.runbook", "What to type in one failure of one stack.")
    arguments_of.add_argument("--failure", required=True, choices=FAILURES, help="what happened")
    chosen = arguments_of.parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    print(runbook(settings, chosen.failure), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
