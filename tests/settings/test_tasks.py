"""What a task on ECS can hold, reported before anything is created."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from settings.diagnostics import SettingsError
from settings.load import load
from settings.raw import Raw
from settings.runtimes import Feature, offering
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
    with pytest.raises(SettingsError, match="50,006 bytes in JSON; its task definition has room for 49,152"):
        _load(tmp_path, {"config": config})
    _load(tmp_path, {"config": config}, runtime="eks")
    _load(tmp_path, {"config": _config(40_000)})


def test_a_volume_that_outlives_its_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="worker has a persistent volume"):
        _load(tmp_path, {"volumes": {"/data": {"kind": "persistent"}}})
    _load(tmp_path, {"volumes": {"/data": {"kind": "disk"}}})


def test_a_fix_names_the_runtime_that_has_what_this_one_lacks(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(tmp_path, {"volumes": {"/data": {"kind": "persistent"}}})
    (found,) = caught.value.diagnostics
    assert (found.path, found.given) == (("runtime",), "ecs")
    assert found.fix == f"write {offering(Feature.PERSISTENT_VOLUMES)}, or make the volume scratch or disk"


def test_one_machine_mounts_no_shared_folder(tmp_path: Path) -> None:
    """So its security group never opens the port of EFS: a task on Fargate mounts a folder at an address of its own."""
    folder = {"volumes": {"/data": {"kind": "shared"}}}
    larger: Raw = {"host": {"instance_type": "m7i.xlarge"}, "prometheus": False}
    with pytest.raises(SettingsError, match="worker has a shared folder, and only a task with an address"):
        _load(tmp_path, folder, ecs=larger, application={"scale": "single"})
    _load(tmp_path, folder, ecs={"prometheus": False})


def test_traces_have_no_way_on_one_machine(tmp_path: Path) -> None:
    ecs: Raw = {"host": {"instance_type": "t3.large"}, "prometheus": False}
    with pytest.raises(SettingsError, match="worker sends traces to a collector in its own task"):
        _load(tmp_path, {"uses": ["telemetry"]}, ecs=ecs)
    single: Raw = {"scale": "single"}
    larger: Raw = {"host": {"instance_type": "m7i.xlarge"}, "prometheus": False}
    assert not [note for note in _load(tmp_path, {}, ecs=larger, application=single) if "host" in note]


def test_a_health_port_is_not_supported_on_one_machine(tmp_path: Path) -> None:
    product = yaml.safe_load(WORKLOAD)
    product["ingress"]["routes"][0]["health_port"] = "metrics"
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(product))
    configuration: dict[str, Raw] = yaml.safe_load(STACK)
    del configuration["secrets"]
    configuration |= {"runtime": "ecs", "provided_secrets": ["PARTNER_KEY"]}
    load("prod", configuration, tmp_path)
    configuration["ecs"] = {"host": {"instance_type": "m7i.xlarge"}, "prometheus": False}
    configuration["application"] = {"scale": "single"}
    with pytest.raises(SettingsError, match="not supported: a health port on a host: port metrics of api"):
        load("prod", configuration, tmp_path)


def test_a_lock_of_a_cluster_is_noted(tmp_path: Path) -> None:
    noted = _load(tmp_path, {"leader_election": {"lease": "worker"}})
    assert [note for note in noted if note.startswith("services.worker.leader_election:")]
    assert not [note for note in _load(tmp_path, {}) if "leader_election" in note]


def test_a_probe_of_grpc_is_noted_where_nothing_asks_it(tmp_path: Path) -> None:
    probing = {
        "probes": {"readiness": {"grpc": {"port": "http"}}},
        "ports": {"http": {"number": 8080, "app_protocol": "grpc"}},
    }
    (noted,) = (note for note in _load(tmp_path, probing) if "probes.readiness" in note)
    assert noted.startswith("services.worker.probes.readiness: a check runs a program of the image")
    assert not [note for note in _load(tmp_path, probing, runtime="eks") if "probes" in note]
