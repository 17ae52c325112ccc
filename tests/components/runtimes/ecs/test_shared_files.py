"""A product's shared folders and outside event bus on ECS: mounted by the task itself, with a right of its own."""

from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from settings import PlatformSettings
from settings.diagnostics import SettingsError
from tests.components.recording import Recorder, Registration
from tests.components.runtimes.ecs.test_platform import containers, platform, settings, task_of

NAME = "service-layer"
ELSEWHERE = {"address": "mq.example.com:9876"}


def _settings(**changes: Any) -> PlatformSettings:
    return settings("prod", workload=NAME, runtime="ecs", event_bus=ELSEWHERE, **changes)


@cache
def _platform() -> Recorder[Platform]:
    return platform(_settings())


def _point() -> Registration:
    return _platform().one("aws:efs/accessPoint:AccessPoint")


def test_the_task_mounts_the_folder_with_tls_and_by_its_role() -> None:
    (volume,) = [each for each in task_of(_platform(), NAME).inputs["volumes"] if "efsVolumeConfiguration" in each]
    stated = volume["efsVolumeConfiguration"]
    assert stated["fileSystemId"] == "files-system-id"
    assert stated["transitEncryption"] == "ENABLED"
    assert stated["authorizationConfig"] == {"accessPointId": f"{_point().name}-id", "iam": "ENABLED"}


@pytest.mark.requirement("SL-62")
def test_the_container_sees_it_where_the_variable_says_and_nobody_takes_it_over() -> None:
    tasks = containers(task_of(_platform(), NAME))
    (volume,) = [each for each in task_of(_platform(), NAME).inputs["volumes"] if "efsVolumeConfiguration" in each]
    main = tasks["appserver"] if "appserver" in tasks else tasks[NAME]
    (mount,) = [each for each in main["mountPoints"] if each["sourceVolume"] == volume["name"]]
    assert mount == {"sourceVolume": volume["name"], "containerPath": "/data/snapshots", "readOnly": False}
    assert volume["name"] not in str(tasks["prepare"])


def test_the_role_may_mount_this_folder_and_no_other() -> None:
    policy = _platform().one("aws:iam/rolePolicy:RolePolicy", f"application-{NAME}-roles-task-permissions")
    (mounting,) = [each for each in policy.document("policy")["Statement"] if each["Sid"].startswith("MountFolder")]
    assert mounting["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    assert "file-system" in mounting["Resource"] or "files-system" in mounting["Resource"]
    (condition,) = mounting["Condition"]["StringEquals"].items()
    assert condition[0] == "elasticfilesystem:AccessPointArn"
    assert _point().name in condition[1]
    clients = _platform().one("aws:efs/fileSystemPolicy:FileSystemPolicy").document("policy")["Statement"][0]
    assert clients["Principal"] != {"AWS": "*"}


def test_the_way_to_the_mount_targets_and_to_the_brokers_is_open() -> None:
    rules = _platform().of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    ports = {each.inputs["fromPort"] for each in rules if NAME in each.name}
    assert {2049, 9876, 10909, 10911} <= ports


def test_the_service_waits_for_the_mount_targets() -> None:
    service = _platform().one("aws:ecs/service:Service", f"application-{NAME}-service")
    for target in _platform().of_type("aws:efs/mountTarget:MountTarget"):
        assert _platform().comes_after(service, target)


@pytest.mark.requirement("SL-29")
def test_the_task_gets_the_address_of_the_bus_and_no_credential_of_it() -> None:
    tasks = containers(task_of(_platform(), NAME))
    main = tasks["appserver"] if "appserver" in tasks else tasks[NAME]
    environment = {each["name"]: each["value"] for each in main["environment"]}
    assert environment["ROCKETMQ_NAMESERVER"] == ELSEWHERE["address"]
    assert environment["ROCKETMQ_TOPIC_PREFIX"] == "sl-prod"
    assert not [each for each in main["secrets"] if each["name"].startswith("ROCKETMQ")]


def test_one_machine_for_all_tasks_takes_no_shared_folder() -> None:
    with pytest.raises(SettingsError) as refused:
        _settings(ecs={"host": {"instance_type": "t4g.large"}, "architecture": "arm64"})
    assert any("has a shared folder" in diagnostic.allowed for diagnostic in refused.value.diagnostics), refused.value
