"""What the services refuse, given what exists already: databases, caches, clusters, edge, storage and policies."""

import json

import pytest

from offline_cloud.cloud.core import facts, registry
from offline_cloud.cloud.model import ACCOUNT_ID, Value
from tests.offline_cloud.cloud.memory import Memory, change, codes, create, diagnostics
from tests.offline_cloud.cloud.platform import CACHE, DATABASE, KEPT, WORKER, Platform

VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
BUCKET_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"

TRUSTED = {type: known.role for type, known in registry.every().items() if known.role and known.role.principal}


@pytest.fixture
def world() -> Platform:
    return Platform()


def test_a_replica_needs_a_source_with_backups(world: Platform) -> None:
    replica: dict[str, Value] = {"identifier": "replica", "instanceClass": "db.m7g.large", "skipFinalSnapshot": True}
    found = diagnostics(world, facts.DATABASE, "replica", replicateSourceDb="shop", **replica)
    assert codes(found) == {"DBInstanceNotFound"}
    world.database(**{**KEPT, "backupRetentionPeriod": 0})
    found = diagnostics(world, facts.DATABASE, "replica", replicateSourceDb="shop", **replica)
    assert codes(found) == {"InvalidDBInstanceState"}
    world.database("managed", identifier="managed")
    found = diagnostics(world, facts.DATABASE, "replica", replicateSourceDb="managed", **replica)
    assert codes(found) == {"InvalidDBInstanceState"}
    assert "master password" in found[0].reason
    world.database("kept", **{**KEPT, "identifier": "kept"})
    create(world, facts.DATABASE, "replica", replicateSourceDb="kept", **replica)


def test_a_replica_is_promoted_and_never_made_of_an_instance(world: Platform) -> None:
    source = world.database(**KEPT)
    replica = create(world, facts.DATABASE, "replica", identifier="replica", replicateSourceDb="shop")
    assert change(world, replica, replicateSourceDb=None) == []
    assert codes(change(world, source, replicateSourceDb="replica")) == {"InvalidParameterCombination"}


def test_a_replica_in_another_region_needs_its_own_key_and_subnets(world: Platform) -> None:
    source = world.database(**{**KEPT, "storageEncrypted": True})
    inputs: dict[str, Value] = {"identifier": "far", "replicateSourceDb": source.arn}
    found = diagnostics(world, facts.DATABASE, "far", "eu-west-1", **inputs)
    assert {diagnostic.path for diagnostic in found} == {"kmsKeyId", "dbSubnetGroupName"}


def test_a_parameter_group_is_of_the_engine_version(world: Platform) -> None:
    create(world, facts.DATABASE_PARAMETERS, "pg", name="pg", family="postgres16")
    found = diagnostics(world, facts.DATABASE, "db", **{**DATABASE, "parameterGroupName": "pg"})
    assert codes(found) == {"InvalidParameterCombination"}


def test_a_redis_user_group_has_one_default_user() -> None:
    world = Memory()
    user: dict[str, Value] = {"engine": "redis", "accessString": "on ~* +@all", "noPasswordRequired": True}
    create(world, facts.CACHE_USER, "app", userId="app", userName="app", **user)
    create(world, facts.CACHE_USER, "off", userId="off", userName="default", **user)
    create(world, facts.CACHE_USER, "valkey", userId="valkey", userName="v", **{**user, "engine": "valkey"})
    group: dict[str, Value] = {"engine": "redis", "userGroupId": "app"}
    assert codes(diagnostics(world, facts.CACHE_USER_GROUP, "g", userIds=["app"], **group)) == {"DefaultUserRequired"}
    assert diagnostics(world, facts.CACHE_USER_GROUP, "g", userIds=["app", "off"], **group) == []
    mixed = diagnostics(world, facts.CACHE_USER_GROUP, "g", userIds=["off", "valkey"], **group)
    assert codes(mixed) == {"InvalidParameterCombination"}


