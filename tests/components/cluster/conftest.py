"""A cluster as production states it, built once for all tests that only look."""

from collections.abc import Callable
from functools import cache

import pytest

from components.cluster.cluster import Cluster, ClusterArgs
from settings.stack import AccessEntry, ClusterSettings, SystemNodes
from tests.components.recording import Recorder, build

ENTRIES = (
    AccessEntry(name="operators", principal="arn:aws:iam::111122223333:role/operators", policy="cluster-admin"),
    AccessEntry(
        name="support", principal="arn:aws:iam::111122223333:role/support", policy="view", namespaces=("shop",)
    ),
)


@cache
def make_cluster(*, public_access_cidrs: tuple[str, ...] = (), protect: bool = True) -> Recorder[Cluster]:
    settings = ClusterSettings(
        version="1.35",
        public_access_cidrs=public_access_cidrs,
        log_retention_days=365,
        deletion_protection=True,
        support="STANDARD",
        zonal_shift=True,
        system_nodes=SystemNodes(instance_types=("m7i.large", "m6i.large"), minimum=3, maximum=6, disk_gib=100),
    )
    args = ClusterArgs(
        prefix="shop-prod",
        region="us-east-1",
        settings=settings,
        subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        logs_key_arn="logs-key",
        cluster_key_arn="cluster-key",
        data_key_arn="data-key",
        access=ENTRIES,
        network_ready=[],
        protect=protect,
    )
    return build(lambda: Cluster("cluster", args))


@pytest.fixture
def cluster() -> Recorder[Cluster]:
    return make_cluster()


@pytest.fixture
def cluster_with() -> Callable[..., Recorder[Cluster]]:
    return make_cluster
