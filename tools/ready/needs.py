"""How much of each quota a stack takes, worked out from its settings.

`first` is what the first `up` starts, `most` what the settings let it grow to. `fresh` is what a new account has; the
figures are AWS's defaults, except where new accounts start lower. The codes are those of Service Quotas.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from components.cluster.demand import PLATFORM_PODS, workload_capacity
from components.cluster.system_pods import with_room
from settings import PlatformSettings
from settings.arithmetic.capacity import Demand, PodDemand, nodes_for, peak
from settings.arithmetic.pods import pod_demand
from settings.facts.hosts import HOST_TYPES

_NODE_CPU = 4
"""vCPU of the reference node that `settings.arithmetic.capacity` counts in."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota; `region` only where it is not the stack's own."""

    name: str
    service: str
    code: str
    fresh: int
    source: str
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    quota: Quota
    first: int
    most: int


_EC2 = "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"
_VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
_RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"
_FARGATE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"
_ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"

ON_DEMAND = Quota(name="vCPU of on-demand instances", service="ec2", code="L-1216C47A", fresh=5, source=_EC2)
SPOT = Quota(name="vCPU of Spot instances", service="ec2", code="L-34B43A08", fresh=5, source=_EC2)
FARGATE = Quota(name="vCPU on Fargate", service="fargate", code="L-3032A538", fresh=6, source=_FARGATE)
FARGATE_SPOT = Quota(name="vCPU on Fargate Spot", service="fargate", code="L-36FBB829", fresh=6, source=_FARGATE)
ADDRESSES = Quota(name="elastic IP addresses", service="ec2", code="L-0263D0A3", fresh=5, source=_VPC)
VPCS = Quota(name="VPCs", service="vpc", code="L-F678F1CE", fresh=5, source=_VPC)
GATEWAYS = Quota(name="NAT gateways in a zone", service="vpc", code="L-FE5A380F", fresh=5, source=_VPC)
BALANCERS = Quota(
    name="application load balancers", service="elasticloadbalancing", code="L-53DA6B97", fresh=50, source=_ELB
)
NETWORK_BALANCERS = Quota(
    name="network load balancers",
    service="elasticloadbalancing",
    code="L-69A177A2",
    fresh=50,
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html",
)
CLUSTERS = Quota(
    name="EKS clusters",
    service="eks",
    code="L-1194D53C",
    fresh=100,
    source="https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html",
)
DATABASES = Quota(name="RDS instances", service="rds", code="L-7B6409FD", fresh=40, source=_RDS)
CACHE_NODES = Quota(
    name="ElastiCache nodes",
    service="elasticache",
    code="L-DFE45DF3",
    fresh=300,
    source="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html",
)
DISTRIBUTIONS = Quota(
    name="CloudFront distributions",
    service="cloudfront",
    code="L-24B04930",
    fresh=200,
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
    region="us-east-1",
)


def needs(settings: PlatformSettings) -> list[Need]:
    """List what the stack takes, without what it takes none of."""
    compute = settings.stack.offers.by_size(pods=_pods, tasks=_tasks)
    found = [*compute(settings), *_network(settings), *_stores(settings)]
    return [need for need in found if need.most]


def _pods(settings: PlatformSettings) -> Iterator[Need]:
    yield from _nodes(settings)
    yield Need(quota=CLUSTERS, first=1, most=1)


def _tasks(settings: PlatformSettings) -> Iterator[Need]:
    stack = settings.stack
    if stack.ecs.host is not None:
        cpu = HOST_TYPES[stack.ecs.host.instance_type].units // 1024
        # The machine that replaces another starts beside it.
        yield Need(quota=ON_DEMAND, first=cpu, most=2 * cpu)
    else:
        spot = "spot" in stack.ecs.capacity_types
        first = _cores(settings, lambda name: settings.replicas(name).minimum)
        most = _cores(settings, lambda name: settings.replicas(name).maximum)
        yield Need(quota=FARGATE_SPOT if spot else FARGATE, first=first, most=most)


def _nodes(settings: PlatformSettings) -> Iterator[Need]:
    """Count the system's nodes on demand, and the product's where its pools launch them: on Spot where they may."""
    stack = settings.stack
    system = max(instance_cpu(each) for each in stack.cluster.system_nodes.instance_types)
    nodes = with_room(settings).system_nodes
    added = len(stack.cluster.added_zones)
    on_demand = [system * (nodes.minimum + added), system * (nodes.maximum + 2 * added)]
    spot = [0, 0]
    common = spot if "spot" in stack.cluster.workload_nodes.capacity_types else on_demand
    common[0] += _NODE_CPU * nodes_for(_first_pods(settings) + PLATFORM_PODS, 1)
    common[1] += workload_capacity(settings).cpu
    for name, pool in settings.node_pools.items():
        own = spot if "spot" in pool.capacity_types else on_demand
        services = [service for service in settings.workload.services.values() if service.node_pool == name]
        own[0] += pool.minimum_cpu if services else 0
        own[1] += pool.maximum_nodes * pool.maximum_cpu
    yield Need(quota=ON_DEMAND, first=on_demand[0], most=on_demand[1])
    yield Need(quota=SPOT, first=spot[0], most=spot[1])


def _first_pods(settings: PlatformSettings) -> Demand:
    return peak(
        PodDemand(maximum=settings.replicas(name).minimum, request=pod_demand(service))
        for name, service in settings.workload.services.items()
        if service.node_pool not in settings.node_pools
    )


def _cores(settings: PlatformSettings, count: Callable[[str], int]) -> int:
    pods = (
        PodDemand(maximum=count(name), request=pod_demand(service))
        for name, service in settings.workload.services.items()
    )
    return ceil(peak(pods).millicores / 1000)


def instance_cpu(instance_type: str) -> int:
    """Return the vCPU of an instance type by its size: `<n>xlarge` has 4n, what is smaller 2 at most."""
    size = instance_type.rpartition(".")[2]
    if size.endswith("xlarge"):
        return 4 * int(size.removesuffix("xlarge") or 1)
    return 2


def _network(settings: PlatformSettings) -> Iterator[Need]:
    stack = settings.stack
    made = int(stack.existing.network is None)
    addresses = made * {"none": 0, "single": 1}.get(stack.network.nat, len(stack.zones))
    yield Need(quota=VPCS, first=made, most=made)
    yield Need(quota=ADDRESSES, first=addresses, most=addresses)
    yield Need(quota=GATEWAYS, first=min(addresses, 1), most=min(addresses, 1))
    for quota, made in _edge(settings):
        yield Need(quota=quota, first=made, most=made)


def _edge(settings: PlatformSettings) -> Iterator[tuple[Quota, int]]:
    """Count what stands before the product, as components.assembly builds it; without routes there is none of it."""
    workload = settings.workload
    if not workload.ingress.routes:
        return
    yield BALANCERS, 1 + int(settings.stack.consoles.sign_on is not None)
    yield NETWORK_BALANCERS, int(bool(workload.ingress.tcp_ports))
    buckets = sum(bucket.cdn is not None for bucket in workload.buckets.values())
    yield DISTRIBUTIONS, int(settings.cdn) + len(workload.static_sites) + buckets


def _stores(settings: PlatformSettings) -> Iterator[Need]:
    database, cache = settings.stack.database, settings.stack.cache
    if database is not None:
        instances = 1 + database.read_replicas
        yield Need(quota=DATABASES, first=instances, most=instances)
    if cache is not None:
        nodes = cache.shards * (1 + cache.replicas_per_shard)
        yield Need(quota=CACHE_NODES, first=nodes, most=nodes)
