import json
import re
from typing import Any

import pytest

from components.capabilities.database.database import Database, DatabaseArgs
from settings.existing import ExistingDatabase
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT, RetentionSettings
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds
from tests.components.recording import Recorder, Registration, build

INSTANCE = "aws:rds/instance:Instance"
RECORD = "aws:route53/record:Record"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")

SETTINGS: dict[str, Any] = {
    "instance_class": "db.m7g.xlarge",
    "multi_az": True,
    "read_replicas": 2,
    "storage_gib": 100,
    "maximum_storage_gib": 500,
    "storage_type": "gp3",
    "backup_retention_days": 30,
    "deletion_protection": True,
    "insights": "advanced",
    "monitoring_interval_seconds": 15,
    "apply_changes": "window",
}
NEEDS: dict[str, Any] = {
    "version": "16",
    "name": "openibank",
    "role": "openibank",
    "instance_class": "db.m7g.xlarge",
    "slow_query_milliseconds": 250,
}


def _database(
    *,
    protect: bool = True,
    retention: RetentionSettings = EVERYTHING_KEPT,
    now: bool = False,
    upgrade: bool = False,
    needs: dict[str, Any] | None = None,
    zones: tuple[str, ...] = ZONES,
    existing: ExistingDatabase | None = None,
    **changes: Any,
) -> Recorder[Database]:
    args = DatabaseArgs(
        prefix="shop-prod",
        settings=DatabaseSettings.model_validate({**SETTINGS, **changes}),
        needs=DatabaseNeeds.model_validate({**NEEDS, **(needs or {})}),
        zones=zones,
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        client_security_group_id="sg-pods",
        data_key_arn="arn:data",
        secrets_key_arn="arn:secrets",
        logs_key_arn="arn:logs",
        secret_path="shop/prod",
        private_zone_id="Z1",
        private_zone_name="shop-prod.internal",
        protect=protect,
        retention=retention,
        now=now,
        upgrade=upgrade,
        log_retention_days=365,
        existing=existing,
    )
    return build(lambda: Database("database", args))


def _primary(**changes: Any) -> Registration:
    return _database(**changes).one(INSTANCE, "database-primary")


@pytest.mark.requirement("OB-66")
def test_the_engine_is_the_postgresql_asked_for() -> None:
    primary = _primary().inputs
    assert (primary["engine"], primary["engineVersion"]) == ("postgres", "16")
    assert primary["autoMinorVersionUpgrade"] is True
    assert primary["allowMajorVersionUpgrade"] is False


@pytest.mark.requirement("OB-67")
def test_every_instance_has_the_class_and_port_asked_for() -> None:
    instances = _database().of_type(INSTANCE)
    assert len(instances) == 3
    for instance in instances:
        assert instance.inputs["instanceClass"] == "db.m7g.xlarge"
        assert instance.inputs["port"] == 5432


@pytest.mark.requirement("OB-68")
@pytest.mark.requirement("OB-128")
def test_a_primary_over_two_zones_and_two_replicas_in_different_zones() -> None:
    recorder = _database()
    primary = recorder.one(INSTANCE, "database-primary")
    assert primary.inputs["multiAz"] is True
    first, second = (recorder.one(INSTANCE, f"database-replica-{number}") for number in (1, 2))
    assert first.inputs["replicateSourceDb"] == second.inputs["replicateSourceDb"] == "shop-prod-primary"
    assert first.inputs["availabilityZone"] != second.inputs["availabilityZone"]
    assert recorder.value(recorder.result.instance_identifiers[1]) == "shop-prod-replica-1"


def test_a_replica_takes_nothing_that_aws_refuses_it() -> None:
    replica = _database().one(INSTANCE, "database-replica-1").inputs
    refused = (
        "engine",
        "engineVersion",
        "username",
        "passwordWo",
        "manageMasterUserPassword",
        "allocatedStorage",
        "kmsKeyId",
        "dbSubnetGroupName",
        "dbName",
        "finalSnapshotIdentifier",
    )
    assert [key for key in refused if key in replica] == []
    assert replica["skipFinalSnapshot"] is True
    assert replica["backupRetentionPeriod"] == 0


