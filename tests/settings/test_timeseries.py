"""What a time-series database, node pools and an image policy may not state, each refused with its arithmetic."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from settings.checks import roles, timeseries
from settings.diagnostics import SettingsError
from settings.load import load
from settings.validation import validate
from settings.workload import Workload

ROOT = Path(__file__).parents[2]


def _product() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ROOT / "workloads" / "ai-trading.yaml").read_text()))


def _diagnostics(path: str, value: object) -> list[tuple[str, str, str]]:
    data = _product()
    *sections, key = path.split(".")
    here = data
    for section in sections:
        here = here[section]
    here[key] = value
    validated = validate(Workload, data)
    assert validated.model is not None, validated.diagnostics
    checked = (*timeseries.check(validated.model), *roles.check(validated.model))
    return [(".".join(map(str, found.path)), found.allowed, found.fix) for found in checked]


def test_the_product_itself_is_without_fault() -> None:
    assert _diagnostics("description", "the same") == []


@pytest.mark.parametrize(
    ("path", "value", "place", "allowed", "fix"),
    [
        ("timeseries.image.tag", "latest", "timeseries.image.tag", "begins with 17 or pg17", "or change the version"),
        ("timeseries.image.tag", "pg16.10-ts2.22.1", "timeseries.image.tag", "begins with 17 or pg17", "PostgreSQL 17"),
        ("timeseries.image.tag", "pg170", "timeseries.image.tag", "begins with 17 or pg17", "such as pg17"),
        ("timeseries.version", "16", "timeseries.image.tag", "begins with 16 or pg16", "change the version"),
        (
            "timeseries.role",
            "cnpg_metrics_exporter",
            "timeseries.role",
            "any other name: PostgreSQL",
            "such as ai_trading",
        ),
        ("timeseries.iops", 100, "timeseries.iops", "3,000 to 80,000 with gp3 and 200 GiB", "change iops"),
        ("timeseries.wal_storage_gib", 10, "timeseries.iops", "3,000 to 5,000 with gp3 and 10 GiB", "change iops"),
        ("timeseries.iops", 3000, "timeseries.throughput_mib", "at most 750: 0.25 MiB", "raise iops to 4,000"),
        ("timeseries.storage_type", "io2", "timeseries.throughput_mib", "none with io2", "remove it"),
        (
            "timeseries.throughput_mib",
            190,
            "timeseries.ingest.points_per_second",
            "1,000,000 points x 100 bytes x 2 (row and index) are 191 MiB/s, the volume gives 190",
            "raise throughput_mib to 191",
        ),
        ("timeseries.name", "postgres", "timeseries.name", "any other name: PostgreSQL", "such as ai_trading"),
        (
            "timeseries.connections",
            169,
            "timeseries.connections",
            "at least 170: the poolers 150, and 20 kept back",
            "raise it to 170",
        ),
        (
            "timeseries.pooler.maximum_clients",
            100,
            "timeseries.pooler.maximum_clients",
            "at least 310 clients over 3 poolers: trading-app 110, data-processor 130, ml-service 70",
            "raise it",
        ),
        ("timeseries.node_pool", "critcal", "timeseries.node_pool", "critical | standard | timeseries", "'critical'"),
        ("timeseries.memory", "120Gi", "timeseries.memory", "nine tenths of the pool's smallest node", "lower it"),
        ("services.ml-service.node_pool", "gpu", "services.ml-service.node_pool", "a node pool", "node_pools:"),
        ("node_pools.workload", {}, "node_pools.workload", "any other name", "the platform's own pool"),
        ("node_pools.critical.minimum_cpu", 64, "node_pools.critical.minimum_cpu", "at most the maximum, 32", "lower"),
        (
            "node_pools.critical.disk_throughput_mib",
            2000,
            "node_pools.critical.disk_throughput_mib",
            "at most 1500: 0.25 MiB for each of 6,000",
            "raise disk_iops to 8,000",
        ),
        ("node_pools.standard", {"disk_gib": 20, "disk_iops": 20000}, "node_pools.standard.disk_iops", "500 for", "lo"),
        ("image_policy.cosign", {}, "image_policy.cosign", "exactly one of", "keep one"),
        (
            "image_policy.cosign",
            {"kms_key": "arn:aws:kms:us-east-1:111122223333:key/0123", "signature_format": "bundle"},
            "image_policy.cosign.signature_format",
            "legacy with a key",
            "remove it",
        ),
    ],
)
def test_a_figure_that_cannot_be_is_refused(path: str, value: object, place: str, allowed: str, fix: str) -> None:
    found = _diagnostics(path, value)
    matching = [each for each in found if each[0] == place]
    assert matching, found
    assert allowed in matching[0][1]
    assert fix in matching[0][2]


def _stack(**more: Any) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    stated = {key.removeprefix("groundwork:"): value for key, value in config.items()}
    return {**stated, "workload": "ai-trading", "domain": "trading-system.com", **more}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"timeseries": {"instances": 1}}, "2 to 9 in production"),
        ({"timeseries": {"iops": 100}}, "3,000 to 80,000 with gp3"),
        ({"environment": "budget"}, "eks: ai-trading has `timeseries:`"),
        ({"network": {"nat": "none"}}, "verifying a keyless signature needs Sigstore's public roots"),
    ],
)
def test_a_stack_that_cannot_carry_it_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load("prod", _stack(**more), ROOT / "workloads")
    assert any(said in diagnostic.allowed for diagnostic in refused.value.diagnostics), refused.value


@pytest.mark.requirement("AT-123")
def test_a_stacks_own_window_wins_over_the_products() -> None:
    settings = load("prod", _stack(database={"maintenance_window": "sat:05:00-sat:06:00"}), ROOT / "workloads")
    assert settings.stack.database is not None
    assert settings.stack.cache is not None
    assert settings.stack.database.maintenance_window == "sat:05:00-sat:06:00"
    assert settings.stack.cache.maintenance_window == "sun:02:00-sun:04:00"
