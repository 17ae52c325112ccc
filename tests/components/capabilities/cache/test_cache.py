import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import Output, RunError

from components.capabilities.cache.access import application_access
from components.capabilities.cache.cache import Cache, CacheArgs, seeds
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT, RetentionSettings
from settings.sizes.cache import CacheSettings
from settings.workload.cache import CacheNeeds
from tests.components.recording import Recorder, build

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
USER = "aws:elasticache/user:User"
SETTINGS: dict[str, Any] = {
    "node_type": "cache.m7g.large",
    "shards": 3,
    "replicas_per_shard": 1,
    "snapshot_retention_days": 7,
    "apply_changes": "window",
}
NEEDS: dict[str, Any] = {"version": "7.1", "node_type": "cache.m7g.large"}
ENDPOINT = "clustercfg.shop-prod.abc123.use1.cache.amazonaws.com"


def _args(
    *,
    protect: bool = True,
    retention: RetentionSettings = EVERYTHING_KEPT,
    needs: dict[str, Any] | None = None,
    **changes: Any,
) -> CacheArgs:
    return CacheArgs(
        prefix="shop-prod",
        settings=CacheSettings.model_validate({**SETTINGS, **changes}),
        needs=CacheNeeds.model_validate({**NEEDS, **(needs or {})}),
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b"],
        client_security_group_id="sg-pods",
        data_key_arn="arn:data",
        logs_key_arn="arn:logs",
        user_name="shop",
        user_password=Output.secret("correct-horse-battery"),
        protect=protect,
        retention=retention,
        log_retention_days=365,
    )


def _cache(*, protect: bool = True, needs: dict[str, Any] | None = None, **changes: Any) -> Recorder[Cache]:
    return build(lambda: Cache("cache", _args(protect=protect, needs=needs, **changes)))


def _group(*, protect: bool = True, needs: dict[str, Any] | None = None, **changes: Any) -> Any:
    return _cache(protect=protect, needs=needs, **changes).one(GROUP).inputs


@pytest.mark.requirement("OB-76")
def test_the_engine_and_port_are_those_asked_for() -> None:
    group = _group()
    assert (group["engine"], group["engineVersion"], group["port"]) == ("redis", "7.1", 6379)
    assert _group(needs={"engine": "valkey", "version": "8.0"})["engine"] == "valkey"


@pytest.mark.requirement("OB-77")
@pytest.mark.requirement("OB-78")
def test_three_shards_of_the_node_size_asked_for() -> None:
    recorder = _cache()
    group = recorder.one(GROUP).inputs
    assert group["nodeType"] == "cache.m7g.large"
    assert group["clusterMode"] == "enabled"
    assert (group["numNodeGroups"], group["replicasPerNodeGroup"]) == (3, 1)


@pytest.mark.parametrize(("replicas", "multi_az"), [(0, False), (1, True)])
def test_failover_is_automatic_and_spans_zones_as_soon_as_there_is_a_replica(replicas: int, multi_az: bool) -> None:
    group = _group(replicas_per_shard=replicas)
    assert group["automaticFailoverEnabled"] is True
    assert group["multiAzEnabled"] is multi_az


@pytest.mark.requirement("OB-79")
@pytest.mark.parametrize(
    ("engine", "version", "family"),
    [("redis", "7.1", "redis7"), ("valkey", "7.2", "valkey7"), ("valkey", "8.0", "valkey8")],
)
def test_what_leaves_a_full_cache_is_the_products_choice(engine: str, version: str, family: str) -> None:
    recorder = _cache(needs={"engine": engine, "version": version})
    group = recorder.one("aws:elasticache/parameterGroup:ParameterGroup").inputs
    stated = {each["name"]: each["value"] for each in group["parameters"]}
    assert stated == {"cluster-enabled": "yes", "maxmemory-policy": "volatile-lru"}
    assert group["family"] == family
    assert group["name"] == f"shop-prod-{family}"


@pytest.mark.requirement("OB-81")
def test_snapshots_and_a_last_one() -> None:
    recorder = _cache(snapshot_window="02:00-03:00")
    group = recorder.one(GROUP)
    assert group.inputs["snapshotRetentionLimit"] == 7
    assert group.inputs["snapshotWindow"] == "02:00-03:00"
    assert re.fullmatch("shop-prod-final-.+", group.inputs["finalSnapshotIdentifier"])
    assert group.protect
    assert not group.retain_on_delete


