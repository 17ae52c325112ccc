"""What a task on ECS can hold, told before anything is created."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from settings.load import load
from settings.problems import SettingsError
from settings.raw import Raw
from tests.settings.product import STACK, WORKLOAD


def _load(folder: Path, service: Mapping[str, object], **stated: Raw) -> tuple[str, ...]:
    product = yaml.safe_load(WORKLOAD)
    product["services"]["worker"] |= service
    (folder / "shop.yaml").write_text(yaml.safe_dump(product))
    configuration: dict[str, Raw] = yaml.safe_load(STACK)
    configuration |= {"runtime": "ecs", "provided_secrets": ["PARTNER_KEY"], **stated}
    return load("prod", {key: value for key, value in configuration.items() if key != "secrets"}, folder).notes


def _config(size: int) -> dict[str, object]:
    return {"path": "/etc/worker", "files": {"rules.yaml": "x" * size}}


def test_more_text_than_a_task_definition_takes_is_refused_with_the_arithmetic(tmp_path: Path) -> None:
    config = _config(50_000)
    with pytest.raises(SettingsError, match="50,006 bytes in JSON, and its task definition has room for 49,152"):
        _load(tmp_path, {"config": config})
    _load(tmp_path, {"config": config}, runtime="eks")
    _load(tmp_path, {"config": _config(40_000)})


def test_a_volume_that_outlives_its_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="worker has a persistent volume"):
        _load(tmp_path, {"volumes": {"/data": {"kind": "persistent"}}})
    _load(tmp_path, {"volumes": {"/data": {"kind": "disk"}}})


def test_traces_have_no_way_on_one_machine(tmp_path: Path) -> None:
    ecs: Raw = {"host": {"instance_type": "t3.large"}, "prometheus": False}
    with pytest.raises(SettingsError, match="worker sends traces to a collector in its own task"):
        _load(tmp_path, {"uses": ["telemetry"]}, ecs=ecs)
    assert not [note for note in _load(tmp_path, {}, ecs=ecs) if "host" in note]


def test_a_lock_of_a_cluster_is_noted(tmp_path: Path) -> None:
    noted = _load(tmp_path, {"leader_election": {"lease": "worker"}})
    assert [note for note in noted if note.startswith("services.worker.leader_election:")]
    assert not [note for note in _load(tmp_path, {}) if "leader_election" in note]
