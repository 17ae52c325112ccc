"""The whole table of charts, held against what was read in the charts: offline_cloud/kubernetes/charts/facts.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from components.cluster.chart_add_on import ChartAddOn, ChartContext
from components.cluster.chart_permissions import ChartScope
from components.cluster.charts import CHARTS
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.cluster.system_nodes import SYSTEM_TAINT
from components.monitoring.charts import CHARTS as MONITORING_CHARTS
from components.monitoring.charts import DEFINITIONS as MONITORING_DEFINITIONS
from components.monitoring.charts import PRIORITY, PROMETHEUS
from tests.components.monitoring.test_prometheus_values import ALL_VALUES

Facts = dict[str, Any]

ROOT = Path(__file__).parents[3]
FACTS = cast(
    "Mapping[str, Facts]", json.loads((ROOT / "offline_cloud/kubernetes/charts/facts.json").read_text())["charts"]
)
CONTEXT = ChartContext(
    scope=ChartScope(
        region="us-east-1",
        account_id="111122223333",
        cluster="shop-prod",
        secret_names=["shop/*"],
        secrets_key_arns=["arn:aws:kms:us-east-1:111122223333:key/secrets"],
        database_prefix="shop-prod",
        stack_tags={},
    ),
    vpc_id="vpc-1",
    cluster_endpoint="https://cluster",
    interruption_queue="queue",
    zonal_shift=True,
    isolated=False,
)
ADD_ONS = {**CHARTS, **MESH_CHARTS, **OPTIONAL_CHARTS}


def _name(add_on: ChartAddOn) -> str:
    return add_on.chart.rsplit("/", 1)[-1]


ON_SYSTEM_NODES = {_name(add_on): add_on for add_on in ADD_ONS.values()}
VALUES: dict[str, Any] = {name: add_on.values(CONTEXT) for name, add_on in ON_SYSTEM_NODES.items()} | ALL_VALUES
DEFINITIONS = {name: add_on.definitions for name, add_on in ON_SYSTEM_NODES.items()} | {
    chart.name: chart.definitions for chart in MONITORING_CHARTS
}
PODS = [(chart, pod) for chart, facts in FACTS.items() for pod in facts["pods"]]
JOBS = [(chart, job) for chart, facts in FACTS.items() for job in facts.get("jobs", {})]


def value(chart: str, path: str) -> Any:
    """What the platform's values say at a path; None where they say nothing."""
    found: Any = VALUES[chart]
    for part in path.split("."):
        found = cast("Facts", found).get(part) if isinstance(found, dict) else None
    return found


def copies(chart: str, pod: Facts) -> int:
    return (value(chart, pod["replicas"]) or 1) if "replicas" in pod else 1


def tolerates(tolerations: Any) -> bool:
    return any(each.get("key") == SYSTEM_TAINT and each["operator"] == "Exists" for each in tolerations or ())


def provided(pod: Facts, what: str) -> bool:
    """Whether the chart does it by itself, or another chart of ours does."""
    elsewhere = pod.get("elsewhere", {}).get(what)
    assert elsewhere is None or (ROOT / elsewhere).is_file()
    return what in pod.get("own", ()) or elsewhere is not None


def test_every_chart_has_been_read() -> None:
    assert set(VALUES) == set(FACTS) == set(DEFINITIONS)


@pytest.mark.parametrize(("chart", "name"), PODS)
def test_pods_outrank_the_products(chart: str, name: str) -> None:
    pod = FACTS[chart]["pods"][name]
    if not provided(pod, "priority"):
        critical = {"system-cluster-critical", "system-node-critical"}
        allowed = critical if chart in ON_SYSTEM_NODES else {PRIORITY}
        assert value(chart, pod["priority"]) in allowed


@pytest.mark.parametrize(("chart", "name"), [row for row in PODS if row[0] in ON_SYSTEM_NODES])
def test_controllers_run_on_the_system_nodes(chart: str, name: str) -> None:
    pod = FACTS[chart]["pods"][name]
    assert provided(pod, "tolerations") or tolerates(value(chart, pod["tolerations"]))


@pytest.mark.parametrize(("chart", "name"), PODS)
def test_two_copies_are_spread_over_the_zones_and_never_go_together(chart: str, name: str) -> None:
    pod = FACTS[chart]["pods"][name]
    if copies(chart, pod) == 1:
        return
    if not provided(pod, "spread"):
        spread = value(chart, pod["spread"])
        if spread == "soft":
            spread = value(chart, f"{pod['spread']}TopologyKey")
        assert "topology.kubernetes.io/zone" in json.dumps(spread)
    if not provided(pod, "budget"):
        budget = value(chart, pod["budget"])
        assert budget.get("enabled", True) is True
        assert budget.get("minAvailable", 1) == 1
        assert budget.get("maxUnavailable", 1) == 1


@pytest.mark.parametrize(
    "name",
    ["cert-manager", "cert-manager-webhook", "policy-controller-webhook", "otel-collector", "prometheus", "karpenter"],
)
def test_what_must_not_stop_has_two_copies(name: str) -> None:
    (chart,) = [chart for chart, pod in PODS if pod == name]
    assert copies(chart, FACTS[chart]["pods"][name]) == 2


@pytest.mark.parametrize(("chart", "name"), PODS)
def test_no_pod_has_a_cpu_limit_and_all_have_one_of_memory(chart: str, name: str) -> None:
    pod = FACTS[chart]["pods"][name]
    stated = value(chart, pod["resources"])
    assert stated["requests"]["cpu"]
    assert stated["limits"]["memory"]
    assert stated["limits"].get("cpu") is None
    # Without the null, the chart's own limit stays.
    assert ("cpu" in stated["limits"]) is ("cpu_limit" in pod)


@pytest.mark.parametrize(("chart", "name"), JOBS)
def test_a_charts_job_finds_a_node(chart: str, name: str) -> None:
    job = FACTS[chart]["jobs"][name]
    if chart not in ON_SYSTEM_NODES:
        return
    if "tolerations" in job:
        assert tolerates(value(chart, job["tolerations"]))
    else:
        assert job["hook"] == "post-delete"
        assert ON_SYSTEM_NODES[chart].cleans_up


@pytest.mark.parametrize("chart", sorted(FACTS))
def test_definitions_have_a_way_to_get_newer(chart: str) -> None:
    facts, way = FACTS[chart], DEFINITIONS[chart]
    if facts["definitions"] != "crds/":
        assert way == {"none": "none", "templates/": "with the chart"}[facts["definitions"]]
        return
    definer = facts.get("definitions_chart")
    guide = (ROOT / "docs/how-to/upgrade-charts.md").read_text()
    assert f"`{chart}`" in guide
    if definer is None:
        assert way == "by hand"
        assert f"/{chart}/crds?ref=" in guide
    else:
        assert way == "chart of their own"
        assert DEFINITIONS[definer] == "with the chart"
        assert f"`{definer}`" in guide


def test_karpenter_and_its_definitions_are_of_one_version() -> None:
    assert CHARTS["karpenter"].version == CHARTS["karpenter-crd"].version


def test_prometheus_and_its_definitions_are_of_one_operator() -> None:
    pinned = json.loads((ROOT / "offline_cloud/kubernetes/charts/versions.json").read_text())
    assert pinned[PROMETHEUS.name]["appVersion"] == pinned[MONITORING_DEFINITIONS.name]["appVersion"]
