"""Objects that a program makes one by one: named, judged, kept, replaced as the real provider does it."""

from dataclasses import replace

import pytest

from offline_cloud.cloud.model import UNKNOWN, Outcome, Properties, Record, Value, at, text
from offline_cloud.kubernetes import plain, release
from offline_cloud.kubernetes.cluster import CLUSTER, NODE_GROUP
from tests.offline_cloud.kubernetes.clouds import PROVIDER_URN, STACK, Cloud, deployment, said, thing

DEFAULT = f"{STACK}::pulumi:providers:kubernetes::default_4_34_2::1"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = thing("v1", "Service", "web", spec={"type": "LoadBalancer", "ports": [{"port": 80}], "selector": {"a": "b"}})


def wanted(body: Properties, provider: str = PROVIDER_URN) -> Record:
    """The record of an object that does not exist yet."""
    type = f"kubernetes:{text(body, 'apiVersion')}:{text(body, 'kind')}"
    name = text(body, "metadata.name") or "unnamed"
    return Record(urn=f"{STACK}::{type}::{name}", type=type, inputs=body, region="prod", provider=provider)


def make(cloud: Cloud, body: Properties, provider: str = PROVIDER_URN) -> Outcome:
    """Create an object, and keep it when it is accepted."""
    record = wanted(body, provider)
    outcome = release.create(record, cloud.world)
    if not outcome.diagnostics:
        cloud.world.add(replace(record, id=outcome.id, outputs=outcome.outputs))
    return outcome


def inside(body: Properties, namespace: str) -> Properties:
    return {**body, "metadata": {"name": text(body, "metadata.name"), "namespace": namespace}}


def test_an_object_gets_what_the_cluster_adds(cloud: Cloud) -> None:
    made = make(cloud, SERVICE)
    assert made.id == "default/web"
    assert text(made.outputs, "metadata.namespace") == "default"
    assert len(text(made.outputs, "metadata.uid") or "") == 36
    assert (text(made.outputs, "spec.clusterIP") or "").startswith("10.100.")
    assert (text(made.outputs, "status.loadBalancer.ingress[0].hostname") or "").endswith(".elb.amazonaws.com")
    assert at(make(cloud, deployment("web", replicas=3)).outputs, "status.readyReplicas") == 3


def test_the_api_servers_rules_apply(cloud: Cloud) -> None:
    assert "spec.replicas" in said(make(cloud, deployment(replicas=-1)))
    assert "is not served for Deployment" in said(make(cloud, {**deployment(), "apiVersion": "extensions/v1beta1"}))


@pytest.mark.parametrize(
    ("name", "refused"),
    [("Settings", "metadata.name: 'Settings' is not a valid name of a ConfigMap"), ("settings", ""), (UNKNOWN, "")],
)
def test_a_name_is_judged_once_it_is_known(cloud: Cloud, name: Value, refused: str) -> None:
    metadata: Properties = {"name": name, "namespace": "default"}
    said_of = said(make(cloud, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}))
    assert refused in said_of
    assert bool(said_of) is bool(refused)


def test_pod_security_applies(cloud: Cloud) -> None:
    labels: Properties = {"pod-security.kubernetes.io/enforce": "baseline"}
    guarded: Properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "guarded", "labels": labels}}
    assert said(make(cloud, guarded)) == ""
    pods: Properties = {"hostNetwork": True, "containers": [{"name": "main", "image": "example/main:1"}]}
    metadata: Properties = {"name": "main", "namespace": "guarded"}
    refused = said(make(cloud, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pods}))
    assert "spec.hostNetwork: the host's namespaces are not allowed" in refused


def test_a_namespace_has_to_be_there(cloud: Cloud) -> None:
    body = inside(deployment(), "shop")
    assert "metadata.namespace: namespace 'shop' does not exist" in said(make(cloud, body))
    assert said(make(cloud, thing("v1", "Namespace", "shop"))) == ""
    assert make(cloud, body).id == "shop/main"


