"""The connection budget: what a product's pods may open against what its stores accept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from settings.arithmetic.instance_classes import database_class

_BYTES_PER_CONNECTION = 9_531_392
_MOST_CONNECTIONS = 5_000
"""RDS computes max_connections as LEAST({DBInstanceClassMemory/9531392}, 5000):
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections"""

_SYSTEM_MIB = 384
_SYSTEM_SHARE = 0.04
"""DBInstanceClassMemory is what the operating system and RDS's own processes leave, which AWS does not publish.
Assumed: 384 MiB and 4 % of the rest, which stays below the numbers that people report (405 to 410 on 4 GiB)."""

RESERVED = 20
"""Kept for others than the product's pods: superuser_reserved_connections 3, rds.rds_superuser_reserved_connections 2,
RDS's own agent, and at once a migration, a dump, the bootstrap, an exporter and a person's session or two."""

CACHE_CLIENTS = 65_000
"""Clients per node, fixed: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html"""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The connections that each pod of a service opens, and how many pods there are.

    `surge_percent` is the share of additional pods that a rollout runs beside the old ones, rounded up by Kubernetes.
    """

    service: str
    size: int
    minimum_pods: int
    maximum_pods: int
    surge_percent: int = 25


@dataclass(frozen=True, kw_only=True)
class BudgetRow:
    """One service's connections: at its fewest pods, at its most, and while its most are being replaced."""

    service: str
    pool: int
    at_minimum: int
    at_maximum: int
    in_rollout: int


@dataclass(frozen=True, kw_only=True)
class ConnectionBudget:
    """The rows, their sums, and what the smallest store that must carry them accepts."""

    rows: tuple[BudgetRow, ...]
    accepted: int
    reserved: int

    @property
    def at_minimum(self) -> int:
        return sum(row.at_minimum for row in self.rows)

    @property
    def at_maximum(self) -> int:
        return sum(row.at_maximum for row in self.rows)

    @property
    def in_rollout(self) -> int:
        return sum(row.in_rollout for row in self.rows)

    @property
    def available(self) -> int:
        return self.accepted - self.reserved

    @property
    def fits(self) -> bool:
        return self.in_rollout <= self.available


def max_connections(instance_class: str) -> int:
    """Return the connections an RDS for PostgreSQL instance of this class accepts when its parameter is left alone.

    Raises ValueError for a class that the table does not know.
    """
    total = database_class(instance_class).memory_gib * 1024
    usable_mib = (total - _SYSTEM_MIB) * (1 - _SYSTEM_SHARE)
    return min(int(usable_mib * 2**20 / _BYTES_PER_CONNECTION), _MOST_CONNECTIONS)


def database_budget(pools: Iterable[Pool], instance_classes: Sequence[str]) -> ConnectionBudget:
    """Weigh the pools against the smallest of the classes: after a fail-over any of them may carry the whole load."""
    if not instance_classes:
        raise ValueError("a budget needs the class of at least one instance")
    accepted = min(max_connections(name) for name in instance_classes)
    return ConnectionBudget(rows=_rows(pools), accepted=accepted, reserved=RESERVED)


def pooled_clients(pools: Iterable[Pool]) -> int:
    """Return the clients that a connection pooler must accept: every pool at its most pods, while they roll."""
    return sum(row.in_rollout for row in _rows(pools))


def cache_budget(pools: Iterable[Pool]) -> ConnectionBudget:
    """Weigh the pools against one cache node: a cluster client opens its pool on every node."""
    return ConnectionBudget(rows=_rows(pools), accepted=CACHE_CLIENTS, reserved=RESERVED)


def _rows(pools: Iterable[Pool]) -> tuple[BudgetRow, ...]:
    return tuple(_row(pool) for pool in pools if pool.size > 0)


def _row(pool: Pool) -> BudgetRow:
    surge = ceil(pool.maximum_pods * pool.surge_percent / 100)
    return BudgetRow(
        service=pool.service,
        pool=pool.size,
        at_minimum=pool.size * pool.minimum_pods,
        at_maximum=pool.size * pool.maximum_pods,
        in_rollout=pool.size * (pool.maximum_pods + surge),
    )
