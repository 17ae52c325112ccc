"""The custom metrics API: installed for a product that scales on its own figures, and for no other."""

from dataclasses import replace
from typing import Any, cast

import pytest

from components.monitoring.adapter import CustomMetric, adapter_values, custom_metrics
from components.monitoring.monitoring import Monitoring
from tests.charts.gridtokenx import gridtokenx
from tests.components.monitoring.samples import monitoring_args
from tests.components.recording import build

RELEASE = "kubernetes:helm.sh/v3:Release"
REQUESTS = CustomMetric(namespace="gridtokenx", name="http_requests_per_second", counter="http_requests_total")


def rule(metric: CustomMetric) -> dict[str, Any]:
    rules = cast("dict[str, Any]", adapter_values([metric], 2)["rules"])
    assert rules["default"] is False
    return rules["custom"][0]


def test_the_rate_of_requests_is_made_from_the_counter_of_each_pod() -> None:
    assert rule(REQUESTS) == {
        "seriesQuery": 'http_requests_total{namespace="gridtokenx",pod!=""}',
        "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
        "name": {"matches": "^http_requests_total$", "as": "http_requests_per_second"},
        "metricsQuery": "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)",
    }


def test_a_gauge_is_served_as_it_is() -> None:
    gauge = rule(CustomMetric(namespace="shop", name="queue_length", counter=None))
    assert gauge["name"] == {"matches": "^queue_length$", "as": "queue_length"}
    assert gauge["metricsQuery"] == "sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)"


@pytest.mark.requirement("GX-118")
def test_the_adapter_serves_what_the_autoscalers_ask_for() -> None:
    assert custom_metrics(gridtokenx("prod")) == (REQUESTS,)


def test_where_nothing_scales_nothing_is_served() -> None:
    assert custom_metrics(gridtokenx("dev")) == ()


def test_the_adapter_is_installed_once_prometheus_is_there() -> None:
    recorder = build(lambda: Monitoring("monitoring", replace(monitoring_args(), custom_metrics=(REQUESTS,))))
    release = recorder.one(RELEASE, "monitoring-adapter-release")
    assert (release.inputs["chart"], release.inputs["version"]) == ("prometheus-adapter", "5.3.0")
    assert release.inputs["values"]["replicas"] == 2
    assert release.inputs["values"]["prometheus"] == {
        "url": "http://prometheus-prometheus.monitoring.svc",
        "port": 9090,
    }
    prometheus = next(item for item in recorder.of_type(RELEASE) if item.inputs["chart"] == "kube-prometheus-stack")
    assert recorder.comes_after(release, prometheus)
    assert len(recorder.result.in_cluster) == 2


def test_a_product_without_figures_of_its_own_gets_no_adapter() -> None:
    recorder = build(lambda: Monitoring("monitoring", monitoring_args()))
    assert [item for item in recorder.of_type(RELEASE) if item.inputs["chart"] == "prometheus-adapter"] == []
    assert len(recorder.result.in_cluster) == 1
