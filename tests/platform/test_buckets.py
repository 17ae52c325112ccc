"""A small product with buckets, brought up on the real engine against the offline cloud, on both runtimes."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_SHOP = """
name: shop
description: A shop with uploads
services:
  api:
    image: {repository: example/api, tag: v1.0.0}
    ports: {http: {number: 3000}}
    replicas: {minimum: 1, maximum: 2}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    environment:
      UPLOADS: {output: buckets.uploads.name}
      UPLOADS_URL: {text: "{buckets.uploads.url}/public"}
      MEDIA_URL: {text: "https://{buckets.uploads.cdn_host}/public"}
    buckets: {uploads: read-write, reports: write}
ingress:
  routes: [{host: api, service: api, port: http}]
  rate_limit: {requests: 1000}
buckets:
  uploads:
    expire_days: {tmp/: 7}
    cors: {origins: ["https://app.example.com"], methods: [PUT]}
    backup: true
    cdn: {host: media, prefixes: [public/]}
  reports: {versions: false}
"""


@pytest.mark.engine
@pytest.mark.parametrize("stack", ["prod", "budget"])
def test_a_product_with_buckets_lives_and_breaks_no_policy(stack: str, tmp_path: Path) -> None:
    project = Project.of(tmp_path, "shop", _SHOP)
    previewed = project.ok("preview", stack, "--json")
    assert previewed.breaches == []
    outputs = project.ok("up", stack, "--fast", "--json").report["outputs"]
    assert set(outputs["buckets"]) == {"uploads", "reports"}
    assert outputs["bucket_hosts"]["uploads"].startswith("media.")
    assert set(outputs["distributions"]) == {"cdn-uploads"}
    again = project.ok("up", stack, "--fast", "--json").changes
    assert set(again) == {"same"}
