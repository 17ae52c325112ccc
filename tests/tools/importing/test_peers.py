"""Headless Services and variables of the pod's own, as an import carries them over."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.tools.importing.sources import Imported

_CHAT = dedent("""\
    apiVersion: apps/v1
    kind: KIND
    metadata: {name: chat}
    spec:
      replicas: 3
      template:
        metadata: {labels: {app: chat}}
        spec:
          containers:
            - name: chat
              image: example/chat:1.0
              ports: [{name: http, containerPort: 4000}, {name: epmd, containerPort: 4369}]
              env:
                - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: BASENAME, value: "ch{a}t"}
                - {name: APP, value: chat}
                - {name: RELEASE_NODE, value: "$(BASENAME)@$(POD_IP)"}
                - {name: DNS_CLUSTER_QUERY, value: chat-peers.rooms.svc.cluster.local}
                - {name: SEEDS, value: "http://chat-peers:4369,http://chat-peers.rooms:4369"}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: chat-peers, namespace: rooms}
    spec:
      clusterIP: None
      selector: {app: chat}
      ports: [{name: epmd, port: 4369}]
    """)
_ORDINARY = dedent("""\
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: chat, namespace: rooms}
    spec: {selector: {app: chat}, ports: [{name: http, port: 80, targetPort: 4000}]}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - {name: web, image: "example/web:1.0", env: [{name: CHAT_URL, value: "http://chat:80/rooms"}]}
    """)


def _imported(folder: Path, text: str) -> Imported:
    (folder / "manifests").mkdir()
    (folder / "manifests" / "all.yaml").write_text(text, encoding="utf-8")
    return Imported(folder / "manifests")


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    return _imported(tmp_path, _CHAT.replace("KIND", "Deployment") + _ORDINARY)


def test_peers_of_a_headless_service_find_each_other(imported: Imported) -> None:
    assert imported.at("services", "chat", "headless") is True
    assert not imported.has("services", "web", "headless")
    assert "headless" not in imported.comments()
    assert imported.diagnostics() == []


def test_its_names_and_the_pods_own_fields_become_outputs(imported: Imported) -> None:
    host = "{services.chat.headless_host}"
    assert imported.at("services", "chat", "environment") == {
        "POD_IP": {"output": "pod.ip"},
        "BASENAME": "ch{a}t",
        "APP": "chat",
        "RELEASE_NODE": {"text": "ch{{a}}t@{pod.ip}"},
        "DNS_CLUSTER_QUERY": {"output": "services.chat.headless_host"},
        "SEEDS": {"text": f"http://{host}:4369,http://{host}:4369"},
    }


def test_others_call_the_ordinary_service(imported: Imported) -> None:
    assert imported.at("services", "web", "environment") == {"CHAT_URL": "http://chat:80/rooms"}
    assert imported.at("services", "web", "calls") == [{"service": "chat", "port": "http"}]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_service_keeps_its_name_where_the_headless_one_is_the_only_one(tmp_path: Path, kind: str) -> None:
    imported = _imported(tmp_path, _CHAT.replace("KIND", kind))
    assert imported.at("services", "chat", "headless") is True
    assert not imported.has("services", "chat-peers")
    named = "StatefulSet chat: not supported: a name for each pod, such as chat-0.chat-peers" in imported.comments()
    assert named is (kind == "StatefulSet")
    assert imported.diagnostics() == []


def test_a_variable_with_the_products_own_name_is_no_host(tmp_path: Path) -> None:
    text = _CHAT.replace("KIND", "StatefulSet").replace("chat-peers", "chat")
    environment = _imported(tmp_path, text).at("services", "chat", "environment")
    assert isinstance(environment, dict)
    assert environment["APP"] == "chat"
    assert environment["DNS_CLUSTER_QUERY"] == {"output": "services.chat.headless_host"}
