"""Another size of Prometheus' volumes is refused, since no `up` makes it."""

from typing import Any

import pytest

from components.monitoring.metrics import judge_volumes
from components.monitoring.prometheus_values import PrometheusRequest, prometheus_values


def _release(gib: int) -> dict[str, Any]:
    request = PrometheusRequest(
        cluster_name="shop-prod",
        region="us-east-1",
        topic_arn="arn:topic",
        chat_topic_arn=None,
        replicas=2,
        retention_days=30,
        storage_gib=gib,
        storage_class="gp3",
        secret_store="aws-secrets-manager",
        admin_secret="grafana-admin",
        quiet_window=None,
        meshed=False,
    )
    return {"values": prometheus_values(request)}


def test_another_size_is_refused_with_the_steps() -> None:
    refused = judge_volumes(_release(100), _release(200))
    assert refused is not None
    assert "100Gi is to become 200Gi" in refused
    assert "docs/how-to/grow-volumes.md" in refused


@pytest.mark.parametrize("before", [_release(100), {}, {"values": {"prometheus": None}}])
def test_the_same_size_and_what_is_not_known_pass(before: dict[str, Any]) -> None:
    assert judge_volumes(before, _release(100)) is None
