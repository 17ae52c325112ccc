"""The committed stacks and every environment load; what is loaded is frozen and says what it was told."""

import json
from collections.abc import Iterable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from settings import SettingsError, load
from settings.base import Settings
from settings.cells import WORKLOAD
from settings.environments import ENVIRONMENTS
from settings.facts.kubernetes import KUBERNETES
from settings.raw import Raw
from settings.source import stack_configuration
from settings.stack import StackSettings
from settings.workload import Workload
from tests.settings.product import DELETE, Files, files, with_change

ROOT = Path(__file__).parents[2]
STACKS = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))
WORKLOADS = sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml"))


TOO_SMALL = {
    ("budget", "ai-trading"): "runtime",
    ("budget", "service-layer"): "event_bus.address",
    ("staging", "gridtokenx"): "database.instance_class",
}
"""Products that ask for more than an environment has, and the key that says so."""


def _fitting(environments: Iterable[str]) -> list[tuple[str, str]]:
    pairs = product(environments, WORKLOADS)
    return [pair for pair in pairs if pair not in TOO_SMALL]


def _committed(stack: str) -> dict[str, Raw]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    return {key.partition(":")[2]: value for key, value in config.items()}


@pytest.mark.parametrize(("environment", "workload"), TOO_SMALL)
def test_a_product_that_asks_for_more_than_an_environment_has_is_told_where(environment: str, workload: str) -> None:
    configuration = {**_committed("prod"), "environment": environment, "workload": workload}
    with pytest.raises(SettingsError) as refused:
        load("try", configuration, ROOT / "workloads")
    paths = [diagnostic.setting.removeprefix("groundwork:") for diagnostic in refused.value.diagnostics]
    assert TOO_SMALL[environment, workload] in paths