def test_rds_manages_the_password_when_there_is_no_replica() -> None:
    recorder = _database(read_replicas=0)
    primary = recorder.one(INSTANCE).inputs
    assert primary["manageMasterUserPassword"] is True
    assert primary["masterUserSecretKmsKeyId"] == "arn:secrets"
    assert "passwordWo" not in primary
    assert recorder.value(recorder.result.master_secret_arn).startswith("arn:aws:rds")
    assert recorder.of_type("random:index/randomPassword:RandomPassword") == []


def test_with_replicas_the_password_is_the_platforms_and_write_only() -> None:
    recorder = _database(master_password_generation=2)
    primary = recorder.one(INSTANCE, "database-primary")
    assert "manageMasterUserPassword" not in primary.inputs
    assert "password" not in primary.inputs
    assert "passwordWo" in primary.secret_inputs
    assert primary.inputs["passwordWoVersion"] == 2
    made = recorder.one("random:index/randomPassword:RandomPassword")
    assert made.inputs["keepers"] == {"generation": "2"}
    stored = recorder.one("aws:secretsmanager/secret:Secret")
    assert stored.inputs["name"] == "shop/prod/database-master"
    assert stored.inputs["kmsKeyId"] == "arn:secrets"
    version = recorder.one("aws:secretsmanager/secretVersion:SecretVersion")
    assert json.loads(version.inputs["secretString"]) == {
        "username": primary.inputs["username"],
        "password": primary.inputs["passwordWo"],
    }


@pytest.mark.requirement("OB-69")
def test_the_name_is_the_products_and_the_master_is_not_its_role() -> None:
    recorder = _database()
    primary = recorder.one(INSTANCE, "database-primary").inputs
    assert recorder.result.name == "openibank"
    assert "dbName" not in primary
    assert primary["username"] not in {"openibank", "postgres", "admin", "rdsadmin"}


@pytest.mark.requirement("OB-70")
def test_nothing_is_public_and_only_the_cluster_enters_on_one_port() -> None:
    recorder = _database()
    assert all(instance.inputs["publiclyAccessible"] is False for instance in recorder.of_type(INSTANCE))
    assert recorder.one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"] == ["subnet-a", "subnet-b", "subnet-c"]
    (rule,) = recorder.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-pods"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["ipProtocol"]) == (5432, 5432, "tcp")
    group = recorder.one("aws:ec2/securityGroup:SecurityGroup")
    assert "egress" not in group.inputs
    assert recorder.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []
    expected = [recorder.value(recorder.result.security_group_id)]
    assert all(instance.inputs["vpcSecurityGroupIds"] == expected for instance in recorder.of_type(INSTANCE))


@pytest.mark.requirement("OB-93")
def test_the_port_is_postgresqls() -> None:
    assert _database().result.port == 5432


