"""A cache without cluster mode, as a platform builds it on both runtimes: what clients get, and what is watched."""

from functools import cache
from typing import Any

import pytest

from components.capabilities.planned import planned_secrets
from components.platform import Platform
from components.product.credentials import FromOutput
from settings import PlatformSettings
from settings.workload.outputs import SecretOutput
from tests.components.capabilities.on_runtimes import RUNTIMES, platform_of, settings_on
from tests.components.recording import Recorder

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
NAME = "shop-prod-one-shard"
PLACE = f"{NAME}.abc123.use1.cache.amazonaws.com"


@cache
def _settings(runtime: str) -> PlatformSettings:
    changes: dict[str, Any] = {
        "cache.cluster_mode": "disabled",
        "cache.replicas_per_shard": 2,
        "secrets.REDIS_URL": {"kind": "wired", "output": "cache.url"},
        "secrets.READER_URL": {"kind": "wired", "output": "cache.reader_url"},
        "services.api.secrets": ["DATABASE_URL", "PARTNER_KEY", "REDIS_URL", "READER_URL"],
        "services.api.environment.READER": {"output": "cache.reader_host"},
        "services.api.environment.PRIMARY": {"text": "{cache.host}:{cache.port}"},
    }
    return settings_on(runtime, changes)


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_one_primary_and_its_replicas_over_zones(runtime: str) -> None:
    group = platform(runtime).one(GROUP).inputs
    assert (group["replicationGroupId"], group["clusterMode"], group["numCacheClusters"]) == (NAME, "disabled", 3)
    assert group["automaticFailoverEnabled"] is group["multiAzEnabled"] is True


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_node_has_alarms_under_the_name_that_aws_gives_it(runtime: str) -> None:
    alarms = platform(runtime).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    nodes = {
        alarm.inputs["dimensions"]["CacheClusterId"]
        for alarm in alarms
        if "CacheClusterId" in alarm.inputs.get("dimensions", {})
    }
    assert nodes == {f"{NAME}-001", f"{NAME}-002", f"{NAME}-003"}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_product_gets_the_primary_and_the_readers(runtime: str) -> None:
    recorder = platform(runtime)
    assert recorder.value(recorder.result.exports)["cache_host"] == f"master.{PLACE}"
    given = str([each.inputs for each in recorder.registrations])
    assert f"master.{PLACE}:6379" in given
    assert f"replica.{PLACE}" in given
    assert "clustercfg." not in given


@pytest.mark.parametrize(("output", "host"), [("cache.url", "cache.host"), ("cache.reader_url", "cache.reader_host")])
def test_an_address_is_composed_of_the_user_and_the_endpoint(output: SecretOutput, host: str) -> None:
    text = planned_secrets(_settings("eks"))[output]
    assert text[0] == "rediss://"
    assert [part.name for part in text if isinstance(part, FromOutput)] == [host, "cache.port"]
