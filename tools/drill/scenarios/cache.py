"""A cache in cluster mode: a primary dies and its replica is promoted; all keys are deleted and snapshots come back."""

import time
from pathlib import Path
from typing import Final

from tools.drill.bucket import Bucket, bucket
from tools.drill.checks import Check, Outcome, objectives
from tools.drill.keys import KeyWriter
from tools.drill.place import Place
from tools.drill.product import NotHereError
from tools.drill.valkey import SNAPSHOT, Node, Shard, cluster, wait_until

PROMOTION: Final = "cache-promotion"
SNAPSHOTS: Final = "cache-snapshot"
_VOTING_SHARDS: Final = 3
"""A cluster of fewer has no majority left when one of its primaries is dead."""
_KEYS: Final = 500


def promotion(place: Place) -> Outcome:
    """Kill one shard's primary, and wait until the cluster has promoted its replica and takes writes of its slots.

    Raises NotHereError for a stack whose cache has no replicas, or too few shards for a vote.
    """
    shards, replicas, eviction = shape(place)
    if replicas == 0 or shards < _VOTING_SHARDS:
        raise NotHereError(f"the cache of {place.settings.prefix} has {shards} shards of {replicas} replicas")
    stated = objectives(place.settings, "instance", "cache")
    with cluster(place.folder / "cache", shards, replicas, eviction) as made, KeyWriter(made) as writer:
        writer.await_keys(_KEYS)
        dying = made[0]
        failed = time.monotonic()
        dying.primary.kill()
        wait_until(lambda: any(_leads(node) for node in dying.replicas), "a replica is promoted")
        served = writer.await_keys(1, time.monotonic(), dying.slots)
        writer.await_keys(_KEYS, served)
        writer.stop()
        counted = writer.account([Shard(dying.replicas[0], dying.replicas[1:], dying.slots), *made[1:]])
        return Outcome(
            drill=PROMOTION,
            failure="instance",
            committed=counted.committed,
            lost=counted.lost,
            checks=stated.recovered(rto_seconds=served - failed, failed=failed, counted=counted),
        )


def snapshots(place: Place) -> Outcome:
    """Snapshot every shard under load into the bucket, delete everything, and make a second cluster of the snapshots.

    Raises NotHereError for a stack whose cache keeps no snapshots.
    """
    shards, replicas, eviction = shape(place)
    stated, promised = (objectives(place.settings, "deleted_data", "cache", exact=exact) for exact in (True, False))
    if promised.loses_nothing:
        raise NotHereError(f"the cache of {place.settings.prefix} is filled anew by the product")
    with bucket("cache") as store:
        with cluster(place.folder / "cache", shards, replicas, eviction) as made, KeyWriter(made) as writer:
            writer.await_keys(_KEYS)
            began = time.monotonic()
            for number, shard in enumerate(made):
                store.write(f"snapshots/{number}.rdb", _snapshot(shard.primary))
            writer.await_keys(_KEYS, time.monotonic())
            failed = time.monotonic()
            for shard in made:
                shard.primary.ask("FLUSHALL")
        fetched = [_fetched(store, number, place.folder) for number in range(shards)]
        with cluster(place.folder / "restored", shards, replicas, eviction, fetched) as again:
            with KeyWriter(again, writer.last) as after:
                served = after.await_keys(1, failed)
            counted, everything = writer.account(again, until=began), writer.account(again)
        return Outcome(
            drill=SNAPSHOTS,
            failure="deleted_data",
            committed=counted.committed,
            lost=counted.lost,
            checks=(
                *stated.recovered(rto_seconds=served - failed, failed=failed, counted=counted),
                Check(what="keys written after the snapshot", measured=everything.lost),
            ),
        )


def shape(place: Place) -> tuple[int, int, str]:
    """Return shards, replicas of each, and what a full cache drops, of the stack's own cache."""
    stack, needs = place.settings.stack.cache, place.settings.workload.cache
    if stack is None or needs is None or needs.cluster_mode == "disabled":
        raise NotHereError(f"{place.settings.prefix} has no cache in cluster mode")
    return stack.shards, stack.replicas_per_shard, needs.eviction


def _leads(node: Node) -> bool:
    return bool(node.information("replication")["role"] == "master")


def _snapshot(node: Node) -> bytes:
    """Have a node write its snapshot, as ElastiCache does, and return it."""
    node.ask("BGSAVE")
    wait_until(lambda: not node.information("persistence")["rdb_bgsave_in_progress"], "the snapshot is written")
    return (node.folder / SNAPSHOT).read_bytes()


def _fetched(store: Bucket, number: int, folder: Path) -> Path:
    file = folder / f"{number}.rdb"
    file.write_bytes(store.read(f"snapshots/{number}.rdb"))
    return file
