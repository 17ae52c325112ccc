"""A small product with queues and topics, brought up on the real engine against the offline cloud, on both runtimes."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_SHOP = """
name: shop
description: A shop whose orders are worked on by a worker
services:
  api:
    image: {repository: example/api, tag: v1.0.0}
    ports: {http: {number: 3000}}
    replicas: {minimum: 1, maximum: 2}
    resources: &small
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    environment:
      EVENTS_TOPIC: {output: topics.events.arn}
      BOOKINGS: {output: queues.bookings.url}
    queues: {bookings: send}
    topics: [events]
  worker:
    image: {repository: example/worker, tag: v1.0.0}
    replicas: {minimum: 1, maximum: 6}
    scaling: {queues: {orders: 25}}
    resources: *small
    environment:
      QUEUES: {text: "{queues.orders.url},{queues.bookings.url}"}
      AWS_REGION: {output: region}
    queues: {orders: receive, bookings: receive}
jobs:
  sweep:
    service: worker
    schedule: "0 3 * * *"
    command: [sweep]
    queues: {audit: receive}
migration:
  service: api
  command: [migrate]
  topics: [events]
  environment:
    EVENTS_TOPIC: {output: topics.events.arn}
queues:
  orders: {visibility_seconds: 300, maximum_receives: 4}
  audit: {retention_seconds: 1209600}
  bookings: {fifo: true, content_based_deduplication: true}
topics:
  events:
    queues:
      orders: {filter: {event: {equals: [placed, paid], prefix: [order-]}, total: {at_least: 1, below: 5000}}}
      audit: {raw: false}
"""


@pytest.mark.engine
@pytest.mark.parametrize("runtime", ["eks", "ecs"])
def test_a_product_with_queues_lives_and_breaks_no_policy(runtime: str, tmp_path: Path) -> None:
    project, options = Project.of(tmp_path, "shop", _SHOP), ("-c", f"groundwork:runtime={runtime}")
    previewed = project.ok("preview", "staging", "--json", *options)
    assert previewed.breaches == []
    made = project.ok("up", "staging", "--fast", "--json", *options)
    outputs = made.report["outputs"]
    assert set(outputs["queues"]) == set(outputs["dead_letter_queues"]) == {"orders", "audit", "bookings"}
    assert outputs["queues"]["bookings"].endswith("/shop-staging-queue-bookings.fifo")
    assert set(outputs["topics"]) == {"events"}
    again = project.ok("up", "staging", "--fast", "--json", *options).changes
    assert set(again) == {"same"}