def test_a_release_finds_the_namespace_of_an_object(cloud: Cloud) -> None:
    make(cloud, thing("v1", "Namespace", "shop"))
    body = thing("v1", "ConfigMap", "settings")
    assert said(cloud.objects(body, createNamespace=False)) == ""
    assert "namespace 'other' does not exist" in said(
        cloud.objects(body, name="again", namespace="other", createNamespace=False)
    )


def test_an_object_that_a_release_brought_is_read(cloud: Cloud) -> None:
    cloud.objects(deployment("web", replicas=2), SERVICE)
    asked = wanted(SERVICE)
    found = release.read_object(asked, "shop/web", cloud.world)
    assert found.id == "shop/web"
    assert text(found.outputs, "spec.type") == "LoadBalancer"
    assert (text(found.outputs, "status.loadBalancer.ingress[0].hostname") or "").endswith(".elb.amazonaws.com")
    assert release.read_object(asked, "shop/other", cloud.world) == Outcome()
    cloud.upstream("karpenter", namespace="hidden")
    assert "Service hidden/web is not seen here: the chart of release hidden/karpenter was not fetched" in said(
        release.read_object(asked, "hidden/web", cloud.world)
    )


def test_two_objects_do_not_bear_one_name(cloud: Cloud) -> None:
    assert said(make(cloud, SERVICE)) == ""
    again = replace(wanted(SERVICE), urn=f"{STACK}::kubernetes:v1:Service::second")
    assert "Service default/web exists already" in said(release.create(again, cloud.world))


def test_a_program_without_a_cluster_goes_to_the_one_at_hand(cloud: Cloud) -> None:
    for type in (CLUSTER, NODE_GROUP):
        for record in cloud.world.of_type(type):
            cloud.world.remove(record)
    assert said(make(cloud, deployment(), DEFAULT)) == ""
    assert "cannot be reached: no such cluster exists" in said(make(cloud, SERVICE))


def test_pods_need_a_node(cloud: Cloud) -> None:
    for record in cloud.world.of_type(NODE_GROUP):
        cloud.world.remove(record)
    assert "has no node group" in said(make(cloud, deployment()))
    assert said(make(cloud, SERVICE)) == ""


def test_a_name_left_open_is_generated_once() -> None:
    body: Properties = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {"a": "b"}}}
    first = plain.named(body, {}, "settings", b"1")
    name = text(first, "metadata.name") or ""
    assert name.startswith("settings-")
    assert plain.is_autonamed(first)
    assert plain.named(body, first, "settings", b"2") == first
    stated: Properties = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}}
    assert plain.named(stated, {}, "settings", b"1") == stated
    assert not plain.is_autonamed(stated)


@pytest.mark.parametrize(
    ("kind", "path", "replaced"),
    [
        ("Deployment", "spec.selector.matchLabels.app", True),
        ("Deployment", "spec.replicas", False),
        ("Deployment", "metadata.namespace", True),
        ("ConfigMap", "data.key", True),
        ("ConfigMap", "metadata.labels.a", False),
        ("Service", "spec.ports.port", False),
    ],
)
def test_what_nobody_may_change_replaces_the_object(kind: str, path: str, replaced: bool) -> None:
    assert plain.replaces(kind, path) is replaced


@pytest.mark.parametrize(
    ("type", "inputs"),
    [("kubernetes:helm.sh/v4:Chart", {"chart": "nginx"}), ("kubernetes:yaml/v2:ConfigFile", {"file": "a.yaml"})],
)
def test_what_only_the_real_provider_unfolds_is_refused(type: str, inputs: dict[str, Value]) -> None:
    [diagnostic] = release.check(type, inputs, "prod")
    assert f"does not unfold {type} into its objects; install a chart as kubernetes.helm.v3.Release" in str(diagnostic)
