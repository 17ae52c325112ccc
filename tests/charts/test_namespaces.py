"""Where the product's objects live: its own namespace by the name that it states, and monitoring in another."""

import pytest

from components.capabilities.timeseries.timeseries import NAMESPACE as TIMESERIES
from components.cluster.charts import CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.monitoring.adapter import custom_metrics
from components.monitoring.charts import NAMESPACE as MONITORING
from components.product.rules import rule_groups
from components.runtimes.kubernetes.namespaces import SYSTEM_NAMESPACE
from settings.checks.namespace import TAKEN
from tests.charts.ai_trading import ai_trading, rendered
from tests.charts.rendering import at, stack

_CLUSTER_WIDE = {"Namespace"}


@pytest.mark.requirement("AT-03")
def test_the_foundation_makes_the_namespace_and_puts_everything_of_the_product_into_it() -> None:
    objects = rendered("foundation", "prod").objects
    namespaces: dict[str, set[str]] = {}
    for item in objects:
        if item["kind"] not in _CLUSTER_WIDE:
            namespaces.setdefault(item["metadata"]["namespace"], set()).add(item["kind"])
    assert rendered("foundation", "prod").names("Namespace") == {"trading-system"}
    # The administrator's credentials and the Job that uses them stay beside the release.
    assert set(namespaces) == {"trading-system", "groundwork-system"}
    assert {"ExternalSecret", "NetworkPolicy", "ResourceQuota", "LimitRange"} <= namespaces["trading-system"]
    assert "Role" not in namespaces["groundwork-system"]


@pytest.mark.requirement("AT-03")
def test_alerts_and_scaling_look_at_the_namespace_that_the_pods_are_in() -> None:
    settings = ai_trading("prod")
    assert {metric.namespace for metric in custom_metrics(settings)} == {"trading-system"}
    groups = {group.name: group.rules for group in rule_groups(settings)}
    for name in ("ai-trading-platform", "ai-trading-objectives"):
        asked = [rule.expr for rule in groups[name] if "namespace=" in rule.expr]
        assert asked
        assert all('namespace="trading-system"' in expression for expression in asked)


@pytest.mark.requirement("AT-03")
def test_the_time_series_database_lets_that_namespace_in() -> None:
    first = at(rendered("timescale", "prod").one("NetworkPolicy", "timeseries"), "spec.ingress[0].from[0]")
    assert first == {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "trading-system"}}}


def test_a_product_that_states_none_has_a_namespace_of_its_own_name() -> None:
    settings = stack("prod")
    assert settings.workload.namespace is None
    assert settings.namespace == "openibank"


def test_every_namespace_of_the_platform_is_kept_from_products() -> None:
    charts = {chart.namespace for chart in (*CHARTS.values(), *OPTIONAL_CHARTS.values())}
    used = {*charts, SYSTEM_NAMESPACE, MONITORING, TIMESERIES, "default", "amazon-cloudwatch"}
    assert {name for name in used if not name.startswith("kube-")} == set(TAKEN)
