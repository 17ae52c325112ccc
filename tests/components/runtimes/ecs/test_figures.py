"""The product's own figures and alerts on ECS: collected by a sidecar, judged by the rules of the chart."""

import json
from typing import Any

import yaml

from components.platform import Platform
from components.product.rules import rule_groups
from settings.raw import Raw
from tests.components.recording import Recorder
from tests.components.runtimes.ecs.products import containers, on_ecs, record, service_layer, settings, variables

_POLICY = "aws:iam/rolePolicy:RolePolicy"
_WORKSPACE = "aws:amp/workspace:Workspace"


def gridtokenx() -> Recorder[Platform]:
    return on_ecs("gridtokenx")


def _collection(name: str, product: str = "gridtokenx") -> dict[str, Any]:
    recorder = gridtokenx() if product == "gridtokenx" else service_layer()
    given = variables(containers(recorder, name)["collector"])
    assert given["METRICS_URL"].endswith("api/v1/remote_write")
    return json.loads(given["AOT_CONFIG_CONTENT"])


def test_the_rules_are_those_of_the_chart() -> None:
    rules = yaml.safe_load(gridtokenx().one("aws:amp/ruleGroupNamespace:RuleGroupNamespace").inputs["data"])
    given = settings("prod", workload="gridtokenx", runtime="ecs", domain="example.com")
    charts = {group.name: group.to_helm()["rules"] for group in rule_groups(given)}
    found = {group["name"]: group["rules"] for group in rules["groups"]}
    assert found == {name: charts[name] for name in charts if not name.endswith("-platform")}
    alerts = {rule["alert"] for rule in found["gridtokenx"] if "alert" in rule}
    assert {"MatchingSlow", "MatchingStopped", "OrderBookNearlyFull"} <= alerts


def test_the_figures_have_the_labels_that_the_rules_ask_for() -> None:
    (scrape,) = _collection("api-gateway")["receivers"]["prometheus"]["config"]["scrape_configs"]
    assert scrape["static_configs"] == [
        {"targets": ["localhost:9090"], "labels": {"namespace": "gridtokenx", "service": "api-gateway"}}
    ]
    assert (scrape["scrape_interval"], scrape["metrics_path"]) == ("15s", "/metrics")
    pooler = _collection("pgbouncer", "service-layer")["receivers"]["prometheus"]["config"]["scrape_configs"]
    assert [each["job_name"] for each in pooler] == ["pgbouncer"]


def test_tasks_are_told_apart_and_requests_are_signed() -> None:
    whole = _collection("api-gateway")
    pipeline = whole["service"]["pipelines"]["metrics"]
    assert pipeline["exporters"] == ["prometheusremotewrite"]
    assert pipeline["processors"][:2] == ["resourcedetection", "resource"]
    assert whole["processors"]["resource"]["attributes"] == [
        {"key": "pod", "from_attribute": "aws.ecs.task.arn", "action": "upsert"}
    ]
    exporter = whole["exporters"]["prometheusremotewrite"]
    assert exporter["resource_to_telemetry_conversion"] == {"enabled": True}
    assert exporter["auth"] == {"authenticator": "sigv4auth"}
    assert whole["extensions"]["sigv4auth"] == {"region": "us-east-1", "service": "aps"}
    assert "sigv4auth" in whole["service"]["extensions"]
    used = {name for each in whole["service"]["pipelines"].values() for part in each.values() for name in part}
    there = {name for part in ("receivers", "processors", "exporters") for name in whole[part]}
    assert used == there


def test_a_service_without_traces_gets_a_collector_without_them() -> None:
    assert set(_collection("service-layer", "service-layer")["service"]["pipelines"]) == {"metrics"}
    assert set(_collection("api-gateway")["service"]["pipelines"]) == {"metrics", "traces"}


def test_only_what_collects_may_write_and_only_there() -> None:
    policies = {each.name: each.document("policy")["Statement"] for each in gridtokenx().of_type(_POLICY)}
    writers = {
        name: each
        for name, statements in policies.items()
        for each in statements
        if "aps:RemoteWrite" in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])
    }
    assert set(writers) == {"application-api-gateway-roles-task-permissions"}
    workspace = gridtokenx().one(_WORKSPACE)
    assert all(str(each["Resource"]).startswith("arn:") for each in writers.values())
    assert workspace.inputs["kmsKeyArn"]


def test_alerts_reach_the_topic_of_the_alarms() -> None:
    recorder = gridtokenx()
    stated = yaml.safe_load(recorder.one("aws:amp/alertManagerDefinition:AlertManagerDefinition").inputs["definition"])
    manager = yaml.safe_load(stated["alertmanager_config"])
    receivers = {each["name"]: each for each in manager["receivers"]}
    receiver = receivers[manager["route"]["receiver"]]
    assert {"critical", "warning"} <= set(receivers)
    topic = recorder.named("monitoring-notifications-topic-policy")
    assert receiver["sns_configs"][0]["topic_arn"]
    statements = {each["Sid"]: each for each in topic.document("policy")["Statement"]}
    assert statements["Prometheus"]["Principal"] == {"Service": "aps.amazonaws.com"}
    assert "aws:SourceAccount" in statements["Prometheus"]["Condition"]["StringEquals"]
    key = recorder.named("encryption-notifications-policy").document("policy")["Statement"]
    assert any("aps.amazonaws.com" in str(each.get("Principal")) for each in key)


def test_a_budget_without_prometheus_collects_nothing_and_says_so_where_there_are_alerts() -> None:
    without: dict[str, Raw] = {"prometheus": False}
    recorder = record("budget", json.dumps({"ecs": without}))
    assert not recorder.of_type(_WORKSPACE)
    statements = recorder.named("monitoring-notifications-topic-policy").document("policy")["Statement"]
    assert "Prometheus" not in {each["Sid"] for each in statements}
    assert not [note for note in settings("budget").notes if note.startswith("alerts:")]
    noted = settings("budget", workload="gridtokenx", domain="example.com", ecs=without).notes
    assert [note for note in noted if note.startswith("alerts:") and "ecs.prometheus" in note]
    given = settings("prod", workload="gridtokenx", runtime="ecs", domain="example.com").notes
    assert not [note for note in given if note.startswith("alerts:")]


def test_nobody_is_called_in_the_quiet_window() -> None:
    recorder = on_ecs(
        "gridtokenx", monitoring={"emails": ["on-call@example.com"], "quiet_window": "sun:03:00-sun:05:00"}
    )
    stated = yaml.safe_load(recorder.one("aws:amp/alertManagerDefinition:AlertManagerDefinition").inputs["definition"])
    manager = yaml.safe_load(stated["alertmanager_config"])
    (window,) = manager["time_intervals"]
    muted = [route for route in manager["route"]["routes"] if window["name"] in route.get("mute_time_intervals", [])]
    assert {route["receiver"] for route in muted} == {"critical", "warning"}
