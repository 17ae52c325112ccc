"""Custom resources: their schemas, whether their controller is there, and what it would find in the cloud."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, deployment, noted, pods, said, thing

ARN = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/api/0123456789abcdef"
SERVICE = thing("v1", "Service", "api", spec={"selector": {"app": "main"}, "ports": [{"name": "http", "port": 80}]})


def binding(**spec: Value) -> Properties:
    """A TargetGroupBinding."""
    body: Properties = {"serviceRef": {"name": "api", "port": 80}, "targetGroupARN": ARN, "targetType": "ip", **spec}
    return thing("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "api", spec=body)


def secret(**spec: Value) -> Properties:
    """An ExternalSecret."""
    data: list[Value] = [{"secretKey": "URL", "remoteRef": {"key": "shop/url"}}]
    store: Properties = {"kind": "ClusterSecretStore", "name": "aws"}
    body: Properties = {"refreshInterval": "1h", "secretStoreRef": store, "data": data, **spec}
    return thing("external-secrets.io/v1", "ExternalSecret", "urls", spec=body)


def store(kind: str = "ClusterSecretStore", **aws: Value) -> Properties:
    """A store of Secrets Manager."""
    body: Properties = {"service": "SecretsManager", "region": "eu-central-1", **aws}
    return thing("external-secrets.io/v1", kind, "aws", spec={"provider": {"aws": body}})


def account(name: str, **more: Value) -> Value:
    """A store's authentication by a service account."""
    return {"jwt": {"serviceAccountRef": {"name": name, **more}}}


def node_class(**spec: Value) -> Properties:
    """An EC2NodeClass."""
    body: Properties = {
        "role": "nodes",
        "amiSelectorTerms": [{"alias": "bottlerocket@latest"}],
        "subnetSelectorTerms": [{"tags": {"karpenter.sh/discovery": "prod"}}],
        "securityGroupSelectorTerms": [{"tags": {"aws:eks:cluster-name": "prod"}}],
        **spec,
    }
    return thing("karpenter.k8s.aws/v1", "EC2NodeClass", "default", spec=body)


def node_pool(class_name: str = "default", **spec: Value) -> Properties:
    """A NodePool."""
    reference: Properties = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": class_name}
    requirement: Properties = {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}
    template: Properties = {"spec": {"nodeClassRef": reference, "requirements": [requirement], **spec}}
    disruption: Properties = {"consolidateAfter": "1m", "consolidationPolicy": "WhenEmptyOrUnderutilized"}
    body: Properties = {"template": template, "limits": {"cpu": 100}, "disruption": disruption}
    return thing("karpenter.sh/v1", "NodePool", "default", spec=body)


def monitor(port: str = "http", **selector: Value) -> Properties:
    """A ServiceMonitor."""
    body: Properties = {"selector": {"matchLabels": selector}, "endpoints": [{"port": port, "interval": "30s"}]}
    return thing("monitoring.coreos.com/v1", "ServiceMonitor", "api", spec=body)


def rules(**rule: Value) -> Properties:
    """A PrometheusRule."""
    made: Properties = {"alert": "Down", "expr": "up == 0", "for": "5m", "labels": {"severity": "critical"}, **rule}
    spec: Properties = {"groups": [{"name": "shop", "rules": [{k: v for k, v in made.items() if v is not None}]}]}
    return thing("monitoring.coreos.com/v1", "PrometheusRule", "shop", spec=spec)


def alerts() -> Properties:
    """An AlertmanagerConfig."""
    receivers: list[Value] = [{"name": "topic", "snsConfigs": [{"topicARN": "arn:aws:sns:x:000000000000:y"}]}]
    route: Properties = {
        "receiver": "topic",
        "groupBy": ["alertname"],
        "routes": [{"receiver": "topic", "continue": True}],
    }
    return thing(
        "monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", "shop", spec={"receivers": receivers, "route": route}
    )


@pytest.fixture
def ready(cloud: Cloud) -> Cloud:
    """A cloud with every controller, and what the resources above look for in AWS."""
    for chart in ("aws-load-balancer-controller", "external-secrets", "karpenter", "kube-prometheus-stack"):
        assert said(cloud.upstream(chart)) == ""
    cloud.add("aws:lb/targetGroup:TargetGroup", "api", {"targetType": "ip"}, arn=ARN)
    cloud.add("aws:iam/role:Role", "nodes", {"name": "nodes"})
    cloud.add("aws:ec2/subnet:Subnet", "a", {"tags": {"karpenter.sh/discovery": "prod"}})
    cloud.add("aws:secretsmanager/secret:Secret", "url", {"name": "shop/url"})
    return cloud