@pytest.mark.parametrize(
    ("user", "refused"),
    [
        ({"authenticationMode": {"type": "no-password-required"}}, {"InvalidParameterCombination"}),
        ({"noPasswordRequired": True}, {"InvalidParameterCombination"}),
        ({"authenticationMode": {"type": "password", "passwords": ["correct-horse-battery"]}}, set[str]()),
        ({"authenticationMode": {"type": "iam"}}, set[str]()),
    ],
)
def test_a_user_group_of_valkey_takes_no_user_without_a_password(
    world: Platform, user: dict[str, Value], refused: set[str]
) -> None:
    world.add(facts.CACHE_USER, "nobody", userId="nobody", userName="default", engine="valkey", **user)
    group: dict[str, Value] = {"userGroupId": "g", "engine": "valkey", "userIds": ["nobody"]}
    assert codes(diagnostics(world, facts.CACHE_USER_GROUP, "g", **group)) == refused


def test_shards_need_a_parameter_group_with_cluster_mode(world: Platform) -> None:
    on: Value = [{"name": "cluster-enabled", "value": "yes"}]
    create(world, facts.CACHE_PARAMETERS, "on", name="on", family="redis7", parameters=on)
    create(world, facts.CACHE_PARAMETERS, "off", name="off", family="redis7")
    create(world, facts.CACHE_PARAMETERS, "old", name="old", family="redis6.x", parameters=on)
    for name, accepted in (("on", True), ("off", False), ("old", False), ("default.redis7", False)):
        found = diagnostics(world, facts.CACHE, "cache", **{**CACHE, "parameterGroupName": name})
        assert codes(found) == (set() if accepted else {"InvalidParameterCombination"})
    assert (
        diagnostics(world, facts.CACHE, "cache", **{**CACHE, "parameterGroupName": "default.redis7.cluster.on"}) == []
    )


def nodes(world: Platform) -> dict[str, Value]:
    return {
        "clusterName": "shop",
        "nodeGroupName": "system",
        "nodeRoleArn": world.role.arn,
        "subnetIds": [world.subnets[0].id],
    }


def test_nodes_join_with_a_role_that_may_and_a_network_plugin(world: Platform) -> None:
    world.cluster(bootstrapSelfManagedAddons=False)
    assert codes(diagnostics(world, facts.NODE_GROUP, "nodes", **nodes(world))) == {"NodeCreationFailure"}
    create(world, facts.ROLE_ATTACHMENT, "worker", role="node", policyArn=WORKER)
    found = diagnostics(world, facts.NODE_GROUP, "nodes", **nodes(world))
    assert [diagnostic.path for diagnostic in found] == ["clusterName"]
    create(world, facts.ADDON, "cni", clusterName="shop", addonName="vpc-cni")
    create(world, facts.NODE_GROUP, "nodes", **nodes(world))


def test_coredns_waits_for_nodes(world: Platform) -> None:
    world.cluster()
    create(world, facts.ROLE_ATTACHMENT, "worker", role="node", policyArn=WORKER)
    addon: dict[str, Value] = {"clusterName": "shop", "addonName": "coredns"}
    assert codes(diagnostics(world, facts.ADDON, "dns", **addon)) == {"InsufficientNumberOfReplicas"}
    create(world, facts.NODE_GROUP, "nodes", **nodes(world))
    create(world, facts.ADDON, "dns", **addon)


def test_an_access_policy_needs_an_access_entry(world: Platform) -> None:
    world.cluster()
    principal: dict[str, Value] = {"clusterName": "shop", "principalArn": "arn:aws:iam::123456789012:role/ops"}
    assert codes(diagnostics(world, facts.ACCESS_POLICY, "ops", **principal)) == {"ResourceNotFoundException"}
    create(world, facts.ACCESS_ENTRY, "ops", **principal)
    assert diagnostics(world, facts.ACCESS_POLICY, "ops", **principal) == []


