"""What ports speak, held against what a stack puts before them."""

from pathlib import Path

import pytest

from settings.raw import Raw
from tests.settings.product import Files, files, with_change

_SIGN_ON: dict[str, Raw] = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "shop",
    "client_secret": "CLIENT_SECRET",
}


def grpc_shop(folder: Path, protocol: str = "grpc") -> Files:
    """The shop, whose API has a second host that speaks gRPC."""
    stated = files(folder)
    port: dict[str, Raw] = {"number": 50051, "app_protocol": protocol}
    route: dict[str, Raw] = {"host": "rpc", "service": "api", "port": "grpc"}
    stated.workload = with_change(stated.workload, "services.api.ports.grpc", port)
    stated.workload = with_change(stated.workload, "ingress.routes[2]", route)
    return stated


def with_sign_on(stated: Files, **sign_on: Raw) -> Files:
    stated.stack = with_change(stated.stack, "ingress.sign_on", {**_SIGN_ON, **sign_on})
    stated.stack = with_change(stated.stack, "secrets.CLIENT_SECRET", {"secure": "v1:abc"})
    stated.write()
    return stated


@pytest.mark.parametrize("protocol", ["grpc", "http2", "http"])
def test_a_port_that_says_what_it_speaks_is_taken(tmp_path: Path, protocol: str) -> None:
    stated = grpc_shop(tmp_path, protocol)
    stated.write()
    assert stated.load().workload.services["api"].ports["grpc"].app_protocol == protocol


@pytest.mark.parametrize("paths", [["/"], ["/shop.Orders"]])
def test_nobody_signs_on_before_a_port_of_grpc(tmp_path: Path, paths: list[Raw]) -> None:
    error = with_sign_on(grpc_shop(tmp_path), paths=paths).refused()
    (diagnostic,) = error.diagnostics
    assert diagnostic.setting == "groundwork:ingress.sign_on.paths[0]"
    assert diagnostic.given == paths[0]
    assert diagnostic.allowed == (
        "not supported: signing on before port grpc of api, which speaks no HTTP/1: a load balancer only forwards to it"
    )


def test_people_sign_on_at_the_other_hosts(tmp_path: Path) -> None:
    with_sign_on(grpc_shop(tmp_path), paths=["/"], hosts=["api"]).load()


def _without_http1(folder: Path) -> Files:
    stated = grpc_shop(folder)
    routes: list[Raw] = [{"host": "rpc", "service": "api", "port": "grpc"}]
    stated.workload = with_change(stated.workload, "ingress.routes", routes)
    stated.stack = with_change(stated.stack, "ingress.routing", "latency")
    stated.write()
    return stated


def test_a_region_that_shares_its_hosts_is_asked_over_http1(tmp_path: Path) -> None:
    (diagnostic,) = _without_http1(tmp_path).refused().diagnostics
    assert diagnostic.setting == "groundwork:ingress.routing"
    assert diagnostic.allowed.startswith("not supported: none of the product's routes leads to a port of HTTP/1")
