"""What Kubernetes manifests become."""

from pathlib import Path

import pytest

from tests.tools.importing.sources import Imported, shop


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    return Imported(shop(tmp_path))


def test_a_stack_takes_it(imported: Imported) -> None:
    assert imported.diagnostics() == []
    assert imported.diagnostics("prod") == []


def test_a_deployment_keeps_its_shape(imported: Imported) -> None:
    api = imported.at("services", "api")
    assert isinstance(api, dict)
    assert api["image"] == {"repository": "ghcr.io/shop/api", "tag": "2.1", "digest": "sha256:" + "1" * 64}
    assert api["ports"] == {"web": {"number": 8080, "service_port": 80, "app_protocol": "http"}}
    assert api["replicas"] == {"minimum": 2, "maximum": 6}
    assert api["scaling"] == {"cpu": 70}
    assert api["termination_grace_seconds"] == 20
    assert api["resources"] == {
        "requests": {"cpu": "100m", "memory": "123Mi"},
        "limits": {"cpu": "1", "memory": "954Mi"},
    }
    assert api["probes"] == {
        "readiness": {"http": {"path": "/ready", "port": "web"}, "period_seconds": 5},
        "liveness": {"grpc": {"port": "web"}},
    }
    assert api["calls"] == [{"service": "rates", "port": "http"}]


def test_variables_come_from_maps_and_stores(imported: Imported) -> None:
    assert imported.at("services", "api", "environment") == {
        "DB_HOST": {"output": "database.host"},
        "LEVEL": "info",
        "POD": {"output": "pod.name"},
        "RATES": "http://rates/v1",
    }
    assert imported.at("secrets") == {
        "DB_PASSWORD": {"kind": "wired", "output": "database.password"},
        "TOKEN_OF_PARTNER": {"kind": "provided"},
    }
    assert "NODE (spec.nodeName): not supported" in imported.comments()


@pytest.mark.parametrize("value", ["database-password-of-shop", "partner-token-of-shop"])
def test_no_secret_is_copied(imported: Imported, value: str) -> None:
    assert value not in imported.text


def test_folders_and_files(imported: Imported) -> None:
    files = imported.at("services", "api", "files")
    assert files == {
        "/etc/shop/level": {"content": "info"},
        "/etc/shop/shop.ini": {"content": "[shop]\nopen = yes\n"},
    }
    security = imported.at("services", "api", "security")
    assert security == {"read_only_root_filesystem": False, "writable_paths": ["/tmp", "/var/cache/shop"]}
    assert imported.at("services", "rates", "volumes") == {"/data": {"kind": "persistent", "size": "5Gi"}}
    assert imported.at("services", "api", "sidecars", "proxy", "shares") == ["/var/cache/shop"]


def test_stores_routes_and_jobs(imported: Imported) -> None:
    assert imported.at("database", "version") == "17"
    assert imported.at("database", "extensions") == ["vector"]
    route = {"host": "www", "path": "/api", "service": "api", "port": "web", "health_path": "/ready"}
    assert imported.at("ingress", "routes") == [route]
    assert imported.at("ingress", "deregistration_delay_seconds") == 20
    assert imported.at("jobs", "report", "schedule") == "0 0 * * *"
    assert imported.at("jobs", "report", "retries") == 1
    assert "www.shop.example was the host of api" in imported.comments()
    assert imported.at("services", "api", "probes", "liveness") == {"grpc": {"port": "web"}}
    assert "ServiceAccount api: every service has its own" in imported.comments()


_GRPC = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
        - name: cart
          image: shop/cart:1.0
          ports: [{containerPort: 7070}, {containerPort: 9000, name: stream}]
          readinessProbe: {grpc: {port: 7070, service: cart.Cart}}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  type: LoadBalancer
  selector: {app: cart}
  ports:
    - {port: 7070, name: rpc}
    - {port: 9000, name: stream, targetPort: stream, appProtocol: kubernetes.io/h2c}
"""


def test_ports_and_probes_of_grpc_are_carried_over(tmp_path: Path) -> None:
    (tmp_path / "cart.yaml").write_text(_GRPC, encoding="utf-8")
    imported = Imported(tmp_path)
    for port, spoken in (("rpc", "grpc"), ("stream", "http2")):
        assert imported.at("services", "cart", "ports", port, "app_protocol") == spoken
    probe = {"port": "rpc", "service": "cart.Cart"}
    assert imported.at("services", "cart", "probes", "readiness", "grpc") == probe


def test_a_kustomization_decides_which_files_are_read(tmp_path: Path) -> None:
    place = shop(tmp_path)
    (place / "other.yaml").write_text(
        "{apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {containers: [{name: a, image: 'a:1'}]}}",
        encoding="utf-8",
    )
    assert Imported(place).has("services", "other")
    (place / "kustomization.yaml").write_text(
        "resources: [all.yaml, ../base]\nimages: [{name: a, newTag: '2'}]\n", encoding="utf-8"
    )
    imported = Imported(place)
    assert not imported.has("services", "other")
    assert "images of kustomization.yaml: it is not applied" in imported.comments()
    assert "../base: it is not in this folder" in imported.comments()
