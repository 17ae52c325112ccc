"""Pods that find each other by DNS, and what each of them is told of itself."""

from dataclasses import replace
from functools import cache
from typing import Any, cast

from pulumi import Input

from components.assembly.product_outputs import product_outputs
from components.product.wiring import Wiring
from components.runtimes.kubernetes.foundation import foundation_values
from components.runtimes.kubernetes.peers import runtime_outputs
from components.runtimes.kubernetes.restore_test import restore_test_values
from components.runtimes.kubernetes.values import workload_values
from settings import PlatformSettings
from settings.workload.data import RestoreTest
from settings.workload.jobs import Job
from settings.workload.secrets import TextSecret
from settings.workload.service import WiredOutput
from tests.charts import ai_trading
from tests.charts.product import with_services
from tests.charts.rendering import Rendered, at, render, rendered, wiring

_SIZES: dict[str, Any] = {
    "requests": {"cpu": "100m", "memory": "64Mi"},
    "limits": {"cpu": "100m", "memory": "64Mi"},
}
CLUSTERED: dict[str, Any] = {
    "ports": {
        "http": {"number": 4000, "service_port": 80, "app_protocol": "http"},
        "epmd": {"number": 4369},
        "gossip": {"number": 7946, "protocol": "UDP"},
    },
    "headless": True,
    "environment": {
        "RELEASE_NODE": {"text": "chat@{pod.ip}"},
        "POD_NAME": {"output": "pod.name"},
        "PEERS": {"output": "services.chat.headless_host"},
        "SEEDS": {"text": "{database.host}/{pod.name}"},
    },
    "sidecars": {
        "agent": {
            "image": {"repository": "example/agent", "tag": "v1"},
            "ports": {"agent": {"number": 8301}},
            "resources": _SIZES,
            "environment": {"BIND": {"text": "{pod.ip}:8301"}},
        }
    },
}
_OWN = {"GROUNDWORK_POD_IP": "status.podIP", "GROUNDWORK_POD_NAME": "metadata.name"}


def clustered() -> tuple[PlatformSettings, Wiring]:
    """OpeniBank with a clustered service, and the outputs that its platform has."""
    client = {"calls": [{"service": "chat", "port": "http"}], "secrets": ["SEED"]}
    settings = with_services({"chat": CLUSTERED, "client": client})
    job = Job.model_validate_json(
        '{"service": "chat", "command": ["report"], "environment": {"NODE": {"output": "pod.ip"}}}'
    )
    secrets = {
        **settings.workload.secrets,
        "SEED": TextSecret(kind="text", text="{database.password}@{services.chat.headless_host}"),
    }
    workload = settings.workload.model_copy(update={"jobs": {"report": job}, "secrets": secrets})
    settings = settings.model_copy(update={"workload": workload})
    made_up = wiring(settings)
    outputs = product_outputs(settings, cast("dict[WiredOutput, Input[str]]", runtime_outputs(settings)), {})
    return settings, replace(made_up, outputs={**made_up.outputs, **outputs})


@cache
def _release() -> Rendered:
    return render("workload", workload_values(*clustered()).to_helm())


def _variables(container: Any) -> list[tuple[str, str]]:
    return [
        (each["name"], each.get("value") or each["valueFrom"]["fieldRef"]["fieldPath"]) for each in container["env"]
    ]


def test_a_second_service_names_every_pod_before_it_is_ready() -> None:
    spec = _release().one("Service", "chat-headless")["spec"]
    assert (spec["clusterIP"], spec["publishNotReadyAddresses"]) == ("None", True)
    assert spec["selector"] == {"app": "chat"}
    ordinary = _release().one("Service", "chat")["spec"]
    assert "clusterIP" not in ordinary
    assert "publishNotReadyAddresses" not in ordinary


def test_its_ports_are_the_pods_own() -> None:
    """Nothing maps them: the record leads to the pod itself."""
    ports = at(_release().one("Service", "chat-headless"), "spec.ports")
    assert [(each["name"], each["port"], each["targetPort"], each["protocol"]) for each in ports] == [
        ("http", 4000, 4000, "TCP"),
        ("epmd", 4369, 4369, "TCP"),
        ("gossip", 7946, 7946, "UDP"),
        ("agent", 8301, 8301, "TCP"),
    ]
    assert at(_release().one("Service", "chat"), "spec.ports")[0]["port"] == 80


