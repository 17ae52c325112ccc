"""One thing that a first `up` needs, and how it stands."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "to do", "not asked"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """`missing` is known to be missing; `to do` cannot be checked or comes later; `not asked` says why in `found`."""

    state: State
    subject: str
    found: str
    remedy: str = ""


def ok(subject: str, found: str) -> Line:
    return Line(state="ok", subject=subject, found=found)


def missing(subject: str, found: str, remedy: str) -> Line:
    return Line(state="missing", subject=subject, found=found, remedy=remedy)


def to_do(subject: str, found: str, remedy: str) -> Line:
    return Line(state="to do", subject=subject, found=found, remedy=remedy)


def not_asked(subject: str, why: str, remedy: str) -> Line:
    return Line(state="not asked", subject=subject, found=why, remedy=remedy)
