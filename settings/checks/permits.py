"""A permit is for a change that its subject has, once, and for a month at most."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.permits import Permit
from settings.raw import Path
from settings.runtimes import Feature
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.images import short_names

LONGEST: Final = timedelta(days=31)
_MANAGED: Final = ("database", "cache")
"""What AWS runs, in versions and with a maintenance window."""

_TASKS: Final = ("services.", "jobs.")
_VOLUMES: Final = "metrics"
_SUBJECT: Final = re.compile(
    r"database|cache|timeseries|event_bus|shared_files|metrics|zone|database\.replicas|"
    r"(secrets|buckets|images|services|jobs)\.[A-Za-z0-9_][A-Za-z0-9_.-]*"
)
_SUBJECTS: Final = (
    "database, cache, timeseries, event_bus, shared_files, metrics, zone, database.replicas, "
    "secrets.<name>, buckets.<name>, images.<name>, services.<name> or jobs.<name>"
)


def check(context: StackContext) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for index, permit in enumerate(context.stack.permits):
        yield from _in_time(context, index, permit)
        yield from _of_something(context, index, permit)
        if (permit.change, permit.of) in seen:
            path: Path = ("permits", index, "of")
            yield Diagnostic(path, permit.of, f"one permit to {permit.change} it", "remove one of the two")
        seen.add((permit.change, permit.of))


def _in_time(context: StackContext, index: int, permit: Permit) -> Iterator[Diagnostic]:
    """Report a day that is too far ahead; one that is over is noted: what was right yesterday comes up at night too."""
    last = context.today + LONGEST
    if permit.last_day > last:
        allowed = f"{context.today} (today) to {last}"
        fix = f'write "{last}" at the latest: a permit is for one change'
        yield Diagnostic(("permits", index, "until"), permit.until, allowed, fix)


def _of_something(context: StackContext, index: int, permit: Permit) -> Iterator[Diagnostic]:
    path: Path = ("permits", index, "of")
    if permit.change == "replace":
        if not permit.why:
            allowed = "the reason why what it holds may go"
            yield Diagnostic(("permits", index, "why"), permit.why, allowed, "state it, for whoever reads it later")
    elif not _SUBJECT.fullmatch(permit.of):
        yield Diagnostic(path, permit.of, _SUBJECTS, 'write it like "secrets.OLD_TOKEN", or `change: replace`')
    elif (permit.change == "grow") != (permit.of == _VOLUMES):
        grows = permit.change == "grow"
        allowed = f"{_VOLUMES}, Prometheus' volumes" if grows else f"anything but {_VOLUMES}, whose volumes may grow"
        yield Diagnostic(path, permit.of, allowed, f"write {_VOLUMES}" if grows else "write `change: grow`")
    elif permit.change in ("upgrade", "apply-now"):
        yield from _managed(context, path, permit)
    elif permit.of.startswith(_TASKS) and Feature.KUBERNETES_API in context.stack.offers:
        allowed = "what goes with its logs: those of pods stay in the cluster's log groups until their retention ends"
        yield Diagnostic(path, permit.of, allowed, "remove the permit")


def _managed(context: StackContext, path: Path, permit: Permit) -> Iterator[Diagnostic]:
    if permit.of not in _MANAGED:
        fix = "permit it of one of these"
        yield Diagnostic(path, permit.of, f"{' or '.join(_MANAGED)}: nothing else is upgraded by AWS", fix)
    elif getattr(context.stack, permit.of) is None:
        allowed = f"what {context.stack.workload} has; it asks for no {permit.of}"
        yield Diagnostic(path, permit.of, allowed, "remove the permit", (("workload",),))


def notes(stack: StackSettings, workload: Workload, today: date) -> Iterator[str]:
    """Remind of each permit, of one whose time is over, and of one whose subject is gone, or never was."""
    for index, permit in enumerate(stack.permits):
        if not permit.on(today):
            yield (
                f"permits[{index}]: {permit.change} of {permit.of} was permitted until {permit.until}, and is refused "
                "again; remove the permit"
            )
        elif permit.change == "retire" and _gone(workload, permit.of):
            yield f"permits[{index}]: there is no {permit.of} (any more); remove the permit once `up` has deleted it"
        else:
            yield f"permits[{index}]: {permit.change} of {permit.of} is permitted until {permit.until}"


def _gone(workload: Workload, subject: str) -> bool:
    section, _, name = subject.partition(".")
    if name == "database-master":
        return workload.database is None
    if section == "images":
        return name not in short_names(workload)
    stated: object = getattr(workload, section, True)
    return name not in stated if name and isinstance(stated, dict) else not stated
