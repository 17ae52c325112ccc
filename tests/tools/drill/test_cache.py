"""A real cluster of Valkey: a primary is killed, and everything is deleted and comes back from snapshots."""

from dataclasses import replace

import pytest

from tools.drill.keys import KeyWriter, client, key_of
from tools.drill.place import Place
from tools.drill.product import NotHereError
from tools.drill.scenarios import cache
from tools.drill.valkey import cluster


def test_a_shard_whose_primary_is_killed_takes_writes_again(here: Place) -> None:
    outcome = cache.promotion(here)
    checks = {check.what: check for check in outcome.checks}
    assert outcome.committed >= 1000
    # Replication is asynchronous: what is lost is no older than the lag from which the alarm counts.
    assert checks["RPO"].kept
    assert not checks["committed rows lost"].objective


def test_every_key_of_before_the_snapshots_is_there(here: Place) -> None:
    outcome = cache.snapshots(here)
    checks = {check.what: check for check in outcome.checks}
    assert outcome.committed >= 500
    assert outcome.lost == 0
    assert checks["checksum of the rows"].kept
    assert int(checks["keys written after the snapshot"].measured) >= 500


def test_a_key_that_is_gone_is_counted(here: Place) -> None:
    with cluster(here.folder / "cache", 3, 0, "volatile-lru") as made:
        with KeyWriter(made) as writer:
            writer.await_keys(50)
        gone = sorted(writer.acknowledged)[:3]
        for number in gone:
            client(made).delete(key_of(number))
        counted = writer.account(made)
    assert counted.lost == len(gone)
    assert counted.expected != counted.found


def test_a_cache_that_cannot_vote_is_left_out(here: Place) -> None:
    assert here.settings.stack.cache is not None
    small = here.settings.stack.cache.model_copy(update={"shards": 2})
    stack = here.settings.stack.model_copy(update={"cache": small})
    with pytest.raises(NotHereError, match="has 2 shards of 1 replicas"):
        cache.promotion(replace(here, settings=here.settings.model_copy(update={"stack": stack})))
