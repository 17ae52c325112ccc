"""Load on a product's pods, served to its autoscalers as metrics-server and the metrics adapter would.

The API server proxies two aggregated APIs to this server; which pods there are it reads from the API server itself.
"""

import json
import re
import ssl
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from settings.types import mebibytes, millicores
from tools.control_plane.client import Client
from tools.control_plane.processes import ControlPlane, free_port

Object = Mapping[str, Any]

RESOURCE, CUSTOM = "metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta1"
_PODS: Final = re.compile(rf"^/apis/{RESOURCE}/namespaces/([^/]+)/pods$")
_FIGURE: Final = re.compile(rf"^/apis/{CUSTOM}/namespaces/([^/]+)/pods/\*/([^/]+)$")
_NAMESPACE: Final = "kube-system"


@dataclass
class Load:
    """What each service bears in all, shared out between its pods.

    CPU and memory are in hundredths of a pod's request, so that 300 over three pods is 100 % of each; a figure of the
    product's own is in its own unit. What is not stated is none.
    """

    totals: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def each(self, app: str, figure: str, pods: int) -> float:
        """Return what one of a service's pods bears."""
        return self.totals.get((app, figure), 0.0) / pods


@contextmanager
def serving(plane: ControlPlane) -> Generator[Load]:
    """Serve a load, which may change at any time, for the time of a `with`."""
    load, port = Load(), free_port()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(load, plane.client.again()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(plane.folder))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _register(plane.client, port)
    try:
        yield load
    finally:
        for api in (RESOURCE, CUSTOM):
            group, version = api.split("/")
            plane.client.delete("apiregistration.k8s.io/v1", "APIService", f"{version}.{group}")
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _register(client: Client, port: int) -> None:
    """The API server finds the server by a name outside the cluster."""
    service = {"name": "load", "namespace": _NAMESPACE}
    spec = {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]}
    client.create({"apiVersion": "v1", "kind": "Service", "metadata": service, "spec": spec})
    for api in (RESOURCE, CUSTOM):
        group, version = api.split("/")
        client.create(
            {
                "apiVersion": "apiregistration.k8s.io/v1",
                "kind": "APIService",
                "metadata": {"name": f"{version}.{group}"},
                "spec": {
                    "group": group,
                    "version": version,
                    "service": {**service, "port": port},
                    "insecureSkipTLSVerify": True,
                    "groupPriorityMinimum": 100,
                    "versionPriority": 100,
                },
            }
        )


def _handler(load: Load, client: Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            selector = parse_qs(address.query).get("labelSelector", [""])[0]
            body = answer(load, client, unquote(address.path), selector)
            content = json.dumps(body or {}).encode()
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """The API server looks in every second: nobody reads of it."""

    return Handler


def answer(load: Load, client: Client, path: str, selector: str) -> dict[str, Any] | None:
    """Answer a request of the API server; None for a path that is not served."""
    if path == f"/apis/{RESOURCE}":
        return _resources(RESOURCE, [("pods", "PodMetrics"), ("nodes", "NodeMetrics")])
    if path == f"/apis/{CUSTOM}":
        names = {figure for _, figure in load.totals if figure not in ("cpu", "memory")}
        return _resources(CUSTOM, [(f"pods/{name}", "MetricValueList") for name in sorted(names)])
    if match := _PODS.match(path):
        items = [_usage(load, pod, count) for pod, count in _pods(client, match[1], selector)]
        return {"apiVersion": RESOURCE, "kind": "PodMetricsList", "metadata": {}, "items": items}
    if match := _FIGURE.match(path):
        items = [_figure(load, pod, match[2], count) for pod, count in _pods(client, match[1], selector)]
        return {"apiVersion": CUSTOM, "kind": "MetricValueList", "metadata": {}, "items": items}
    return None


def _pods(client: Client, namespace: str, selector: str) -> list[tuple[Object, int]]:
    found = [
        pod
        for pod in client.list("v1", "Pod", namespace, selector)
        if pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]
    ]
    return [(pod, len(found)) for pod in found]


def _usage(load: Load, pod: Object, pods: int) -> dict[str, Any]:
    app = pod["metadata"]["labels"].get("app", "")
    cpu, memory = (load.each(app, figure, pods) / 100 for figure in ("cpu", "memory"))
    containers = [
        {
            "name": each["name"],
            "usage": {
                "cpu": f"{round(millicores(requests['cpu']) * cpu)}m",
                "memory": f"{round(mebibytes(requests['memory']) * memory * 1024)}Ki",
            },
        }
        for each in cast("list[Object]", pod["spec"]["containers"])
        if (requests := each["resources"].get("requests"))
    ]
    return {
        "metadata": {key: pod["metadata"][key] for key in ("name", "namespace", "labels")},
        "timestamp": _now(),
        "window": "15s",
        "containers": containers,
    }


def _figure(load: Load, pod: Object, name: str, pods: int) -> dict[str, Any]:
    metadata = pod["metadata"]
    value = load.each(metadata["labels"].get("app", ""), name, pods)
    about = {"kind": "Pod", "apiVersion": "/v1", "namespace": metadata["namespace"], "name": metadata["name"]}
    return {"describedObject": about, "metricName": name, "timestamp": _now(), "value": f"{round(value * 1000)}m"}


def _resources(api: str, served: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "APIResourceList",
        "groupVersion": api,
        "resources": [
            {"name": name, "singularName": "", "namespaced": name != "nodes", "kind": kind, "verbs": ["get", "list"]}
            for name, kind in served
        ],
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate that nobody checks: it never leaves loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "load.crt", folder / "load.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    return certificate, secret
