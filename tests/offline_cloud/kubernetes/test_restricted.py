"""The restricted Pod Security Standard, where a namespace enforces it."""

import pytest

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from tests.offline_cloud.kubernetes.clouds import Cloud, deployment, pods, said

LABEL = "pod-security.kubernetes.io/enforce"
OWN: Properties = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
POD: Properties = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def namespace(level: str = "restricted") -> Properties:
    """A namespace with a level."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {LABEL: level}}}


def guarded(pod: Properties | None = None, own: Properties | None = None, **spec: Value) -> Properties:
    """A Deployment with these security contexts over good ones."""
    only: Properties = {"name": "main", "image": "example/main:1", "securityContext": {**OWN, **(own or {})}}
    context: Properties = {key: value for key, value in {**POD, **(pod or {})}.items() if value is not None}
    return deployment(template=pods(securityContext=context, containers=[only], **spec))


GOOD = [
    guarded(),
    guarded({"runAsNonRoot": None}, {"runAsNonRoot": True}),
    guarded({"seccompProfile": None}, {"seccompProfile": {"type": "Localhost", "localhostProfile": "x"}}),
    guarded(own={"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}),
    guarded({"runAsNonRoot": UNKNOWN}),
    guarded(volumes=[{"name": "tmp", "emptyDir": {}}]),
]


@pytest.mark.parametrize("item", GOOD)
def test_restricted_pods_are_accepted(cloud: Cloud, item: Properties) -> None:
    assert said(cloud.objects(namespace(), item)) == ""


BAD: list[tuple[Properties, str]] = [
    (guarded(own={"allowPrivilegeEscalation": None}), "securityContext.allowPrivilegeEscalation: must be false"),
    (guarded(own={"allowPrivilegeEscalation": True}), "securityContext.allowPrivilegeEscalation: must be false"),
    (
        guarded(own={"privileged": True, "allowPrivilegeEscalation": None}),
        "securityContext.privileged: must not be true",
    ),
    (guarded({"runAsNonRoot": None}), "securityContext.runAsNonRoot: must be true, here or for the whole pod"),
    (guarded(own={"runAsNonRoot": False}), "securityContext.runAsNonRoot: must be true"),
    (guarded({"runAsUser": 0}), "securityContext.runAsUser: must not be 0"),
    (guarded({"seccompProfile": None}), "seccompProfile.type: must be one of RuntimeDefault, Localhost"),
    (guarded({"seccompProfile": {"type": "Unconfined"}}), "seccompProfile.type: must be one of"),
    (guarded(own={"capabilities": None}), "securityContext.capabilities.drop: must hold ALL"),
    (guarded(own={"capabilities": {"drop": ["NET_RAW"]}}), "securityContext.capabilities.drop: must hold ALL"),
    (
        guarded(own={"capabilities": {"drop": ["ALL"], "add": ["SYS_TIME"]}}),
        "capabilities.add: ['SYS_TIME'] are not allowed",
    ),
    (guarded(hostNetwork=True), "spec.template.spec.hostNetwork: the host's namespaces are not allowed"),
    (
        guarded(volumes=[{"name": "x", "hostPath": {"path": "/"}}]),
        "volumes[0].hostPath: this type of volume is not allowed",
    ),
]


@pytest.mark.parametrize(("item", "expected"), BAD)
def test_other_pods_are_refused_where_the_namespace_enforces_it(cloud: Cloud, item: Properties, expected: str) -> None:
    refused = said(cloud.objects(namespace(), item))
    assert expected in refused
    assert "restricted pod security standard" in refused
    assert said(cloud.objects(namespace("privileged"), item)) == ""


def test_init_containers_count(cloud: Cloud) -> None:
    item = guarded(initContainers=[{"name": "wait", "image": "example/wait:1"}])
    assert "initContainers[0].securityContext.allowPrivilegeEscalation" in said(cloud.objects(namespace(), item))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (guarded(hostPID=True), "hostPID: the host's namespaces are not allowed"),
        (guarded(own={"capabilities": {"add": ["NET_ADMIN"]}}), "capabilities.add: ['NET_ADMIN'] are not allowed"),
        (guarded({"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}), "'kernel.msgmax' is not safe"),
        (guarded({"seccompProfile": {"type": "Unconfined"}}), "seccompProfile.type: must not be Unconfined"),
        (guarded({"seLinuxOptions": {"type": "spc_t"}}), "seLinuxOptions.type: 'spc_t' is not allowed"),
        (guarded({"runAsNonRoot": None, "seccompProfile": None}, {"capabilities": {"add": ["CHOWN"]}}), ""),
    ],
)
def test_baseline_keeps_the_host_out_and_asks_no_more(cloud: Cloud, item: Properties, expected: str) -> None:
    refused = said(cloud.objects(namespace("baseline"), item))
    assert expected in refused
    assert bool(refused) is bool(expected)


def test_what_both_standards_refuse_is_told_once(cloud: Cloud) -> None:
    item = guarded({"seccompProfile": {"type": "Unconfined"}}, {"capabilities": {"drop": ["ALL"], "add": ["SYS_TIME"]}})
    assert len(cloud.objects(namespace(), item).diagnostics) == 2


def test_host_ports_are_refused(cloud: Cloud) -> None:
    only: Properties = {
        "name": "main",
        "image": "a",
        "securityContext": OWN,
        "ports": [{"containerPort": 1, "hostPort": 1}],
    }
    item = deployment(template=pods(securityContext=POD, containers=[only]))
    assert "containers[0].ports[0].hostPort: host ports are not allowed" in said(cloud.objects(namespace(), item))


def test_a_version_has_to_be_one(cloud: Cloud) -> None:
    dated = namespace()
    dated["metadata"] = {"name": "shop", "labels": {LABEL: "restricted", f"{LABEL}-version": "1.35"}}
    assert "'1.35' is no version; allowed: latest, or one such as v1.35" in said(cloud.objects(dated))


def test_a_level_has_to_be_one(cloud: Cloud) -> None:
    assert "'strict' is no level; allowed: privileged, baseline, restricted" in said(cloud.objects(namespace("strict")))
