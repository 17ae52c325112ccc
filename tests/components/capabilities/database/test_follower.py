"""A live copy of another region's database, and what its source needs for that."""

from dataclasses import replace

import pytest

from components.capabilities.database.database import Database, DatabaseArgs, Source
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds
from tests.components.capabilities.database.test_database import NEEDS, SETTINGS, ZONES
from tests.components.recording import Recorder, build

INSTANCE = "aws:rds/instance:Instance"
SOURCE = Source(arn="arn:aws:rds:us-east-1:111122223333:db:shop-prod-primary", host="writer.us-east-1.example")
ARGS = DatabaseArgs(
    prefix="shop-prod-eu-west-1",
    settings=DatabaseSettings.model_validate({**SETTINGS, "source": "primary"}),
    needs=DatabaseNeeds.model_validate(NEEDS),
    zones=ZONES,
    vpc_id="vpc-1",
    subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
    client_security_group_id="sg-pods",
    data_key_arn="arn:data",
    secrets_key_arn="arn:secrets",
    logs_key_arn="arn:logs",
    secret_path="shop/prod-eu-west-1",
    private_zone_id="Z1",
    private_zone_name="shop-prod-eu-west-1.internal",
    protect=True,
    log_retention_days=365,
    follows=SOURCE,
)


def _built(args: DatabaseArgs = ARGS) -> Recorder[Database]:
    return build(lambda: Database("database", args))


@pytest.mark.requirement("SL-122")
def test_a_copy_replicates_the_primarys_instance_under_its_own_regions_key() -> None:
    copy = _built().one(INSTANCE).inputs
    assert copy["replicateSourceDb"] == SOURCE.arn
    assert copy["kmsKeyId"] == "arn:data"
    assert copy["dbSubnetGroupName"] == "shop-prod-eu-west-1-database"
    assert copy["storageEncrypted"] is True


def test_a_copy_takes_nothing_that_aws_refuses_it() -> None:
    copy = _built().one(INSTANCE).inputs
    refused = ("engine", "engineVersion", "username", "passwordWo", "manageMasterUserPassword", "allocatedStorage")
    assert [key for key in refused if key in copy] == []


@pytest.mark.requirement("AT-110")
def test_a_copy_has_a_standby_of_its_own_for_the_day_it_takes_over() -> None:
    copy = _built().one(INSTANCE).inputs
    assert copy["multiAz"] is True
    assert "availabilityZone" not in copy


@pytest.mark.requirement("SL-125")
def test_writes_go_to_the_primary_by_a_name_of_this_region_and_reads_stay_here() -> None:
    recorder = _built()
    record = recorder.named("database-writer").inputs
    assert record["name"] == "db-writer.shop-prod-eu-west-1.internal"
    assert (record["type"], record["records"], record["ttl"]) == ("CNAME", ["writer.us-east-1.example"], 5)
    assert recorder.value(recorder.result.host) == record["name"]
    assert recorder.value(recorder.result.reader_host) == "database-primary-address"


def test_nobody_administers_a_copy() -> None:
    recorder = _built()
    assert recorder.result.master_secret_arn is None
    assert recorder.of_type("random:index/randomPassword:RandomPassword") == []
    assert recorder.of_type("aws:secretsmanager/secret:Secret") == []


def test_a_promotion_changes_the_instance_that_is_there() -> None:
    """The same URN and identifier, before and after: what took over is never replaced."""
    before = _built().one(INSTANCE)
    after = _built(replace(ARGS, follows=None)).one(INSTANCE, "database-primary")
    assert before.urn == after.urn
    for key in ("identifier", "kmsKeyId", "dbSubnetGroupName", "multiAz", "instanceClass", "storageType", "port"):
        assert before.inputs[key] == after.inputs[key], key
    assert "replicateSourceDb" not in after.inputs


@pytest.mark.parametrize(("followed", "managed"), [(False, True), (True, False)])
def test_a_source_of_copies_keeps_its_password_itself(followed: bool, managed: bool) -> None:
    """RDS makes no replica of a PostgreSQL instance whose password it manages (docs/adr/0010)."""
    alone = ARGS.settings.model_copy(update={"source": "own", "read_replicas": 0})
    source = _built(replace(ARGS, settings=alone, follows=None, followed=followed)).one(INSTANCE).inputs
    assert ("manageMasterUserPassword" in source) is managed
    assert ("passwordWo" in source) is not managed
