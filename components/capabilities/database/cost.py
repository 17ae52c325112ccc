"""What a database costs. Look at https://aws.amazon.com/rds/postgresql/pricing/ before money depends on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import HOURS, Cost, Costs

INSTANCE_HOUR: Final[Mapping[str, float]] = {
    "db.t4g.micro": 0.016,
    "db.t4g.small": 0.032,
    "db.t4g.medium": 0.065,
    "db.t4g.large": 0.129,
}
"""PostgreSQL in one zone; a standby in a second zone doubles it."""
STORAGE_MONTH: Final = 0.115
"""A GB of gp3."""
BACKUP_MONTH: Final = 0.095
"""A GB of snapshots and backups beyond the free one."""
_COPIES: Final = 1.0
"""Full backups that a small product keeps beside the free one, assumed."""


def _instances(instances: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for given in instances:
        copies = 2 if given.get("multiAz") else 1
        size = str(given["instanceClass"])
        if size in INSTANCE_HOUR:
            dollars = copies * INSTANCE_HOUR[size] * HOURS
            yield Cost(what=f"PostgreSQL {size}", quantity=copies, dollars=dollars)
        else:
            yield Cost(what=size, quantity=copies, dollars=None)
        storage = copies * float(given.get("allocatedStorage", 0))
        yield Cost(what="PostgreSQL storage, GB of gp3", quantity=storage, dollars=storage * STORAGE_MONTH)
    stored = _COPIES * sum(float(given.get("allocatedStorage", 0)) for given in instances)
    if stored:
        what = "GB of recovery points (assumed)"
        yield Cost(what=what, quantity=stored, dollars=stored * BACKUP_MONTH, share="backups")


COSTS: Final[Mapping[str, Costs]] = {"aws:rds/instance:Instance": _instances}
