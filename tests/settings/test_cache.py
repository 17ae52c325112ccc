"""A cache without cluster mode, over both files of a stack."""

from pathlib import Path

import pytest

from tests.settings.product import Files, files, with_change


def _without_cluster_mode(tmp_path: Path) -> Files:
    stated = files(tmp_path)
    stated.workload = with_change(stated.workload, "cache.cluster_mode", "disabled")
    return stated


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_the_environments_change_no_mode(environment: str, tmp_path: Path) -> None:
    stated = _without_cluster_mode(tmp_path)
    stated.workload = with_change(stated.workload, "cache.replicas_per_shard", 2)
    stated.stack = with_change(stated.stack, "environment", environment)
    stated.write()
    settings = stated.load()
    assert settings.stack.cache is not None
    replicas = {"dev": 0, "staging": 1, "production": 2}[environment]
    assert (settings.stack.cache.shards, settings.stack.cache.replicas_per_shard) == (1, replicas)


def test_a_stack_states_no_shards_where_the_product_has_none(tmp_path: Path) -> None:
    stated = _without_cluster_mode(tmp_path)
    stated.stack = with_change(stated.stack, "cache.shards", 3)
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert (diagnostic.file, diagnostic.setting) == ("Pulumi.prod.yaml", "groundwork:cache.shards")
    assert diagnostic.allowed == "1 with cluster mode disabled (ElastiCache)"
    assert "shop's cluster_mode: enabled" in diagnostic.fix


def test_a_stack_in_production_keeps_a_replica(tmp_path: Path) -> None:
    stated = _without_cluster_mode(tmp_path)
    stated.stack = with_change(stated.stack, "cache.replicas_per_shard", 0)
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "groundwork:cache.replicas_per_shard"
    assert "automatic failover needs a replica" in diagnostic.allowed


def test_a_products_mistake_is_told_once(tmp_path: Path) -> None:
    stated = _without_cluster_mode(tmp_path)
    stated.workload = with_change(stated.workload, "cache.shards", 3)
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "cache.shards"