def test_a_listener_takes_an_issued_certificate_of_its_region(world: Platform) -> None:
    balancer = world.balancer()
    request: dict[str, Value] = {"domainName": "example.com", "validationMethod": "DNS"}
    here = create(world, facts.CERTIFICATE, "here", **request)
    far = create(world, facts.CERTIFICATE, "far", "eu-west-1", **request)
    create(world, VALIDATION, "far", "eu-west-1", certificateArn=far.arn)
    listener: dict[str, Value] = {"loadBalancerArn": balancer.arn, "port": 443, "protocol": "HTTPS"}
    assert codes(diagnostics(world, facts.LISTENER, "l", certificateArn=here.arn, **listener)) == {
        "UnsupportedCertificate"
    }
    assert codes(diagnostics(world, facts.LISTENER, "l", certificateArn=far.arn, **listener)) == {"CertificateNotFound"}
    create(world, VALIDATION, "here", certificateArn=here.arn)
    assert diagnostics(world, facts.LISTENER, "l", certificateArn=here.arn, **listener) == []


def test_priorities_and_ports_are_taken_once_and_a_target_group_serves_one_balancer(world: Platform) -> None:
    group = world.target_group()
    forward: Value = [{"type": "forward", "targetGroupArn": group.arn}]
    first, second = world.balancer("one"), world.balancer("two")
    http: dict[str, Value] = {"port": 80, "protocol": "HTTP", "defaultActions": forward}
    listener = create(world, facts.LISTENER, "http", loadBalancerArn=first.arn, **http)
    assert codes(diagnostics(world, facts.LISTENER, "again", loadBalancerArn=first.arn, **http)) == {
        "DuplicateListener"
    }
    shared = diagnostics(world, facts.LISTENER, "other", loadBalancerArn=second.arn, **http)
    assert codes(shared) == {"TargetGroupAssociationLimit"}
    rule: dict[str, Value] = {"listenerArn": listener.arn, "actions": forward, "conditions": []}
    create(world, facts.LISTENER_RULE, "api", priority=10, **rule)
    assert codes(diagnostics(world, facts.LISTENER_RULE, "web", priority=10, **rule)) == {"PriorityInUse"}
    assert diagnostics(world, facts.LISTENER_RULE, "web", priority=11, **rule) == []


@pytest.mark.parametrize("version", ["GRPC", "HTTP2"])
def test_a_target_group_of_http2_or_grpc_stands_behind_https_alone(world: Platform, version: str) -> None:
    group = create(
        world, facts.TARGET_GROUP, "rpc", name="rpc", port=50051, protocol="HTTP", vpcId=world.vpc.id, targetType="ip",
        protocolVersion=version,
    )  # fmt: skip
    balancer = world.balancer()
    certificate = create(world, facts.CERTIFICATE, "c", domainName="example.com")
    forward: Value = [{"type": "forward", "targetGroupArn": group.arn}]
    plain: dict[str, Value] = {"loadBalancerArn": balancer.arn, "port": 80, "protocol": "HTTP"}
    found = diagnostics(world, facts.LISTENER, "plain", defaultActions=forward, **plain)
    assert codes(found) == {"InvalidLoadBalancerAction"}
    assert f"'HTTP' is not supported with a target group with the protocol-version '{version}'" in found[0].reason
    secure: dict[str, Value] = {"loadBalancerArn": balancer.arn, "port": 443, "protocol": "HTTPS"}
    secure["certificateArn"] = certificate.arn
    create(world, facts.LISTENER, "secure", defaultActions=forward, **secure)
    listener = create(world, facts.LISTENER, "plain", **plain, defaultActions=[])
    rule: dict[str, Value] = {"listenerArn": listener.arn, "priority": 1, "actions": forward, "conditions": []}
    assert codes(diagnostics(world, facts.LISTENER_RULE, "rule", **rule)) == {"InvalidLoadBalancerAction"}