@dataclass(frozen=True)
class Case:
    """Objects of a release, and what is said of them; nothing when they are accepted."""

    objects: list[Properties] = field(default_factory=list[Properties])
    expected: str = ""


GOOD = {
    "binding": Case([SERVICE, deployment(), binding()]),
    "binding of a named port": Case([SERVICE, deployment(), binding(serviceRef={"name": "api", "port": "http"})]),
    "binding of an ARN to come": Case([SERVICE, deployment(), binding(targetGroupARN=UNKNOWN)]),
    "secret": Case([store(), secret()]),
    "namespaced store": Case([store("SecretStore"), secret(secretStoreRef={"name": "aws"})]),
    "store with an account": Case(
        [thing("v1", "ServiceAccount", "reader"), store(auth=account("reader", namespace="shop"))]
    ),
    "store with an unseen account": Case([store(auth=account("external-secrets", namespace="system"))]),
    "nodes": Case([node_class(), node_pool()]),
    "nodes by ids": Case([node_class(subnetSelectorTerms=[{"id": UNKNOWN}])]),
    "monitor": Case(
        [{**SERVICE, "metadata": {"name": "api", "labels": {"app": "api"}}}, deployment(), monitor(app="api")]
    ),
    "rules": Case([rules()]),
    "alerts": Case([alerts()]),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_resources_are_accepted_without_a_note(ready: Cloud, name: str) -> None:
    assert noted(ready.objects(*GOOD[name].objects)) == ""


BAD = {
    "no such target group": Case(
        [SERVICE, binding(targetGroupARN=f"{ARN}0")], f"spec.targetGroupARN: no target group {ARN}0"
    ),
    "other target type": Case([SERVICE, binding(targetType="instance")], "'instance', and the target group has 'ip'"),
    "no such service": Case(
        [SERVICE, binding(serviceRef={"name": "web", "port": 80})], "no Service 'web' in namespace shop; there: api"
    ),
    "no such port": Case(
        [SERVICE, binding(serviceRef={"name": "api", "port": 81})], "Service api has no port 81; it has: 80, http"
    ),
    "unknown field": Case(
        [SERVICE, binding(targetGroupArn="x")], "spec.targetGroupArn: no such field; did you mean targetGroupARN?"
    ),
    "wrong target type": Case(
        [SERVICE, binding(targetType="pod")], 'spec.targetType: "pod" is not allowed; allowed: instance, ip'
    ),
    "no target group": Case(
        [
            SERVICE,
            thing(
                "elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "api", spec={"serviceRef": {"name": "api", "port": 80}}
            ),
        ],
        "spec: one of targetGroupARN, targetGroupName is needed",
    ),
    "no such store": Case([secret()], "spec.secretStoreRef.name: no ClusterSecretStore 'aws'; there: none"),
    "store in another kind": Case([store(), secret(secretStoreRef={"name": "aws"})], "no SecretStore 'aws'"),
    "nothing to fetch": Case([store(), secret(data=[])], "neither data nor dataFrom says what to fetch"),
    "wrong interval": Case(
        [store(), secret(refreshInterval="hourly")], 'spec.refreshInterval: "hourly" does not match'
    ),
    "no remote key": Case(
        [store(), secret(data=[{"secretKey": "URL", "remoteRef": {}}])],
        "remoteRef.key: is needed and missing",
    ),
    "no such account": Case(
        [store(auth=account("reader", namespace="shop"))], "no ServiceAccount 'reader' in namespace shop"
    ),
    "account without a namespace": Case([store(auth=account("reader"))], "has to name the service account's namespace"),
    "account in no namespace": Case(
        [store(auth=account("reader", namespace="nowhere"))], "namespace 'nowhere' does not exist"
    ),
    "two providers": Case(
        [
            thing(
                "external-secrets.io/v1",
                "SecretStore",
                "x",
                spec={"provider": {"fake": {}, "aws": {"service": "SecretsManager", "region": "x"}}},
            )
        ],
        "spec.provider",
    ),
    "a key too long": Case(
        [store(), secret(data=[{"secretKey": "k" * 254, "remoteRef": {"key": "shop/url"}}])],
        "spec.data[0].secretKey",
    ),
    "no such role": Case([node_class(role="node")], "spec.role: no IAM role 'node'"),
    "role and profile": Case([node_class(instanceProfile="nodes")], "spec"),
    "a tag of Karpenter's": Case([node_class(tags={"karpenter.sh/nodepool": "x"})], "a restricted tag matching"),
    "a cluster's tag": Case([node_class(tags={"kubernetes.io/cluster/prod": "owned"})], "a restricted tag matching"),
    "two bounds": Case(
        [node_class(), node_pool(requirements=[{"key": "a", "operator": "Gt", "values": ["1", "2"]}])],
        "requirements operator 'Gt'",
    ),
    "no number": Case(
        [node_class(), node_pool(requirements=[{"key": "a", "operator": "Lt", "values": ["many"]}])],
        "requirements operator",
    ),
    "no such subnet": Case(
        [node_class(subnetSelectorTerms=[{"tags": {"a": "b"}}])], "spec.subnetSelectorTerms[0]: matches no subnet"
    ),
    "no such group": Case(
        [node_class(securityGroupSelectorTerms=[{"tags": {"a": "b"}}])], "[0]: matches no security group"
    ),
    "metadata options": Case(
        [node_class(metadataOptions={"httpTokens": "always"})], 'httpTokens: "always" is not allowed'
    ),
    "no such class": Case(
        [node_class(), node_pool("fast")], "nodeClassRef.name: no EC2NodeClass 'fast' in the cluster; there: default"
    ),
    "no values": Case(
        [node_class(), node_pool(requirements=[{"key": "a", "operator": "In"}])],
        "operator 'In' must have a value defined",
    ),
    "operator": Case(
        [node_class(), node_pool(requirements=[{"key": "a", "operator": "Is"}])], 'operator: "Is" is not allowed'
    ),
    "monitored port": Case(
        [{**SERVICE, "metadata": {"name": "api", "labels": {"app": "api"}}}, monitor("web", app="api")],
        "spec.endpoints[0].port: no selected Service has a port called 'web'; declared: http",
    ),
    "alert and record": Case([rules(record="a:b")], "spec.groups[0].rules[0]"),
    "duration": Case([rules(**{"for": "soon"})], 'rules[0].for: "soon" does not match'),
    "nothing to tell": Case([rules(alert=None)], "exactly one of alert, record is needed"),
    "version": Case(
        [{**secret(), "apiVersion": "external-secrets.io/v1beta1"}],
        "apiVersion: external-secrets.io/v1beta1 is not served; served: external-secrets.io/v1",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_resources_are_refused(ready: Cloud, name: str) -> None:
    assert BAD[name].expected in said(ready.objects(*BAD[name].objects))


def test_spot_nodes_need_a_role_of_the_account(ready: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    spot: Properties = {"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot", "on-demand"]}
    objects = [node_class(), node_pool(requirements=[spot])]
    assert "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com" in noted(ready.objects(*objects))
    monkeypatch.setenv("OFFLINE_CLOUD_ACCOUNT", "fresh")
    assert "AuthFailure.ServiceLinkedRoleCreationNotPermitted" in said(ready.objects(*objects))
    monkeypatch.setenv("OFFLINE_CLOUD_ACCOUNT", "spot.amazonaws.com")
    assert said(ready.objects(*objects)) == ""


def test_a_service_of_a_chart_that_is_not_rendered_may_be_there(ready: Cloud) -> None:
    ready.upstream("metrics-server", namespace="shop")
    assert said(ready.objects(binding(serviceRef={"name": "metrics", "port": 443}))) == ""


def test_what_cannot_be_decided_is_noted(ready: Cloud) -> None:
    ready.add("aws:ec2/subnet:Subnet", "b", {"tags": UNKNOWN})
    later = node_class(subnetSelectorTerms=[{"tags": {"a": "b"}}])
    assert "whether any subnet matches is not known yet" in noted(ready.objects(later))
    elsewhere = secret(data=[{"secretKey": "KEY", "remoteRef": {"key": "shop/openai"}}])
    assert "no secret 'shop/openai' is created by this program" in noted(
        ready.objects(store(), elsewhere, name="other")
    )


RESOURCES: dict[str, Callable[[], Properties]] = {
    "aws-load-balancer-controller": binding,
    "external-secrets": store,
    "karpenter": node_class,
    "kube-prometheus-stack": rules,
}


@pytest.mark.parametrize("chart", RESOURCES)
def test_a_resource_needs_its_definition(ready: Cloud, chart: str) -> None:
    objects = [SERVICE, deployment(), RESOURCES[chart]()]
    ready.world.remove(ready.release(chart))
    refused = said(ready.objects(*objects))
    assert "the cluster does not know" in refused
    assert f"install {chart} first, and make this release depend on it" in refused
    ready.upstream(chart)
    assert said(ready.objects(*objects)) == ""


@pytest.mark.parametrize(
    ("chart", "inputs"),
    [
        ("external-secrets", {"values": {"installCRDs": False}}),
        ("kube-prometheus-stack", {"values": {"crds": {"enabled": False}}}),
        ("karpenter", {"skipCrds": True}),
    ],
)
def test_a_controller_without_its_definitions_does_not_help(cloud: Cloud, chart: str, inputs: Properties) -> None:
    cloud.add("aws:iam/role:Role", "nodes", {"name": "nodes"})
    cloud.upstream(chart, **inputs)
    assert "the cluster does not know" in said(cloud.objects(RESOURCES[chart]()))


def test_a_chart_may_bring_its_own_definitions(cloud: Cloud) -> None:
    names: Properties = {"plural": "crates", "kind": "Crate"}
    schema: Properties = {"openAPIV3Schema": {"type": "object"}}
    versions: list[Value] = [{"name": "v1", "served": True, "storage": True, "schema": schema}]
    spec: Properties = {"group": "store.example.org", "scope": "Namespaced", "names": names, "versions": versions}
    crate = thing("store.example.org/v1", "Crate", "first")
    assert "install its definition first" in said(cloud.objects(crate))
    definition = thing("apiextensions.k8s.io/v1", "CustomResourceDefinition", "crates.store.example.org", spec=spec)
    assert noted(cloud.objects(definition, crate)) == ""
    other = thing("store.example.org/v1", "Barrel", "first")
    assert "so its fields were not checked" in noted(cloud.objects(other, name="others"))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            thing("extensions/v1beta1", "Ingress", "old"),
            "extensions/v1beta1 is not served for Ingress by Kubernetes 1.35; use networking.k8s.io/v1",
        ),
        (thing("autoscaling/v2beta2", "HorizontalPodAutoscaler", "old"), "is not served for HorizontalPodAutoscaler"),
        (thing("apps/v1", "Deploymnt", "x"), "is not served for Deploymnt by Kubernetes 1.35; correct the kind"),
        ({"kind": "Pod"}, "has no apiVersion or no kind"),
    ],
)
def test_kinds_that_are_not_served_are_refused(cloud: Cloud, item: Properties, expected: str) -> None:
    assert expected in said(cloud.objects(item))


def test_pods_of_other_releases_do_not_count_for_a_missing_service(ready: Cloud) -> None:
    ready.objects(SERVICE, deployment(template=pods()), name="first")
    assert said(ready.objects(binding(), name="second")) == ""
    assert "no Service 'api' in namespace other" in said(ready.objects(binding(), name="third", namespace="other"))


def test_a_chart_that_is_not_rendered_may_bring_the_service(ready: Cloud) -> None:
    ready.upstream("external-secrets", namespace="other")
    assert said(ready.objects(binding(), name="third", namespace="other")) == ""


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "disruption",
            {"budgets": [{"nodes": "0", "schedule": "0 8 * * *"}]},
            "must be set with 'duration'",
        ),
        (
            "template",
            {"metadata": {"labels": {"karpenter.sh/nodepool": "x"}}},
            'label "karpenter.sh/nodepool" is restricted',
        ),
    ],
)
def test_karpenters_own_rules_about_a_pool(ready: Cloud, path: str, value: Properties, expected: str) -> None:
    pool = node_pool()
    spec = cast("dict[str, Properties]", pool["spec"])
    spec[path] = {**spec[path], **value}
    assert expected in said(ready.objects(node_class(), pool))
