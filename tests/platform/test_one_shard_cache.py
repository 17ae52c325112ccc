"""A small product whose queues live in a cache without cluster mode, on the real engine, on both runtimes."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_MAIL = """
name: mail
description: Background jobs over one Redis
services:
  worker:
    image: {repository: example/worker, tag: v1.0.0}
    replicas: {minimum: 1, maximum: 2}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    uses: [cache]
    environment:
      REDIS_READER: {text: "{cache.reader_host}:{cache.port}"}
    secrets: [REDIS_URL]
secrets:
  REDIS_URL: {kind: wired, output: cache.url}
cache:
  engine: valkey
  version: "8.0"
  cluster_mode: disabled
  node_type: cache.m7g.large
  eviction: noeviction
"""
_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"


@pytest.mark.engine
@pytest.mark.parametrize("stack", ["prod", "budget"])
def test_a_product_without_cluster_mode_is_previewed_and_breaks_no_policy(stack: str, tmp_path: Path) -> None:
    project = Project.of(tmp_path, "mail", _MAIL)
    said = project.run("preview", stack, "--json")
    assert said.code == 0, said.err
    assert said.breaches == []
    assert "cache_host" in said.report["outputs"]
