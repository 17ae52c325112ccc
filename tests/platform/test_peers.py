"""A clustered product, previewed on the real engine, and refused where tasks have no peers."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_CHAT = """
name: chat
description: Rooms of a chat, on Erlang
services:
  rooms:
    image: {repository: example/rooms, tag: v1.0.0}
    headless: true
    ports:
      http: {number: 4000}
      epmd: {number: 4369}
      distribution: {number: 9100}
    replicas: {minimum: 2, maximum: 4}
    scaling: {cpu: 70}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    probes:
      readiness: {http: {path: /ready, port: http}}
    environment:
      DNS_CLUSTER_QUERY: {output: services.rooms.headless_host}
      RELEASE_DISTRIBUTION: name
      RELEASE_NODE: {text: "rooms@{pod.ip}"}
      ERL_AFLAGS: "-kernel inet_dist_listen_min 9100 inet_dist_listen_max 9100"
    secrets: [RELEASE_COOKIE]
secrets:
  RELEASE_COOKIE: {kind: generated}
ingress:
  routes:
    - {host: chat, service: rooms, port: http}
  rate_limit: {requests: 1000}
"""


def _project(folder: Path) -> Project:
    return Project.of(folder, "chat", _CHAT)


@pytest.mark.engine
def test_a_clustered_product_is_previewed_and_breaks_no_policy(tmp_path: Path) -> None:
    said = _project(tmp_path).run("preview", "prod", "--json")
    assert said.code == 0, said.err
    assert said.breaches == []


@pytest.mark.engine
def test_tasks_are_refused_both_in_one_answer(tmp_path: Path) -> None:
    said = _project(tmp_path).run("preview", "budget")
    assert said.code != 0
    assert "peers of rooms by DNS are not supported with ecs" in said.err
    assert "pod.ip is not supported with ecs" in said.err
    assert "Traceback" not in said.err
