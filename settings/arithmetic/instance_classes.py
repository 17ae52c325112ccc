"""Memory and vCPU of the RDS and ElastiCache classes, as AWS listed them in November 2025.

RDS:         https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html

tests/settings/arithmetic/test_ebs.py compares each RDS class with its EC2 machine, and their sizes with those sold.
"""

from dataclasses import dataclass

from settings.arithmetic.ebs import IOPS

_SIZE_VCPUS = {"large": 2, "xlarge": 4}
"""Vcpus of the sizes without a factor; `<n>xlarge` has 4n."""

_GIB_PER_VCPU = {
    **dict.fromkeys(("m5", "m5d", "m6g", "m6gd", "m6i", "m6id", "m6in", "m6idn"), 4),
    **dict.fromkeys(("m7g", "m7i", "m8a", "m8g", "m8gd"), 4),
    **dict.fromkeys(("r5", "r5b", "r5d", "r6g", "r6gd", "r6i", "r6id", "r6in", "r6idn"), 8),
    **dict.fromkeys(("r7g", "r7i", "r8a", "r8g", "r8gd"), 8),
    **dict.fromkeys(("x2g", "x2idn"), 16),
    **dict.fromkeys(("x2iedn",), 32),
}
_BURSTABLE_GIB = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_BURSTABLE_VCPUS = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8}
_BURSTABLE = ("t3", "t4g")

_M = {"large": 6.38, "xlarge": 12.93, "2xlarge": 26.04, "4xlarge": 52.26}
_R = {"large": 13.07, "xlarge": 26.32, "2xlarge": 52.82, "4xlarge": 105.81}
_CACHE_GIB: dict[str, dict[str, float]] = {
    **{family: {"micro": 0.5, "small": 1.37, "medium": 3.09} for family in ("t3", "t4g")},
    "m5": {**_M, "12xlarge": 157.12, "24xlarge": 314.32},
    **{family: {**_M, "8xlarge": 103.68, "12xlarge": 157.12, "16xlarge": 209.55} for family in ("m6g", "m7g")},
    "r5": {**_R, "12xlarge": 317.77, "24xlarge": 635.61},
    **{family: {**_R, "8xlarge": 209.55, "12xlarge": 317.77, "16xlarge": 419.09} for family in ("r6g", "r7g")},
}


@dataclass(frozen=True, kw_only=True)
class InstanceSize:
    """What one instance or node offers. For a cache, the memory is what the engine may use (`maxmemory`)."""

    vcpus: int
    memory_gib: float


def database_class(name: str) -> InstanceSize:
    """Return the size of an RDS instance class such as `db.m7g.xlarge`.

    Raises ValueError, naming what is known, for a class outside the table.
    """
    _, family, size = _split(name, "db")
    if family in _BURSTABLE:
        if size not in _BURSTABLE_GIB:
            raise ValueError(f"{name}: {family} has the sizes {', '.join(_BURSTABLE_GIB)}")
        return InstanceSize(vcpus=_BURSTABLE_VCPUS[size], memory_gib=_BURSTABLE_GIB[size])
    if family not in _GIB_PER_VCPU:
        raise ValueError(f"{name}: the families known are {', '.join((*_BURSTABLE, *_GIB_PER_VCPU))}")
    if size not in IOPS[family]:
        raise ValueError(f"{name}: {family} has the sizes {', '.join(IOPS[family])}")
    vcpus = _vcpus(size)
    return InstanceSize(vcpus=vcpus, memory_gib=vcpus * _GIB_PER_VCPU[family])


def sustained_iops(name: str) -> int | None:
    """Return how many I/O operations a second an RDS class sustains; None for one whose rate is not known here."""
    _, family, size = _split(name, "db")
    return IOPS.get(family, {}).get(size)


def sizes_that_sustain(name: str, iops: int) -> list[str]:
    """List the classes of a class's family that sustain `iops`, the smallest first."""
    _, family, _size = _split(name, "db")
    of_family = IOPS.get(family, {})
    return [f"db.{family}.{size}" for size, most in of_family.items() if most >= iops]


def cache_node_type(name: str) -> InstanceSize:
    """Return the size of an ElastiCache node type such as `cache.m7g.large`.

    Raises ValueError, naming what is known, for a type outside the table.
    """
    _, family, size = _split(name, "cache")
    sizes = _CACHE_GIB.get(family)
    if sizes is None:
        raise ValueError(f"{name}: the families known are {', '.join(_CACHE_GIB)}")
    if size not in sizes:
        raise ValueError(f"{name}: {family} has the sizes {', '.join(sizes)}")
    vcpus = 2 if family in _BURSTABLE else _vcpus(size)
    return InstanceSize(vcpus=vcpus, memory_gib=sizes[size])


def _split(name: str, service: str) -> tuple[str, str, str]:
    parts = name.split(".")
    if len(parts) != 3 or parts[0] != service:  # noqa: PLR2004 -- service, family, size
        raise ValueError(f"{name} is not a class; write it as {service}.<family>.<size>")
    return parts[0], parts[1], parts[2]


def _vcpus(size: str) -> int:
    """Return the vCPU of `large`, `xlarge` or `<n>xlarge`."""
    return _SIZE_VCPUS[size] if size in _SIZE_VCPUS else 4 * int(size.removesuffix("xlarge"))
