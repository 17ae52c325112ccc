"""Upstream charts: pinned versions and the keys their values take."""

import json
from pathlib import Path

import pytest
import yaml

from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.kubernetes import catalog, release
from offline_cloud.kubernetes.charts import refresh
from offline_cloud.kubernetes.charts.refresh import TABLES, Tree, tree_of
from offline_cloud.kubernetes.inputs import RELEASE

KARPENTER: Properties = {"chart": "oci://public.ecr.aws/karpenter/karpenter", "version": "1.14.1"}


def pinned(chart: str, **values: object) -> Properties:
    """Give the inputs of a release of a pinned chart."""
    pin = catalog.pinned()[chart]
    inputs: Properties = {"chart": chart, "version": pin["version"], "repositoryOpts": {"repo": pin["repository"]}}
    return {**inputs, "values": values}  # pyright: ignore[reportReturnType]


def told(inputs: Properties) -> list[str]:
    """Check a release's inputs."""
    return [str(diagnostic) for diagnostic in release.check(RELEASE, inputs, "")]


@pytest.mark.parametrize("chart", sorted(catalog.pinned()))
def test_every_pinned_chart_has_a_table(chart: str) -> None:
    table = catalog.table(chart, catalog.pinned()[chart]["version"])
    assert table is not None
    assert len(table) > (3 if chart in catalog.defines_for() else 5)


@pytest.mark.parametrize("chart", sorted(catalog.facts()))
def test_facts_are_those_of_the_pinned_version(chart: str) -> None:
    assert catalog.facts()[chart]["version"] == catalog.pinned()[chart]["version"]


GOOD = [
    pinned("aws-load-balancer-controller", clusterName=UNKNOWN, vpcId="vpc-1", serviceAccount={"name": "lbc"}),
    pinned("external-secrets", installCRDs=True, webhook={"replicaCount": 2}, resources={"requests": {"cpu": "1"}}),
    {**KARPENTER, "values": {"settings": {"clusterName": "prod", "featureGates": {"nodeRepair": True}}}},
    pinned(
        "kube-prometheus-stack",
        prometheus={"prometheusSpec": {"retention": "15d", "externalLabels": {"any": "thing"}}},
        alertmanager={"config": {"route": {}}},
        grafana={"grafana.ini": {"server": {}}, "sidecar": {"dashboards": {"enabled": True}}},
    ),
    pinned("metrics-server", args=["--kubelet-insecure-tls"], podDisruptionBudget={"enabled": True}),
    pinned("opentelemetry-collector", mode="deployment", config={"receivers": {"otlp": {}}}),
    pinned("reloader", reloader={"watchGlobally": False, "deployment": {"nodeSelector": {"a": "b"}}}),
    pinned("prometheus-adapter", prometheus={"url": "http://prometheus"}, rules={"custom": []}),
    pinned("aws-for-fluent-bit", cloudWatchLogs={"enabled": True, "region": "eu-central-1"}),
    {**pinned("metrics-server"), "values": UNKNOWN},
]


@pytest.mark.parametrize("inputs", GOOD, ids=lambda inputs: str(inputs["chart"]))
def test_known_keys_are_accepted(inputs: Properties) -> None:
    assert told(inputs) == []


BAD: list[tuple[Properties, str]] = [
    (
        {**KARPENTER, "values": {"settings": {"clusterNam": "prod"}}},
        "values.settings.clusterNam: the chart takes no such key; did you mean clusterName?",
    ),
    (
        {**KARPENTER, "values": {"settings": {"featureGates": {"nodeRepairs": True}}}},
        "values.settings.featureGates.nodeRepairs: the chart takes no such key; did you mean nodeRepair?",
    ),
    (
        pinned("kube-prometheus-stack", prometheus={"prometheusSpec": {"retentionn": "1d"}}),
        "values.prometheus.prometheusSpec.retentionn: the chart takes no such key; did you mean retention?",
    ),
    (pinned("external-secrets", webhook=5), "values.webhook: takes a map with "),
    (pinned("metrics-server", replica=2), "values.replica: the chart takes no such key; did you mean replicas?"),
    (
        {**KARPENTER, "version": "0.0.1"},
        "version: the keys of karpenter 0.0.1 are not known; known: 1.14.1; add its key table with",
    ),
    (
        {"chart": "oci://public.ecr.aws/karpenter/karpenter"},
        "version: karpenter is not pinned; state a version, such as 1.14.1",
    ),
    (
        {**pinned("metrics-server"), "chart": "metrics-servers"},
        "chart: 'metrics-servers' cannot be rendered here and its keys are not known; known: aws-for-fluent-bit, ",
    ),
    (
        {"chart": "gateway", "repositoryOpts": {"repo": "https://charts.example.org"}},
        "version: gateway is not pinned; state a version",
    ),
    (
        {**pinned("metrics-server"), "repositoryOpts": {"repo": "https://charts.example.org"}},
        "repositoryOpts.repo: metrics-server is not published at 'https://charts.example.org'; use https://",
    ),
]


def test_a_chart_of_somebodys_own_is_taken_as_it_is() -> None:
    own: Properties = {"chart": "gateway", "version": "1.2.3", "values": {"anything": {"goes": 1}}}
    assert told({**own, "repositoryOpts": {"repo": "https://charts.example.org"}}) == []
    assert told({**own, "chart": "oci://registry.example.org/charts/gateway"}) == []


@pytest.mark.parametrize(("inputs", "expected"), BAD)
def test_what_a_chart_does_not_take_is_refused(inputs: Properties, expected: str) -> None:
    [diagnostic] = told(inputs)
    assert diagnostic.startswith(expected)


def test_every_unknown_key_is_told() -> None:
    assert len(told(pinned("metrics-server", replica=2, image={"tagg": "1"}, args=[]))) == 2


def test_values_are_reduced_to_their_keys() -> None:
    values = {"a": 1, "b": {"c": [{"d": 1}], "labels": {"x": "y"}}, "e": {}, "f": None, "g": {"h": {"i": 1}}}
    assert tree_of(values, ["labels", "g.h"]) == {
        "a": True,
        "b": {"c": True, "labels": "*"},
        "e": "*",
        "f": "*",
        "g": {"h": "*"},
    }


def test_a_table_is_written_from_a_values_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "overrides.json").write_text(json.dumps({"*": {"free": ["labels"], "also": ["nameOverride"]}}))
    monkeypatch.setattr(refresh, "TABLES", tmp_path)
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump({"image": {"tag": "1"}, "labels": {"a": "b"}, "child": {"own": 1}}))
    child = tmp_path / "child.yaml"
    child.write_text("replicas: 1\n")
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "one.yaml").write_text("{{ .Values.image.digest }}{{ .Values.extra }}")
    arguments = ["shop", "1.0.0", str(values), "--templates", str(templates), "--subchart", f"child={child}"]
    assert refresh.main(arguments) == 0
    assert json.loads((tmp_path / "shop-1.0.0.json").read_text()) == {
        "chart": "shop",
        "version": "1.0.0",
        "keys": {
            "image": {"tag": True, "digest": "*"},
            "labels": "*",
            "child": {"own": True, "replicas": True},
            "nameOverride": "*",
            "extra": "*",
        },
    }


def test_tables_hold_keys_and_no_values() -> None:
    for file in TABLES.glob("*-[0-9]*.json"):
        assert set(_leaves(json.loads(file.read_text())["keys"])) <= {True, "*"}


def _leaves(tree: "Tree | str | bool") -> "list[str | bool]":
    return [leaf for below in tree.values() for leaf in _leaves(below)] if isinstance(tree, dict) else [tree]
