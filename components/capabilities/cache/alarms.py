"""The alarms and the panels of a cache, one for each of its nodes."""

from pulumi import Input, Output

from components.capabilities.watched import Panel, PanelMetric, Watched
from settings.arithmetic.alarms import cache_alarms
from settings.sizes.cache import CacheSettings
from settings.workload.cache import CacheNeeds


def watched(group_id: Input[str], settings: CacheSettings, needs: CacheNeeds) -> list[Watched]:
    """Watch every node of a replication group."""
    dispensable = needs.eviction.startswith("allkeys")
    planned = cache_alarms(replicated=settings.replicas_per_shard > 0, dispensable=dispensable)
    return [
        Watched(label=f"cache-{suffix}", dimensions={"CacheClusterId": node}, alarms=planned)
        for suffix, node in _nodes(group_id, settings, sharded=needs.sharded).items()
    ]


def panels(group_id: Input[str], settings: CacheSettings, needs: CacheNeeds) -> list[Panel]:
    """Show the nodes of a replication group side by side."""
    nodes = _nodes(group_id, settings, sharded=needs.sharded).values()

    def panel(title: str, metric: str, statistic: str = "Average") -> Panel:
        metrics = [
            PanelMetric(namespace="AWS/ElastiCache", name=metric, dimensions={"CacheClusterId": node}) for node in nodes
        ]
        return Panel(title=title, metrics=metrics, statistic=statistic)

    return [
        panel("Cache: engine CPU (%)", "EngineCPUUtilization"),
        panel("Cache: memory (%)", "DatabaseMemoryUsagePercentage"),
        panel("Cache: evictions", "Evictions", "Sum"),
        panel("Cache: reads that find a key (%)", "CacheHitRate"),
    ]


def _nodes(group_id: Input[str], settings: CacheSettings, *, sharded: bool) -> dict[str, Output[str]]:
    group = Output.from_input(group_id)
    members = cache_members(settings.shards if sharded else None, settings.replicas_per_shard)
    return {suffix: Output.concat(group, "-", suffix) for suffix in members}


def cache_members(shards: int | None, replicas_per_shard: int) -> tuple[str, ...]:
    """Give what ElastiCache appends to a replication group's name to name its nodes.

    0001-001 is the first of shard 1; with cluster mode disabled, where `shards` is None, 001 is the first of all.
    """
    members = range(1, replicas_per_shard + 2)
    if shards is None:
        return tuple(f"{member:03d}" for member in members)
    return tuple(f"{shard:04d}-{member:03d}" for shard in range(1, shards + 1) for member in members)