def test_nobody_signs_on_before_a_target_group_of_grpc(world: Platform) -> None:
    group = create(
        world, facts.TARGET_GROUP, "rpc", name="rpc", port=50051, protocol="HTTP", vpcId=world.vpc.id, targetType="ip",
        protocolVersion="GRPC",
    )  # fmt: skip
    certificate = create(world, facts.CERTIFICATE, "c", domainName="example.com")
    listener = create(
        world, facts.LISTENER, "l", loadBalancerArn=world.balancer().arn, port=443, protocol="HTTPS",
        certificateArn=certificate.arn, defaultActions=[],
    )  # fmt: skip
    forward: Value = {"type": "forward", "order": 2, "targetGroupArn": group.arn}
    rule: dict[str, Value] = {"listenerArn": listener.arn, "priority": 1, "conditions": []}
    assert diagnostics(world, facts.LISTENER_RULE, "rule", actions=[forward], **rule) == []
    signed = diagnostics(world, facts.LISTENER_RULE, "rule", actions=[{"type": "authenticate-oidc"}, forward], **rule)
    assert "InvalidLoadBalancerAction" in codes(signed)


def test_a_web_acl_protects_its_own_region(world: Platform) -> None:
    balancer = world.balancer()
    for region, accepted in (("us-east-1", True), ("eu-west-1", False)):
        acl = create(world, facts.WEB_ACL, region, region, name=region, scope="REGIONAL")
        found = diagnostics(world, facts.WEB_ACL_ASSOCIATION, "waf", webAclArn=acl.arn, resourceArn=balancer.arn)
        assert codes(found) == (set() if accepted else {"WAFInvalidParameterException"})


def test_object_lock_needs_versions_and_keeps_them() -> None:
    world = Memory()
    create(world, facts.BUCKET, "b", bucket="shop")
    assert codes(diagnostics(world, BUCKET_LOCK, "lock", bucket="shop")) == {"InvalidBucketState"}
    create(world, VERSIONING, "versions", bucket="shop", versioningConfiguration={"status": "Enabled"})
    create(world, BUCKET_LOCK, "lock", bucket="shop")
    suspended: Value = {"status": "Suspended"}
    found = diagnostics(world, VERSIONING, "off", bucket="shop", versioningConfiguration=suspended)
    assert codes(found) == {"InvalidBucketState"}


def test_a_plan_keeps_what_the_lock_asks_for() -> None:
    world = Memory()
    create(world, facts.VAULT, "vault", name="vault")
    create(world, facts.VAULT_LOCK, "lock", backupVaultName="vault", minRetentionDays=14, maxRetentionDays=60)
    for days, accepted in ((7, False), (35, True), (90, False)):
        rules: Value = [{"ruleName": "daily", "targetVaultName": "vault", "lifecycle": {"deleteAfter": days}}]
        found = diagnostics(world, facts.BACKUP_PLAN, "plan", name="daily", rules=rules)
        assert codes(found) == (set() if accepted else {"InvalidParameterValueException"})


def test_a_copy_goes_to_a_vault_that_is_there_and_keeps_what_its_lock_asks_for() -> None:
    world = Memory()
    create(world, facts.VAULT, "vault", name="vault")
    there = create(world, facts.VAULT, "there", "eu-west-1", name="vault")
    create(world, facts.VAULT_LOCK, "lock", "eu-west-1", backupVaultName="vault", minRetentionDays=35)
    refused, nowhere = "InvalidParameterValueException", "ResourceNotFoundException"
    for arn, days, said in ((there.arn, 35, ""), (there.arn, 7, refused), (f"{there.arn}s", 35, nowhere)):
        copies: Value = [{"destinationVaultArn": arn, "lifecycle": {"deleteAfter": days}}]
        rules: Value = [{"ruleName": "daily", "targetVaultName": "vault", "copyActions": copies}]
        found = diagnostics(world, facts.BACKUP_PLAN, "plan", name="daily", rules=rules)
        assert codes(found) == ({said} if said else set[str]())


