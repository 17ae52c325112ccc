"""Names of a product's images in ECR."""

from pathlib import Path

import pytest

from settings.raw import Raw
from settings.workload.images import short_names
from tests.settings.product import Files, files, with_change


def _stated(folder: Path, application: dict[str, Raw], workload: dict[str, Raw]) -> Files:
    stated = files(folder)
    for path, value in workload.items():
        stated.workload = with_change(stated.workload, path, value)
    stated.stack = with_change(stated.stack, "application", application)
    stated.write()
    return stated


_ECR: list[dict[str, Raw]] = [{"registry": "ecr"}, {"repositories": True}]


@pytest.mark.requirement("WX-07")
def test_services_of_one_image_share_its_repository(tmp_path: Path) -> None:
    stated = _stated(tmp_path, {"registry": "ecr"}, {"services.worker.image.repository": "example/api"})
    assert short_names(stated.load().workload) == ("api",)


@pytest.mark.parametrize("application", _ECR, ids=str)
def test_two_images_that_would_share_a_repository_are_refused(tmp_path: Path, application: dict[str, Raw]) -> None:
    stated = _stated(tmp_path, application, {"services.worker.image.repository": "other/api"})
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "services.worker.image.repository"
    assert diagnostic.file == "workloads/shop.yaml"
    assert "both would be shop/api in ECR" in diagnostic.allowed
    assert "rename one" in diagnostic.fix


def test_upstream_they_may_be_called_alike(tmp_path: Path) -> None:
    stated = _stated(tmp_path, {"registry": "upstream"}, {"services.worker.image.repository": "other/api"})
    assert stated.load().prefix == "shop-prod"


@pytest.mark.parametrize("application", _ECR, ids=str)
def test_a_name_that_ecr_does_not_take_is_refused(tmp_path: Path, application: dict[str, Raw]) -> None:
    stated = _stated(tmp_path, application, {"services.worker.image.repository": "example/my__worker"})
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.given == "example/my__worker"
    assert diagnostic.fix == "write it like shop/worker"


def test_the_migrations_image_counts(tmp_path: Path) -> None:
    stated = _stated(tmp_path, {"registry": "ecr"}, {"migration.image_repository": "example/migrations"})
    assert short_names(stated.load().workload) == ("api", "migrations", "worker")
