"""Signing on, held against the product's routes and its check from outside."""

from pathlib import Path

import pytest

from settings.diagnostics import SettingsError
from settings.raw import Raw
from tests.settings.product import files, with_change

_SIGN_ON: dict[str, Raw] = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "shop",
    "client_secret": "CLIENT_SECRET",
}


def signed_on(*paths: str) -> dict[str, Raw]:
    return {**_SIGN_ON, "paths": [*paths]}


def refused(folder: Path, paths: list[str], **workload: Raw) -> SettingsError:
    stated = files(folder)
    stated.stack = with_change(stated.stack, "ingress.sign_on", signed_on(*paths))
    stated.stack = with_change(stated.stack, "secrets.CLIENT_SECRET", {"secure": "v1:abc"})
    for path, value in workload.items():
        stated.workload = with_change(stated.workload, path.replace("__", "."), value)
    stated.write()
    return stated.refused()


def test_a_complete_one_is_taken_and_its_secret_is_no_secret_of_the_product(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "ingress.sign_on", signed_on("/jobs"))
    stated.stack = with_change(stated.stack, "secrets.CLIENT_SECRET", {"secure": "v1:abc"})
    stated.write()
    settings = stated.load()
    assert settings.stack.ingress.sign_on is not None
    assert settings.stack.ingress.sign_on.paths == ("/jobs",)


def test_a_path_that_no_route_leads_to_is_refused(tmp_path: Path) -> None:
    routes: list[Raw] = [{"host": "api", "path": "/jobs", "service": "worker", "port": "http"}]
    (diagnostic,) = refused(tmp_path, ["/docs"], ingress__routes=routes).diagnostics
    assert diagnostic.setting == "groundwork:ingress.sign_on.paths[0]"
    assert (diagnostic.given, diagnostic.allowed) == ("/docs", "a path that a route leads to: /jobs")
    assert diagnostic.fix == "remove it, or add the route"


@pytest.mark.parametrize("path", ["/", "/health"])
def test_a_check_from_outside_is_never_asked_to_sign_on(tmp_path: Path, path: str) -> None:
    check: dict[str, Raw] = {"host": "api", "path": "/health/live", "search": "ok"}
    (diagnostic,) = refused(tmp_path, [path], health_check=check).diagnostics
    assert diagnostic.setting == "groundwork:ingress.sign_on.paths[0]"
    assert diagnostic.given == path
    assert diagnostic.allowed == "paths without /health/live, which shop's health_check asks for from outside"
    assert diagnostic.fix == "name the paths that people use"