def test_a_replication_takes_versions_at_both_ends_and_locks_where_the_source_does() -> None:
    world = Memory()
    create(world, facts.BUCKET, "source", bucket="source", objectLockEnabled=True)
    rule: dict[str, Value] = {"id": "all", "status": "Enabled"}

    def refused(destination: Value) -> str:
        rules: Value = [{**rule, "destination": {"bucket": destination}}]
        found = diagnostics(world, REPLICATION, "copies", bucket="source", rules=rules)
        return found[0].reason if found else ""

    assert "must exist" in refused("arn:aws:s3:::nowhere")
    assert "cannot be the source" in refused("arn:aws:s3:::source")
    plain = create(world, facts.BUCKET, "plain", "eu-west-1", bucket="plain")
    assert "must have versioning" in refused(plain.arn)
    create(world, VERSIONING, "versions", "eu-west-1", bucket="plain", versioningConfiguration={"status": "Enabled"})
    assert "Object Lock must be enabled" in refused(plain.arn)
    locked = create(world, facts.BUCKET, "locked", "eu-west-1", bucket="locked", objectLockEnabled=True)
    assert refused(locked.arn) == ""


def test_backups_are_replicated_into_another_region_under_a_key_of_its() -> None:
    world = Memory()
    kept: dict[str, Value] = {"backupRetentionPeriod": 7, "storageEncrypted": True}
    source = world.add(facts.DATABASE, "source", identifier="shop", **kept)
    copy = world.add(facts.DATABASE, "copy", identifier="copy", replicateSourceDb="shop", **kept)
    off = world.add(facts.DATABASE, "off", identifier="off", backupRetentionPeriod=0)
    keys = {region: world.add(facts.KEY, region, region).arn for region in ("us-east-1", "eu-west-1")}

    def refused(region: str, **stated: Value) -> set[str]:
        return codes(diagnostics(world, facts.DATABASE_COPIES, "copies", region, **stated))

    assert refused("eu-west-1", sourceDbInstanceArn=source.arn, kmsKeyId=keys["eu-west-1"]) == set()
    assert refused("eu-west-1", sourceDbInstanceArn=source.arn) == {"InvalidParameterValue"}
    assert refused("eu-west-1", sourceDbInstanceArn=source.arn, kmsKeyId=keys["us-east-1"])
    assert refused("us-east-1", sourceDbInstanceArn=source.arn, kmsKeyId=keys["us-east-1"]) == {"InvalidParameterValue"}
    assert refused("eu-west-1", sourceDbInstanceArn=copy.arn, kmsKeyId=keys["eu-west-1"]) == {"InvalidDBInstanceState"}
    assert refused("eu-west-1", sourceDbInstanceArn=off.arn) == {"InvalidDBInstanceState"}


def test_a_composite_alarm_names_alarms_that_exist() -> None:
    world = Memory()
    rule = 'ALARM("cpu") OR ALARM("disk")'
    world.add(facts.METRIC_ALARM, "cpu", name="cpu")
    found = diagnostics(world, facts.COMPOSITE_ALARM, "any", alarmName="any", alarmRule=rule)
    assert codes(found) == {"ValidationError"}
    assert "disk" in found[0].reason
    world.add(facts.METRIC_ALARM, "disk", name="disk")
    assert diagnostics(world, facts.COMPOSITE_ALARM, "any", alarmName="any", alarmRule=rule) == []


def test_a_mute_rule_names_alarms_that_exist_and_a_hundred_at_most() -> None:
    world, token = Memory(), "aws:cloudwatch/alarmMuteRule:AlarmMuteRule"
    world.add(facts.METRIC_ALARM, "cpu", name="cpu")
    found = diagnostics(world, token, "quiet", name="quiet", muteTargets={"alarmNames": ["cpu", "disk"]})
    assert codes(found) == {"ResourceNotFoundException"}
    assert "disk" in found[0].reason
    assert diagnostics(world, token, "quiet", name="quiet", muteTargets={"alarmNames": ["cpu"]}) == []
    names: list[Value] = ["cpu"] * 101
    many = diagnostics(world, token, "quiet", name="quiet", muteTargets={"alarmNames": names})
    assert codes(many) == {"ValidationError"}


