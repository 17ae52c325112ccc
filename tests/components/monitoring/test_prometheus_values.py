"""Values of the pinned charts: what they say, and that the charts take them."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from components.monitoring.adapter import CustomMetric, adapter_values
from components.monitoring.backlogs import exporter_values
from components.monitoring.charts import CHARTS, NAMESPACE, PinnedChart
from components.monitoring.prometheus_values import PrometheusRequest, prometheus_values
from components.monitoring.traces import collector_values
from tests.components.monitoring.test_backlogs import BACKLOGS

PINS = Path(__file__).parents[3] / "offline_cloud" / "kubernetes" / "charts"
TOPIC = "arn:aws:sns:us-east-1:111122223333:openibank-prod-notifications"
REQUEST = PrometheusRequest(
    cluster_name="openibank-prod",
    region="us-east-1",
    topic_arn=TOPIC,
    chat_topic_arn=None,
    replicas=2,
    retention_days=30,
    storage_gib=100,
    storage_class="gp3",
    secret_store="aws-secrets-manager",
    admin_secret="openibank/prod/grafana-admin",
)
VALUES = cast("dict[str, Any]", prometheus_values(REQUEST))
REQUESTS = CustomMetric(namespace="shop", name="http_requests_per_second", counter="http_requests_total")
ALL_VALUES = {
    "kube-prometheus-stack": VALUES,
    "opentelemetry-collector": collector_values("us-east-1", 2, "/containers"),
    "prometheus-adapter": adapter_values([REQUESTS], 2),
    "prometheus-operator-crds": {},
    "prometheus-yet-another-cloudwatch-exporter": exporter_values(BACKLOGS, "us-east-1", 2),
}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_is_pinned_where_the_others_are(chart: PinnedChart) -> None:
    pinned = json.loads((PINS / "versions.json").read_text())[chart.name]
    assert (chart.repository, chart.version) == (pinned["repository"], pinned["version"])


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_a_chart_takes_every_key_that_it_is_given(chart: PinnedChart) -> None:
    known = json.loads((PINS / f"{chart.name}-{chart.version}.json").read_text())["keys"]
    assert unknown_keys(ALL_VALUES[chart.name], known) == []


def unknown_keys(values: object, known: object, path: str = "") -> list[str]:
    if not isinstance(values, dict) or not isinstance(known, dict):
        return []
    given, taken = cast("dict[str, object]", values), cast("dict[str, object]", known)
    unknown = [f"{path}{key}" for key in given if key not in taken]
    below = [unknown_keys(value, taken[key], f"{path}{key}.") for key, value in given.items() if key in taken]
    return [*unknown, *(name for names in below for name in names)]


@pytest.mark.requirement("OB-99")
def test_every_monitor_and_rule_in_the_cluster_counts() -> None:
    spec = VALUES["prometheus"]["prometheusSpec"]
    selectors = ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")
    assert all(spec[f"{kind}SelectorNilUsesHelmValues"] is False for kind in selectors)


def test_metrics_are_kept_for_the_stated_time_on_an_encrypted_volume_that_never_fills() -> None:
    spec = VALUES["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert spec["retention"] == "30d"
    assert claim["storageClassName"] == "gp3"
    assert claim["resources"]["requests"]["storage"] == "100Gi"
    assert int(spec["retentionSize"].removesuffix("GiB")) < 100


def test_what_aws_lets_nobody_scrape_is_neither_scraped_nor_alerted_on() -> None:
    for part in ("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy"):
        assert VALUES[part] == {"enabled": False}
    rules = VALUES["defaultRules"]["rules"]
    assert not any(rules.values())
    assert {"etcd", "kubeControllerManager", "kubeSchedulerAlerting", "kubeProxy"} <= set(rules)


@pytest.mark.requirement("OB-103")
@pytest.mark.requirement("OB-N10")
def test_dashboards_come_from_any_namespace() -> None:
    dashboards = VALUES["grafana"]["sidecar"]["dashboards"]
    assert dashboards == {"enabled": True, "label": "grafana_dashboard", "searchNamespace": "ALL"}


def test_alerts_go_to_the_topic_by_severity() -> None:
    config = VALUES["alertmanager"]["config"]
    receivers = {receiver["name"]: receiver for receiver in config["receivers"]}
    assert config["route"]["receiver"] == "warning"
    routes = {route["matchers"][0]: route["receiver"] for route in config["route"]["routes"]}
    assert routes['severity = "critical"'] == "critical"
    assert routes['alertname =~ "Watchdog|InfoInhibitor"'] == "null"
    assert set(routes.values()) <= set(receivers)
    for severity in ("critical", "warning"):
        [sns] = receivers[severity]["sns_configs"]
        assert sns["topic_arn"] == TOPIC
        assert sns["sigv4"] == {"region": "us-east-1"}
        assert sns["attributes"] == {"severity": severity, "team": '{{ or .GroupLabels.team "none" }}'}
        assert sns["subject"].startswith(f"[{severity}] {{{{ .Status }}}}")


def test_grafanas_log_in_comes_from_secrets_manager() -> None:
    [wanted] = [each for each in VALUES["extraManifests"] if each["kind"] != "Service"]
    assert wanted["kind"] == "ExternalSecret"
    assert wanted["spec"]["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "aws-secrets-manager"}
    assert VALUES["grafana"]["admin"]["existingSecret"] == wanted["spec"]["target"]["name"]
    keys = {(item["secretKey"], item["remoteRef"]["key"]) for item in wanted["spec"]["data"]}
    assert keys == {(key, "openibank/prod/grafana-admin") for key in ("admin-user", "admin-password")}
    assert "adminPassword" not in VALUES["grafana"]


@pytest.mark.requirement("OB-122")
def test_clocks_that_part_are_told_before_tokens_are_refused_everywhere() -> None:
    groups = VALUES["additionalPrometheusRulesMap"]["platform"]["groups"]
    rules = {rule["alert"]: rule for group in groups for rule in group["rules"]}
    assert rules["NodeClockBreaksTokens"]["expr"] == "abs(node_timex_offset_seconds) > 1"
    assert rules["NodeClockBreaksTokens"]["labels"]["severity"] == "critical"
    assert "node_timex_sync_status" in rules["NodeClockUnsynchronised"]["expr"]


def test_the_pair_of_monitors_survives_a_drained_node() -> None:
    assert VALUES["prometheus"]["podDisruptionBudget"]["enabled"] is True
    assert VALUES["alertmanager"]["alertmanagerSpec"]["replicas"] == 2
    assert VALUES["prometheus"]["prometheusSpec"]["podAntiAffinityTopologyKey"] == "topology.kubernetes.io/zone"


def test_secrets_that_cannot_be_read_are_noticed() -> None:
    """The products' alert on them reads what External Secrets says of itself."""
    (monitor,) = VALUES["prometheus"]["additionalPodMonitors"]
    assert monitor["namespaceSelector"] == {"matchNames": ["external-secrets"]}
    assert monitor["podMetricsEndpoints"] == [{"port": "metrics"}]


@pytest.mark.requirement("AT-52")
def test_the_consoles_have_short_names_and_the_ports_that_people_know() -> None:
    services = {
        each["metadata"]["name"]: each["spec"] for each in VALUES["extraManifests"] if each["kind"] == "Service"
    }
    assert {name: spec["ports"][0]["port"] for name, spec in services.items()} == {
        "prometheus": 9090,
        "alertmanager": 9093,
    }
    for name, spec in services.items():
        # Labels and port name that the operator gives the pods it makes.
        assert spec["selector"] == {
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/managed-by": "prometheus-operator",
        }
        assert spec["ports"][0]["targetPort"] == "http-web"
    assert (VALUES["grafana"]["fullnameOverride"], VALUES["grafana"]["service"]["port"]) == ("grafana", 3000)
    assert NAMESPACE == "monitoring"
