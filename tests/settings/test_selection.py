"""A stack that does not run every service of its product."""

from pathlib import Path

import pytest

from settings import PlatformSettings, SettingsError
from settings.raw import Raw
from tests.settings.product import files, with_change


def _load(folder: Path, without: list[Raw]) -> PlatformSettings:
    stated = files(folder)
    stated.workload = with_change(
        stated.workload, "ingress.routes", [{"host": "api", "service": "api", "port": "http"}]
    )
    stated.stack = with_change(stated.stack, "application.without", without)
    stated.write()
    return stated.load()


@pytest.mark.requirement("OB-25")
@pytest.mark.requirement("OB-129")
def test_a_service_that_is_left_out_is_gone_with_the_calls_to_it(tmp_path: Path) -> None:
    settings = _load(tmp_path, ["worker"])
    assert set(settings.workload.services) == {"api"}
    assert settings.workload.services["api"].calls == ()


def test_a_product_is_whole_otherwise(tmp_path: Path) -> None:
    settings = _load(tmp_path, [])
    assert set(settings.workload.services) == {"api", "worker"}
    assert len(settings.workload.services["api"].calls) == 1


def test_something_must_run(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not every service"):
        _load(tmp_path, ["api", "worker"])


def test_an_objective_of_a_service_that_is_left_out_is_not_watched(tmp_path: Path) -> None:
    stated = files(tmp_path)
    worker: Raw = {"host": "api", "service": "worker", "port": "http"}
    stated.workload = with_change(stated.workload, "ingress.routes", [worker])
    stated.workload = with_change(stated.workload, "migration.service", "worker")
    stated.stack = with_change(stated.stack, "application.without", ["api"])
    stated.write()
    assert stated.load().workload.objectives == ()
