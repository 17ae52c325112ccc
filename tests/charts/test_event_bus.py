"""RocketMQ on the cluster, as helm renders it: what runs where, who may come in, what is kept and what is told."""

import os
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from offline_cloud.kubernetes import definitions, schema
from offline_cloud.kubernetes.objects import KubernetesObject
from settings.types import mebibytes
from tests.charts.event_bus import event_bus, rendered, values, with_topics
from tests.charts.rendering import KUBERNETES, Rendered, at, render, run

_POD = "spec.template.spec"
_CONTAINER = f"{_POD}.containers[0]"


def _objects() -> list[tuple[str, Rendered]]:
    return [("dev", rendered("dev")), ("prod", rendered("prod")), ("topics", with_topics())]


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_lint_has_nothing_to_say(stack: str) -> None:
    answer = run("event-bus", values(stack), "lint")
    assert answer.returncode == 0, answer.stdout
    assert "[WARNING]" not in answer.stdout


def test_every_object_fits_its_schema() -> None:
    for where, release in _objects():
        for item in release.objects:
            kind, api_version = item["kind"], item["apiVersion"]
            validator = schema.built_in(KUBERNETES, api_version, kind) or definitions.validator(api_version, kind)
            assert validator is not None, f"{api_version} {kind} has no schema"
            found = schema.diagnostics(KubernetesObject(cast("dict[str, Any]", item), "event-bus"), validator)
            assert [str(each) for each in found] == [], where


@pytest.mark.requirement("SL-29")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("spec.replicas", 2),
        (f"{_CONTAINER}.image", "docker.io/apache/rocketmq:5.3.3"),
        (f"{_CONTAINER}.resources.requests", {"cpu": "1", "memory": "4Gi"}),
        (f"{_CONTAINER}.resources.limits", {"memory": "4Gi"}),
        (f"{_POD}.topologySpreadConstraints[0].topologyKey", "topology.kubernetes.io/zone"),
        (f"{_POD}.topologySpreadConstraints[0].whenUnsatisfiable", "DoNotSchedule"),
        ("spec.volumeClaimTemplates[0].spec.storageClassName", "event-bus-gp3-retain"),
        ("spec.volumeClaimTemplates[0].spec.resources.requests.storage", "100Gi"),
    ],
)
def test_a_broker_is_what_the_product_asks_for(path: str, expected: object) -> None:
    assert at(rendered().one("StatefulSet", "broker"), path) == expected


@pytest.mark.requirement("SL-29")
def test_name_servers_are_three_in_zones_of_their_own_with_a_volume_for_what_they_elected() -> None:
    names = rendered().one("StatefulSet", "names")
    assert at(names, "spec.replicas") == 3
    assert at(names, f"{_POD}.topologySpreadConstraints[0].whenUnsatisfiable") == "DoNotSchedule"
    assert at(names, "spec.volumeClaimTemplates[0].spec.storageClassName") == "event-bus-gp3-retain"
    stated = at(rendered().one("ConfigMap", "names"), "data")["namesrv.conf"].splitlines()
    assert "enableControllerInNamesrv=true" in stated
    assert "controllerDLegerPeers=n0-names0:9877;n1-names1:9877;n2-names2:9877" in stated


def test_each_controller_peer_is_a_service_of_one_pod_without_a_hyphen_in_its_name() -> None:
    for index in range(3):
        service = rendered().one("Service", f"names{index}")
        assert at(service, "spec.selector")["statefulset.kubernetes.io/pod-name"] == f"names-{index}"
        assert at(service, "spec.publishNotReadyAddresses") is True


def test_clients_find_a_name_server_behind_one_address() -> None:
    service = rendered().one("Service", "names")
    assert at(service, "spec.ports[name=names].port") == 9876
    assert "clusterIP" not in service["spec"]


def _broker_configuration(release: Rendered) -> dict[str, str]:
    secret = release.one("ExternalSecret", "broker-configuration")
    text = at(secret, "spec.target.template.data")["broker.conf"]
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


@pytest.mark.requirement("SL-29")
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("enableControllerMode", "true"),
        ("controllerAddr", "names0:9877;names1:9877;names2:9877"),
        ("namesrvAddr", "names0:9876;names1:9876;names2:9876"),
        ("allAckInSyncStateSet", "true"),
        ("fileReservedTime", "72"),
        ("authenticationEnabled", "true"),
        ("authorizationEnabled", "true"),
        ("autoCreateTopicEnable", "true"),
        ("metricsExporterType", "PROM"),
        ("storePathRootDir", "/data/store"),
    ],
)
def test_brokers_replicate_and_know_their_users(key: str, expected: str) -> None:
    assert _broker_configuration(rendered())[key] == expected


def test_named_topics_are_made_and_no_others_come_by_themselves() -> None:
    assert _broker_configuration(with_topics())["autoCreateTopicEnable"] == "false"
    script = at(with_topics().one("Job", "topics"), f"{_CONTAINER}.command[2]")
    assert "updateTopic -c event-bus -t sl-prod-orders -r 4 -w 4" in script
    assert "updateTopic -c event-bus -t sl-prod-prices -r 8 -w 8" in script


