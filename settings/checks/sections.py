"""Rules over one section of a stack's settings: a stack's file and the arguments of the package are held to them."""

from collections.abc import Iterator

from settings.checks.database import storage
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.sizes.cache import CacheSettings
from settings.sizes.database import DatabaseSettings

CACHE_NODES = 500
"""Nodes of one cluster at most (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html)."""


def check_database(stated: DatabaseSettings) -> Iterator[Diagnostic]:
    """Report what the section contradicts itself in."""
    yield from storage(stated)
    yield from check_replicas(stated)


def check_replicas(stated: DatabaseSettings) -> Iterator[Diagnostic]:
    """Report replicas without the automated backups that RDS makes them from."""
    if stated.read_replicas and not stated.backup_retention_days:
        path: Path = ("database", "backup_retention_days")
        allowed = f"1 to 35 with {stated.read_replicas} read replicas, which RDS makes from backups"
        yield Diagnostic(path, 0, allowed, "raise it, or set read_replicas to 0", (("database", "read_replicas"),))


def check_cache(stated: CacheSettings) -> Iterator[Diagnostic]:
    """Report a cluster of more nodes than ElastiCache runs."""
    nodes = stated.shards * (1 + stated.replicas_per_shard)
    if nodes > CACHE_NODES:
        allowed = f"at most {CACHE_NODES} nodes: {stated.shards} x (1 + {stated.replicas_per_shard}) = {nodes}"
        concerns: tuple[Path, ...] = (("cache", "replicas_per_shard"),)
        yield Diagnostic(("cache", "shards"), stated.shards, allowed, "use fewer shards or replicas", concerns)
