"""What a database costs. Look at https://aws.amazon.com/rds/postgresql/pricing/ before money depends on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import HOURS, Cost, Costs
from settings.arithmetic.instance_classes import database_class

INSTANCE_HOUR: Final[Mapping[str, float]] = {
    "db.t3.micro": 0.018,
    "db.t3.small": 0.036,
    "db.t3.medium": 0.072,
    "db.t3.large": 0.145,
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
    "db.t4g.xlarge": 0.258,
    "db.m7g.large": 0.168,
    "db.m7g.xlarge": 0.337,
}
"""PostgreSQL in one zone; a standby in a second zone doubles it."""
VCPU_HOUR: Final[Mapping[str, float]] = {
    "m5": 0.178 / 2,
    "m6g": 0.159 / 2,
    "m6i": 0.178 / 2,
    "m7g": 0.674 / 8,
    "r5": 0.25 / 2,
    "r6g": 0.899 / 8,
    "r6i": 0.25 / 2,
}
"""The same by vCPU, of families whose sizes cost in proportion; AWS rounds to a tenth of a cent."""
STORAGE_MONTH: Final = 0.115
"""A GB of gp3."""
BACKUP_MONTH: Final = 0.095
"""A GB of snapshots and backups beyond the free one."""
_COPIES: Final = 1.0
"""Full backups that a small product keeps beside the free one, assumed."""


def _hour(size: str) -> float | None:
    family = size.split(".")[1]
    if size in INSTANCE_HOUR or family not in VCPU_HOUR:
        return INSTANCE_HOUR.get(size)
    return VCPU_HOUR[family] * database_class(size).vcpus


def _instances(instances: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for given in instances:
        copies = 2 if given.get("multiAz") else 1
        size = str(given["instanceClass"])
        hour = _hour(size)
        if hour is not None:
            yield Cost(what=f"PostgreSQL {size}", quantity=copies, dollars=copies * hour * HOURS)
        else:
            yield Cost(what=size, quantity=copies, dollars=None)
        storage = copies * float(given.get("allocatedStorage", 0))
        yield Cost(what="PostgreSQL storage, GB of gp3", quantity=storage, dollars=storage * STORAGE_MONTH)
    stored = _COPIES * sum(float(given.get("allocatedStorage", 0)) for given in instances)
    if stored:
        what = "GB of recovery points (assumed)"
        yield Cost(what=what, quantity=stored, dollars=stored * BACKUP_MONTH, share="backups")


COSTS: Final[Mapping[str, Costs]] = {"aws:rds/instance:Instance": _instances}
