"""Images without a shell: the platform needs none in them, and an operator puts a container with tools beside them."""

import fnmatch
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from components.product.images import SHELL
from settings import PlatformSettings
from settings.workload.images import canonical_name, own_images
from tests.charts import ai_trading, gridtokenx, service_layer
from tests.charts.rendering import ROOT, Rendered, rendered, stack
from tests.charts.test_operators import may, trading

_SETTINGS: dict[str, Callable[[], PlatformSettings]] = {
    "openibank": lambda: stack("prod"),
    "service-layer": lambda: service_layer.settings("prod"),
    "gridtokenx": lambda: gridtokenx.gridtokenx("prod"),
    "ai-trading": lambda: ai_trading.ai_trading("prod"),
}


@cache
def _objects(product: str) -> Rendered:
    if product == "service-layer":
        return service_layer.release("workload")
    harness = {"openibank": rendered, "gridtokenx": gridtokenx.rendered, "ai-trading": ai_trading.rendered}
    return harness[product]("workload", "prod")


def _containers(objects: Rendered) -> list[tuple[str, Any]]:
    return [
        (name, container)
        for name, template in objects.pod_templates()
        for container in (*template["spec"]["containers"], *template["spec"].get("initContainers", []))
    ]


@pytest.mark.requirement("AT-67")
@pytest.mark.parametrize("product", _SETTINGS)
def test_nothing_is_run_in_a_services_image_that_the_product_did_not_ask_for(product: str) -> None:
    settings, objects = _SETTINGS[product](), _objects(product)
    own = {f"{image.repository}:{image.tag}" for image in own_images(settings.workload).values()}
    found = 0
    for name, container in _containers(objects):
        service = settings.workload.services.get(name)
        if service is None or container["image"] not in own:
            continue
        found += 1
        assert container.get("command", []) == list(service.command)
        # Kubernetes itself waits: no program of the image is started for it.
        assert set(container["lifecycle"]["preStop"]) == {"sleep"}
        for kind in ("startup", "readiness", "liveness"):
            probe = container.get(f"{kind}Probe", {})
            assert "exec" not in probe or probe["exec"]["command"][0] not in {"sh", "/bin/sh", "bash"}
    assert found == len(settings.workload.services)


@pytest.mark.requirement("AT-67")
@pytest.mark.parametrize("product", _SETTINGS)
def test_no_image_is_written_to_or_run_as_root(product: str) -> None:
    for name, template in _objects(product).pod_templates():
        security = template["spec"]["securityContext"]
        assert security["runAsNonRoot"] is True, name
        # A number: the node cannot tell whether a name is root's.
        assert isinstance(security["runAsUser"], int), name
        assert security["runAsUser"] > 0, name


@pytest.mark.requirement("AT-67")
def test_an_operator_may_put_a_container_with_tools_into_a_pod() -> None:
    namespace = ai_trading.NAMESPACE
    # kubectl debug reads the pod, patches its ephemeral containers, waits for the container and attaches to it.
    for verb, resource in (
        ("get", "pods"),
        ("watch", "pods"),
        ("patch", "pods/ephemeralcontainers"),
        ("create", "pods/attach"),
    ):
        assert may(trading(), namespace, verb, resource), f"{verb} {resource}"
    assert not may(trading(), namespace, "patch", "pods")
    assert not may(trading(), namespace, "create", "pods")


def _lets_in(image: str) -> bool:
    """Decide as the admission controller does, which sees a name with its registry."""
    policies = ai_trading.rendered("image-policy", "prod").of_kind("ClusterImagePolicy")
    globs = [each["glob"] for policy in policies for each in policy["spec"]["images"]]
    name, colon, tag = image.rpartition(":")
    return any(fnmatch.fnmatchcase(f"{canonical_name(name)}{colon}{tag}", glob) for glob in globs)


@pytest.mark.requirement("AT-67")
def test_its_image_is_let_in_where_images_must_be_signed() -> None:
    guide = (ROOT / "docs/how-to/look-into-a-minimal-image.md").read_text()
    image = f"{SHELL.repository}:{SHELL.tag}"
    assert f"--image={image}" in guide
    assert _lets_in(image)
    assert not _lets_in("docker.io/library/ubuntu:24.04")


def test_every_image_of_the_platforms_own_is_let_in_there() -> None:
    settings, objects = _SETTINGS["ai-trading"](), _objects("ai-trading")
    own = {f"{image.repository}:{image.tag}" for image in own_images(settings.workload).values()}
    others = {container["image"] for _, container in _containers(objects)} - own
    assert any("pgbouncer" in image for image in others)
    assert [image for image in sorted(others) if not _lets_in(image)] == []


@pytest.mark.requirement("AT-67")
def test_the_example_ends_in_an_image_without_a_shell() -> None:
    lines = Path(ROOT / "docs/how-to/examples/Dockerfile.distroless").read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert bases[-1].startswith("gcr.io/distroless/")
    assert "USER 10001" in lines
    assert not any(line.startswith("RUN") for line in lines[lines.index(f"FROM {bases[-1]}") :])
