"""Shared folders as the component registers them: one encrypted file system, and an entrance for each folder."""

from typing import Any

import pytest

from components.capabilities.shared_files.shared_files import SharedFiles, SharedFilesArgs
from tests.components.recording import Recorder, build

_PREFIX = "aws:efs/"
FOLDERS = {("api", "/data/snapshots"): 10001, ("worker", "/data/snapshots"): 20002}


def _files(**changes: Any) -> Recorder[SharedFiles]:
    given: dict[str, Any] = {
        "prefix": "shop-prod",
        "region": "us-east-1",
        "account_id": "111122223333",
        "zones": ("us-east-1a", "us-east-1b", "us-east-1c"),
        "vpc_id": "vpc-1",
        "subnet_ids": ["subnet-a", "subnet-b", "subnet-c"],
        "client_security_group_id": "sg-nodes",
        "data_key_arn": "arn:aws:kms:us-east-1:111122223333:key/data",
        "folders": FOLDERS,
        "iam": False,
        "protect": True,
    }
    return build(lambda: SharedFiles("files", SharedFilesArgs(**{**given, **changes})))


@pytest.mark.parametrize("protect", [True, False])
def test_the_file_system_is_encrypted_with_the_data_key_and_protected_with_the_stack(protect: bool) -> None:
    system = _files(protect=protect).one("aws:efs/fileSystem:FileSystem")
    assert system.inputs["encrypted"] is True
    assert system.inputs["kmsKeyId"] == "arn:aws:kms:us-east-1:111122223333:key/data"
    assert (system.protect, system.retain_on_delete) == (protect, True)


def test_every_zone_has_a_mount_target_in_its_own_subnet() -> None:
    recorder = _files()
    targets = {each.name: each.inputs["subnetId"] for each in recorder.of_type("aws:efs/mountTarget:MountTarget")}
    assert targets == {"files-a": "subnet-a", "files-b": "subnet-b", "files-c": "subnet-c"}
    assert len(recorder.result.ready) == 3


def test_only_the_products_own_group_reaches_it_and_only_on_nfs() -> None:
    recorder = _files()
    rule = recorder.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-nodes", 2049, 2049)
    assert recorder.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []
    for target in recorder.of_type("aws:efs/mountTarget:MountTarget"):
        assert target.inputs["securityGroups"] == ["files-security-group-id"]


def test_each_folder_has_an_entrance_of_its_own_and_belongs_to_its_services_user() -> None:
    recorder = _files()
    points = recorder.of_type("aws:efs/accessPoint:AccessPoint")
    assert [each.name for each in points] == ["files-api-data-snapshots", "files-worker-data-snapshots"]
    for point, (service, user) in zip(points, (("api", 10001), ("worker", 20002)), strict=True):
        assert point.inputs["posixUser"] == {"uid": user, "gid": user}
        root = point.inputs["rootDirectory"]
        assert root["path"] == f"/{service}/data-snapshots"
        assert root["creationInfo"] == {"ownerUid": user, "ownerGid": user, "permissions": "0750"}
    assert set(recorder.result.volumes) == set(FOLDERS)


def _statements(recorder: Recorder[SharedFiles]) -> dict[str, Any]:
    policy = recorder.one("aws:efs/fileSystemPolicy:FileSystemPolicy").document("policy")
    return {each["Sid"]: each for each in policy["Statement"]}


def test_nobody_mounts_without_tls_or_past_an_access_point() -> None:
    statements = _statements(_files())
    for name, condition in (
        ("WithoutTls", {"Bool": {"aws:SecureTransport": "false"}}),
        ("WithoutAccessPoint", {"Null": {"elasticfilesystem:AccessPointArn": "true"}}),
    ):
        assert statements[name]["Effect"] == "Deny"
        assert statements[name]["Principal"] == {"AWS": "*"}
        assert statements[name]["Condition"] == condition
    assert "elasticfilesystem:ClientRootAccess" not in str(statements)


@pytest.mark.parametrize(("iam", "principal"), [(True, "arn:aws:iam::111122223333:root"), (False, "*")])
def test_tasks_need_a_right_of_their_own_and_nodes_come_by_their_group(iam: bool, principal: str) -> None:
    clients = _statements(_files(iam=iam))["Clients"]
    assert clients["Principal"] == {"AWS": principal}
    assert clients["Condition"] == {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}


def test_the_stacks_own_vault_backs_it_up_and_no_other() -> None:
    policy = _files().one("aws:efs/backupPolicy:BackupPolicy").inputs
    assert policy["backupPolicy"] == {"status": "DISABLED"}


def test_services_that_name_the_same_folder_share_its_entrance() -> None:
    folders = {("api", "/in"): 10001, ("worker", "/out"): 10001, ("worker", "/own"): 10001}
    recorder = _files(folders=folders, names={("api", "/in"): "uploads", ("worker", "/out"): "uploads"})
    points = {each.name: each.inputs for each in recorder.of_type("aws:efs/accessPoint:AccessPoint")}
    assert {name: point["rootDirectory"]["path"] for name, point in points.items()} == {
        "files-_folders-uploads": "/_folders/uploads",
        "files-worker-own": "/worker/own",
    }
    volumes = recorder.result.volumes
    assert volumes["api", "/in"] is volumes["worker", "/out"]
    assert volumes["worker", "/own"] is not volumes["worker", "/out"]
