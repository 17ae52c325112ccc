"""The pods of the system nodes: all of them counted, and every product's fit in every environment."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.checked import refuse_unbuildable
from components.cluster.charts import CHARTS
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.cluster.system_pods import (
    CONTROLLERS,
    DAEMONS,
    deployed,
    on_every_node,
    system_room,
    with_room,
)
from offline_cloud.cloud.services.eks.add_ons import WORKLOADS
from settings import PlatformSettings, load
from settings.arithmetic.capacity import DAEMON_SETS, MESH_DAEMONS, Demand
from settings.arithmetic.cluster_room import on_each_node
from settings.arithmetic.system_nodes import in_all, nodes_needed
from settings.diagnostics import SettingsError
from tests.components.monitoring.test_prometheus_values import VALUES

WITHOUT_PODS = {"karpenter-crd", "istio-base"}
"""Charts that hold definitions alone."""

ROOT = Path(__file__).parents[3]
PRODUCTS = ("openibank", "service-layer", "gridtokenx", "ai-trading", "waiver-exchange")
STACKS = ("dev", "staging", "prod")


def of(stack: str, product: str, **changes: Any) -> PlatformSettings:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    keys = {key.removeprefix("groundwork:"): value for key, value in yaml.safe_load(text)["config"].items()}
    settings = load(stack, {**keys, "workload": product, "runtime": "eks"}, ROOT / "workloads")
    if not changes:
        return settings
    nodes = settings.stack.cluster.system_nodes.model_copy(update=changes)
    cluster = settings.stack.cluster.model_copy(update={"system_nodes": nodes})
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"cluster": cluster})})


@pytest.mark.parametrize(
    ("stack", "product"),
    # Staging's database is too small for the pools that gridtokenx states for production.
    [pair for pair in itertools.product(STACKS, PRODUCTS) if pair != ("staging", "gridtokenx")],
)
def test_every_products_system_pods_fit_its_system_nodes(stack: str, product: str) -> None:
    settings = of(stack, product)
    room, nodes = system_room(settings), with_room(settings).system_nodes
    assert room is not None
    assert room.needed is not None
    assert room.needed + nodes.spare <= nodes.minimum <= nodes.maximum


def test_production_keeps_running_while_one_system_node_is_drained() -> None:
    settings = of("prod", "ai-trading")
    nodes = with_room(settings).system_nodes
    assert nodes.spare == 1
    room = system_room(settings)
    assert room is not None
    assert nodes_needed(deployed(settings), on_every_node(settings), room.node, nodes.minimum - 1) is not None
    assert with_room(of("dev", "ai-trading")).system_nodes.spare == 0


def test_ai_trading_gets_a_third_system_node_where_two_had_no_room() -> None:
    settings = of("dev", "ai-trading")
    asked = in_all(deployed(settings)) + in_all(on_every_node(settings)) * 2
    room = system_room(settings)
    assert room is not None
    assert asked.millicores > 2 * room.node.millicores
    assert settings.stack.cluster.system_nodes.minimum == 2
    assert with_room(settings).system_nodes.minimum == 3
    assert with_room(of("dev", "openibank")).system_nodes.minimum == 2


def test_pods_for_which_the_group_may_not_grow_are_refused_before_anything_is_made() -> None:
    with pytest.raises(SettingsError) as refusal:
        refuse_unbuildable(of("dev", "ai-trading", maximum=2))
    (diagnostic,) = refusal.value.diagnostics
    assert diagnostic.setting == "cluster.system_nodes.maximum"
    assert "they ask for 2940m and" in diagnostic.allowed
    refuse_unbuildable(of("dev", "ai-trading", maximum=2, instance_types=("m7i.xlarge",)))


def test_a_spare_node_counts_against_the_maximum() -> None:
    refuse_unbuildable(of("dev", "ai-trading"))
    with pytest.raises(SettingsError, match="with 1 of them missing"):
        refuse_unbuildable(of("dev", "ai-trading", spare=1))


def test_a_type_that_the_table_does_not_know_is_not_judged() -> None:
    assert system_room(of("dev", "openibank", instance_types=("x9z.large",))) is None


def test_every_chart_is_counted() -> None:
    charts = {*CHARTS, *MESH_CHARTS, *OPTIONAL_CHARTS}
    assert charts == {*CONTROLLERS, *DAEMONS, *WITHOUT_PODS}


def test_every_workload_of_every_add_on_is_counted() -> None:
    settings = of("dev", "service-layer")
    assert settings.shared_folders
    named = {each.name for each in (*deployed(settings), *on_every_node(settings))}
    for name in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "eks-node-monitoring-agent", "coredns"):
        assert {workload.name for workload in WORKLOADS[name]} <= named
    for name in ("aws-ebs-csi-driver", "aws-efs-csi-driver"):
        assert {workload.name for workload in WORKLOADS[name]} <= named
    logs = WORKLOADS["amazon-cloudwatch-observability"]
    assert {each.name.replace("controller-manager", "cloudwatch-controller-manager") for each in logs} <= named


def test_the_mesh_runs_on_every_node() -> None:
    plain, meshed = (in_all(on_every_node(of("dev", product))) for product in ("openibank", "ai-trading"))
    assert meshed == plain + Demand(millicores=50 + 200, mebibytes=100 + 256) == plain + MESH_DAEMONS
    assert on_each_node(of("dev", "ai-trading")) == MESH_DAEMONS


def test_the_products_nodes_count_the_same_daemons() -> None:
    """What plans keep back of a workload node covers what runs on every node, with folders and with the mesh."""
    for product in PRODUCTS:
        settings = of("dev", product)
        kept, daemons = DAEMON_SETS + on_each_node(settings), in_all(on_every_node(settings))
        assert daemons.millicores <= kept.millicores
        assert daemons.mebibytes <= kept.mebibytes


def test_what_a_chart_requests_is_read_from_its_values() -> None:
    (karpenter,) = [each for each in deployed(of("dev", "openibank")) if each.name == "karpenter-0"]
    assert karpenter.copies == 2
    assert karpenter.request == Demand(millicores=500, mebibytes=1024)
    assert karpenter.apart


def test_the_exporters_request_is_that_of_the_monitoring_chart() -> None:
    stated = VALUES["prometheus-node-exporter"]["resources"]["requests"]
    (exporter,) = [each for each in on_every_node(of("dev", "openibank")) if each.name == "node-exporter"]
    assert (f"{exporter.request.millicores}m", f"{exporter.request.mebibytes}Mi") == (stated["cpu"], stated["memory"])
