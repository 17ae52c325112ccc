"""Until when AWS supports what the platform runs, beside Kubernetes (versions.py).

As of 2026-11. A date is the last day. None: nobody has announced one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

RDS_CALENDAR: Final = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html"
)
ELASTICACHE_VERSIONS: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html"
EKS_CALENDAR: Final = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
RDS_AUTHORITIES: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"
LAMBDA_RUNTIMES: Final = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


@dataclass(frozen=True)
class LastDays:
    """The last day of standard support, and of the extended support that costs extra."""

    standard: date | None
    extended: date | None = None


POSTGRES: Final[Mapping[str, LastDays]] = {
    "14": LastDays(date(2027, 2, 28), date(2030, 2, 28)),
    "15": LastDays(date(2028, 2, 29), date(2031, 2, 28)),
    "16": LastDays(date(2029, 2, 28), date(2032, 2, 29)),
    "17": LastDays(date(2030, 2, 28), date(2033, 2, 28)),
}
"""Major version on RDS (RDS_CALENDAR)."""

CACHES: Final[Mapping[tuple[str, str], LastDays]] = {
    ("redis", "7"): LastDays(None),
    ("valkey", "7"): LastDays(None),
    ("valkey", "8"): LastDays(None),
}
"""Engine and major version on ElastiCache (ELASTICACHE_VERSIONS); Redis OSS ends at 7.1, and goes on as Valkey."""

AUTHORITIES: Final[Mapping[str, LastDays]] = {
    "rds-ca-rsa2048-g1": LastDays(date(2061, 5, 19)),
    "rds-ca-rsa4096-g1": LastDays(date(2121, 5, 19)),
    "rds-ca-ecc384-g1": LastDays(date(2121, 5, 19)),
}
"""When an RDS certificate authority expires, the earliest of all regions, as charts/workload/files/rds-ca say."""

LAMBDA: Final[Mapping[str, LastDays]] = {"python3.13": LastDays(date(2029, 6, 30), date(2029, 8, 31))}
"""Deprecation of a runtime, and the last day on which a function of it can be changed (LAMBDA_RUNTIMES)."""
