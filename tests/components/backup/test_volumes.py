"""Volumes that Kubernetes makes are backed up by their tag, beside the database."""

import pytest

from components.backup.vault import VOLUME_TAG, VOLUMES, RecoveryPoints, Vault, VaultArgs
from tests.components.recording import Recorder, build

SELECTION = "aws:backup/selection:Selection"
DATABASE = "arn:aws:rds:us-east-1:111122223333:db:shop-prod-primary"


OF_THE_DATABASE = RecoveryPoints(name="database", label="selection", resource=DATABASE)


def _vault(*points: RecoveryPoints) -> Recorder[Vault]:
    given = VaultArgs(
        prefix="shop-prod", retention_days=35, locked=True, data_key_arn="arn:data", points=points, protect=True
    )
    return build(lambda: Vault("vault", given))


def test_the_database_alone_is_found_by_its_arn() -> None:
    selection = _vault(OF_THE_DATABASE).one(SELECTION).inputs
    assert selection["resources"] == [DATABASE]
    assert "conditions" not in selection


@pytest.mark.parametrize("others", [(OF_THE_DATABASE,), ()])
def test_volumes_are_found_by_the_stacks_tag_with_a_database_and_without(
    others: tuple[RecoveryPoints, ...],
) -> None:
    recorder = _vault(*others, VOLUMES)
    selection = recorder.one(SELECTION, "vault-volumes-selection").inputs
    assert selection["resources"] == ["arn:aws:ec2:*:*:volume/*"]
    (condition,) = selection["conditions"]
    assert condition == {"stringEquals": [{"key": f"aws:ResourceTag/{VOLUME_TAG}", "value": "shop-prod"}]}
    assert len(recorder.of_type(SELECTION)) == len(others) + 1
    assert {each.inputs["planId"] for each in recorder.of_type(SELECTION)} == {"vault-plan-id"}


def test_shared_files_are_backed_up_beside_a_database() -> None:
    arn = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-0123456789abcdef0"
    recorder = _vault(OF_THE_DATABASE, RecoveryPoints(name="files", label="files-selection", resource=arn))
    assert recorder.one(SELECTION, "vault-files-selection").inputs["resources"] == [arn]
    assert recorder.one(SELECTION, "vault-selection").inputs["resources"] == [DATABASE]


def test_points_bring_the_policies_that_their_kind_takes_each_once() -> None:
    arn = "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"
    buckets = [
        RecoveryPoints(name=name, label=name, resource=f"arn:aws:s3:::{name}", policies=(arn,)) for name in ("a", "b")
    ]
    attached = _vault(OF_THE_DATABASE, *buckets).of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert [each.inputs["policyArn"].rpartition("/")[2] for each in attached] == [
        "AWSBackupServiceRolePolicyForBackup",
        "AWSBackupServiceRolePolicyForRestores",
        "AWSBackupServiceRolePolicyForS3Backup",
    ]
