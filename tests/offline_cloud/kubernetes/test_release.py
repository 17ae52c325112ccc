"""The life of a release: the cluster it needs, its revisions, what it may not leave behind, what is kept of it."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Record, at
from offline_cloud.cloud.store import Store
from offline_cloud.cloud.world import Index
from offline_cloud.kubernetes import inventory, release
from offline_cloud.kubernetes.cluster import CLUSTER, NODE_GROUP, PROVIDER
from offline_cloud.kubernetes.inputs import RELEASE
from tests.offline_cloud.kubernetes.clouds import (
    CHARTS,
    ENDPOINT,
    PROVIDER_URN,
    Cloud,
    deployment,
    not_rendered,
    said,
    thing,
)

SHOP = str(CHARTS / "shop")
CONFIG = thing("v1", "ConfigMap", "settings")
RULES = thing("monitoring.coreos.com/v1", "PrometheusRule", "shop", spec={"groups": []})


def test_a_release_is_deployed(cloud: Cloud) -> None:
    outcome = cloud.install("shop", chart=SHOP)
    assert outcome.id == "shop/shop"
    assert outcome.outputs["status"] == {
        "status": "deployed",
        "revision": 1,
        "namespace": "shop",
        "name": "shop",
        "chart": "shop",
        "version": "1.2.3",
        "appVersion": "4.5",
    }
    assert outcome.outputs["resourceNames"] == {
        "Deployment/apps/v1": ["shop/shop"],
        "ConfigMap/v1": ["shop/shop"],
        "Service/v1": ["shop/shop"],
        "CronJob/batch/v1": ["shop/shop-nightly"],
    }
    assert at(outcome.outputs, "manifest.state") == "rendered"


def test_an_upgrade_counts_on(cloud: Cloud) -> None:
    cloud.install("shop", chart=SHOP)
    outcome = cloud.upgrade("shop", values={"replicas": 3})
    assert at(outcome.outputs, "status.revision") == 2
    assert at(cloud.upgrade("shop", values={"replicas": 4}).outputs, "status.revision") == 3


def test_a_preview_knows_what_it_can(cloud: Cloud) -> None:
    outcome = cloud.install("shop", chart=SHOP, values={"host": UNKNOWN})
    assert not outcome.diagnostics
    assert outcome.outputs["manifest"] is UNKNOWN
    assert at(outcome.outputs, "status.revision") == 1


def test_an_upstream_chart_is_recorded_as_not_rendered(cloud: Cloud) -> None:
    outcome = cloud.upstream("karpenter", namespace="kube-system")
    assert at(outcome.outputs, "manifest.state") == "not rendered"
    assert at(outcome.outputs, "status.appVersion") == "1.14.1"
    [note] = outcome.notes
    assert note.startswith("release karpenter: chart karpenter 1.14.1 was not rendered")
    assert not_rendered(cloud) == ["karpenter 1.14.1"]


def without(cloud: Cloud, type: str) -> None:
    """Take everything of a type out of the cloud."""
    for record in cloud.world.of_type(type):
        cloud.world.remove(record)


def test_the_cluster_has_to_exist(cloud: Cloud) -> None:
    without(cloud, CLUSTER)
    refused = said(cloud.install("shop", chart=SHOP))
    assert refused.startswith(f"the API server of {ENDPOINT} cannot be reached: no such cluster exists")


def test_the_kubeconfig_has_to_point_to_it(cloud: Cloud) -> None:
    without(cloud, PROVIDER)
    elsewhere = '{"clusters": [{"cluster": {"server": "https://elsewhere.example.org"}}]}'
    cloud.world.add(Record(urn=PROVIDER_URN, type=PROVIDER, inputs={"kubeconfig": elsewhere}, region=""))
    assert "the API server of https://elsewhere.example.org cannot be reached" in said(
        cloud.install("shop", chart=SHOP)
    )


@pytest.mark.parametrize(
    ("kubeconfig", "accepted"),
    [
        (UNKNOWN, True),
        ('{"users": [{"user": {"exec": {"args": ["eks", "get-token", "--cluster-name", "prod"]}}}]}', True),
        ('{"users": [{"user": {"exec": {"args": ["eks", "get-token", "--cluster-name", "other"]}}}]}', False),
    ],
)
def test_a_cluster_is_found_before_its_endpoint_is_known(cloud: Cloud, kubeconfig: str, accepted: bool) -> None:
    without(cloud, PROVIDER)
    cloud.world.add(Record(urn=PROVIDER_URN, type=PROVIDER, inputs={"kubeconfig": kubeconfig}, region=""))
    assert (said(cloud.install("shop", chart=SHOP)) == "") is accepted


def test_the_cluster_has_to_be_active(cloud: Cloud) -> None:
    without(cloud, CLUSTER)
    cloud.add(CLUSTER, "cluster", {"name": "prod", "version": "1.35"}, endpoint=ENDPOINT, status="CREATING")
    assert "cannot be reached: the cluster is CREATING" in said(cloud.install("shop", chart=SHOP))


def test_the_cluster_has_to_have_nodes(cloud: Cloud) -> None:
    without(cloud, NODE_GROUP)
    refused = said(cloud.install("shop", chart=SHOP))
    assert "cluster prod has no node group" in refused
    assert "make the release depend on the node group" in refused
    cloud.add(NODE_GROUP, "other", {"clusterName": "other"})
    assert "has no node group" in said(cloud.install("shop", chart=SHOP))
    cloud.add(NODE_GROUP, "system", {"clusterName": UNKNOWN})
    assert said(cloud.install("shop", chart=SHOP)) == ""


def test_auto_mode_needs_no_node_group(cloud: Cloud) -> None:
    without(cloud, NODE_GROUP)
    without(cloud, CLUSTER)
    cloud.add(CLUSTER, "cluster", {"name": "prod", "computeConfig": {"enabled": True}}, endpoint=ENDPOINT)
    assert said(cloud.install("shop", chart=SHOP)) == ""


def test_a_releases_name_is_its_own(cloud: Cloud) -> None:
    cloud.objects(CONFIG, name="first")
    again = replace(cloud.wanted("first", {"chart": SHOP}), urn=f"{PROVIDER_URN}-again")
    assert "name: release shop/first exists already" in "\n".join(
        str(diagnostic) for diagnostic in release.create(again, cloud.world).diagnostics
    )


def test_a_release_goes(cloud: Cloud) -> None:
    cloud.install("shop", chart=SHOP)
    assert cloud.uninstall("shop") == []


def test_a_release_cannot_go_after_its_cluster(cloud: Cloud) -> None:
    cloud.install("shop", chart=SHOP)
    without(cloud, CLUSTER)
    [diagnostic] = cloud.uninstall("shop")
    assert diagnostic.reason.startswith("release shop cannot be uninstalled: the API server of")
    assert diagnostic.fix == "it must go before its cluster"


BOUND: dict[str, Properties] = {
    "aws-load-balancer-controller": thing(
        "elbv2.k8s.aws/v1beta1",
        "TargetGroupBinding",
        "api",
        spec={"serviceRef": {"name": "api", "port": 80}, "targetGroupARN": UNKNOWN},
    ),
    "external-secrets": thing(
        "external-secrets.io/v1",
        "ClusterSecretStore",
        "aws",
        spec={"provider": {"aws": {"service": "SecretsManager", "region": "eu-central-1"}}},
    ),
    "karpenter": thing(
        "karpenter.k8s.aws/v1",
        "EC2NodeClass",
        "default",
        spec={
            "role": UNKNOWN,
            "amiSelectorTerms": [{"alias": "al2023@latest"}],
            "subnetSelectorTerms": [{"id": UNKNOWN}],
            "securityGroupSelectorTerms": [{"id": UNKNOWN}],
        },
    ),
    "kube-prometheus-stack": RULES,
}


@pytest.mark.parametrize("chart", BOUND)
def test_a_controller_outlives_what_it_serves(cloud: Cloud, chart: str) -> None:
    cloud.upstream(chart)
    service = thing("v1", "Service", "api", spec={"ports": [{"port": 80}]})
    assert said(cloud.objects(service, BOUND[chart])) == ""
    [diagnostic] = cloud.uninstall(chart)
    assert str(BOUND[chart]["kind"]) in diagnostic.reason
    assert diagnostic.fix == f"make release things depend on {chart}"
    assert ("finalizers" in diagnostic.reason) is (chart != "kube-prometheus-stack")
    assert cloud.uninstall("things") == []
    assert cloud.uninstall(chart) == []


def test_a_rendered_definition_outlives_its_objects(cloud: Cloud) -> None:
    spec: Properties = {
        "group": "store.example.org",
        "scope": "Namespaced",
        "names": {"plural": "crates", "kind": "Crate"},
        "versions": [
            {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
        ],
    }
    definition = thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", "crates.store.example.org", spec=spec)
    cloud.objects(definition, name="definitions")
    cloud.objects(thing("store.example.org/v1", "Crate", "first"), name="crates")
    [diagnostic] = cloud.uninstall("definitions")
    assert "they would be deleted with their definition" in diagnostic.reason
    dropped = said(cloud.upgrade("definitions", values={"objects": [CONFIG]}))
    assert "drops the definition of Crate shop/first" in dropped
    cloud.uninstall("crates")
    assert said(cloud.upgrade("definitions", values={"objects": [CONFIG]})) == ""


def test_another_stacks_releases_do_not_count(cloud: Cloud) -> None:
    cloud.objects(CONFIG, name="first")
    first = cloud.release("first")
    cloud.world.remove(first)
    other = {
        key: value.replace(":prod::", ":dev::") for key, value in {"urn": first.urn, "provider": first.provider}.items()
    }
    cloud.world.add(replace(first, **other))
    assert said(cloud.objects(CONFIG, name="second")) == ""


def test_secrets_do_not_pass_through_values() -> None:
    diagnostics = release.refuse_secrets(["name", "values.database.password", 'values["a.b"]', "values", "valuesLike"])
    assert [diagnostic.path for diagnostic in diagnostics] == ["values.database.password", 'values["a.b"]', "values"]
    assert "secret through Helm values" in diagnostics[0].reason


def test_other_kinds_are_refused() -> None:
    [diagnostic] = release.check("kubernetes:kustomize/v2:Directory", {}, "")
    assert diagnostic.reason == "the offline cloud does not unfold kubernetes:kustomize/v2:Directory into its objects"


def test_manifests_are_kept_for_people(cloud: Cloud, room: Path) -> None:
    cloud.install("shop", chart=SHOP)
    kept = room / "manifests" / "prod" / "shop.yaml"
    assert "kind: CronJob" in kept.read_text()
    asked = cloud.wanted("later", {"chart": SHOP, "values": {"host": UNKNOWN}})
    release.create(asked, cloud.world, preview=True)
    planned = room / "manifests" / "prod" / "later.preview.yaml"
    assert "HOST: unknown-until-deployed" in planned.read_text()
    assert not (room / "manifests" / "prod" / "later.yaml").exists()
    cloud.install("later", chart=SHOP)
    assert not planned.exists()
    cloud.uninstall("shop")
    assert not kept.exists()


def test_an_edited_chart_is_noticed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    chart = tmp_path_factory.mktemp("charts") / "one"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: one\nversion: 0.1.0\n")
    cloud.install("one", chart=str(chart))
    kept = cloud.release("one")
    assert not release.chart_changed(kept.inputs, kept.outputs)
    (chart / "templates" / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n")
    assert release.chart_changed(kept.inputs, kept.outputs)
    cloud.upstream("karpenter")
    upstream = cloud.release("karpenter")
    assert not release.chart_changed(upstream.inputs, upstream.outputs)


def test_a_release_is_read_while_its_cluster_is_there(cloud: Cloud) -> None:
    cloud.install("shop", chart=SHOP)
    assert release.read(cloud.release("shop"), cloud.world)
    without(cloud, CLUSTER)
    assert not release.read(cloud.release("shop"), cloud.world)


def test_objects_are_listed_for_people(cloud: Cloud) -> None:
    cloud.install("shop", chart=SHOP)
    cloud.upstream("karpenter", namespace="kube-system")
    lines = inventory.objects(cloud.world, "prod")
    assert [(line.namespace, line.kind, line.name) for line in lines] == [
        ("kube-system", "(not rendered)", "*"),
        ("shop", "ConfigMap", "shop"),
        ("shop", "CronJob", "shop-nightly"),
        ("shop", "Deployment", "shop"),
        ("shop", "Service", "shop"),
    ]
    [line] = inventory.objects(cloud.world, "prod", "deployments")
    assert (line.release, line.detail) == ("shop/shop", "replicas 2  example/shop:1.0.0")
    assert inventory.objects(cloud.world, "dev") == []


@pytest.mark.parametrize("kind", ["networkpolicy", "NetworkPolicies", "networkpolicies", "NetworkPolicy"])
def test_kinds_are_found_by_any_spelling(cloud: Cloud, kind: str) -> None:
    policy = thing(
        "networking.k8s.io/v1", "NetworkPolicy", "closed", spec={"podSelector": {}, "policyTypes": ["Ingress"]}
    )
    cloud.objects(policy, deployment())
    assert [line.name for line in inventory.objects(cloud.world, "prod", kind)] == ["closed"]


def test_objects_survive_a_new_process(cloud: Cloud, room: Path) -> None:
    cloud.objects(deployment(), name="shop")
    kept = cloud.release("shop")
    release.keep_in(room)
    gone = replace(kept, inputs={**kept.inputs, "chart": "./charts/gone"})
    world = Index([*cloud.world.of_type(CLUSTER), gone])
    assert [line.kind for line in inventory.objects(world, "prod")] == ["Deployment"]
    assert [record.type for record in world.all()] == [CLUSTER, RELEASE]


def grafana_log_in(store: str) -> Properties:
    """Values of a chart that is not rendered, with an object spelt out in them."""
    body: Properties = {
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
        "target": {"template": {"data": {"host": "{{ .Release.Name }}"}}},
        "data": [{"secretKey": "password", "remoteRef": {"key": "arn:aws:secretsmanager:x"}}],
    }
    return {"extraManifests": [thing("external-secrets.io/v1", "ExternalSecret", "grafana-admin", spec=body)]}


def test_objects_in_the_values_of_an_upstream_chart_count(cloud: Cloud) -> None:
    chart = "kube-prometheus-stack"
    assert "install external-secrets first" in said(cloud.upstream(chart, values=grafana_log_in("aws")))
    cloud.upstream("external-secrets", namespace="kube-system")
    assert "no ClusterSecretStore 'aws'" in said(cloud.upstream(chart, values=grafana_log_in("aws")))
    cloud.objects(BOUND["external-secrets"])
    assert said(cloud.upstream(chart, values=grafana_log_in("aws"))) == ""
    assert [line.release for line in inventory.objects(cloud.world, "prod", "externalsecrets")] == [f"system/{chart}"]
    [diagnostic] = cloud.uninstall("external-secrets")
    assert "ExternalSecret system/grafana-admin" in diagnostic.reason


def test_an_upstream_chart_may_spell_out_objects_of_its_own_definitions(cloud: Cloud) -> None:
    named: Properties = {"extraManifests": {"rules": RULES}}
    assert said(cloud.upstream("kube-prometheus-stack", values=named)) == ""
    misspelt: Properties = {"extraManifests": [{**RULES, "spec": {"group": []}}]}
    refused = said(cloud.upgrade("kube-prometheus-stack", values=misspelt))
    assert "PrometheusRule system/shop: spec.group: no such field; did you mean groups?" in refused


def test_a_store_is_listed_line_by_line(cloud: Cloud, room: Path) -> None:
    assert inventory.of_store(room / "cloud.db", "prod") == []
    cloud.objects(deployment(), name="shop")
    with closing(Store(room / "cloud.db")) as store:
        for kept in cloud.world.of_type(CLUSTER):
            store.put(kept)
        store.put(cloud.release("shop"))
    listed = inventory.of_store(room / "cloud.db", "prod", "deployment")
    assert [line.name for line in listed] == ["main"]
    heading, line = inventory.lines(listed)
    assert heading.split() == ["NAMESPACE", "KIND", "NAME", "RELEASE", "DETAIL"]
    assert line == "shop       Deployment  main  shop/shop  example/main:1"
