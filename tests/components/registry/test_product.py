"""What the two switches of a stack, `repositories` and `registry`, do."""

from dataclasses import replace
from typing import cast

import pytest
from pulumi import ResourceOptions

from components.product.images import product_reference
from components.registry.images import Images
from components.registry.product import product_images, product_registry
from components.runtimes.kubernetes.jobs import job_values
from settings import PlatformSettings
from settings.workload.images import short_names
from settings.workload.jobs import Job
from settings.workload.service import Image
from tests.charts.rendering import stack, wiring, workload
from tests.components.recording import ACCOUNT, Recorder, build

_REGISTRY = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/openibank"
_DIGEST = f"sha256:{'0' * 64}"


def _settings(**application: object) -> PlatformSettings:
    settings = stack("prod")
    changed = settings.stack.application.model_copy(update=application)
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"application": changed})})


def _images(settings: PlatformSettings) -> Recorder[Images | None]:
    return build(lambda: product_images(settings, ACCOUNT, "arn:aws:kms:x", ResourceOptions()))


def test_nothing_is_made_unless_asked_for() -> None:
    recorder = _images(_settings())
    assert recorder.result is None
    assert recorder.registrations == ()


@pytest.mark.requirement("OB-117")
def test_every_image_of_the_product_has_a_repository_the_migrations_too() -> None:
    recorder = _images(_settings(repositories=True))
    names = [each.inputs["name"] for each in recorder.of_type("aws:ecr/repository:Repository")]
    images = ("api-server", "migrations", "playground", "resonancex-server")
    assert sorted(names) == [f"openibank/{image}" for image in images]


def test_images_come_from_where_they_are_named_by_default() -> None:
    assert product_registry(_settings(), ACCOUNT) is None


def test_with_ecr_they_come_from_the_accounts_registry() -> None:
    recorder = build(lambda: product_registry(_settings(registry="ecr"), ACCOUNT))
    assert recorder.value(recorder.result) == _REGISTRY


@pytest.mark.requirement("OB-04")
@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image(repository="openibank/api-server", tag="v1.0.0"), "api-server:v1.0.0"),
        (Image(repository="gridtokenx/api-gateway", tag="v1.0.0"), "api-gateway:v1.0.0"),
        (Image(repository="ghcr.io/r3e-network/service_layer", tag="v2"), "service_layer:v2"),
        (Image(repository="ghcr.io/acme/api", tag="v2", digest=_DIGEST), f"api@{_DIGEST}"),
    ],
)
def test_an_image_keeps_its_last_name_and_its_version(image: Image, expected: str) -> None:
    settings = _settings(registry="ecr")
    wired = replace(wiring(settings), image_registry=_REGISTRY)
    assert product_reference(settings, wired, image) == f"{_REGISTRY}/{expected}"


@pytest.mark.parametrize(("own", "expected"), [(None, "api-server:v1.0.0"), ("ghcr.io/acme/report", "report:v3")])
def test_a_jobs_image_comes_from_there_too(own: str | None, expected: str) -> None:
    settings = _settings(registry="ecr", repositories=True)
    job = Job(service="api-server", image=Image(repository=own, tag="v3") if own else None)
    settings = settings.model_copy(update={"workload": settings.workload.model_copy(update={"jobs": {"nightly": job}})})
    values = job_values(settings, replace(wiring(settings), image_registry=_REGISTRY)) or {}
    assert values["nightly"].image == f"{_REGISTRY}/{expected}"
    assert expected.split(":", maxsplit=1)[0] in short_names(settings.workload)


def test_the_platforms_own_clients_do_not_move_into_the_products_registry() -> None:
    settings = _settings(registry="ecr")
    values = workload(settings, replace(wiring(settings), image_registry=_REGISTRY))
    images = {part: str(cast("dict[str, object]", values[part])["image"]) for part in ("migration", "dump")}
    assert images["migration"] == f"{_REGISTRY}/migrations:v1.0.0"
    assert images["dump"].startswith("public.ecr.aws/docker/library/postgres:")
