"""Selectors, Services, autoscalers, disruption budgets, network policies, schedules, and what never changes."""

from decimal import Decimal

import pytest

from offline_cloud.cloud.model import Properties, Value
from offline_cloud.kubernetes.quantity import quantity, schedule_fault
from tests.offline_cloud.kubernetes.clouds import CHARTS, Cloud, container, deployment, noted, pods, said, thing

PORTS: list[Value] = [{"name": "http", "containerPort": 3000}]
SIZED = deployment(template=pods(containers=[container(ports=PORTS, resources={"requests": {"cpu": "1"}})]))


def service(*ports: Properties, **selector: Value) -> Properties:
    """A Service."""
    return thing("v1", "Service", "main", spec={"selector": selector or {"app": "main"}, "ports": list(ports)})


def autoscaler(target: str = "main", **spec: Value) -> Properties:
    """An autoscaler."""
    reference: Properties = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    body: Properties = {"scaleTargetRef": reference, "minReplicas": 1, "maxReplicas": 3, **spec}
    return thing("autoscaling/v2", "HorizontalPodAutoscaler", "main", spec=body)


def utilization(resource: str) -> Value:
    """A metric in percent of a request."""
    target: Properties = {"type": "Utilization", "averageUtilization": 70}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


def budget(**spec: Value) -> Properties:
    """A disruption budget."""
    body: Properties = {"selector": {"matchLabels": {"app": "main"}}, **spec}
    return thing("policy/v1", "PodDisruptionBudget", "main", spec=body)


def policy(**spec: Value) -> Properties:
    """A network policy."""
    body: Properties = {"podSelector": {"matchLabels": {"app": "main"}}, "policyTypes": ["Ingress"], **spec}
    return thing("networking.k8s.io/v1", "NetworkPolicy", "main", spec=body)


def nightly(schedule: str) -> Properties:
    """A CronJob."""
    template = pods(restartPolicy="Never")
    job: Properties = {"spec": {"template": template}}
    return thing("batch/v1", "CronJob", "nightly", spec={"schedule": schedule, "jobTemplate": job})


def test_a_whole_workload_is_accepted_without_a_note(cloud: Cloud) -> None:
    outcome = cloud.objects(
        SIZED,
        service({"name": "http", "port": 80, "targetPort": "http"}),
        autoscaler(metrics=[utilization("cpu")]),
        budget(maxUnavailable=1),
        policy(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "main"}}}]}]),
        nightly("0 2 * * *"),
    )
    assert noted(outcome) == ""


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            deployment(selector={"matchLabels": {"app": "other"}}),
            "spec.selector: {'app': 'other'} does not select the pods' labels {'app': 'main'}",
        ),
        (
            deployment(selector={"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["main"]}]}),
            "does not select the pods' labels",
        ),
        (
            service({"port": 80, "targetPort": "web"}),
            "targetPort: no selected pod has a port called 'web'; declared: http",
        ),
        (service({"port": 80}, {"port": 81}), "spec.ports[0].name: several ports need a name each"),
        (service({"port": 99999}), "spec.ports[0].port: 99999 is not a port"),
        (autoscaler("api"), "spec.scaleTargetRef: no Deployment 'api' in namespace shop; there: main"),
        (autoscaler(minReplicas=5), "spec.minReplicas: 5 is above maxReplicas 3"),
        (autoscaler(metrics=[utilization("memory")]), "utilization of memory needs a request, and main has none"),
        (budget(minAvailable=1, maxUnavailable=1), "spec: minAvailable and maxUnavailable exclude each other"),
        (nightly("0 2 * *"), "spec.schedule: '0 2 * *' has 4 fields"),
        (nightly("61 2 * * *"), "minute '61' is outside 0-59"),
    ],
)
def test_what_does_not_fit_together_is_refused(cloud: Cloud, item: Properties, expected: str) -> None:
    others = [] if item["kind"] == "Deployment" else [SIZED]
    assert expected in said(cloud.objects(*others, item))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (service({"port": 80}, app="other"), "matches no pod, so the Service has no endpoint"),
        (budget(maxUnavailable=0), "lets no pod of Deployment shop/main be moved"),
        (budget(maxUnavailable=1, selector={"matchLabels": {"app": "other"}}), "spec.selector: matches no pod"),
        (policy(podSelector={"matchLabels": {"app": "other"}}), "spec.podSelector: matches no pod"),
        (
            policy(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "other"}}}]}]),
            "spec.ingress[0].from[0]: its podSelector matches no pod of the namespace",
        ),
    ],
)
def test_what_is_odd_is_noted(cloud: Cloud, item: Properties, expected: str) -> None:
    assert expected in noted(cloud.objects(SIZED, item))


