"""What a machine sustains against its EBS volumes: operations a second, by family and size, and MB a second by vCPU.

Small sizes reach more for half an hour a day; what they sustain is EC2's "baseline". The rates are those that
DescribeInstanceTypes answers (EbsOptimizedInfo), read in November 2026 from the answer that moto 5.2.5 keeps, which
tests/settings/arithmetic/test_ebs.py compares with this table. The same are in "Amazon EBS specifications" of
https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html and mo.html. RDS runs on the EC2 types of the same name
(its x2g on x2gd).
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_SIXTH_ARM: Final = {
    "large": 3_600,
    "xlarge": 6_000,
    "2xlarge": 12_000,
    "4xlarge": 20_000,
    "8xlarge": 40_000,
    "12xlarge": 50_000,
    "16xlarge": 80_000,
}
_SEVENTH_ARM: Final = {**_SIXTH_ARM, "12xlarge": 60_000}
_SIXTH: Final = {**_SEVENTH_ARM, "24xlarge": 120_000, "32xlarge": 160_000}
_EIGHTH: Final = {**_SEVENTH_ARM, "24xlarge": 120_000, "48xlarge": 240_000}
_FIFTH: Final = {
    "large": 3_600,
    "xlarge": 6_000,
    "2xlarge": 12_000,
    "4xlarge": 18_750,
    "8xlarge": 30_000,
    "12xlarge": 40_000,
    "16xlarge": 60_000,
    "24xlarge": 80_000,
}
_FIFTH_BLOCK: Final = {
    "large": 5_417,
    "xlarge": 10_833,
    "2xlarge": 21_667,
    "4xlarge": 43_333,
    "8xlarge": 86_667,
    "12xlarge": 130_000,
    "16xlarge": 173_333,
    "24xlarge": 260_000,
}
_SIXTH_NETWORK: Final = {
    "large": 6_250,
    "xlarge": 12_500,
    "2xlarge": 25_000,
    "4xlarge": 50_000,
    "8xlarge": 100_000,
    "12xlarge": 150_000,
    "16xlarge": 200_000,
    "24xlarge": 300_000,
    "32xlarge": 400_000,
}
_EXTREME: Final = {
    "xlarge": 8_125,
    "2xlarge": 16_250,
    "4xlarge": 32_500,
    "8xlarge": 65_000,
    "16xlarge": 130_000,
    "24xlarge": 195_000,
    "32xlarge": 260_000,
}
_BURSTABLE: Final = {"micro": 500, "small": 1_000, "medium": 2_000, "large": 4_000, "xlarge": 4_000, "2xlarge": 4_000}

IOPS: Final[dict[str, dict[str, int]]] = {
    **dict.fromkeys(("t3", "t4g"), _BURSTABLE),
    **dict.fromkeys(("m5", "m5d", "r5", "r5d"), _FIFTH),
    "r5b": _FIFTH_BLOCK,
    **dict.fromkeys(("m6g", "m6gd", "r6g", "r6gd"), _SIXTH_ARM),
    **dict.fromkeys(("m6i", "m6id", "r6i", "r6id"), _SIXTH),
    **dict.fromkeys(("m6in", "m6idn", "r6in", "r6idn"), _SIXTH_NETWORK),
    **dict.fromkeys(("m7g", "r7g", "x2g"), _SEVENTH_ARM),
    **dict.fromkeys(("m7i", "r7i", "m8a", "r8a", "m8g", "m8gd", "r8g", "r8gd"), _EIGHTH),
    "x2idn": {"16xlarge": 173_333, "24xlarge": 260_000, "32xlarge": 260_000},
    "x2iedn": _EXTREME,
}
"""Family of RDS classes → size → operations of 16 KiB a second, in the order of the sizes."""


@dataclass(frozen=True, kw_only=True)
class Sustained:
    """What a machine sustains against all of its volumes together: operations, and MB (10^6 bytes), a second."""

    iops: int
    megabytes: float


# The least of all c, m and r families from the sixth generation on; block- and network-optimized ones sustain more.
_BY_CPU: Final = {
    2: Sustained(iops=3_600, megabytes=78.75),
    4: Sustained(iops=6_000, megabytes=148.5),
    8: Sustained(iops=12_000, megabytes=296.875),
    16: Sustained(iops=20_000, megabytes=593.75),
    32: Sustained(iops=40_000, megabytes=1_187.5),
    48: Sustained(iops=50_000, megabytes=1_781.25),
    64: Sustained(iops=80_000, megabytes=2_375),
    96: Sustained(iops=120_000, megabytes=3_750),
    128: Sustained(iops=160_000, megabytes=5_000),
    192: Sustained(iops=240_000, megabytes=5_000),
}


def of_cpu(vcpus: int) -> Sustained:
    """Return what every c, m or r machine of at most so many vCPU sustains at its largest; at least 2 vCPU."""
    sizes = list(_BY_CPU)
    return _BY_CPU[sizes[bisect_right(sizes, max(vcpus, sizes[0])) - 1]]
