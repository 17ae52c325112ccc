"""Rules about recovery objectives: they are kept, or a reason is given, and nothing in the files contradicts them."""

from collections.abc import Iterator, Sequence
from math import ceil

from settings.arithmetic.recovery import Judged, judged
from settings.arithmetic.schedules import longest_gap_seconds
from settings.diagnostics import Diagnostic
from settings.facts.recovery import DAY, HOUR, MINUTE
from settings.platform import PlatformSettings
from settings.raw import Path
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.recovery import RecoveryNeeds

_DEPENDS: tuple[Path, ...] = (
    ("recovery", "failures"),
    *(
        (key,)
        for key in ("database", "timeseries", "cache", "buckets", "backups", "services", "replica_regions", "backup")
    ),
)


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report what the product's file contradicts itself in."""
    yield from _dumps(workload)
    if workload.recovery is not None:
        yield from _stated(workload.recovery)


def _stated(needs: RecoveryNeeds) -> Iterator[Diagnostic]:
    figures = needs.model_dump(exclude_none=True)
    own = figures.pop("failures")
    if not figures and not any({"rpo_minutes", "rto_minutes"} & set(each) for each in own.values()):
        allowed = "an objective: rpo_minutes, rto_minutes, or both"
        yield Diagnostic(("recovery",), "none", allowed, "add `rpo_minutes: 60`, or remove the section")


def _dumps(workload: Workload) -> Iterator[Diagnostic]:
    """Report dumps that are gone before the next one is made, and a trial of them that the schedule fails."""
    dump, test = workload.backups.dump, workload.backups.restore_test
    if dump is None:
        return
    try:
        gap = longest_gap_seconds(dump.schedule)
    except ValueError:
        return
    schedule: Path = ("backups", "dump", "schedule")
    if dump.retention_days * DAY < gap:
        least = ceil(gap / DAY)
        allowed = f"at least {least}: up to {least} days lie between two dumps of {dump.schedule!r}"
        path: Path = ("backups", "dump", "retention_days")
        yield Diagnostic(path, dump.retention_days, allowed, f"raise it to {least}, or dump more often", (schedule,))
    if test is not None and test.oldest_hours * HOUR < gap:
        least = ceil(gap / HOUR)
        allowed = f"at least {least}: up to {least} hours lie between two dumps of {dump.schedule!r}"
        path = ("backups", "restore_test", "oldest_hours")
        yield Diagnostic(path, test.oldest_hours, allowed, f"raise it to {least}, or dump more often", (schedule,))


def check_platform(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Refuse, in production, objectives that the settings cannot keep and nobody accepted to miss."""
    needs, stack = settings.workload.recovery, settings.stack
    if needs is None or stack.environment != "production" or stack.protection.allow_unsafe:
        return
    open_ones = [each for each in judged(stack, settings.workload) if not each.met and each.accepted is None]
    missed: dict[Path, list[Judged]] = {}
    for each in open_ones:
        for key, is_missed in (("rpo_minutes", each.loses_too_much), ("rto_minutes", each.takes_too_long)):
            if is_missed:
                missed.setdefault(_place(needs, each, key), []).append(each)
    for path, found in missed.items():
        yield _refusal(path, found)


def _place(needs: RecoveryNeeds, missed: Judged, key: str) -> Path:
    """Return where the figure stands: at the failure itself, or for all of them."""
    failure = missed.recovery.failure
    stated = getattr(needs.failures.of(failure), key)
    return ("recovery", key) if stated is None else ("recovery", "failures", failure, key)


def _refusal(path: Path, missed: Sequence[Judged]) -> Diagnostic:
    of_data = path[-1] == "rpo_minutes"
    given = missed[0].rpo_minutes if of_data else missed[0].rto_minutes
    kept = "; ".join(_kept(each, of_data=of_data) for each in missed)
    remedies = dict.fromkeys(each.recovery.by.remedy for each in missed if each.recovery.by.remedy)
    failures = dict.fromkeys(each.recovery.failure for each in missed)
    accept = f"say why it may be missed: recovery.failures.{{{', '.join(failures)}}}.accepted"
    fix = "; ".join([*remedies, "state what can be kept", accept])
    return Diagnostic(path, given, f"what these settings keep: {kept}", fix, _DEPENDS)


def _kept(each: Judged, *, of_data: bool) -> str:
    recovery = each.recovery
    figure = _minutes(recovery.loss_seconds, "everything") if of_data else _minutes(recovery.down_seconds, "no time")
    return f"{recovery.failure}, {recovery.store}: {figure} ({recovery.by.means})"


def _minutes(seconds: int | None, without: str) -> str:
    return without if seconds is None else f"{ceil(seconds / MINUTE)} minutes"


def notes(stack: StackSettings, workload: Workload) -> Iterator[str]:
    """Say in a sentence which failures miss their objectives, where that is accepted or refused nowhere."""
    if workload.recovery is None:
        return
    missed = [each for each in judged(stack, workload) if not each.met]
    failures = [*dict.fromkeys(each.recovery.failure for each in missed)]
    if failures:
        yield f"recovery: this stack misses an objective in {', '.join(failures)} (`make recovery`)"
