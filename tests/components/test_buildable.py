from pathlib import Path
from typing import Any

import pytest
import yaml

from components.checked import refuse_unbuildable
from settings import PlatformSettings, load
from settings.arithmetic.budgets import cache_connections, database_connections
from settings.diagnostics import Diagnostic, SettingsError

ROOT = Path(__file__).parents[2]


def _openibank(**database: Any) -> PlatformSettings:
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    keys = {key.removeprefix("groundwork:"): value for key, value in yaml.safe_load(text)["config"].items()}
    settings = load("prod", {**keys, "database": database}, ROOT / "workloads")
    assert settings.stack.database is not None
    return settings


def _with_services(settings: PlatformSettings, **changes: Any) -> PlatformSettings:
    services = {name: each.model_copy(update=changes) for name, each in settings.workload.services.items()}
    return settings.model_copy(update={"workload": settings.workload.model_copy(update={"services": services})})


def _refused_database(**database: Any) -> tuple[Diagnostic, ...]:
    with pytest.raises(SettingsError) as refusal:
        _openibank(**database)
    return refusal.value.diagnostics


def _refused(settings: PlatformSettings) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(settings)
    return [diagnostic.setting for diagnostic in refusal.value.diagnostics]


@pytest.mark.requirement("OB-D02")
def test_openibank_fits_its_database_and_every_failover_target() -> None:
    settings = _openibank()
    refuse_unbuildable(settings)
    budget = database_connections(settings)
    assert budget is not None
    api = next(row for row in budget.rows if row.service == "api-server")
    assert (api.at_minimum, api.at_maximum) == (60, 200)


@pytest.mark.requirement("OB-D03")
def test_openibank_fits_its_cache() -> None:
    budget = cache_connections(_openibank())
    assert budget is not None
    api = next(row for row in budget.rows if row.service == "api-server")
    assert (api.at_minimum, api.at_maximum) == (30, 100)


@pytest.mark.requirement("OB-71")
def test_pools_that_overdraw_the_database_are_refused_with_their_sizes() -> None:
    settings = _with_services(_openibank(), uses=("database",), database_pool=500)
    with pytest.raises(SettingsError, match="api-server 6500"):
        refuse_unbuildable(settings)


def test_pools_that_overdraw_the_cache_are_refused() -> None:
    settings = _with_services(_openibank(), uses=("cache",), cache_pool=30_000)
    assert _refused(settings) == ["cache.node_type"]


def test_an_unknown_class_is_refused_by_its_key() -> None:
    (diagnostic,) = _refused_database(instance_class="db.z9.large")
    assert diagnostic.setting == "database.instance_class"


def test_an_unknown_node_type_is_refused_by_its_key() -> None:
    settings = _openibank()
    assert settings.stack.cache is not None
    cache = settings.stack.cache.model_copy(update={"node_type": "cache.z9.large"})
    stack = settings.stack.model_copy(update={"cache": cache})
    assert _refused(settings.model_copy(update={"stack": stack})) == ["cache.node_type"]


def test_mistakes_in_both_stores_are_told_together() -> None:
    settings = _with_services(_openibank(), uses=("database", "cache"), database_pool=500, cache_pool=30_000)
    assert set(_refused(settings)) == {"database.instance_class", "cache.node_type"}


def test_a_product_without_stores_has_no_budget() -> None:
    settings = _openibank()
    stack = settings.stack.model_copy(update={"database": None, "cache": None})
    bare = settings.model_copy(update={"stack": stack})
    refuse_unbuildable(bare)
    assert database_connections(bare) is None
    assert cache_connections(bare) is None


def _with_cluster(**changes: Any) -> PlatformSettings:
    settings = _openibank()
    cluster = settings.stack.cluster.model_copy(update=changes)
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"cluster": cluster})})


@pytest.mark.requirement("OB-91")
def test_a_node_limit_below_the_products_peak_is_refused() -> None:
    nodes = _openibank().stack.cluster.workload_nodes.model_copy(update={"cpu_limit": 8})
    assert _refused(_with_cluster(workload_nodes=nodes)) == ["cluster.workload_nodes"]


def test_system_nodes_of_two_architectures_are_refused() -> None:
    nodes = _openibank().stack.cluster.system_nodes.model_copy(update={"instance_types": ("m7i.large", "m7g.large")})
    assert _refused(_with_cluster(system_nodes=nodes)) == ["cluster.system_nodes.instance_types"]


def _with_requests(settings: PlatformSettings, service: str, memory: str) -> PlatformSettings:
    asked = settings.workload.services[service]
    amount = asked.resources.requests.model_copy(update={"memory": memory})
    resources = asked.resources.model_copy(update={"requests": amount})
    services = {**settings.workload.services, service: asked.model_copy(update={"resources": resources})}
    return settings.model_copy(update={"workload": settings.workload.model_copy(update={"services": services})})


def test_a_pod_larger_than_any_machine_is_refused_with_the_room_there_is() -> None:
    settings = _with_requests(_openibank(), "api-server", "2Ti")
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(settings)
    diagnostic = refusal.value.diagnostics[0]
    assert diagnostic.setting == "services.api-server.resources.requests"
    assert diagnostic.file == "workloads/openibank.yaml"
    assert "r with 192 vCPU 190850m and 1452434Mi" in diagnostic.allowed
    assert "1000m and 2097152Mi" in diagnostic.allowed
    assert "cluster.workload_nodes" in diagnostic.fix


def test_what_arithmetic_refuses_names_the_file_and_line_that_state_it() -> None:
    settings = _with_services(_openibank(), uses=("database",), database_pool=500)
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(settings)
    lines = (ROOT / "workloads" / "openibank.yaml").read_text().splitlines()
    (diagnostic,) = refusal.value.diagnostics
    assert diagnostic.file == "workloads/openibank.yaml"
    assert diagnostic.line is not None
    assert "instance_class" in lines[diagnostic.line - 1]


def test_the_stack_file_holds_where_both_state_a_value() -> None:
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    keys = {key.removeprefix("groundwork:"): value for key, value in yaml.safe_load(text)["config"].items()}
    settings = load("prod", keys, ROOT / "workloads", ROOT)
    nodes = settings.stack.cluster.workload_nodes.model_copy(update={"cpu_limit": 8})
    cluster = settings.stack.cluster.model_copy(update={"workload_nodes": nodes})
    changed = settings.model_copy(update={"stack": settings.stack.model_copy(update={"cluster": cluster})})
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(changed)
    (diagnostic,) = refusal.value.diagnostics
    assert (diagnostic.file, diagnostic.setting) == ("Pulumi.prod.yaml", "groundwork:cluster.workload_nodes")
    assert diagnostic.line is not None
    assert "cluster" in text.splitlines()[diagnostic.line - 1]


def test_provisioned_operations_that_the_class_does_not_sustain_are_refused() -> None:
    refuse_unbuildable(
        _openibank(instance_class="db.m7g.4xlarge", storage_gib=500, maximum_storage_gib=900, iops=20000)
    )
    (diagnostic,) = _refused_database(
        instance_class="db.m7g.2xlarge", storage_gib=500, maximum_storage_gib=900, iops=20000
    )
    assert diagnostic.setting == "database.iops"
    assert diagnostic.allowed == "at most 12,000, which db.m7g.2xlarge sustains (EC2, EBS baseline)"
    assert diagnostic.fix == "lower it to 12000, or take db.m7g.4xlarge"