@pytest.mark.requirement("OB-129")
def test_a_small_cache_can_be_destroyed_whole() -> None:
    small: dict[str, Any] = {"shards": 1, "replicas_per_shard": 0, "apply_changes": "now"}
    recorder = build(lambda: Cache("cache", _args(protect=False, retention=NOTHING_KEPT, **small)))
    group = recorder.one(GROUP)
    assert not group.protect
    assert "finalSnapshotIdentifier" not in group.inputs
    assert group.inputs["applyImmediately"] is True


def test_changes_of_a_protected_cache_wait_for_the_window() -> None:
    group = _group(maintenance_window="tue:04:30-tue:05:30")
    assert group["applyImmediately"] is False
    assert group["maintenanceWindow"] == "tue:04:30-tue:05:30"


def test_everything_is_encrypted() -> None:
    group = _group()
    assert group["transitEncryptionEnabled"] is True
    assert group["transitEncryptionMode"] == "required"
    assert group["atRestEncryptionEnabled"] is True
    assert group["kmsKeyId"] == "arn:data"


@pytest.mark.requirement("OB-70")
@pytest.mark.requirement("OB-94")
def test_only_the_cluster_enters_on_one_port() -> None:
    recorder = _cache()
    (rule,) = recorder.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-pods"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["ipProtocol"]) == (6379, 6379, "tcp")
    assert "egress" not in recorder.one("aws:ec2/securityGroup:SecurityGroup").inputs
    assert recorder.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []


def test_the_default_user_is_nobody() -> None:
    user = _cache().one(USER, "cache-default-user").inputs
    assert user["userName"] == "default"
    assert user["accessString"].split() == ["off", "~keys*", "resetchannels", "-@all"]


@pytest.mark.parametrize(("engine", "version"), [("redis", "7.1"), ("valkey", "8.0")])
def test_the_default_user_has_a_password_that_nobody_knows(engine: str, version: str) -> None:
    recorder = _cache(needs={"engine": engine, "version": version})
    user = recorder.one(USER, "cache-default-user")
    assert user.inputs["engine"] == engine
    assert user.inputs["authenticationMode"]["type"] == "password"
    assert user.inputs["authenticationMode"]["passwords"] == ["cache-default-password-result"]
    assert "authenticationMode" in user.secret_inputs
    drawn = recorder.one("random:index/randomPassword:RandomPassword").inputs
    assert 16 <= drawn["length"] <= 128


def test_the_applications_user_has_the_password_as_a_secret() -> None:
    recorder = _cache()
    user = recorder.one(USER, "cache-application-user")
    assert user.inputs["userName"] == recorder.result.user_name == "shop"
    assert user.inputs["authenticationMode"] == {"type": "password", "passwords": ["correct-horse-battery"]}
    assert "authenticationMode" in user.secret_inputs


def test_both_users_are_in_the_group_that_the_cache_uses() -> None:
    recorder = _cache()
    users = [user.inputs["userId"] for user in recorder.of_type(USER)]
    group = recorder.one("aws:elasticache/userGroup:UserGroup").inputs
    assert sorted(group["userIds"]) == sorted(users) == ["shop-prod-application", "shop-prod-default"]
    assert recorder.one(GROUP).inputs["userGroupIds"] == [group["userGroupId"]]


def test_the_applications_user_reads_and_writes_and_administers_nothing() -> None:
    rules = application_access().split()
    assert rules[:4] == ["on", "~*", "&*", "-@all"]
    dangerous = rules.index("-@dangerous")
    assert all(rules.index(f"+@{category}") < dangerous for category in ("read", "write", "scripting"))
    after = rules[dangerous + 1 :]
    assert "+cluster|slots" in after
    assert not {"+@admin", "+@all", "+@dangerous", "+cluster", "+config", "+flushall", "+keys"} & set(rules)
    assert all(rule.startswith("+cluster|") or rule in {"+info", "+sort", "+role"} for rule in after)


@pytest.mark.requirement("OB-105")
def test_slow_commands_and_the_engine_are_logged_with_a_key_and_an_end() -> None:
    recorder = _cache()
    groups = recorder.of_type("aws:cloudwatch/logGroup:LogGroup")
    assert [group.inputs["retentionInDays"] for group in groups] == [365, 365]
    assert {group.inputs["kmsKeyId"] for group in groups} == {"arn:logs"}
    delivered = recorder.one(GROUP).inputs["logDeliveryConfigurations"]
    assert {each["logType"]: each["destination"] for each in delivered} == {
        log: f"/aws/vendedlogs/elasticache/shop-prod/{log}" for log in ("slow-log", "engine-log")
    }
    assert {(each["logFormat"], each["destinationType"]) for each in delivered} == {("json", "cloudwatch-logs")}


