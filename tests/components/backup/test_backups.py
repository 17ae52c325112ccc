from typing import Any

import pytest

from components.backup.backups import Backups, BackupsArgs
from components.backup.vault import RecoveryPoints
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT, RetentionSettings
from settings.stack import BackupSettings
from settings.workload import Workload
from tests.components.recording import Recorder, build
from tests.components.secrets.test_secret_store import SERVICE, STORES

PLAN = "aws:backup/plan:Plan"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
SETTINGS: dict[str, Any] = {"retention_days": 35, "vault_lock": True, "object_lock_days": 30}


def _backups(
    *,
    dump: dict[str, Any] | None = None,
    test: dict[str, Any] | None = None,
    database_arn: str | None = "arn:aws:rds:us-east-1:111122223333:db:shop-prod-primary",
    protect: bool = True,
    prefix: str = "shop-prod",
    retention: RetentionSettings = EVERYTHING_KEPT,
    **changes: Any,
) -> Recorder[Backups]:
    stated = {"schedule": "0 2 * * *", "retention_days": 30} if dump is None else dump
    workload = Workload.model_validate(
        {
            "name": "shop",
            "description": "A shop",
            "services": {"api": SERVICE},
            "backups": ({"dump": stated} if stated else {}) | ({"restore_test": test} if test else {}),
            **STORES,
        },
        strict=False,
    )
    args = BackupsArgs(
        prefix=prefix,
        region="us-east-1",
        settings=BackupSettings.model_validate({**SETTINGS, **changes}),
        workload=workload,
        points=[
            RecoveryPoints(name="database", label="selection", resource=arn, dumped=True)
            for arn in (database_arn,)
            if arn is not None
        ],
        data_key_arn="arn:data",
        cluster_name="shop-prod",
        namespace="shop",
        system_namespace="groundwork-system",
        protect=protect,
        retention=retention,
    )
    return build(lambda: Backups("backups", args))


@pytest.mark.requirement("OB-109")
def test_dumps_go_to_an_encrypted_versioned_bucket() -> None:
    recorder = _backups()
    (rule,) = recorder.named("backups-store-encryption").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:data"}
    versioning = recorder.named("backups-store-versioning").inputs["versioningConfiguration"]
    assert versioning == {"status": "Enabled"}


@pytest.mark.requirement("OB-110")
def test_dumps_expire_after_the_products_thirty_days() -> None:
    rules = {rule["id"]: rule for rule in _backups().named("backups-store-lifecycle").inputs["rules"]}
    assert rules["expire-dumps"]["filter"] == {"prefix": "dumps/"}
    assert rules["expire-dumps"]["expiration"] == {"days": 30}


def test_dumps_are_locked_as_long_as_the_stack_says() -> None:
    lock = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    retention = _backups().one(lock).inputs["rule"]["defaultRetention"]
    assert retention == {"mode": "GOVERNANCE", "days": 30}
    assert _backups(object_lock_days=0).of_type(lock) == []


@pytest.mark.parametrize("prefix", ["shop-prod", "a-product-with-a-long-name-and-a-long-stack-too-eu-west-1-dev"])
def test_the_bucket_has_a_name_of_its_own_within_63_characters(prefix: str) -> None:
    recorder = _backups(prefix=prefix)
    assert recorder.one("random:index/randomId:RandomId").inputs["byteLength"] == 4
    name = recorder.named("backups-store-bucket").inputs["bucket"]
    assert name.endswith("-backups-suffix-hex")
    assert len(name.removesuffix("backups-suffix-hex")) + 8 <= 63


