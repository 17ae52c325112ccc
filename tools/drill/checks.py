"""What a drill measured, each figure beside its objective; a figure without one is only reported."""

from collections.abc import Mapping
from dataclasses import dataclass

from settings import PlatformSettings
from settings.arithmetic.recovery import judged
from settings.facts.recovery import MINUTE
from settings.workload.recovery import Failure
from tools.drill.product import NotHereError
from tools.drill.writer import Account


@dataclass(frozen=True, kw_only=True)
class Check:
    """One figure of a drill. `objective` says in words what it is held against; empty where it is only reported."""

    what: str
    measured: float | str
    unit: str = ""
    objective: str = ""
    kept: bool = True

    @property
    def shown(self) -> str:
        """The figure as a person reads it."""
        value = f"{self.measured:.2f}" if isinstance(self.measured, float) else str(self.measured)
        return f"{value} {self.unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One drill: which failure it was, its figures, and how many committed rows it counted and missed."""

    drill: str
    failure: Failure
    checks: tuple[Check, ...]
    committed: int = 0
    lost: int = 0

    @property
    def missed(self) -> list[str]:
        """A sentence for each objective that was missed."""
        return [
            f"{self.drill}: {check.what} is {check.shown}, and its objective is {check.objective}."
            for check in self.checks
            if not check.kept
        ]


def at_most(what: str, measured: float, limits: Mapping[str, float], unit: str = "s") -> Check:
    """Hold a figure against limits, each named by whose it is."""
    objective = ", ".join(" ".join(f"{limit:g} {unit} ({whose})".split()) for whose, limit in limits.items())
    kept = all(measured <= limit for limit in limits.values())
    return Check(what=what, measured=measured, unit=unit, objective=objective and f"≤ {objective}", kept=kept)


def at_least(what: str, measured: float, limit: float, unit: str = "") -> Check:
    """Hold a figure against what it must reach."""
    return Check(
        what=what, measured=measured, unit=unit, objective=f"≥ {limit:g} {unit}".rstrip(), kept=measured >= limit
    )


def same(what: str, found: str, expected: str) -> Check:
    """Hold a text, such as a checksum, against the one that is expected."""
    return Check(what=what, measured=found, objective=expected, kept=found == expected)


@dataclass(frozen=True, kw_only=True)
class Objectives:
    """What holds for one failure of a store: the product's own objectives, and what `make recovery` promises."""

    rto: Mapping[str, float]
    rpo: Mapping[str, float]
    loses_nothing: bool

    def recovered(self, *, rto_seconds: float, failed: float, counted: Account, **limits: float) -> tuple[Check, ...]:
        """Judge a recovery: its time, what it lost, and the checksums of what was written and what is there.

        `limits` are further limits of the time, by whose they are.
        """
        rows = Check(
            what="committed rows lost",
            measured=counted.lost,
            objective="0" if self.loses_nothing else "",
            kept=counted.lost == 0 or not self.loses_nothing,
        )
        sums = same("checksum of the rows", counted.found, counted.expected)
        return (
            at_most("RTO", rto_seconds, {**self.rto, **limits}),
            at_most("RPO", counted.rpo_seconds(failed), self.rpo),
            rows,
            *([sums] if self.loses_nothing else []),
        )


def objectives(settings: PlatformSettings, failure: Failure, store: str, *, exact: bool = False) -> Objectives:
    """Return what a stack states and promises of a store in a failure; `exact` where the way back loses nothing.

    Objectives whose miss the product accepts count for nothing. Raises NotHereError for a store that it has not, and
    for one that does not come back.
    """
    for each in judged(settings.stack, settings.workload):
        if each.recovery.failure == failure and each.recovery.store == store:
            recovery, stated = each.recovery, each.accepted is None
            if recovery.loss_seconds is None:
                raise NotHereError(f"the {store} of {settings.prefix} does not come back, {recovery.by.means}")
            rpo = _limits(each.rpo_minutes if stated else None, recovery.loss_seconds)
            return Objectives(
                rto=_limits(each.rto_minutes if stated else None, recovery.down_seconds),
                rpo={"drill": 0.0} if exact else rpo,
                loses_nothing=exact or recovery.loss_seconds == 0,
            )
    raise NotHereError(f"{settings.prefix} has no {store} that comes back from {failure}")


def _limits(minutes: int | None, promised: int | None) -> dict[str, float]:
    product = {} if minutes is None else {"product": float(minutes * MINUTE)}
    return product if promised is None else {**product, "make recovery": float(promised)}
