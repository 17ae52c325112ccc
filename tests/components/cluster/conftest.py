"""A cluster and its add-ons as production states them, built once for all tests that only look."""

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from components.cluster.addons import AddOns, AddOnsArgs
from components.cluster.api_access import ClusterNetwork
from components.cluster.cluster import Cluster, ClusterArgs
from settings.api_access import ApiAccess, NetworkAccess
from settings.arithmetic.capacity import NodeCapacity
from settings.stack import AccessEntry, ClusterSettings, NatMode, SystemNodes, WorkloadNodes
from tests.components.recording import Recorder, build

ENTRIES = (
    AccessEntry(name="operators", principal="arn:aws:iam::111122223333:role/operators", policy="cluster-admin"),
    AccessEntry(
        name="support", principal="arn:aws:iam::111122223333:role/support", policy="view", namespaces=("shop",)
    ),
)
TAGS = {"Product": "shop", "Stack": "prod"}


def settings(
    *,
    api_access: ApiAccess | None = None,
    public_access_cidrs: tuple[str, ...] = (),
    network_access: NetworkAccess | None = None,
    zonal_shift: bool = True,
) -> ClusterSettings:
    return ClusterSettings(
        version="1.35",
        api_access=api_access,
        public_access_cidrs=public_access_cidrs,
        network_access=network_access,
        log_retention_days=365,
        deletion_protection=True,
        support="STANDARD",
        zonal_shift=zonal_shift,
        system_nodes=SystemNodes(instance_types=("m7i.large", "m6i.large"), minimum=3, maximum=6, disk_gib=100),
        workload_nodes=WorkloadNodes(capacity_types=("on-demand", "spot"), disk_gib=80, expire_after_hours=168),
    )


def _cluster(
    stated: ClusterSettings, *, protect: bool, prefix: str = "shop-prod", added: Mapping[str, str] | None = None
) -> Cluster:
    args = ClusterArgs(
        prefix=prefix,
        region="us-east-1",
        settings=stated,
        network=ClusterNetwork(vpc_id="vpc-1", cidr="10.0.0.0/16", route_table_ids=["rtb-a", "rtb-b"]),
        subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        logs_key_arn="logs-key",
        cluster_key_arn="cluster-key",
        data_key_arn="data-key",
        access=ENTRIES,
        network_ready=[],
        protect=protect,
        added_subnet_ids=dict(added or {}),
    )
    return Cluster("cluster", args)


@cache
def make_cluster(
    *,
    api_access: ApiAccess | None = None,
    public_access_cidrs: tuple[str, ...] = (),
    network_access: NetworkAccess | None = None,
    protect: bool = True,
) -> Recorder[Cluster]:
    stated = settings(api_access=api_access, public_access_cidrs=public_access_cidrs, network_access=network_access)
    return build(lambda: _cluster(stated, protect=protect))


def make_cluster_with(added: Mapping[str, str]) -> Recorder[Cluster]:
    """Make one that zones were added to: each by its letter, with its subnet."""
    return build(lambda: _cluster(settings(), protect=True, added=added))


@cache
def make_add_ons(
    *,
    nat: NatMode = "per-zone",
    zonal_shift: bool = True,
    prefix: str = "shop-prod",
    preview: bool = False,
    optional: tuple[str, ...] = (),
) -> Recorder[AddOns]:
    stated = settings(zonal_shift=zonal_shift)

    def both() -> AddOns:
        return AddOns(
            "add-ons",
            AddOnsArgs(
                prefix=prefix,
                region="us-east-1",
                zones=("us-east-1a", "us-east-1b"),
                cluster=_cluster(stated, protect=True, prefix=prefix),
                settings=stated,
                nat=nat,
                vpc_id="vpc-1",
                secrets_key_arn="secrets-key",
                data_key_arn="data-key",
                secret_names=("shop/prod/*", "elsewhere-??????"),
                namespaces=("shop", "observability"),
                capacity=NodeCapacity(nodes=8, cpu=32, memory_gib=128),
                longest_run_seconds=4 * 3600,
                tags=TAGS,
                optional=dict.fromkeys(optional, ()),
            ),
        )

    return build(both, preview=preview)


@pytest.fixture
def cluster() -> Recorder[Cluster]:
    return make_cluster()


@pytest.fixture
def cluster_with() -> Callable[..., Recorder[Cluster]]:
    return make_cluster


@pytest.fixture
def add_ons() -> Recorder[AddOns]:
    return make_add_ons()


@pytest.fixture
def add_ons_with() -> Callable[..., Recorder[AddOns]]:
    return make_add_ons