def test_peers_reach_each_other_on_every_port_both_ways_and_nobody_else_does() -> None:
    policy = _release().one("NetworkPolicy", "chat-policy")["spec"]
    peers = {"podSelector": {"matchLabels": {"app": "chat"}}}
    wanted = [
        {"port": 4000, "protocol": "TCP"},
        {"port": 4369, "protocol": "TCP"},
        {"port": 7946, "protocol": "UDP"},
        {"port": 8301, "protocol": "TCP"},
    ]
    assert policy["egress"] == [{"to": [peers], "ports": wanted}]
    client = {"podSelector": {"matchLabels": {"app": "client"}}}
    assert policy["ingress"] == [
        {"from": [client], "ports": [{"port": 4000, "protocol": "TCP"}]},
        {"from": [peers], "ports": wanted},
    ]


def test_the_mesh_lets_peers_in_by_their_own_identity() -> None:
    settings, given = clustered()
    ports = {key: port for key, port in CLUSTERED["ports"].items() if key != "gossip"}
    chat = with_services({"chat": {**CLUSTERED, "ports": ports}}).workload.services["chat"]
    services = {**settings.workload.services, "chat": chat}
    workload = settings.workload.model_copy(update={"transit_encryption": "mutual_tls", "services": services})
    meshed = settings.model_copy(update={"workload": workload})
    policy = render("workload", workload_values(meshed, given).to_helm()).one("AuthorizationPolicy", "chat-policy")
    rule = policy["spec"]["rules"][-1]
    assert rule["from"] == [{"source": {"principals": ["cluster.local/ns/openibank/sa/chat"]}}]
    assert rule["to"] == [{"operation": {"ports": ["4000", "4369", "8301"]}}]


def test_a_pod_is_told_its_own_address_and_name_before_they_are_named() -> None:
    """Kubernetes replaces $(NAME) by a variable that stands earlier in the list alone."""
    pod = at(_release().one("Deployment", "chat"), "spec.template.spec")
    variables = _variables(pod["containers"][0])
    assert dict(variables[:2]) == _OWN
    assert dict(variables[2:]) == {
        "RELEASE_NODE": "chat@$(GROUNDWORK_POD_IP)",
        "POD_NAME": "$(GROUNDWORK_POD_NAME)",
        "PEERS": "chat-headless.openibank.svc.cluster.local",
        "SEEDS": "writer.openibank-prod.internal/$(GROUNDWORK_POD_NAME)",
    }
    agent = next(each for each in pod["initContainers"] if each["name"] == "agent")
    assert _variables(agent) == [("GROUNDWORK_POD_IP", "status.podIP"), ("BIND", "$(GROUNDWORK_POD_IP):8301")]


def test_a_job_is_told_its_pods_address() -> None:
    job = next(each for each in _release().of_kind("Job") if each["metadata"]["name"].startswith("report"))
    container = at(job, "spec.template.spec.containers[0]")
    assert _variables(container) == [("GROUNDWORK_POD_IP", "status.podIP"), ("NODE", "$(GROUNDWORK_POD_IP)")]


def test_a_secret_may_hold_the_name_of_peers() -> None:
    settings, given = clustered()
    secret = render("foundation", foundation_values(settings, given).to_helm()).one(
        "ExternalSecret", "openibank-secrets"
    )
    assert at(secret, "spec.target.template.data")["SEED"].endswith("@chat-headless.openibank.svc.cluster.local")


def test_a_restored_service_is_alone_at_its_own_address() -> None:
    settings, given = clustered()
    readiness = {"readiness": {"http": {"path": "/ready", "port": "http"}}}
    chat = with_services({"chat": {**CLUSTERED, "probes": readiness}}).workload.services["chat"]
    test = RestoreTest(schedule="0 4 * * 0", service="chat")
    workload = settings.workload.model_copy(
        update={
            "services": {**settings.workload.services, "chat": chat},
            "backups": settings.workload.backups.model_copy(update={"restore_test": test}),
        }
    )
    values = restore_test_values(settings.model_copy(update={"workload": workload}), given)
    assert values is not None
    assert values.application is not None
    assert values.application.environment["RELEASE_NODE"] == "chat@127.0.0.1"
    assert values.application.environment["POD_NAME"] == "restore-test"


def test_products_that_ask_for_none_of_it_get_none() -> None:
    for release in (rendered("workload", "prod"), ai_trading.rendered("workload", "prod")):
        assert not [each for each in release.names("Service") if each.endswith("-headless")]
        assert "GROUNDWORK_POD" not in str(release.objects)
