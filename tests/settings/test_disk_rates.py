"""What is asked of volumes, against the machines that a pool may launch."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import PlatformSettings, load, require_buildable
from settings.checks import disk_rates
from settings.diagnostics import Diagnostic, SettingsError

ROOT = Path(__file__).parents[2]


def _trading(pool: dict[str, Any], **timeseries: Any) -> PlatformSettings:
    """ai-trading's production with its timeseries pool changed, and the stack's figures for the volumes."""
    text = (ROOT / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    keys = {key.removeprefix("groundwork:"): value for key, value in yaml.safe_load(text)["config"].items()}
    stated = {**keys, "workload": "ai-trading", "timeseries": timeseries} if timeseries else keys
    settings = load("prod", {**stated, "workload": "ai-trading"}, ROOT / "workloads")
    changed = settings.workload.node_pools["timeseries"].model_copy(update=pool)
    pools = {**settings.workload.node_pools, "timeseries": changed}
    return settings.model_copy(update={"workload": settings.workload.model_copy(update={"node_pools": pools})})


def _found(settings: PlatformSettings) -> list[Diagnostic]:
    return list(disk_rates.check(settings))


def test_the_products_volumes_are_sustained_by_the_pools_largest_machine() -> None:
    assert _found(_trading({})) == []


@pytest.mark.parametrize(
    ("pool", "path", "allowed"),
    [
        ({"disk_iops": 40_001}, ("node_pools", "timeseries", "disk_iops"), "40,000"),
        ({"disk_throughput_mib": 1_133}, ("node_pools", "timeseries", "disk_throughput_mib"), "1,132"),
        ({"maximum_cpu": 16}, ("timeseries", "throughput_mib"), "566"),
        ({"instance_types": ("m6i.4xlarge", "r7g.2xlarge")}, ("timeseries", "throughput_mib"), "566"),
    ],
)
def test_a_rate_that_no_machine_sustains_is_found(pool: dict[str, Any], path: tuple[str, ...], allowed: str) -> None:
    (diagnostic,) = _found(_trading(pool))
    assert diagnostic.path == path
    assert diagnostic.allowed.startswith(f"at most {allowed}, which the largest machine, ")
    assert (
        f"lower it to {allowed.replace(',', '')}, or allow larger machines in node_pools.timeseries" == diagnostic.fix
    )


@pytest.mark.parametrize(
    "pool",
    [
        {"disk_iops": 40_000, "disk_throughput_mib": 1_132},
        {"instance_types": ("r6in.2xlarge",)},
        {"instance_types": ("m6i.large", "i4i.large")},
        {"instance_categories": ("x",)},
    ],
)
def test_what_is_sustained_or_not_in_the_table_is_let_through(pool: dict[str, Any]) -> None:
    assert _found(_trading(pool)) == []


def test_it_is_refused_with_the_other_mistakes_of_a_cluster() -> None:
    with pytest.raises(SettingsError, match=r"node_pools\.timeseries\.disk_iops"):
        require_buildable(_trading({"disk_iops": 60_000, "disk_gib": 500}))
    require_buildable(_trading({}))


def test_the_stacks_own_figures_are_held_against_the_pool() -> None:
    with pytest.raises(SettingsError) as refused:
        _trading({}, iops=60_000, storage_gib=1000, wal_storage_gib=200)
    (diagnostic,) = refused.value.diagnostics
    assert (diagnostic.path, diagnostic.given) == (("timeseries", "iops"), 60_000)