@pytest.mark.requirement("OB-36")
def test_clients_get_every_node_as_a_seed() -> None:
    members = [f"shop-prod-{shard:04d}-{node:03d}" for shard in (1, 2, 3) for node in (1, 2)]
    recorder = _cache()
    nodes = recorder.value(recorder.result.nodes).split(",")
    assert nodes == seeds(ENDPOINT, members).split(",")
    assert len(nodes) == 6
    assert nodes[0] == "shop-prod-0001-001.shop-prod.abc123.use1.cache.amazonaws.com:6379"
    assert nodes[-1] == "shop-prod-0003-002.shop-prod.abc123.use1.cache.amazonaws.com:6379"


def test_another_endpoint_is_refused_rather_than_guessed_at() -> None:
    with pytest.raises(RunError, match="neither the configuration nor the primary endpoint"):
        seeds("shop-prod.abc123.clustercfg.use1.cache.amazonaws.com", ["shop-prod-0001-001"])


@given(numbers=st.lists(st.tuples(st.integers(1, 500), st.integers(1, 6)), unique=True))
def test_the_order_of_the_members_changes_nothing(numbers: list[tuple[int, int]]) -> None:
    members = [f"shop-prod-{shard:04d}-{node:03d}" for shard, node in numbers]
    assert seeds(ENDPOINT, members) == seeds(ENDPOINT, list(reversed(members)))
    assert len([node for node in seeds(ENDPOINT, members).split(",") if node]) == len(members)


def _one_shard(**changes: Any) -> Recorder[Cache]:
    stated: dict[str, Any] = {"shards": 1, "replicas_per_shard": 2, **changes}
    return _cache(needs={"cluster_mode": "disabled"}, **stated)


def test_without_cluster_mode_there_is_one_shard_of_so_many_nodes() -> None:
    recorder = _one_shard()
    group = recorder.one(GROUP).inputs
    assert group["clusterMode"] == "disabled"
    assert group["numCacheClusters"] == 3
    assert not {"numNodeGroups", "replicasPerNodeGroup"} & set(group)
    parameters = recorder.one("aws:elasticache/parameterGroup:ParameterGroup").inputs
    stated = {each["name"]: each["value"] for each in parameters["parameters"]}
    assert stated == {"cluster-enabled": "no", "maxmemory-policy": "volatile-lru"}


@pytest.mark.parametrize(("replicas", "replicated"), [(0, False), (1, True)])
def test_without_cluster_mode_failover_takes_a_replica(replicas: int, replicated: bool) -> None:
    group = _one_shard(replicas_per_shard=replicas).one(GROUP).inputs
    assert group["automaticFailoverEnabled"] is replicated
    assert group["multiAzEnabled"] is replicated


def test_without_cluster_mode_clients_get_the_primary_the_readers_and_every_node() -> None:
    recorder = _one_shard()
    cache = recorder.result
    assert cache.reader_host is not None
    assert recorder.value(cache.host) == "master.shop-prod-one-shard.abc123.use1.cache.amazonaws.com"
    assert recorder.value(cache.reader_host) == "replica.shop-prod-one-shard.abc123.use1.cache.amazonaws.com"
    assert recorder.value(cache.nodes).split(",") == [
        f"shop-prod-one-shard-00{node}.shop-prod-one-shard.abc123.use1.cache.amazonaws.com:6379" for node in (1, 2, 3)
    ]


def test_readers_of_a_single_node_go_to_it() -> None:
    recorder = _one_shard(replicas_per_shard=0)
    assert recorder.result.reader_host is not None
    assert recorder.value(recorder.result.reader_host) == recorder.value(recorder.result.host)


def test_in_cluster_mode_no_host_is_the_readers() -> None:
    assert _cache().result.reader_host is None


def test_the_other_mode_is_built_beside_the_one_in_use() -> None:
    """ElastiCache disables cluster mode on no group: a change replaces it, and two of one name cannot be at once."""
    sharded, alone = _cache(), _one_shard()
    for type_, key in ((GROUP, "replicationGroupId"), ("aws:elasticache/parameterGroup:ParameterGroup", "name")):
        assert sharded.one(type_).inputs[key] != alone.one(type_).inputs[key]
