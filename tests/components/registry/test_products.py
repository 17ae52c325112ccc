"""Every product of workloads/ can move to ECR as it is described."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.product.images import product_reference
from settings import PlatformSettings, load
from settings.workload.images import own_images, short_names
from tests.charts.rendering import stack, wiring

_WORKLOADS = Path(__file__).parents[3] / "workloads"
_PRODUCTS = sorted(path.stem for path in _WORKLOADS.glob("*.yaml"))
_REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"


def _loaded(product: str) -> PlatformSettings:
    workload: dict[str, Any] = yaml.safe_load((_WORKLOADS / f"{product}.yaml").read_text(encoding="utf-8"))
    secrets: dict[str, Any] = workload.get("secrets", {})
    stated: dict[str, Any] = {
        "environment": "dev",
        "region": "us-east-1",
        "zones": ["us-east-1a", "us-east-1b"],
        "domain": "example.com",
        "network": {"cidr": "10.0.0.0/16"},
        "cluster": {"api_access": "tunnel"},
        "workload": product,
        "application": {"registry": "ecr", "repositories": True},
        "provided_secrets": [name for name, secret in secrets.items() if secret["kind"] == "provided"],
    }
    return load("dev", stated, _WORKLOADS)


@pytest.mark.parametrize("product", _PRODUCTS)
def test_no_two_images_of_a_product_share_a_repository(product: str) -> None:
    workload = _loaded(product).workload
    assert len(short_names(workload)) == len({image.repository for image in own_images(workload).values()})


@pytest.mark.parametrize(
    ("product", "service", "expected"),
    [
        pytest.param(
            "gridtokenx",
            "api-gateway",
            "gridtokenx/api-gateway:v1.0.0",
            marks=[pytest.mark.requirement("GX-11"), pytest.mark.requirement("GX-32")],
        ),
        pytest.param("openibank", "api-server", "openibank/api-server:v1.0.0", marks=pytest.mark.requirement("OB-04")),
    ],
)
def test_the_guides_image_is_found_in_ecr(product: str, service: str, expected: str) -> None:
    settings = _loaded(product)
    wired = replace(wiring(stack("prod")), image_registry=f"{_REGISTRY}/{product}")
    assert product_reference(settings, wired, settings.workload.services[service].image) == f"{_REGISTRY}/{expected}"


@pytest.mark.requirement("SL-09")
def test_an_image_of_another_registry_is_found_in_ecr() -> None:
    settings = _loaded("service-layer")
    wired = replace(wiring(stack("prod")), image_registry=f"{_REGISTRY}/service-layer")
    (image,) = {
        each.repository: each for each in own_images(settings.workload).values() if "ghcr.io/" in each.repository
    }.values()
    assert image.repository == "ghcr.io/r3e-network/service_layer"
    assert str(product_reference(settings, wired, image)).startswith(f"{_REGISTRY}/service-layer/service_layer:")
