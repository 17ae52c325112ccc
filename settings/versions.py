"""Kubernetes versions on EKS and the days on which their support ends.

As of 2026-11; source: "Amazon EKS Kubernetes release calendar" (EKS user guide). Standard support lasts 14 months from
EKS' release, extended support 12 months more.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Support:
    """The first day without standard support, and the first without any."""

    standard_ends: date
    extended_ends: date


KUBERNETES: dict[str, Support] = {
    "1.32": Support(date(2026, 3, 23), date(2027, 3, 23)),
    "1.33": Support(date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": Support(date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": Support(date(2027, 3, 27), date(2028, 3, 27)),
}
