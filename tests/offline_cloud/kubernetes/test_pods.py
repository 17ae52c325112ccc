"""What is inside a pod."""

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, container, deployment, noted, pods, said, thing

HTTP: list[Value] = [{"name": "http", "containerPort": 3000}]


def with_container(**more: Value) -> Properties:
    """A Deployment whose container has these fields."""
    return deployment(template=pods(containers=[container(**more)]))


def probe(**more: Value) -> Properties:
    """A Deployment with a liveness probe."""
    return with_container(ports=HTTP, livenessProbe=dict(more))


GOOD = [
    with_container(ports=HTTP, livenessProbe={"httpGet": {"port": "http", "path": "/"}}),
    with_container(ports=[*HTTP, {"name": "dns", "containerPort": 3000, "protocol": "UDP"}]),
    with_container(env=[{"name": "A", "value": "1"}, {"name": "B", "value": UNKNOWN}]),
    with_container(resources={"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": 1, "memory": "1024Mi"}}),
    with_container(resources={"requests": {"cpu": UNKNOWN}, "limits": {"cpu": "1"}}),
    with_container(readinessProbe={"tcpSocket": {"port": 3000}, "successThreshold": 2}, ports=HTTP),
    deployment(
        template=pods(
            containers=[container(volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}])],
            volumes=[{"name": "tmp", "emptyDir": {}}],
        )
    ),
]


@pytest.mark.parametrize("item", GOOD)
def test_a_good_pod_is_accepted(cloud: Cloud, item: Properties) -> None:
    assert said(cloud.objects(item)) == ""


BAD: list[tuple[Properties, str]] = [
    (with_container(ports=[*HTTP, *HTTP]), "containers[0].ports[1].name: port name 'http' stands twice"),
    (with_container(ports=[{"containerPort": 70000}]), "ports[0].containerPort: 70000 is not a port"),
    (
        with_container(ports=[{"name": "x" * 16, "containerPort": 80}]),
        "is not valid; allowed: at most 15 lower-case letters",
    ),
    (with_container(ports=[{"containerPort": "abc"}]), 'ports[0].containerPort: "abc" is not of type integer'),
    (with_container(prots=[]), "spec.template.spec.containers[0].prots: no such field; did you mean ports?"),
    (probe(httpGet={"port": "web"}), "livenessProbe.httpGet.port: no port is called 'web'; declared: http"),
    (probe(tcpSocket={"port": "web"}), "livenessProbe.tcpSocket.port: no port is called 'web'"),
    (
        probe(periodSeconds=5),
        "livenessProbe: a probe's handler: exactly one of exec, httpGet, tcpSocket, grpc is needed; it has none",
    ),
    (
        probe(httpGet={"port": 3000}, successThreshold=2),
        "livenessProbe.successThreshold: 2 is not allowed; allowed for this probe: 1",
    ),
    (
        with_container(env=[{"name": "A", "value": "1", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
        "env[0].valueFrom: has both value and valueFrom",
    ),
    (with_container(volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}]), "no volume is called 'tmp'; declared: none"),
    (
        deployment(
            template=pods(
                containers=[
                    container(
                        volumeMounts=[{"name": "a", "mountPath": "/tmp"}, {"name": "b", "mountPath": "/tmp"}],
                    )
                ],
                volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {}}],
            )
        ),
        "volumeMounts[1].mountPath: mount path '/tmp' stands twice",
    ),
    (
        deployment(template=pods(volumes=[{"name": "a", "emptyDir": {}}, {"name": "a", "emptyDir": {}}])),
        "spec.template.spec.volumes[1].name: volume name 'a' stands twice",
    ),
    (
        with_container(resources={"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}),
        "resources.requests.cpu: 2 is above the limit of 1500m",
    ),
    (
        with_container(resources={"requests": {"memory": "2Gi"}, "limits": {"memory": "2G"}}),
        "resources.requests.memory: 2Gi is above the limit of 2G",
    ),
    (with_container(resources={"limits": {"memory": "2 Gi"}}), "resources.limits.memory: '2 Gi' is not a quantity"),
    (
        deployment(template=pods(containers=[container(), container()])),
        "containers[1].name: two containers are called 'main'",
    ),
    (deployment(template=pods(restartPolicy="Never")), "restartPolicy: 'Never' is not allowed; allowed: Always"),
]


@pytest.mark.parametrize(("item", "expected"), BAD)
def test_a_bad_pod_is_refused(cloud: Cloud, item: Properties, expected: str) -> None:
    assert expected in said(cloud.objects(item))


@pytest.mark.parametrize("policy", [None, "Always", "Never", "OnFailure"])
def test_a_job_ends(cloud: Cloud, policy: str | None) -> None:
    spec: Properties = {"containers": [container()], **({"restartPolicy": policy} if policy else {})}
    outcome = cloud.objects(thing("batch/v1", "Job", "once", spec={"template": {"spec": spec}}))
    assert ("is not allowed in a Job; allowed: OnFailure, Never" in said(outcome)) is (policy in (None, "Always"))


def test_every_fault_of_a_pod_is_told_at_once(cloud: Cloud) -> None:
    outcome = cloud.objects(
        with_container(
            ports=[{"containerPort": 0}],
            volumeMounts=[{"name": "a", "mountPath": "/a"}],
            env=[{"name": "A=B"}],
        )
    )
    assert len(outcome.diagnostics) == 3


def test_what_stands_twice_and_works_is_only_noted(cloud: Cloud) -> None:
    again = with_container(ports=[*HTTP, {"containerPort": 3000}], env=[{"name": "A"}, {"name": "A", "value": "1"}])
    notes = noted(cloud.objects(again))
    assert "containers[0].ports[1]: 3000/TCP is listed already" in notes
    assert "containers[0].env[1]: variable 'A' is stated already, and this one holds" in notes