def test_the_dump_adds_objects_and_can_neither_read_nor_delete_them() -> None:
    recorder = _backups()
    add, encrypt = recorder.named("backups-dump-permissions").document("policy")["Statement"]
    assert add["Action"] == ["s3:PutObject", "s3:AbortMultipartUpload"]
    assert add["Resource"] == [f"{recorder.value(recorder.result.bucket_arn)}/dumps/*"]
    assert encrypt["Resource"] == "arn:data"
    assert encrypt["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


def test_the_dump_runs_under_its_own_service_account() -> None:
    association = _backups().named("backups-dump-association").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("shop", "shop-dump")


@pytest.mark.requirement("GX-145")
def test_an_archive_stands_beside_the_dumps_and_moves_to_glacier() -> None:
    recorder = _backups(dump={"schedule": "0 2 * * *", "retention_days": 30, "archive_days": 365})
    rules = {rule["id"]: rule for rule in recorder.named("backups-store-lifecycle").inputs["rules"]}
    assert rules["archive-archives"]["filter"] == {"prefix": "archives/"}
    assert rules["archive-archives"]["transitions"] == [{"days": 0, "storageClass": "GLACIER_IR"}]
    assert rules["archive-archives"]["expiration"] == {"days": 365}
    assert rules["expire-dumps"]["expiration"] == {"days": 30}
    find, add, _ = recorder.named("backups-dump-permissions").document("policy")["Statement"]
    assert find["Condition"] == {"StringLike": {"s3:prefix": ["archives/*"]}}
    assert [arn.rpartition("/")[0].rpartition("/")[2] for arn in add["Resource"]] == ["dumps", "archives"]
    without = _backups().named("backups-store-lifecycle").inputs["rules"]
    assert "archive-archives" not in [rule["id"] for rule in without]


@pytest.mark.requirement("WX-88")
def test_a_restore_reads_dumps_beside_the_administrators_credentials_and_not_in_the_products_namespace() -> None:
    recorder = _backups()
    association = recorder.named("backups-restore-association").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("groundwork-system", "shop-restore")
    actions = [each["Action"] for each in recorder.named("backups-restore-permissions").document("policy")["Statement"]]
    assert actions == ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]


def test_without_a_dump_there_is_no_role() -> None:
    recorder = _backups(dump={})
    assert recorder.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation") == []


def test_a_recovery_point_is_made_every_day_and_kept() -> None:
    recorder = _backups()
    (rule,) = recorder.one(PLAN).inputs["rules"]
    assert rule["schedule"] == "cron(0 4 * * ? *)"
    assert rule["targetVaultName"] == "shop-prod"
    assert rule["lifecycle"] == {"deleteAfter": 35}
    selection = recorder.one("aws:backup/selection:Selection").inputs
    assert selection["resources"] == ["arn:aws:rds:us-east-1:111122223333:db:shop-prod-primary"]


def test_a_locked_vault_holds_what_its_plan_makes() -> None:
    recorder = _backups()
    lock = recorder.one(LOCK).inputs
    (rule,) = recorder.one(PLAN).inputs["rules"]
    assert lock["minRetentionDays"] <= rule["lifecycle"]["deleteAfter"] <= lock["maxRetentionDays"]
    assert "changeableForDays" not in lock


def test_an_unlocked_vault_has_no_lock() -> None:
    assert _backups(vault_lock=False).of_type(LOCK) == []


def test_the_vault_has_the_data_key_and_is_kept() -> None:
    vault = _backups().one("aws:backup/vault:Vault")
    assert vault.inputs["kmsKeyArn"] == "arn:data"
    assert vault.protect
    assert vault.retain_on_delete
    released = _backups(protect=False).one("aws:backup/vault:Vault")
    assert not released.protect
    assert released.retain_on_delete
    assert released.inputs["forceDestroy"] is False
    loose = _backups(protect=False, retention=NOTHING_KEPT).one("aws:backup/vault:Vault")
    assert not loose.retain_on_delete
    assert loose.inputs["forceDestroy"] is True


def test_the_plan_starts_once_its_role_may_work() -> None:
    recorder = _backups()
    selection = recorder.one("aws:backup/selection:Selection")
    attachments = recorder.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert len(attachments) == 2
    assert all(selection.depends_on(attachment) for attachment in attachments)


def test_without_a_database_there_is_nothing_to_back_up() -> None:
    recorder = _backups(database_arn=None)
    assert recorder.of_type("aws:backup/vault:Vault") == []
    assert recorder.result.vault_name is None
    assert recorder.result.dump_statements == []


@pytest.mark.requirement("SL-119")
@pytest.mark.requirement("WX-80")
def test_a_restore_test_reads_dumps_and_changes_nothing() -> None:
    recorder = _backups(test={"schedule": "0 4 * * 0"})
    assert recorder.named("backups-restore-test-association").inputs["serviceAccount"] == "shop-restore-test"
    find, read, decrypt = recorder.named("backups-restore-test-permissions").document("policy")["Statement"]
    assert (find["Action"], find["Condition"]) == (
        "s3:ListBucket",
        {"StringLike": {"s3:prefix": ["dumps/*", "archives/*"]}},
    )
    assert read["Action"] == "s3:GetObject"
    assert [arn.endswith(("/dumps/*", "/archives/*")) for arn in read["Resource"]] == [True, True]
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", "arn:data")
    # Whoever makes dumps still cannot read them.
    dump = recorder.named("backups-dump-permissions").document("policy")["Statement"]
    assert "s3:GetObject" not in str(dump)


def test_without_a_restore_test_there_is_no_role_for_it() -> None:
    assert [each.name for each in _backups().registrations if "restore-test" in each.name] == []