@pytest.mark.parametrize(("stack", "workload"), _fitting(STACKS))
def test_a_committed_stack_loads_for_every_product(stack: str, workload: str) -> None:
    configuration = {**_committed(stack), "workload": workload}
    settings = load(stack, configuration, ROOT / "workloads", ROOT)
    assert settings.prefix == f"{workload}-{stack}"


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_file_is_a_dozen_lines(stack: str) -> None:
    assert len((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8").splitlines()) <= 14


@pytest.mark.parametrize(("environment", "workload"), _fitting(ENVIRONMENTS))
def test_every_environment_is_valid_for_every_product(environment: str, workload: str) -> None:
    configuration = {**_committed("prod"), "environment": environment, "workload": workload}
    settings = load("try", configuration, ROOT / "workloads")
    assert settings.production == (environment == "production")
    stack = settings.stack.model_dump(mode="json")
    for section, row in ENVIRONMENTS[environment].items():
        if not isinstance(row, dict):
            assert stack[section] == row, section
            continue
        for key, value in row.items():
            if value != WORKLOAD and not isinstance(value, dict) and stack[section] is not None:
                assert stack[section][key] == value, f"{section}.{key}"


def test_every_row_states_the_same_settings() -> None:
    def keys(section: Raw) -> Raw:
        return {key: keys(value) for key, value in section.items()} if isinstance(section, dict) else None

    dev, *others = (keys(row) for row in ENVIRONMENTS.values())
    assert all(other == dev for other in others)
    assert list(ENVIRONMENTS) == ["dev", "staging", "production", "budget"]


@pytest.mark.requirement("OB-128")
def test_production_takes_the_products_figures() -> None:
    settings = load("prod", _committed("prod"), ROOT / "workloads")
    database, cache = settings.stack.database, settings.stack.cache
    assert database is not None
    assert cache is not None
    assert (database.read_replicas, cache.shards) == (2, 3)
    assert [settings.replicas(name).minimum for name in ("api-server", "resonancex", "playground")] == [3, 2, 1]


@pytest.mark.requirement("OB-129")
def test_dev_runs_one_of_each() -> None:
    settings = load("dev", _committed("dev"), ROOT / "workloads")
    assert settings.stack.database is not None
    assert settings.stack.database.read_replicas == 0
    assert {settings.replicas(name).maximum for name in settings.workload.services} == {1}


def test_a_product_without_stores_gets_none(tmp_path: Path) -> None:
    stated = _without_stores(files(tmp_path))
    stated.write()
    settings = stated.load()
    assert (settings.stack.database, settings.stack.cache) == (None, None)


@pytest.mark.parametrize("section", ["database", "cache"])
def test_a_section_for_a_store_that_the_product_lacks_is_refused(section: str, tmp_path: Path) -> None:
    stated = _without_stores(files(tmp_path))
    stated.stack = with_change(stated.stack, f"{section}.maintenance_window", "sun:07:00-sun:09:00")
    stated.write()
    (diagnostic,) = stated.refused().diagnostics
    assert (diagnostic.setting, diagnostic.allowed) == (f"groundwork:{section}", f"no section: shop has no {section}")


def _without_stores(stated: Files) -> Files:
    changes: dict[str, Raw] = {
        "services.api.uses": [],
        "services.api.environment": {},
        "services.api.secrets": ["PARTNER_KEY"],
        "services.api.database_pool": 0,
        "migration.secrets": [],
        "backups": {},
    }
    for path, value in changes.items():
        stated.workload = with_change(stated.workload, path, value)
    for path in ("database", "cache", "secrets.DATABASE_URL"):
        stated.workload = with_change(stated.workload, path, DELETE)
    return stated


def _models(model: type[Settings] = Settings) -> list[type[Settings]]:
    return [inner for child in model.__subclasses__() for inner in (child, *_models(child))]


def test_every_model_is_frozen_strict_and_closed() -> None:
    assert len(_models()) >= 40
    for model in _models():
        assert (model.model_config.get("frozen"), model.model_config.get("strict")) == (True, True), model
        assert model.model_config.get("extra") == "forbid", model


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    settings = stated.load()
    with pytest.raises(ValidationError, match="frozen"):
        settings.stack.network.cidr = "10.9.0.0/16"


def test_what_is_loaded_can_be_written_and_read_again(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    settings = stated.load()
    assert StackSettings.model_validate_json(settings.stack.model_dump_json(by_alias=True)) == settings.stack
    assert Workload.model_validate_json(settings.workload.model_dump_json(by_alias=True)) == settings.workload


def test_loading_does_not_need_the_stack_files(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.write()
    configuration: dict[str, Raw] = {**stated.stack, "provided_secrets": ["PARTNER_KEY"]}
    del configuration["secrets"]
    assert load("prod", configuration, tmp_path / "workloads").stack == stated.load().stack
    with pytest.raises(SettingsError, match="us-east-9") as refused:
        load("prod", {**configuration, "region": "us-east-9"}, tmp_path / "workloads")
    assert refused.value.diagnostics[0].line is None


# What is noted, never refused


def _given(stated: Files) -> dict[str, Raw]:
    given: dict[str, Raw] = {**stated.stack, "provided_secrets": ["PARTNER_KEY"]}
    del given["secrets"]
    return given


def _notes(stated: Files, today: date = date(2026, 1, 1)) -> tuple[str, ...]:
    stated.write()
    return load("prod", _given(stated), stated.folder / "workloads", today=today).notes


def test_nothing_is_noted_about_the_product_of_the_tests(tmp_path: Path) -> None:
    assert _notes(files(tmp_path)) == ()


@pytest.mark.parametrize(
    ("file", "path", "value", "note"),
    [
        ("workload", "secrets.SPARE", {"kind": "generated"}, "secrets.SPARE: no service, file or migration reads it"),
        ("workload", "services.worker.replicas.maximum", 3, "services.worker: 1-3 pods but no scaling target"),
        ("workload", "services.api.replicas.maximum", 2, "services.api: a scaling target, but always 2 pods"),
        ("workload", "ingress.rate_limit.application_requests", 1200, "the edge allows 100 requests in 60 s"),
        ("stack", "network.nat", "single", "network.nat: one NAT gateway"),
    ],
)
def test_what_is_worth_a_look_is_noted(file: str, path: str, value: Raw, note: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    if file == "stack":
        stated.stack = with_change(stated.stack, path, value)
    else:
        stated.workload = with_change(stated.workload, path, value)
    (noted,) = _notes(stated)
    assert note in noted


@pytest.mark.parametrize(
    ("today", "in_force", "note"),
    [(date(2026, 1, 5), 1, "is permitted until 2026-01-05"), (date(2026, 1, 6), 0, "2026-01-05, and is refused again")],
)
def test_a_permit_holds_through_its_last_day(today: date, in_force: int, note: str, tmp_path: Path) -> None:
    permit: dict[str, Raw] = {"change": "replace", "of": "uploads", "until": "2026-01-05", "why": "another bucket"}
    stated = files(tmp_path)
    stated.stack = with_change(stated.stack, "permits", [permit])
    (noted,) = _notes(stated, today)
    assert note in noted
    loaded = load("prod", _given(stated), stated.folder / "workloads", today=today)
    assert len(loaded.stack.permits) == in_force
    assert loaded.stack.permits_to("replace", "uploads") == bool(in_force)


@pytest.mark.requirement("OB-86")
def test_openibanks_lower_limit_at_the_edge_is_noted() -> None:
    settings = load("prod", _committed("prod"), ROOT / "workloads")
    assert any("the edge allows 100 requests in 60 s, the application 1200" in note for note in settings.notes)


@pytest.mark.parametrize(
    ("today", "verb"), [(date(2026, 12, 26), None), (date(2026, 12, 27), "leaves"), (date(2027, 3, 27), "left")]
)
def test_a_kubernetes_version_near_its_end_is_noted(today: date, verb: str | None, tmp_path: Path) -> None:
    notes = _notes(files(tmp_path), today)
    assert notes == () if verb is None else f"1.35 {verb} standard support after 2027-03-26" in notes[0]


def test_support_ends_in_the_order_of_versions() -> None:
    ends = [support.standard_ends for support in KUBERNETES.values()]
    assert ends == sorted(ends)
    assert all(support.standard_ends < support.extended_ends for support in KUBERNETES.values())


# From Pulumi's flat configuration


def test_pulumis_map_is_nested_and_secret_values_stay_behind() -> None:
    configuration = stack_configuration(
        {
            "groundwork:region": "us-east-1",
            "groundwork:zones": '["us-east-1a"]',
            "groundwork:network": '{"cidr":"10.0.0.0/16","interface_endpoints":true}',
            "groundwork:secrets": '{"B":"hunter2","A":"hunter3"}',
            "groundwork:primary_stack": "",
            "groundwork:cluster": "{}",
            "groundwork:access": "[]",
            "aws:region": "eu-west-1",
        }
    )
    assert configuration.values == {
        "region": "us-east-1",
        "zones": ["us-east-1a"],
        "network": {"cidr": "10.0.0.0/16", "interface_endpoints": True},
        "provided_secrets": ["A", "B"],
    }


@pytest.mark.parametrize(
    ("key", "text", "path", "fix"),
    [
        ("network", '{"cidr": ', "groundwork:network", "expecting value at column 10"),
        ("zones", "[us-east-1a]", "groundwork:zones", "expecting value at column 2"),
        ("secrets", '{"A": "hunter2"', "groundwork:secrets", "set it in the stack file as YAML"),
        ("secrets", "hunter2", "groundwork:secrets", "set each with `pulumi config set --secret --path"),
        ("secrets", '["hunter2"]', "groundwork:secrets", "set each with"),
        ("secrets", '{"A": 5}', "groundwork:secrets.A", "set it with"),
        ("secrets", '{"A": ""}', "groundwork:secrets.A", "set it with"),
        ("provided_secrets", '["A"]', "groundwork:provided_secrets", "set values under `groundwork:secrets`"),
    ],
)
def test_what_is_not_json_is_refused_without_showing_secrets(key: str, text: str, path: str, fix: str) -> None:
    (diagnostic,) = stack_configuration({f"groundwork:{key}": text}).diagnostics
    assert diagnostic.placed("Pulumi.prod.yaml", 1, "groundwork:").setting == path
    assert fix in diagnostic.fix
    assert "hunter2" not in diagnostic.render()


@pytest.mark.parametrize("levels", [61, 300, 100_000])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_without_end_is_one_clear_line(levels: int, start: str, end: str) -> None:
    for key, shown in (("network", start[0]), ("secrets", "(not shown)")):
        (diagnostic,) = stack_configuration({f"groundwork:{key}": f"{start * levels}1{end * levels}"}).diagnostics
        assert diagnostic.path == (key,)
        assert diagnostic.allowed == "at most 20,000 values, 60 levels deep, after aliases are followed"
        assert str(diagnostic.given).startswith(shown)
        assert len(diagnostic.render()) < 1000


def test_as_many_values_and_levels_as_a_file_may_hold_are_read() -> None:
    deep = f"{'[' * 59}1{']' * 59}"
    wide = json.dumps([1] * 19_999)
    read = stack_configuration({"groundwork:network": deep, "groundwork:zones": wide})
    assert set(read.values) == {"network", "zones"}
    (diagnostic,) = stack_configuration({"groundwork:zones": json.dumps([1] * 20_000)}).diagnostics
    assert "20,000 values" in diagnostic.allowed
