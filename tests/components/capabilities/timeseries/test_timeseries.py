"""TimescaleDB as the component registers it: the archive, who may write to it, and what an application sees."""

import pytest

from components.capabilities.timeseries.rules import rules
from settings.arithmetic.timeseries import needed_throughput_mib, parameters
from settings.facts.recovery import ARCHIVE_SECONDS
from tests.charts.ai_trading import ai_trading, timeseries

RELEASE = "kubernetes:helm.sh/v3:Release"


@pytest.mark.requirement("AT-40")
def test_an_application_sees_what_it_sees_of_rds() -> None:
    made = timeseries("prod").result
    assert made.host == "timeseries-pooler-rw.timeseries.svc.cluster.local"
    assert made.reader_host == "timeseries-ro.timeseries.svc.cluster.local"
    assert (made.port, made.name) == (5432, "market")


def test_without_a_pooler_clients_go_to_the_primary_and_without_a_replica_readers_do_too() -> None:
    needs, figures = ai_trading("dev").workload.timeseries, ai_trading("dev").stack.timeseries
    assert needs is not None
    assert figures is not None
    made = timeseries("dev", needs=needs.model_copy(update={"pooler": None})).result
    assert made.host == "timeseries-rw.timeseries.svc.cluster.local"
    assert made.reader_host == "timeseries-r.timeseries.svc.cluster.local"


@pytest.mark.requirement("AT-38")
def test_the_archive_is_encrypted_versioned_and_kept() -> None:
    recorder = timeseries("prod")
    assert recorder.one("aws:s3/bucket:Bucket").protect
    rule = recorder.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ).inputs["rules"][0]["applyServerSideEncryptionByDefault"]
    assert rule["kmsMasterKeyId"] == "arn:aws:kms:us-east-1:111122223333:key/data"
    versioning = recorder.one("aws:s3/bucketVersioning:BucketVersioning").inputs
    assert versioning["versioningConfiguration"]["status"] == "Enabled"


def test_the_instances_may_write_to_their_own_archive_alone() -> None:
    recorder = timeseries("prod")
    bucket = recorder.value(recorder.result.bucket_name)
    statements = recorder.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    for statement in statements:
        assert "*" not in statement["Action"]
        if statement["Sid"] != "EncryptArchive":
            assert "archive" in str(statement["Resource"]), bucket
    association = recorder.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("timeseries", "timeseries")


def test_the_release_is_atomic_and_comes_after_the_permission_to_archive() -> None:
    recorder = timeseries("prod")
    release = recorder.one(RELEASE)
    assert release.inputs["atomic"] is True
    assert recorder.comes_after(release, recorder.one("aws:iam/rolePolicy:RolePolicy"))
    assert recorder.comes_after(release, recorder.one("aws:s3/bucketPolicy:BucketPolicy"))


def test_no_value_of_the_release_is_secret_and_none_holds_a_password() -> None:
    release = timeseries("prod").one(RELEASE)
    assert release.secret_inputs == frozenset()
    assert release.inputs["values"]["credential"] == "ai-trading/prod/timeseries-role"
    assert "password" not in {key.lower() for key in release.inputs["values"]}


@pytest.mark.requirement("AT-112")
def test_the_log_is_archived_well_within_the_recovery_point_and_a_person_hears_when_it_is_not() -> None:
    assert ARCHIVE_SECONDS * 2 < 15 * 60
    values = timeseries("prod").one(RELEASE).inputs["values"]
    assert values["parameters"]["archive_timeout"] == f"{ARCHIVE_SECONDS}s"
    (stuck,) = [rule for rule in values["rules"] if rule["alert"] == "TimeseriesArchiveStuck"]
    assert f"> {15 * 60}" in stuck["expr"]
    assert stuck["labels"]["severity"] == "critical"


def test_a_lone_instance_has_no_replica_to_watch() -> None:
    alone = {rule.alert for rule in rules("timeseries", "timeseries", instances=1, connections=100, stuck_seconds=900)}
    three = {rule.alert for rule in rules("timeseries", "timeseries", instances=3, connections=100, stuck_seconds=900)}
    assert three - alone == {"TimeseriesReplicaBehind"}


@pytest.mark.parametrize("mebibytes", [1024, 8192, 98304])
def test_buffers_and_sorting_never_take_more_than_half_the_memory(mebibytes: int) -> None:
    connections = 20
    figures = parameters(millicores=4000, mebibytes=mebibytes, wal_gib=20, connections=connections, edition="timescale")
    shared, work = (int(figures[key].removesuffix("MB")) for key in ("shared_buffers", "work_mem"))
    assert shared == mebibytes // 4
    assert shared + 2 * work * connections <= mebibytes // 2
    assert figures["timescaledb.license"] == "timescale"


@pytest.mark.requirement("AT-41")
def test_a_million_points_of_a_hundred_bytes_are_191_mib_a_second_with_their_indexes() -> None:
    assert needed_throughput_mib(1_000_000, 100) == 191


@pytest.mark.requirement("AT-38")
@pytest.mark.parametrize(("stack", "reclaim"), [("dev", "Delete"), ("prod", "Retain")])
def test_production_keeps_a_volume_that_lost_its_claim(stack: str, reclaim: str) -> None:
    assert timeseries(stack).one(RELEASE).inputs["values"]["storage"]["reclaim"] == reclaim


def test_a_release_from_protection_leaves_the_storage_class_as_it_is() -> None:
    """Kubernetes refuses a storage class that changes."""
    released = timeseries("prod", protect=False).one(RELEASE)
    assert released.inputs["values"]["storage"] == timeseries("prod").one(RELEASE).inputs["values"]["storage"]