@pytest.mark.requirement("OB-74")
@pytest.mark.requirement("OB-120")
def test_slow_queries_and_their_plans_are_found() -> None:
    recorder = _database()
    stated = {
        each["name"]: each["value"]
        for each in recorder.one("aws:rds/parameterGroup:ParameterGroup").inputs["parameters"]
    }
    assert stated["log_min_duration_statement"] == "250"
    assert stated["auto_explain.log_min_duration"] == "250"
    assert stated["shared_preload_libraries"] == "pg_stat_statements,auto_explain"
    for instance in recorder.of_type(INSTANCE):
        assert instance.inputs["performanceInsightsEnabled"] is True
        assert instance.inputs["performanceInsightsKmsKeyId"] == "arn:data"
        assert instance.inputs["enabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


@pytest.mark.parametrize(("mode", "days"), [("standard", 7), ("advanced", 465)])
def test_insights_are_kept_as_long_as_their_mode_needs(mode: str, days: int) -> None:
    recorder = _database(insights=mode)
    primary = recorder.one(INSTANCE, "database-primary").inputs
    assert (primary["databaseInsightsMode"], primary["performanceInsightsRetentionPeriod"]) == (mode, days)
    replicas = [each.inputs for each in recorder.of_type(INSTANCE) if "replicateSourceDb" in each.inputs]
    assert replicas
    for replica in replicas:
        # RDS takes no mode when it makes a replica.
        assert "databaseInsightsMode" not in replica
        assert replica["performanceInsightsRetentionPeriod"] == 7


@pytest.mark.requirement("OB-75")
@pytest.mark.parametrize("protect", [True, False])
def test_the_data_outlives_mistakes(protect: bool) -> None:
    primary = _primary(protect=protect)
    assert primary.inputs["storageEncrypted"] is True
    assert primary.inputs["kmsKeyId"] == "arn:data"
    assert primary.inputs["deletionProtection"] is True
    assert primary.inputs["skipFinalSnapshot"] is False
    assert re.fullmatch("shop-prod-primary-final-.+", primary.inputs["finalSnapshotIdentifier"])
    assert primary.inputs["deleteAutomatedBackups"] is False
    assert primary.protect is protect
    assert not primary.retain_on_delete


@pytest.mark.requirement("OB-110")
def test_the_database_can_go_back_thirty_days() -> None:
    primary = _primary().inputs
    assert primary["backupRetentionPeriod"] == 30
    assert primary["copyTagsToSnapshot"] is True


@pytest.mark.requirement("OB-129")
def test_a_small_database_can_be_destroyed_whole() -> None:
    recorder = _database(
        protect=False,
        retention=NOTHING_KEPT,
        instance_class="db.t4g.medium",
        multi_az=False,
        read_replicas=0,
        deletion_protection=False,
        monitoring_interval_seconds=0,
        insights="standard",
        apply_changes="now",
    )
    primary = recorder.one(INSTANCE)
    assert not primary.protect
    assert primary.inputs["skipFinalSnapshot"] is True
    assert "finalSnapshotIdentifier" not in primary.inputs
    assert primary.inputs["applyImmediately"] is True
    assert recorder.of_type("aws:iam/role:Role") == []


def test_changes_of_a_protected_database_wait_for_the_window() -> None:
    primary = _primary(maintenance_window="tue:03:00-tue:04:00").inputs
    assert primary["applyImmediately"] is False
    assert primary["maintenanceWindow"] == "tue:03:00-tue:04:00"


def test_a_permit_has_changes_made_now_and_a_new_major_version_with_them() -> None:
    for upgrade in (False, True):
        for instance in _database(now=not upgrade, upgrade=upgrade).of_type(INSTANCE):
            assert instance.inputs["applyImmediately"] is True
            assert instance.inputs["allowMajorVersionUpgrade"] is upgrade


@pytest.mark.parametrize(("version", "raises"), [("16", True), ("16.4", False)])
def test_rds_raises_the_minor_version_of_a_major_one_and_no_other(version: str, raises: bool) -> None:
    for instance in _database(needs={"version": version}).of_type(INSTANCE):
        assert instance.inputs["autoMinorVersionUpgrade"] is raises


def test_a_replica_within_the_region_comes_and_goes() -> None:
    for instance in _database().of_type(INSTANCE):
        is_copy = "replicateSourceDb" in instance.inputs
        assert (instance.protect, instance.inputs["deletionProtection"]) == (not is_copy, not is_copy)


@pytest.mark.parametrize(
    ("keeper", "replicas", "managed"),
    [(None, 0, True), (None, 2, False), ("platform", 0, False), ("platform", 2, False), ("rds", 0, True)],
)
def test_the_last_replica_may_go_and_leave_the_password_where_it_is(
    keeper: str | None, replicas: int, managed: bool
) -> None:
    primary = _primary(read_replicas=replicas, master_password=keeper).inputs
    assert ("manageMasterUserPassword" in primary) is managed


def test_a_replica_grows_with_its_source() -> None:
    for instance in _database().of_type(INSTANCE):
        assert instance.inputs["maxAllocatedStorage"] == 500


def test_provisioned_iops_reach_every_instance() -> None:
    for instance in _database(storage_type="io2", iops=5000).of_type(INSTANCE):
        assert (instance.inputs["storageType"], instance.inputs["iops"]) == ("io2", 5000)


def test_logs_have_a_key_and_an_end_before_rds_writes_them() -> None:
    recorder = _database()
    groups = recorder.of_type(LOG_GROUP)
    assert len(groups) == 6
    for group in groups:
        assert group.inputs["retentionInDays"] == 365
        assert group.inputs["kmsKeyId"] == "arn:logs"
        instance = recorder.one(INSTANCE, group.name.removesuffix("-log").rsplit("-", 1)[0])
        assert group.inputs["name"].startswith(f"/aws/rds/instance/{instance.inputs['identifier']}/")
        assert instance.depends_on(group)


def test_enhanced_monitoring_has_a_role_with_its_permission() -> None:
    recorder = _database()
    role = recorder.one("aws:iam/role:Role")
    assert role.document("assumeRolePolicy")["Statement"][0]["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    attachment = recorder.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    for instance in recorder.of_type(INSTANCE):
        assert instance.inputs["monitoringInterval"] == 15
        assert instance.inputs["monitoringRoleArn"].endswith("database-monitoring-role-arn")
        assert instance.depends_on(attachment)


def test_readers_share_one_name_over_the_replicas() -> None:
    recorder = _database()
    records = recorder.of_type(RECORD)
    assert [record.inputs["records"] for record in records] == [
        ["database-replica-1-address"],
        ["database-replica-2-address"],
    ]
    assert {record.inputs["name"] for record in records} == {"db-reader.shop-prod.internal"}
    assert len({record.inputs["setIdentifier"] for record in records}) == 2
    assert all(record.inputs["weightedRoutingPolicies"] == [{"weight": 100}] for record in records)
    assert all(record.inputs["ttl"] <= 10 for record in records)
    assert recorder.value(recorder.result.reader_host) == "db-reader.shop-prod.internal"
    assert recorder.value(recorder.result.host) == "database-primary-address"


def test_readers_use_the_writer_when_there_is_no_replica() -> None:
    recorder = _database(read_replicas=0)
    assert recorder.of_type(RECORD) == []
    assert recorder.value(recorder.result.reader_host) == recorder.value(recorder.result.host)


_STANDING = ExistingDatabase(
    identifier="old",
    take_over=True,
    username="postgres",
    master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/prod/existing-master-AbCdEf",
    kms_key="arn:aws:kms:us-east-1:111122223333:key/old",
    subnet_group="old-subnets",
    security_group="sg-0123456789abcdef0",
)


def test_a_database_that_is_taken_over_stays_where_it_is_and_lets_the_product_in() -> None:
    recorder = _database(existing=_STANDING, read_replicas=1)
    assert recorder.of_type("aws:rds/subnetGroup:SubnetGroup") == []
    assert recorder.of_type("aws:ec2/securityGroup:SecurityGroup") == []
    assert recorder.of_type("aws:secretsmanager/secret:Secret") == []
    instance = recorder.named("database-primary").inputs
    kept = (
        "identifier",
        "username",
        "kmsKeyId",
        "dbSubnetGroupName",
        "vpcSecurityGroupIds",
        "performanceInsightsKmsKeyId",
    )
    assert [instance[key] for key in kept] == [
        "old",
        "postgres",
        _STANDING.kms_key,
        "old-subnets",
        ["sg-0123456789abcdef0"],
        _STANDING.kms_key,
    ]
    assert not {"manageMasterUserPassword", "passwordWo", "password"} & instance.keys()
    assert recorder.value(recorder.result.master_secret_arn) == _STANDING.master_secret
    door = recorder.named("database-from-cluster").inputs
    assert (door["securityGroupId"], door["referencedSecurityGroupId"]) == ("sg-0123456789abcdef0", "sg-pods")
    assert recorder.named("database-replica-1").inputs["replicateSourceDb"] == "old"
    # RDS made those of the old instance, if it writes logs; a replica is new, and so are its groups.
    assert {each.name.split("-")[1] for each in recorder.of_type(LOG_GROUP)} == {"replica"}