def test_a_count_that_fights_the_autoscaler_is_noted(cloud: Cloud) -> None:
    template = pods(containers=[container(resources={"requests": {"cpu": "1"}})])
    counted = deployment(template=template, replicas=2)
    assert "spec.replicas: is also set by HorizontalPodAutoscaler shop/main" in noted(
        cloud.objects(counted, autoscaler())
    )


def test_a_service_may_select_pods_of_another_release(cloud: Cloud) -> None:
    cloud.objects(SIZED, name="first")
    assert noted(cloud.objects(service({"port": 80, "targetPort": "http"}), name="second")) == ""
    elsewhere = cloud.objects(service({"port": 80}), name="third", namespace="elsewhere")
    assert "matches no pod" in noted(elsewhere)


def test_a_selector_never_changes(cloud: Cloud) -> None:
    cloud.objects(SIZED)
    labels: Properties = {"app": "main", "tier": "api"}
    moved = deployment(template=pods(labels), selector={"matchLabels": labels})
    refused = said(cloud.upgrade("things", values={"objects": [moved]}))
    assert "Deployment shop/main: spec.selector: cannot be changed" in refused
    relabelled = deployment(template=pods(labels))
    assert said(cloud.upgrade("things", values={"objects": [relabelled]})) == ""


def test_a_jobs_pods_never_change_unless_it_is_a_hook(cloud: Cloud) -> None:
    def job(image: str, **annotations: Value) -> Properties:
        spec = pods(restartPolicy="Never", containers=[{"name": "main", "image": image}])
        made = thing("batch/v1", "Job", "migrate", spec={"template": spec})
        return {**made, "metadata": {"name": "migrate", "annotations": dict(annotations)}}

    cloud.objects(job("example/main:1"), name="plain")
    assert "Job shop/migrate: spec.template: cannot be changed" in said(
        cloud.upgrade("plain", values={"objects": [job("example/main:2")]})
    )
    hook = {"helm.sh/hook": "pre-install,pre-upgrade"}
    cloud.objects(job("example/main:1", **hook), name="hooked", namespace="other")
    assert said(cloud.upgrade("hooked", values={"objects": [job("example/main:2", **hook)]})) == ""


def test_the_deployed_objects_count_and_not_todays_chart(
    cloud: Cloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chart = tmp_path_factory.mktemp("chart") / "shop"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text((CHARTS / "shop" / "Chart.yaml").read_text())
    template = (CHARTS / "shop" / "templates" / "shop.yaml").read_text()
    (chart / "values.yaml").write_text((CHARTS / "shop" / "values.yaml").read_text())
    (chart / "templates" / "shop.yaml").write_text(template)
    assert said(cloud.install("shop", chart=str(chart))) == ""
    (chart / "templates" / "shop.yaml").write_text(template.replace("app: shop", "app: store"))
    assert "Deployment shop/shop: spec.selector: cannot be changed" in said(cloud.upgrade("shop"))


@pytest.mark.parametrize(
    ("written", "worth"),
    [("250m", "0.25"), ("2", "2"), (0.5, "0.5"), ("1Ki", "1024"), ("2G", "2e9"), ("1e3", "1000"), ("64Mi", "67108864")],
)
def test_quantities_are_read(written: object, worth: str) -> None:
    assert quantity(written) == Decimal(worth)


@pytest.mark.parametrize("written", ["", "2 Gi", "1GB", "m", True, None, "1.2.3", "5x"])
def test_what_is_no_quantity_is_told(written: object) -> None:
    assert quantity(written) is None


@pytest.mark.parametrize("schedule", ["0 2 * * *", "*/5 0-6,12 1 jan-mar mon", "@daily", "@every 1h", "0 0 * * 0"])
def test_good_schedules(schedule: str) -> None:
    assert schedule_fault(schedule) == ""


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "0 2 * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "a * * * *",
        "@often",
        "*/0 * * * *",
    ],
)
def test_bad_schedules(schedule: str) -> None:
    assert schedule_fault(schedule) != ""


def test_a_service_may_select_one_pod_of_a_stateful_set(cloud: Cloud) -> None:
    numbered = {**deployment(replicas=2, serviceName="main"), "kind": "StatefulSet"}

    def alone(number: int) -> Properties:
        selector: Properties = {"app": "main", "statefulset.kubernetes.io/pod-name": f"main-{number}"}
        spec: Properties = {"selector": selector, "ports": [{"port": 80}]}
        return thing("v1", "Service", f"main{number}", spec=spec)

    notes = noted(cloud.objects(numbered, alone(1), alone(2)))
    assert "Service shop/main2: spec.selector" in notes
    assert "Service shop/main1" not in notes
