"""What a port speaks, and probes that ask gRPC's own health service."""

from typing import Any

import pytest

from tests.charts.product import chart, with_services
from tests.charts.rendering import Rendered, at, stack

RPC: dict[str, Any] = {
    "ports": {
        "grpc": {"number": 50051, "app_protocol": "grpc"},
        "h2c": {"number": 8081, "app_protocol": "http2"},
        "http": {"number": 8080, "app_protocol": "http"},
        "raw": {"number": 9000},
    },
    "probes": {
        "startup": {"grpc": {"port": "grpc"}},
        "readiness": {"grpc": {"port": "grpc", "service": "shop.Orders"}, "period_seconds": 5},
        "liveness": {"grpc": {"port": "grpc", "service": "liveness"}},
    },
    "sidecars": {
        "gateway": {
            "image": {"repository": "example/gateway", "tag": "v1"},
            "ports": {"gate": {"number": 9901, "app_protocol": "grpc"}},
            "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}},
            "probes": {"readiness": {"grpc": {"port": "gate"}}},
        }
    },
}


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    return chart(with_services({"orders": RPC}))


def test_the_service_says_what_each_port_speaks(rendered: Rendered) -> None:
    ports = at(rendered.one("Service", "orders"), "spec.ports")
    assert {port["name"]: port.get("appProtocol") for port in ports} == {
        "grpc": "grpc",
        "h2c": "kubernetes.io/h2c",
        "http": "http",
        "raw": None,
        "gate": "grpc",
    }


def test_a_port_that_states_nothing_stays_as_it_was() -> None:
    unchanged = chart(stack("prod"))
    assert not any("appProtocol" in port for each in unchanged.of_kind("Service") for port in each["spec"]["ports"])


@pytest.mark.parametrize(
    ("probe", "asked"),
    [
        ("startupProbe", {"port": 50051}),
        ("readinessProbe", {"port": 50051, "service": "shop.Orders"}),
        ("livenessProbe", {"port": 50051, "service": "liveness"}),
    ],
)
def test_kubernetes_asks_grpc_itself(rendered: Rendered, probe: str, asked: dict[str, object]) -> None:
    container = at(rendered.one("Deployment", "orders"), "spec.template.spec.containers[name=orders]")
    assert container[probe]["grpc"] == asked
    assert not {"httpGet", "tcpSocket", "exec"} & container[probe].keys()


def test_a_sidecar_is_asked_too(rendered: Rendered) -> None:
    sidecar = at(rendered.one("Deployment", "orders"), "spec.template.spec.initContainers[name=gateway]")
    assert sidecar["readinessProbe"]["grpc"] == {"port": 9901}
