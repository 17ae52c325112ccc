"""What a stack recovers from, by which means, what that costs, and whether it keeps the product's objectives."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from settings.arithmetic.recovery_means import Recovery, expected
from settings.facts.recovery import ARCHIVE_SECONDS, ARCHIVE_STUCK_SECONDS, MINUTE
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.recovery import FAILURES, RecoveryNeeds

_UNSTATED: Final = RecoveryNeeds()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A recovery beside its objectives, in minutes; None where nothing is stated. `accepted` says why it may fail."""

    recovery: Recovery
    rpo_minutes: int | None
    rto_minutes: int | None
    accepted: str | None

    @property
    def loses_too_much(self) -> bool:
        """Whether the data lost are more than the recovery point objective."""
        return _exceeds(self.recovery.loss_seconds, self.rpo_minutes)

    @property
    def takes_too_long(self) -> bool:
        """Whether the recovery takes longer than the recovery time objective."""
        return _exceeds(self.recovery.down_seconds, self.rto_minutes)

    @property
    def met(self) -> bool:
        """Whether both objectives are kept."""
        return not (self.loses_too_much or self.takes_too_long)


def _exceeds(seconds: int | None, minutes: int | None) -> bool:
    return minutes is not None and (seconds is None or seconds > minutes * MINUTE)


def judged(stack: StackSettings, workload: Workload) -> Iterator[Judged]:
    """Yield every recovery of a stack beside its objectives, failure by failure."""
    needs = workload.recovery or _UNSTATED
    found = list(expected(stack, workload))
    for failure in FAILURES:
        for recovery in found:
            if recovery.failure == failure:
                yield Judged(
                    recovery=recovery,
                    rpo_minutes=needs.rpo_of(failure),
                    rto_minutes=needs.rto_of(failure),
                    accepted=needs.failures.of(failure).accepted,
                )


def archive_stuck_seconds(workload: Workload) -> int:
    """Return how old the newest archived log may be before somebody is called: the recovery point objective (AT-112).

    Not less than two of the archive's own intervals, so that one late segment calls nobody.
    """
    minutes = (workload.recovery or _UNSTATED).rpo_minutes
    return ARCHIVE_STUCK_SECONDS if minutes is None else max(2 * ARCHIVE_SECONDS, minutes * MINUTE)
