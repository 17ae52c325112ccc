"""A small product with tables, brought up on the real engine against the offline cloud, on both runtimes."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_SHOP = """
name: shop
description: A shop that keeps sessions and carts in tables
services:
  api:
    image: {repository: example/api, tag: v1.0.0}
    ports: {http: {number: 3000}}
    replicas: {minimum: 1, maximum: 2}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    environment:
      SESSIONS: {output: tables.sessions.name}
      AWS_REGION: {output: region}
    tables: {sessions: read-write, carts: read}
jobs:
  sweep:
    service: api
    schedule: "0 3 * * *"
    command: [sweep]
    tables: {carts: read-write}
tables:
  sessions:
    partition_key: {name: id}
    expires_by: ends
  carts:
    partition_key: {name: customer}
    sort_key: {name: at, type: number}
    indexes: {by-item: {partition_key: {name: item}, attributes: keys}}
    backup: true
    most_writes: 500
"""


@pytest.mark.engine
@pytest.mark.parametrize("runtime", ["eks", "ecs"])
def test_a_product_with_tables_lives_and_breaks_no_policy(runtime: str, tmp_path: Path) -> None:
    project, options = Project.of(tmp_path, "shop", _SHOP), ("-c", f"groundwork:runtime={runtime}")
    previewed = project.ok("preview", "staging", "--json", *options)
    assert previewed.breaches == []
    made = project.ok("up", "staging", "--fast", "--json", *options)
    assert made.report["outputs"]["tables"] == {"sessions": "shop-staging-sessions", "carts": "shop-staging-carts"}
    again = project.ok("up", "staging", "--fast", "--json", *options).changes
    assert set(again) == {"same"}
