"""GridTokenX's database and cache in production, with the figures of its guide."""

from typing import Any

import pytest
from pulumi import Output

from components.capabilities.cache.cache import Cache, CacheArgs
from components.capabilities.database.database import Database, DatabaseArgs
from components.checked import refuse_unbuildable
from components.cluster.demand import workload_capacity
from settings.arithmetic.budgets import cache_connections, database_connections
from settings.arithmetic.instance_classes import database_class, sustained_iops
from tests.charts.gridtokenx import gridtokenx
from tests.components.recording import Recorder, build

INSTANCE = "aws:rds/instance:Instance"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@pytest.fixture(scope="module")
def database() -> Recorder[Database]:
    settings = gridtokenx("prod")
    assert settings.stack.database is not None
    assert settings.workload.database is not None
    args = DatabaseArgs(
        prefix=settings.prefix,
        settings=settings.stack.database,
        needs=settings.workload.database,
        zones=settings.stack.zones,
        vpc_id="vpc-1",
        subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        client_security_group_id="sg-pods",
        data_key_arn="arn:data",
        secrets_key_arn="arn:secrets",
        logs_key_arn="arn:logs",
        secret_path="gridtokenx/prod",
        private_zone_id="Z1",
        private_zone_name="gridtokenx-prod.internal",
        protect=True,
        log_retention_days=365,
    )
    return build(lambda: Database("database", args))


@pytest.fixture(scope="module")
def cache() -> Recorder[Cache]:
    settings = gridtokenx("prod")
    assert settings.stack.cache is not None
    assert settings.workload.cache is not None
    stated, needs = settings.stack.cache, settings.workload.cache

    def made() -> Cache:
        return Cache(
            "cache",
            CacheArgs(
                prefix=settings.prefix,
                settings=stated,
                needs=needs,
                vpc_id="vpc-1",
                subnet_ids=["subnet-a", "subnet-b"],
                client_security_group_id="sg-pods",
                data_key_arn="arn:data",
                logs_key_arn="arn:logs",
                user_name="gridtokenx",
                user_password=Output.secret("correct-horse-battery"),
                protect=True,
                log_retention_days=365,
            ),
        )

    return build(made)


@pytest.mark.requirement("GX-38")
def test_every_instance_has_the_size_of_the_guide(database: Recorder[Database]) -> None:
    (name,) = {instance.inputs["instanceClass"] for instance in database.of_type(INSTANCE)}
    size, sustained = database_class(name), sustained_iops(name)
    assert size.vcpus >= 8
    assert size.memory_gib >= 32
    assert sustained is not None
    assert sustained >= 20000
    primary = database.one(INSTANCE, "database-primary").inputs
    assert (primary["allocatedStorage"], primary["storageType"], primary["iops"]) == (500, "gp3", 20000)


@pytest.mark.requirement("GX-03")
@pytest.mark.requirement("GX-87")
def test_two_replicas_stand_beside_the_primary(database: Recorder[Database]) -> None:
    assert len(database.of_type(INSTANCE)) == 3
    assert database.one(INSTANCE, "database-primary").inputs["multiAz"] is True


def _doors(recorder: Recorder[Any], port: int) -> list[Any]:
    return [rule.inputs for rule in recorder.of_type(INGRESS_RULE) if rule.inputs["fromPort"] == port]


@pytest.mark.requirement("GX-43")
@pytest.mark.requirement("GX-88")
@pytest.mark.requirement("GX-114")
def test_the_database_is_reached_from_the_pods_group_alone(database: Recorder[Database]) -> None:
    (door,) = _doors(database, 5432)
    assert door["referencedSecurityGroupId"] == "sg-pods"
    assert len(database.of_type(INGRESS_RULE)) == 1
    assert all(instance.inputs["publiclyAccessible"] is False for instance in database.of_type(INSTANCE))


@pytest.mark.requirement("GX-43")
@pytest.mark.requirement("GX-92")
@pytest.mark.requirement("GX-114")
def test_the_cache_is_reached_from_the_pods_group_alone(cache: Recorder[Cache]) -> None:
    (door,) = _doors(cache, 6379)
    assert door["referencedSecurityGroupId"] == "sg-pods"
    assert len(cache.of_type(INGRESS_RULE)) == 1


@pytest.mark.requirement("GX-04")
@pytest.mark.requirement("GX-40")
@pytest.mark.requirement("GX-89")
def test_the_cache_has_three_shards_with_a_replica_each(cache: Recorder[Cache]) -> None:
    group = cache.one(GROUP).inputs
    assert group["nodeType"] == "cache.r6g.xlarge"
    assert (group["numNodeGroups"], group["replicasPerNodeGroup"]) == (3, 1)
    assert group["automaticFailoverEnabled"] is True


@pytest.mark.requirement("GX-49")
@pytest.mark.requirement("GX-56")
def test_twenty_pods_fit_the_stores() -> None:
    settings = gridtokenx("prod")
    refuse_unbuildable(settings)
    connections = database_connections(settings)
    assert connections is not None
    # GX-D02: 20 pods with 20 connections to the writer and 40 to the readers, in a rollout one pod more.
    assert sum(row.in_rollout for row in connections.rows) >= 20 * 60
    assert connections.fits
    kept = cache_connections(settings)
    assert kept is not None
    assert kept.fits


@pytest.mark.requirement("GX-119")
def test_the_nodes_grow_with_the_pods() -> None:
    settings = gridtokenx("prod")
    (pool,) = settings.node_pools.values()
    # GX-D01: 20 pods of 2 CPU and 4 GiB, three on a node of 8 CPU and 16 GiB.
    assert pool.maximum_nodes * 3 >= 20
    assert pool.maximum_nodes * pool.maximum_cpu >= 40
    assert workload_capacity(settings).cpu > 0