def test_a_replica_key_has_a_multi_region_primary_elsewhere() -> None:
    world = Memory()
    plain = create(world, facts.KEY, "plain")
    multi = create(world, facts.KEY, "multi", multiRegion=True)
    refused = diagnostics(world, facts.REPLICA_KEY, "r", "eu-west-1", primaryKeyArn=plain.arn)
    assert codes(refused) == {"UnsupportedOperationException"}
    assert codes(diagnostics(world, facts.REPLICA_KEY, "r", primaryKeyArn=multi.arn)) == {"InvalidRequestException"}
    assert diagnostics(world, facts.REPLICA_KEY, "r", "eu-west-1", primaryKeyArn=multi.arn) == []


@pytest.mark.parametrize("type", sorted(TRUSTED))
def test_a_role_trusts_the_service_that_assumes_it(type: str) -> None:
    world = Memory()
    rule = TRUSTED[type]

    def assumed(service: str) -> list[str]:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        role = create(world, facts.ROLE, service, name=service, assumeRolePolicy=json.dumps({"Statement": statement}))
        head, _, rest = rule.path.partition(".")
        inputs: dict[str, Value] = {head: {rest: role.arn} if rest else role.arn}
        found = diagnostics(world, type, "it", **inputs)
        return [diagnostic.path for diagnostic in found if "cannot be assumed" in diagnostic.reason]

    assert assumed("sqs.amazonaws.com") == [rule.path]
    assert assumed(rule.principal) == []


def test_secrets_manager_rotates_by_a_function_that_lets_it_in() -> None:
    world = Memory()
    kind = "aws:secretsmanager/secretRotation:SecretRotation"
    function = create(world, facts.FUNCTION, "rotate", name="rotate")
    assert codes(diagnostics(world, kind, "r", rotationLambdaArn=function.arn)) == {"AccessDeniedException"}
    create(world, facts.PERMISSION, "p", function="rotate", principal="secretsmanager.amazonaws.com")
    assert diagnostics(world, kind, "r", rotationLambdaArn=function.arn) == []


def test_a_policy_names_roles_that_exist(world: Platform) -> None:
    def key(role: str) -> set[str]:
        statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:*", "Resource": "*"}
        return codes(diagnostics(world, facts.KEY, "k", policy=json.dumps({"Statement": [statement]})))

    assert key(f"arn:aws:iam::{ACCOUNT_ID}:role/node") == set()
    assert key(f"arn:aws:iam::{ACCOUNT_ID}:role/nobody") == {"MalformedPolicyDocumentException"}
    assert key("arn:aws:iam::123456789012:role/nobody") == set()


def test_a_certificate_waits_for_the_record_of_each_of_its_names(world: Platform) -> None:
    stated: dict[str, Value] = {
        "domainName": "shop.example",
        "validationMethod": "DNS",
        "subjectAlternativeNames": ["api.shop.example"],
    }
    certificate = world.add(facts.CERTIFICATE, "c", **stated)
    options = certificate.outputs["domainValidationOptions"]
    assert isinstance(options, list)
    records = [option["resourceRecordName"] for option in options if isinstance(option, dict)]
    (missing,) = diagnostics(world, VALIDATION, "v", certificateArn=certificate.arn, validationRecordFqdns=records[:1])
    assert "missing api.shop.example DNS validation record: _" in missing.reason
    without_dots: list[Value] = [str(record).rstrip(".") for record in records]
    for named in (records, without_dots):
        assert diagnostics(world, VALIDATION, "v", certificateArn=certificate.arn, validationRecordFqdns=named) == []
    assert diagnostics(world, VALIDATION, "v", certificateArn=certificate.arn) == []
