"""Configuration folders, files, volumes and log files of a task, by the products' own workload files."""

import subprocess
from pathlib import Path

from components.runtimes.ecs.folders import disk
from settings.workload.running import Volume
from tests.components.runtimes.ecs.products import TASK, containers, on_ecs, service_layer, settings, variables


def test_the_configuration_folder_is_mounted_read_only_where_the_product_looks() -> None:
    main = containers(service_layer(), "service-layer")["service-layer"]
    mounts = {each["containerPath"]: each["readOnly"] for each in main["mountPoints"]}
    assert mounts["/app/configs"] is True
    assert mounts["/data/snapshots"] is False
    assert mounts["/var/log/service-layer"] is False
    assert {"containerName": "prepare", "condition": "SUCCESS"} in main["dependsOn"]


def test_the_task_writes_the_files_of_the_workload_file(tmp_path: Path) -> None:
    tasks = containers(service_layer(), "service-layer")
    prepare, main = tasks["prepare"], tasks["service-layer"]
    volume = next(each["sourceVolume"] for each in main["mountPoints"] if each["containerPath"] == "/app/configs")
    for each in prepare["mountPoints"]:
        assert each["containerPath"] == f"/volumes/{each['sourceVolume']}"
        (tmp_path / each["sourceVolume"]).mkdir()
    # The container is root in its own world; here only what it writes is looked at.
    script = "chown() { :; }; " + prepare["command"][2].replace("/volumes", str(tmp_path))
    subprocess.run(["sh", "-euc", script], env=variables(prepare), check=True, timeout=30)
    config = settings("prod", workload="service-layer").workload.services["service-layer"].config
    assert config is not None
    assert {file.name: file.read_text() for file in (tmp_path / volume).iterdir()} == dict(config.files)


def test_a_files_secret_travels_by_reference_to_the_container_that_writes_it_alone() -> None:
    tasks = containers(on_ecs("gridtokenx"), "api-gateway")
    (written,) = tasks["prepare"]["secrets"]
    assert "blockchain-keypair" in written["valueFrom"]
    assert written["name"] in tasks["prepare"]["command"][2]
    assert written["valueFrom"] not in [each["valueFrom"] for each in tasks["api-gateway"]["secrets"]]
    folder = {each["containerPath"]: each for each in tasks["api-gateway"]["mountPoints"]}["/secure/vault"]
    assert folder["readOnly"] is True


def test_the_disk_holds_what_the_volumes_ask_for() -> None:
    given = settings("prod", workload="gridtokenx", runtime="ecs", domain="example.com")
    service = given.workload.services["api-gateway"]
    volumes = {"/data": Volume(kind="disk", size="20Gi"), "/logs": Volume(size="1536Mi")}
    assert disk(service.model_copy(update={"volumes": volumes})) == 22
    assert disk(service.model_copy(update={"volumes": {"/data": Volume(kind="disk", size="300Gi")}})) == 200
    assert disk(service) is None
    assert "ephemeralStorage" not in on_ecs("gridtokenx").one(TASK, "application-api-gateway-task").inputs


def test_a_file_of_log_lines_joins_the_tasks_log() -> None:
    tasks = containers(service_layer(), "service-layer")
    reader = tasks["log-audit"]
    assert reader["command"] == ["tail", "-n", "+1", "-F", "/var/log/service-layer/audit.jsonl"]
    shared = {each["containerPath"]: each["sourceVolume"] for each in tasks["service-layer"]["mountPoints"]}
    read = {each["containerPath"]: each for each in reader["mountPoints"]}["/var/log/service-layer"]
    assert (read["sourceVolume"], read["readOnly"]) == (shared["/var/log/service-layer"], True)
    assert reader["essential"] is False
