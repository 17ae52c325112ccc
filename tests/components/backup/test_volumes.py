"""Volumes that Kubernetes makes are backed up by their tag, beside the database."""

from typing import Any

import pytest

from components.backup.vault import VOLUME_TAG, Vault, VaultArgs
from tests.components.recording import Recorder, build

SELECTION = "aws:backup/selection:Selection"
DATABASE = "arn:aws:rds:us-east-1:111122223333:db:shop-prod-primary"


def _vault(**changes: Any) -> Recorder[Vault]:
    given: dict[str, Any] = {
        "prefix": "shop-prod",
        "retention_days": 35,
        "locked": True,
        "data_key_arn": "arn:data",
        "database_arn": DATABASE,
        "protect": True,
    }
    return build(lambda: Vault("vault", VaultArgs(**{**given, **changes})))


def test_the_database_alone_is_found_by_its_arn() -> None:
    assert _vault().one(SELECTION).inputs["resources"] == [DATABASE]


@pytest.mark.parametrize("database_arn", [DATABASE, None])
def test_volumes_are_found_by_the_stacks_own_tag_with_a_database_and_without(database_arn: str | None) -> None:
    recorder = _vault(volumes=True, database_arn=database_arn)
    selection = recorder.one(SELECTION, "vault-volumes-selection").inputs
    assert selection["resources"] == ["arn:aws:ec2:*:*:volume/*"]
    (condition,) = selection["conditions"]
    assert condition == {"stringEquals": [{"key": f"aws:ResourceTag/{VOLUME_TAG}", "value": "shop-prod"}]}
    assert len(recorder.of_type(SELECTION)) == (2 if database_arn else 1)
    assert {each.inputs["planId"] for each in recorder.of_type(SELECTION)} == {"vault-plan-id"}


@pytest.mark.parametrize("database_arn", [DATABASE, None])
def test_shared_files_are_backed_up_with_a_database_and_without(database_arn: str | None) -> None:
    arn = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-0123456789abcdef0"
    recorder = _vault(file_system_arn=arn, database_arn=database_arn)
    assert recorder.one(SELECTION, "vault-files-selection").inputs["resources"] == [arn]
    assert len(recorder.of_type(SELECTION)) == (2 if database_arn else 1)