@pytest.mark.requirement("SL-55")
def test_the_consumer_group_and_the_products_rights_are_made_on_every_broker() -> None:
    job = rendered().one("Job", "topics")
    script = at(job, f"{_CONTAINER}.command[2]")
    assert "updateSubGroup -c event-bus -g sl-prod-consumers" in script
    assert '-r "Topic:sl-prod*,Group:sl-prod*" -a Pub,Sub -d Allow' in script
    assert [f"again user broker-{index}.brokers:10911" in script for index in range(3)] == [True, True, False]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"


def test_credentials_come_from_secrets_manager_and_stand_in_no_manifest() -> None:
    for name, keys in (("broker-configuration", {"admin"}), ("administration", {"admin", "user"})):
        secret = rendered().one("ExternalSecret", name)
        assert at(secret, "spec.secretStoreRef.name") == "aws-secrets-manager"
        assert {each["remoteRef"]["key"] for each in at(secret, "spec.data")} == {
            f"service-layer/prod/event-bus-{key}" for key in keys
        }
    assert rendered().of_kind("Secret") == []


@pytest.mark.parametrize("name", ["names", "broker"])
def test_one_pod_at_a_time_may_be_taken_away(name: str) -> None:
    assert at(rendered().one("PodDisruptionBudget", name), "spec.maxUnavailable") == 1


def _sources(policy: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for flow in at(rendered().one("NetworkPolicy", policy), "spec.ingress"):
        (peer,) = flow["from"]
        labels = peer.get("namespaceSelector", {}).get("matchLabels", {})
        found[labels.get("kubernetes.io/metadata.name", "itself")] = {each["port"] for each in flow["ports"]}
    return found


def test_only_the_product_and_prometheus_come_in_and_nothing_goes_out() -> None:
    assert rendered().one("NetworkPolicy", "default-deny")["spec"]["podSelector"] == {}
    assert _sources("broker") == {
        "service-layer": {10909, 10911},
        "itself": {10909, 10911, 10912},
        "monitoring": {5557},
    }
    assert _sources("names") == {"service-layer": {9876}, "itself": {9876, 9877}}
    egress = at(rendered().one("NetworkPolicy", "within"), "spec.egress")
    assert not any("ipBlock" in peer for flow in egress for peer in flow["to"])


def test_every_pod_is_restricted_and_writes_to_its_volumes_alone() -> None:
    assert rendered().one("Namespace", "event-bus")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == (
        "restricted"
    )
    for kind, name in (("StatefulSet", "names"), ("StatefulSet", "broker"), ("Job", "topics")):
        spec = at(rendered().one(kind, name), _POD)
        assert spec["securityContext"]["runAsUser"] == 3000
        assert spec["automountServiceAccountToken"] is False
        for container in [*spec["containers"], *spec.get("initContainers", [])]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert container["image"].count(":") == 1
            assert not container["image"].endswith(":latest")


def test_volumes_are_encrypted_and_found_by_the_vault() -> None:
    parameters = at(rendered().one("StorageClass", "event-bus-gp3-retain"), "parameters")
    assert parameters["encrypted"] == "true"
    assert parameters["kmsKeyId"] == "arn:aws:kms:us-east-1:111122223333:key/data"
    assert parameters["tagSpecification_1"] == "groundwork:backup=service-layer-prod"
    assert at(rendered("dev").one("StorageClass", "event-bus-gp3-delete"), "reclaimPolicy") == "Delete"


def test_a_release_from_protection_leaves_the_volumes_as_they_are() -> None:
    """Kubernetes refuses a storage class that changes, and a StatefulSet whose claims do."""
    released, kept = (
        event_bus(protect=protect).one("kubernetes:helm.sh/v3:Release").inputs["values"]["storage"]
        for protect in (False, True)
    )
    assert released == kept
    assert kept["reclaim"] == "Retain"


@pytest.mark.parametrize(("release", "mode"), [("offered", "permissive"), ("required", "enforcing")])
def test_tls_is_with_a_certificate_of_the_bus_own(release: str, mode: str) -> None:
    objects = rendered() if release == "offered" else with_topics()
    for name in ("names", "broker"):
        script = at(objects.one("StatefulSet", name), f"{_CONTAINER}.command[2]")
        assert f"-Dtls.server.mode={mode}" in script
        assert f"-Dtls.enable={str(release == 'required').lower()}" in script
    assert at(objects.one("Certificate", "servers"), "spec.privateKey.encoding") == "PKCS8"
    assert "tls.test.mode.enable=false" in at(objects.one("ConfigMap", "tls"), "data")["tls.properties"]


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_heap_and_buffers_leave_room_for_the_page_cache(stack: str) -> None:
    brokers = values(stack)["brokers"]
    memory = mebibytes(brokers["memory"])
    script = at(rendered(stack).one("StatefulSet", "broker"), f"{_CONTAINER}.command[2]")
    assert f"-Xmx{memory // 2}m" in script
    assert brokers["heapMib"] + brokers["directMib"] <= memory * 3 // 4


def test_brokers_are_scraped_on_the_port_of_their_own_exporter() -> None:
    monitor = rendered().one("ServiceMonitor", "brokers")
    service = rendered().one("Service", "brokers")
    assert at(monitor, "spec.selector.matchLabels").items() <= service["metadata"]["labels"].items()
    assert at(service, f"spec.ports[name={at(monitor, 'spec.endpoints[0].port')}].port") == 5557
    assert _broker_configuration(rendered())["metricsPromExporterPort"] == "5557"


@pytest.mark.parametrize(
    ("alert", "says"),
    [
        ("EventBusBrokerDown", "< 2"),
        ("EventBusNameServerDown", "< 3"),
        ("EventBusConsumerLag", 'rocketmq_consumer_lag_messages{namespace="event-bus"}) > 10000'),
        ("EventBusVolumeFilling", "> 0.75"),
        ("EventBusDeadLetters", "rocketmq_send_to_dlq_messages_total"),
    ],
)
def test_somebody_is_told(alert: str, says: str) -> None:
    (group,) = at(rendered().one("PrometheusRule", "event-bus"), "spec.groups")
    (rule,) = [each for each in group["rules"] if each["alert"] == alert]
    assert says in rule["expr"]
    assert rule["labels"]["severity"] in {"critical", "warning"}


def test_dev_is_one_broker_and_one_name_server() -> None:
    assert at(rendered("dev").one("StatefulSet", "broker"), "spec.replicas") == 1
    assert at(rendered("dev").one("StatefulSet", "names"), "spec.replicas") == 1
    assert (
        "controllerDLegerPeers=n0-names0:9877\n"
        in (at(rendered("dev").one("ConfigMap", "names"), "data")["namesrv.conf"])
    )


def test_more_pods_than_zones_may_share_one() -> None:
    crowded = render("event-bus", {**values(), "zones": 2})
    constraint = at(crowded.one("StatefulSet", "names"), f"{_POD}.topologySpreadConstraints[0]")
    assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("nameServers", {"count": 2, "resources": {"cpu": "1", "memory": "1Gi"}}, "/nameServers/count"),
        ("retentionHours", 0, "/retentionHours"),
        ("tls", "sometimes", "/tls"),
        ("prefix", "sl prod", "/prefix"),
        ("topics", {"sl-prod/orders": {"queues": 8}}, "sl-prod/orders"),  # Helm names the wrong section of a wrong key
        ("topics", {"sl-prod-orders": {"queues": 0}}, "/topics/sl-prod-orders/queues"),
        ("password", "x", "password"),
    ],
)
def test_the_chart_refuses_what_it_cannot_render(key: str, value: object, named: str) -> None:
    answer = run("event-bus", {**values(), key: value})
    assert answer.returncode != 0
    assert named in answer.stderr


