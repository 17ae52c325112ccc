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


def _optional(folder: Path, include: list[Raw], **changes: Raw) -> PlatformSettings:
    stated = files(folder)
    routes: Raw = [{"host": "api", "service": "api", "port": "http"}]
    stated.workload = with_change(stated.workload, "ingress.routes", routes)
    stated.workload = with_change(stated.workload, "services.worker.optional", True)
    stated.stack = with_change(stated.stack, "application", {"include": include, "services": changes})
    stated.write()
    return stated.load()


@pytest.mark.requirement("OB-29")
def test_an_optional_service_runs_where_a_stack_asks_for_it(tmp_path: Path) -> None:
    assert set(_optional(tmp_path, []).workload.services) == {"api"}
    assert _optional(tmp_path, []).workload.services["api"].calls == ()
    assert set(_optional(tmp_path, ["worker"]).workload.services) == {"api", "worker"}


def test_a_stack_may_change_a_variable_and_open_a_way_out(tmp_path: Path) -> None:
    egress: Raw = [{"name": "model", "port": 11434, "cidr": "198.51.100.7/32"}]
    api = _optional(tmp_path, [], api={"environment": {"PORT": "3001", "MODEL": "x"}, "egress": egress})
    service = api.workload.services["api"]
    assert (service.environment["PORT"], service.environment["MODEL"]) == ("3001", "x")
    assert "DATABASE_HOST" in service.environment
    assert [each.name for each in service.egress] == ["partner", "model"]


def test_what_is_not_asked_for_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"add it to application\.include"):
        _optional(tmp_path, [], worker={"environment": {"PORT": "1"}})
