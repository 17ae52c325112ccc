"""A small product with two databases and extensions on one instance, on the real engine, on both runtimes."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_LIBRARY = """
name: library
description: Documents and their vectors
services:
  api:
    image: {repository: example/api, tag: v1.0.0}
    replicas: {minimum: 1, maximum: 2}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    uses: [database]
    environment:
      VECTORS: {output: database.vectors.name}
    secrets: [DATABASE_URL, VECTORS_URL]
secrets:
  DATABASE_URL: {kind: wired, output: database.url}
  VECTORS_URL: {kind: text, text: "{database.vectors.url}"}
database:
  version: "17"
  name: library
  role: library
  instance_class: db.m7g.large
  extensions: [pg_trgm, pgaudit]
  further:
    vectors: {extensions: [vector]}
backups:
  dump: {schedule: "0 2 * * *", retention_days: 30}
"""


@pytest.mark.engine
@pytest.mark.parametrize("stack", ["prod", "budget"])
def test_a_product_with_two_databases_is_previewed_and_breaks_no_policy(stack: str, tmp_path: Path) -> None:
    project = Project.of(tmp_path, "library", _LIBRARY)
    said = project.run("preview", stack, "--json")
    assert said.code == 0, said.err
    assert said.breaches == []
