"""Rules about the cache: what its cluster mode allows, in the product's file and in the stack's."""

from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.cache import CacheNeeds

_SHARDS: Path = ("cache", "shards")
_MODE: Path = ("cache", "cluster_mode")


def check(workload: Workload) -> Iterator[Diagnostic]:
    if workload.cache is not None:
        yield from _one_shard(workload.cache, workload.cache.shards, "cluster_mode", (_MODE,))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    needs, stated = context.workload.cache, context.stack.cache
    if needs is not None and stated is not None and context.states(_SHARDS):
        key = f"{context.stack.workload}'s cluster_mode"
        yield from _one_shard(needs, stated.shards, key, of_product(_MODE))


def _one_shard(needs: CacheNeeds, shards: int, key: str, concerns: tuple[Path, ...]) -> Iterator[Diagnostic]:
    if shards > 1 and not needs.sharded:
        fix = f"set it to 1 and take a larger node_type, or write {key}: enabled"
        yield Diagnostic(_SHARDS, shards, "1 with cluster mode disabled (ElastiCache)", fix, concerns)
