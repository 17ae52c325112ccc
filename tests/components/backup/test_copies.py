"""What a stack keeps in a second region, as AI Trading registers it in production."""

from typing import Any, cast

import pytest

from components.platform import Platform
from tests.components.graphs import COPY_REGION, PRIMARY, Form, graph
from tests.components.recording import Recorder, Registration

RULE = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BACKUPS = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
COPIED = Form("ai-trading", PRIMARY, copied=True)
PLAIN = Form("ai-trading", PRIMARY)


@pytest.fixture
def copied() -> Recorder[Platform]:
    return graph(COPIED)


def _of_copy(recorder: Recorder[Platform], name: str) -> Registration:
    """A resource that is in the other region."""
    found = recorder.named(name)
    assert found.inputs["region"] == COPY_REGION
    return found


@pytest.mark.parametrize(
    ("copy", "source"), [("backups-copy", "backups-store"), ("timeseries-copy", "timeseries-archive")]
)
def test_a_buckets_copy_is_kept_as_the_bucket_is_under_a_key_of_its_own_region(
    copied: Recorder[Platform], copy: str, source: str
) -> None:
    for part in ("bucket", "versioning", "lifecycle", "object-lock", "public-access", "policy"):
        if part != "object-lock" or source == "backups-store":
            here, there = copied.named(f"{source}-{part}").inputs, _of_copy(copied, f"{copy}-store-{part}").inputs
            kept = {"bucket", "region", "policy"}
            assert {key: here[key] for key in here.keys() - kept} == {key: there[key] for key in there.keys() - kept}
    (encryption,) = _of_copy(copied, f"{copy}-store-encryption").inputs["rules"]
    key = _of_copy(copied, "encryption-copies-key").outputs["arn"]
    assert encryption["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == key


def test_everything_is_copied_within_the_time_that_s3_answers_for(copied: Recorder[Platform]) -> None:
    for rule in (copied.named(f"{name}-rule").inputs["rules"][0] for name in ("backups-copy", "timeseries-copy")):
        assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
        assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
        assert rule["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
        assert rule["destination"]["metrics"]["status"] == "Enabled"


def test_no_dump_is_deleted_there_because_it_is_here_and_the_archives_retention_goes_along(
    copied: Recorder[Platform],
) -> None:
    deletions = {
        name: copied.named(f"{name}-rule").inputs["rules"][0]["deleteMarkerReplication"]["status"]
        for name in ("backups-copy", "timeseries-copy")
    }
    assert deletions == {"backups-copy": "Disabled", "timeseries-copy": "Enabled"}
    actions = {name: _actions(copied, name) for name in deletions}
    assert "s3:ReplicateDelete" not in actions["backups-copy"]
    assert "s3:ReplicateDelete" in actions["timeseries-copy"]


def test_s3_reads_one_bucket_and_writes_the_other_and_no_more(copied: Recorder[Platform]) -> None:
    find, read, add, decrypt, encrypt = _statements(copied, "backups-copy")
    source = copied.named("backups-store-bucket").outputs["arn"]
    copy = copied.named("backups-copy-store-bucket").outputs["arn"]
    assert (find["Resource"], read["Resource"], add["Resource"]) == (source, f"{source}/*", f"{copy}/*")
    assert add["Action"] == ["s3:ReplicateObject", "s3:ReplicateTags"]
    for statement, bucket, region in ((decrypt, source, "us-east-1"), (encrypt, copy, COPY_REGION)):
        assert statement["Condition"]["StringEquals"] == {"kms:ViaService": f"s3.{region}.amazonaws.com"}
        assert statement["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"][0] == bucket


def test_each_point_is_copied_into_a_vault_that_is_locked_as_long(copied: Recorder[Platform]) -> None:
    vault = _of_copy(copied, "backups-daily-copies-vault")
    lock = _of_copy(copied, "backups-daily-copies-lock")
    (rule,) = copied.one("aws:backup/plan:Plan").inputs["rules"]
    days = rule["lifecycle"]["deleteAfter"]
    assert rule["copyActions"] == [{"destinationVaultArn": vault.outputs["arn"], "lifecycle": {"deleteAfter": days}}]
    assert (lock.inputs["minRetentionDays"], lock.inputs["maxRetentionDays"]) == (days, days)
    assert vault.protect


@pytest.mark.requirement("AT-39")
def test_the_databases_backups_are_kept_there_as_long_as_here(copied: Recorder[Platform]) -> None:
    backups = copied.one(BACKUPS).inputs
    assert backups["region"] == COPY_REGION
    assert backups["sourceDbInstanceArn"] == copied.named("database-primary").outputs["arn"]
    assert backups["kmsKeyId"] == copied.named("encryption-copies-key").outputs["arn"]
    assert backups["retentionPeriod"] == copied.named("database-primary").inputs["backupRetentionPeriod"]


def test_somebody_hears_of_what_was_not_copied(copied: Recorder[Platform]) -> None:
    for label, copy in (("dump-copies", "backups-copy"), ("timeseries-copy", "timeseries-copy")):
        alarm = copied.named(f"monitoring-alarms-{label}-failed").inputs
        there = copied.named(f"{copy}-store-bucket").inputs["bucket"]
        assert alarm["dimensions"]["DestinationBucket"] == there
        assert alarm["alarmActions"]
    pattern = copied.named("monitoring-events-copy-failed").document("eventPattern")
    assert pattern["detail-type"] == ["Copy Job State Change"]


def test_a_stack_without_copies_has_nothing_elsewhere() -> None:
    plain = graph(PLAIN)
    assert plain.of_type(RULE) == plain.of_type(BACKUPS) == []
    assert "copyActions" not in plain.one("aws:backup/plan:Plan").inputs["rules"][0]
    assert [each for each in plain.registrations if "copies" in each.name] == []


def _statements(recorder: Recorder[Platform], name: str) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", recorder.named(f"{name}-permissions").document("policy")["Statement"])


def _actions(recorder: Recorder[Platform], name: str) -> list[str]:
    return [action for statement in _statements(recorder, name) for action in statement["Action"]]