def _topics_job(folder: Path, answers: str) -> tuple[int, list[str]]:
    """Run the Job's script with a mqadmin that answers by what it is asked, and a sleep that takes no time."""
    asked = folder / "asked"
    for program, text in (("java", f'echo "$*" >> {asked}\ncase "$*" in {answers} esac'), ("sleep", "exit 0")):
        (folder / "bin").mkdir(exist_ok=True)
        (folder / "bin" / program).write_text(f"#!/bin/sh\n{text}\n")
        (folder / "bin" / program).chmod(0o755)
    script = at(with_topics().one("Job", "topics"), f"{_CONTAINER}.command[2]")
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "JAVA_HOME": str(folder),
        "ROCKETMQ_HOME": "/home/rocketmq",
        "PRODUCT_USER": "service-layer",
        "PRODUCT_PASSWORD": "hunter2",
    }
    ended = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=False, env=environment)
    assert "hunter2" not in ended.stdout
    commands = [line.split("MQAdminStartup ")[1].split(" -n ")[0] for line in asked.read_text().splitlines()]
    return ended.returncode, commands


def test_the_job_makes_users_rights_group_and_topics_once_each(tmp_path: Path) -> None:
    code, commands = _topics_job(tmp_path, "*) echo done success. ;;")
    assert code == 0
    assert [each.split()[0] for each in commands] == [
        *("updateUser", "updateAcl") * 2,
        "updateSubGroup",
        "updateTopic",
        "updateTopic",
    ]


def test_the_job_makes_what_is_not_there_yet(tmp_path: Path) -> None:
    code, commands = _topics_job(tmp_path, "*updateUser*) echo java.lang.Exception ;; *) echo done success. ;;")
    assert code == 0
    assert [each.split()[0] for each in commands][:3] == ["updateUser", "createUser", "updateAcl"]


def test_the_job_fails_when_a_broker_refuses_though_mqadmin_ends_well(tmp_path: Path) -> None:
    answers = "*updateTopic*) echo create topic success. org.apache.SubCommandException ;; *) echo done success. ;;"
    code, commands = _topics_job(tmp_path, answers)
    assert code != 0
    assert sum(each.startswith("updateTopic") for each in commands) == 6


def test_no_value_of_the_release_is_secret() -> None:
    recorder = event_bus()
    assert recorder.one("kubernetes:helm.sh/v3:Release").secret_inputs == frozenset()
