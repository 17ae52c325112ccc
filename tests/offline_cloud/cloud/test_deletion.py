"""What a deletion is refused for: protection, and what still uses the resource."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.pending import PENDING
from offline_cloud.cloud.model import Record, Value
from tests.offline_cloud.cloud.memory import Memory, change, codes, create
from tests.offline_cloud.cloud.platform import CACHE, DATABASE, KEPT, TRUST, WORKER, Platform

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BUCKET_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
ROW = tuple[str, dict[str, Value], str, dict[str, Value], str]


@pytest.fixture
def world() -> Platform:
    return Platform()


def held(world: Memory, record: Record) -> set[str]:
    return codes(rules.before_delete(record, world))


def freed(world: Memory, record: Record, user: Record) -> bool:
    """Tell whether a resource may go once its user is gone, and whether the user may go now."""
    assert held(world, user) == set()
    world.remove(user)
    return held(world, record) == set()


# What is used, the input of its user that refers to it ("{id}", "{arn}"), and the diagnostic.
PAIRS: list[ROW] = [
    (facts.VPC, {}, facts.SUBNET, {"vpcId": "{id}"}, "DependencyViolation"),
    (facts.VPC, {}, facts.SECURITY_GROUP, {"vpcId": "{id}"}, "DependencyViolation"),
    (facts.SUBNET, {}, facts.NAT_GATEWAY, {"subnetId": "{id}"}, "DependencyViolation"),
    (facts.SUBNET, {}, facts.CLUSTER, {"vpcConfig": {"subnetIds": ["{id}"]}}, "DependencyViolation"),
    (facts.SUBNET, {}, facts.LOAD_BALANCER, {"subnets": ["{id}"]}, "DependencyViolation"),
    (facts.SUBNET, {}, facts.ENDPOINT, {"subnetIds": ["{id}"]}, "DependencyViolation"),
    (facts.SECURITY_GROUP, {}, facts.DATABASE, {"vpcSecurityGroupIds": ["{id}"], "skipFinalSnapshot": True},
     "DependencyViolation"),
    (facts.SECURITY_GROUP, {}, facts.CACHE, {"securityGroupIds": ["{id}"]}, "DependencyViolation"),
    (facts.SECURITY_GROUP, {}, facts.INGRESS_RULE, {"referencedSecurityGroupId": "{id}"}, "DependencyViolation"),
    (facts.ELASTIC_IP, {}, facts.NAT_GATEWAY, {"allocationId": "{id}"}, "InvalidIPAddress.InUse"),
    (facts.CLUSTER, {"name": "shop"}, facts.NODE_GROUP, {"clusterName": "shop"}, "ResourceInUseException"),
    (facts.POLICY, {"name": "p"}, facts.ROLE_ATTACHMENT, {"policyArn": "{arn}"}, "DeleteConflict"),
    (facts.ROLE, {"name": "r"}, facts.ROLE_ATTACHMENT, {"role": "r"}, "DeleteConflict"),
    (facts.ROLE, {"name": "r"}, facts.ROLE_POLICY, {"role": "r"}, "DeleteConflict"),
    (facts.DATABASE_SUBNETS, {"name": "s"}, facts.DATABASE, {"dbSubnetGroupName": "s", "skipFinalSnapshot": True},
     "InvalidDBSubnetGroupStateFault"),
    (facts.DATABASE_PARAMETERS, {"name": "p"}, facts.DATABASE, {"parameterGroupName": "p", "skipFinalSnapshot": True},
     "InvalidDBParameterGroupState"),
    (facts.CACHE_SUBNETS, {"name": "s"}, facts.CACHE, {"subnetGroupName": "s"}, "CacheSubnetGroupInUse"),
    (facts.CACHE_PARAMETERS, {"name": "p"}, facts.CACHE, {"parameterGroupName": "p"},
     "InvalidCacheParameterGroupState"),
    (facts.CACHE_USER_GROUP, {"userGroupId": "g"}, facts.CACHE, {"userGroupIds": ["g"]}, "InvalidUserGroupState"),
    (facts.TARGET_GROUP, {"name": "t"}, facts.LISTENER,
     {"defaultActions": [{"forward": {"targetGroups": [{"arn": "{arn}"}]}}]}, "ResourceInUse"),
    (facts.TARGET_GROUP, {"name": "t"}, facts.LISTENER_RULE, {"actions": [{"targetGroupArn": "{arn}"}]},
     "ResourceInUse"),
    (facts.CERTIFICATE, {}, facts.LISTENER, {"certificateArn": "{arn}"}, "ResourceInUseException"),
    (facts.WEB_ACL, {"name": "w"}, facts.WEB_ACL_ASSOCIATION, {"webAclArn": "{arn}"}, "WAFAssociatedItemException"),
    (facts.IP_SET, {"name": "i"}, facts.WEB_ACL,
     {"rules": [{"statement": {"ipSetReferenceStatement": {"arn": "{arn}"}}}]}, "WAFAssociatedItemException"),
    (facts.BUCKET, {"bucket": "logs"}, facts.LOAD_BALANCER, {"accessLogs": {"bucket": "logs"}}, "BucketNotEmpty"),
    (facts.BUCKET, {"bucket": "logs"}, facts.FLOW_LOG, {"logDestination": "{arn}"}, "BucketNotEmpty"),
    (facts.BUCKET, {"bucket": "b", "forceDestroy": True}, BUCKET_LOCK,
     {"bucket": "b", "rule": {"defaultRetention": {"mode": "COMPLIANCE"}}}, "AccessDenied"),
    (facts.VAULT, {"name": "v"}, facts.VAULT_LOCK, {"backupVaultName": "v"}, "InvalidRequestException"),
    (facts.BACKUP_PLAN, {"name": "p"}, facts.BACKUP_SELECTION, {"planId": "{id}"}, "InvalidRequestException"),
    (facts.EVENT_RULE, {"name": "r"}, facts.EVENT_TARGET, {"rule": "r"}, "ValidationException"),
    (facts.ZONE, {"name": "example.com"}, facts.DNS_RECORD, {"zoneId": "{id}"}, "HostedZoneNotEmpty"),
    (facts.METRIC_ALARM, {"name": "cpu"}, facts.COMPOSITE_ALARM, {"alarmRule": "ALARM(cpu)"}, "ValidationError"),
    (facts.DATABASE, {"identifier": "d", "skipFinalSnapshot": True}, "aws:rds/proxyTarget:ProxyTarget",
     {"dbInstanceIdentifier": "d"}, "InvalidDBInstanceState"),
]  # fmt: skip


def filled(value: Value, record: Record) -> Value:
    if isinstance(value, dict):
        return {key: filled(item, record) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, record) for item in value]
    return value.format(id=record.id, arn=record.arn) if isinstance(value, str) and "{" in value else value


@pytest.mark.parametrize(
    ("type", "inputs", "user", "reference", "code"),
    PAIRS,
    ids=[f"{a.rsplit(':', 1)[-1]}-{c.rsplit(':', 1)[-1]}" for a, _, c, _, _ in PAIRS],
)
def test_what_is_used_stays_until_its_user_is_gone(
    type: str, inputs: dict[str, Value], user: str, reference: dict[str, Value], code: str
) -> None:
    world = Memory()
    used = world.add(type, "used", **inputs)
    assert held(world, used) == set()
    stated = filled(reference, used)
    assert isinstance(stated, dict)
    by = world.add(user, "user", **stated)
    found = rules.before_delete(used, world)
    assert codes(found) == {code}
    assert "'user'" in str(found[0])
    assert freed(world, used, by)


def test_a_subnet_is_held_by_what_lives_in_its_subnet_groups(world: Platform) -> None:
    subnet = world.subnets[0]
    create(world, facts.DATABASE_SUBNETS, "data", name="data", subnetIds=list(world.subnet_ids))
    create(world, facts.CACHE_SUBNETS, "data", name="data", subnetIds=list(world.subnet_ids))
    assert held(world, subnet) == set()
    database = world.database(dbSubnetGroupName="data")
    cache = create(world, facts.CACHE, "cache", **{**CACHE, "subnetGroupName": "data"})
    assert [len(rules.before_delete(subnet, world)), held(world, subnet)] == [2, {"DependencyViolation"}]
    world.remove(cache)
    assert freed(world, subnet, database)


def test_a_gateway_stays_while_its_network_has_public_addresses(world: Platform) -> None:
    balancer = world.balancer()
    found = rules.before_delete(world.gateway, world)
    assert codes(found) == {"DependencyViolation"}
    assert "mapped public address" in found[0].reason
    assert freed(world, world.gateway, balancer)
    world.balancer("inner", internal=True)
    assert held(world, world.gateway) == set()


def test_a_security_group_goes_with_its_own_rules(world: Platform) -> None:
    rule: dict[str, Value] = {"ipProtocol": "-1", "referencedSecurityGroupId": world.group.id}
    create(world, facts.EGRESS_RULE, "out", securityGroupId=world.group.id, ipProtocol="-1", cidrIpv4="0.0.0.0/0")
    assert held(world, world.group) == set()
    other = create(world, facts.SECURITY_GROUP, "other", name="other", vpcId=world.vpc.id)
    create(world, facts.INGRESS_RULE, "in", securityGroupId=other.id, **rule)
    assert held(world, world.group) == {"DependencyViolation"}


def test_a_role_that_detaches_its_policies_may_go(world: Platform) -> None:
    role = create(world, facts.ROLE, "free", name="free", assumeRolePolicy=TRUST, forceDetachPolicies=True)
    create(world, facts.ROLE_ATTACHMENT, "a", role="free", policyArn=WORKER)
    assert held(world, role) == set()


def test_a_name_used_in_another_region_holds_nothing_back() -> None:
    world = Memory()
    group = world.add(facts.DATABASE_PARAMETERS, "pg", name="pg")
    world.add(facts.DATABASE, "db", "eu-west-1", parameterGroupName="pg")
    assert held(world, group) == set()


@pytest.mark.parametrize("type", [facts.BUCKET, facts.ZONE])
def test_what_empties_itself_may_go(type: str) -> None:
    world = Memory()
    record = world.add(type, "it", name="it", bucket="it", forceDestroy=True)
    world.add(facts.DNS_RECORD, "r", zoneId=record.id)
    world.add(facts.LOAD_BALANCER, "l", accessLogs={"bucket": "it"})
    assert held(world, record) == set()


@pytest.mark.parametrize(
    ("type", "path", "code"),
    [
        (facts.DATABASE, "deletionProtection", "InvalidParameterCombination"),
        (facts.CLUSTER, "deletionProtection", "InvalidRequestException"),
        (facts.LOAD_BALANCER, "enableDeletionProtection", "OperationNotPermitted"),
        (facts.LOG_GROUP, "deletionProtectionEnabled", "ValidationException"),
    ],
)
def test_what_is_protected_is_not_deleted(type: str, path: str, code: str) -> None:
    world = Memory()
    protected: dict[str, Value] = {path: True, "skipFinalSnapshot": True}
    record = world.add(type, "it", **protected)
    found = rules.before_delete(record, world)
    assert (codes(found), found[0].path) == ({code}, path)
    assert held(world, replace(record, inputs={**record.inputs, path: False})) == set()


def test_a_database_leaves_a_snapshot_or_says_that_it_does_not() -> None:
    world = Memory()

    def leaving(**inputs: Value) -> list[str]:
        record = world.add(facts.DATABASE, "db", identifier="db", **inputs)
        return [diagnostic.path for diagnostic in rules.before_delete(record, world)]

    assert leaving() == ["finalSnapshotIdentifier"]
    assert leaving(finalSnapshotIdentifier="last") == []
    assert leaving(skipFinalSnapshot=True) == []
    assert leaving(replicateSourceDb="main", finalSnapshotIdentifier="last") == ["skipFinalSnapshot"]


def test_backups_stay_on_while_a_replica_reads(world: Platform) -> None:
    source = world.database(**KEPT)
    assert change(world, source, backupRetentionPeriod=0) == []
    replica: dict[str, Value] = {"identifier": "r", "replicateSourceDb": "shop", "instanceClass": "db.m7g.large"}
    create(world, facts.DATABASE, "replica", **replica)
    assert codes(change(world, source, backupRetentionPeriod=0)) == {"InvalidDBInstanceState"}


def test_storage_grows_and_versions_go_up(world: Platform) -> None:
    database = world.database()
    assert change(world, database, allocatedStorage=200, engineVersion="17.6") == []
    assert codes(change(world, database, allocatedStorage=50)) == {"InvalidParameterCombination"}
    assert codes(change(world, database, engineVersion="16.9")) == {"InvalidParameterCombination"}
    assert codes(change(world, database, engineVersion="18.1")) == {"InvalidParameterCombination"}
    assert change(world, database, engineVersion="18.1", allowMajorVersionUpgrade=True) == []


def test_a_cluster_is_upgraded_one_version_at_a_time(world: Platform) -> None:
    cluster = world.cluster(version="1.33", accessConfig={"authenticationMode": "API"})
    assert change(world, cluster, version="1.34") == []
    assert codes(change(world, cluster, version="1.35")) == {"InvalidParameterException"}
    assert codes(change(world, cluster, version="1.32")) == {"InvalidParameterException"}
    back: Value = {"authenticationMode": "CONFIG_MAP"}
    assert codes(change(world, cluster, accessConfig=back)) == {"InvalidRequestException"}


def test_an_update_does_not_collide_with_itself(world: Platform) -> None:
    database = world.database()
    assert change(world, database, **DATABASE) == []
    subnet = world.subnets[0]
    assert change(world, subnet, mapPublicIpOnLaunch=True) == []
    assert codes(change(world, subnet, cidrBlock="10.0.1.0/24")) == {"InvalidSubnet.Conflict"}


def left(world: Memory, record: Record) -> list[tuple[str, str]]:
    """Delete a resource and keep what that leaves, as the provider does."""
    assert held(world, record) == set()
    found = rules.left(record, NOW)
    world.remove(record)
    world.records += found
    return [(each.type, each.id) for each in found]


def test_a_database_leaves_its_snapshot_and_its_backups_and_a_second_one_needs_another_name() -> None:
    world = Memory()
    stated: dict[str, Value] = {
        "identifier": "d",
        "finalSnapshotIdentifier": "d-final",
        "deleteAutomatedBackups": False,
        "backupRetentionPeriod": 7,
    }
    types = [type for type, _ in left(world, world.add(facts.DATABASE, "d", **stated))]
    assert types == [facts.SNAPSHOT, "aws:rds/automatedBackup:AutomatedBackup"]
    again = world.add(facts.DATABASE, "d", **stated)
    assert held(world, again) == {"DBSnapshotAlreadyExists"}
    other = replace(again, inputs={**again.inputs, "finalSnapshotIdentifier": "d-final-2"})
    assert held(world, other) == set()


def test_a_database_that_says_so_leaves_nothing_and_a_replica_never_does() -> None:
    world = Memory()
    gone = world.add(facts.DATABASE, "d", identifier="d", skipFinalSnapshot=True, backupRetentionPeriod=7)
    assert left(world, gone) == []
    replica = world.add(
        facts.DATABASE, "r", identifier="r", replicateSourceDb="d", skipFinalSnapshot=True, deleteAutomatedBackups=False
    )
    assert left(world, replica) == []


def test_a_caches_final_snapshot_keeps_its_name() -> None:
    world = Memory()
    stated: dict[str, Value] = {"replicationGroupId": "c", "finalSnapshotIdentifier": "c-final"}
    assert left(world, world.add(facts.CACHE, "c", **stated)) == [("aws:elasticache/snapshot:Snapshot", "c-final")]
    assert held(world, world.add(facts.CACHE, "c", **stated)) == {"SnapshotAlreadyExistsFault"}


@pytest.mark.parametrize(("days", "taken"), [(None, True), (30, True), (7, True), (0, False)])
def test_a_secrets_name_stays_taken_in_its_recovery_window(days: int | None, taken: bool) -> None:
    world = Memory()
    stated: dict[str, Value] = {} if days is None else {"recoveryWindowInDays": days}
    left(world, world.add(facts.SECRET, "s", name="shop/prod/TOKEN", **stated))
    again = world.draft(facts.SECRET, "s", name="shop/prod/TOKEN")
    expected = {"InvalidRequestException"} if taken else set[str]()
    assert codes(rules.before_create(again, world)) == expected
    ends = NOW + timedelta(days=30 if days is None else days)
    assert [each.inputs["at"] for each in world.records] == ([ends.isoformat()] if taken else [])


@pytest.mark.parametrize(("stated", "days"), [({}, 30), ({"deletionWindowInDays": 7}, 7)])
def test_a_keys_deletion_can_be_cancelled_until_its_waiting_period_ends(stated: dict[str, Value], days: int) -> None:
    world = Memory()
    left(world, world.add(facts.KEY, "k", **stated))
    assert [each.inputs["at"] for each in world.records] == [(NOW + timedelta(days=days)).isoformat()]


@pytest.mark.parametrize(
    ("user", "group", "before", "after"),
    [
        (facts.DATABASE, facts.DATABASE_PARAMETERS, ("postgres", "16.4"), ("postgres", "17")),
        (facts.CACHE, facts.CACHE_PARAMETERS, ("redis", "7.1"), ("valkey", "8.0")),
    ],
)
def test_a_parameter_group_is_in_use_until_the_upgrade_away_from_it_is_made(
    user: str, group: str, before: tuple[str, str], after: tuple[str, str]
) -> None:
    world = Memory()
    old_group = world.add(group, "old", name="old", family="x")
    stated: dict[str, Value] = {"engine": before[0], "engineVersion": before[1], "parameterGroupName": "old"}
    old = world.add(user, "it", **stated)
    changed: dict[str, Value] = {"engine": after[0], "engineVersion": after[1], "parameterGroupName": "new"}
    new = replace(old, inputs={**old.inputs, **changed})
    world.remove(old)
    world.records.append(new)
    now = replace(new, inputs={**new.inputs, "applyImmediately": True})
    assert kept(world, old, now) == []
    assert kept(world, old, replace(old, inputs={**old.inputs, "parameterGroupName": "new"})) == []
    assert held(world, old_group) == set()
    world.records += kept(world, old, new)
    (code,) = held(world, old_group)
    assert code in ("InvalidDBParameterGroupState", "InvalidCacheParameterGroupState")
    again = replace(new, outputs=old.outputs, inputs={**new.inputs, "tags": {"a": "b"}})
    (still,) = kept(world, new, again)
    assert still.inputs["parameterGroupName"] == "old"


def kept(world: Memory, old: Record, new: Record) -> list[Record]:
    """Give what an update leaves for the maintenance window."""
    return [each for each in rules.waiting(old, new, world, NOW).later if each.type == PENDING]
