"""What every product on the cluster shares: node pool, storage class, priorities, secret store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.chart_values.cluster import ClusterValues, Kubectl, Nodes, Pool, PoolLimits, SecretStore
from components.chart_values.folder import chart_path
from settings.arithmetic.capacity import MEBIBYTES_PER_GIB, NodeCapacity
from settings.stack import WorkloadNodes
from settings.workload.nodes import NodePool

_TIMEOUT_SECONDS = 1800
"""Removing the release waits until the last workload node has gone."""

_LEAST_GRACE_HOURS = 2
"""For a disruption budget that a broken pod holds up: somebody looks at it in this time."""

_MAXIMUM_PODS = 110
"""What Kubernetes itself is tested for on a node below 30 vCPU; prefix delegation has addresses for more."""


@dataclass(frozen=True, kw_only=True)
class ClusterObjectsArgs:
    """`namespaces` may read secrets; `tags` go on every machine and volume that Karpenter makes.

    `longest_run_seconds` is how long a pod of the product may take that runs to an end. `subnet_ids` are where nodes
    start in a network that is not the stack's own; its own carries the cluster's name in tags.
    """

    cluster: str
    region: str
    zones: tuple[str, ...]
    version: str
    nodes: WorkloadNodes
    capacity: NodeCapacity
    longest_run_seconds: int
    instance_profile: Input[str]
    security_group_id: Input[str]
    data_key_arn: Input[str]
    namespaces: Sequence[str]
    tags: Mapping[str, str]
    provider: kubernetes.Provider
    after: Sequence[Resource]
    pools: Mapping[str, NodePool] = field(default_factory=dict[str, NodePool])
    encrypted_network: bool = False
    subnet_ids: Sequence[str] = ()


class ClusterObjects(ComponentResource):
    """The local chart ./charts/cluster. It goes before the controllers at destroy, and its nodes with it."""

    release: Release

    def __init__(self, name: str, args: ClusterObjectsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ClusterObjects", name, None, opts)
        self.release = Release(
            f"{name}-release",
            name="cluster",
            chart=chart_path("cluster"),
            namespace="kube-system",
            values=cluster_values(args).to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=list(args.after)),
        )
        self.register_outputs({"release": self.release.name})


def cluster_values(args: ClusterObjectsArgs) -> ClusterValues:
    """Values of the local chart."""
    nodes = args.nodes
    return ClusterValues(
        cluster=args.cluster,
        region=args.region,
        zones=args.zones,
        nodes=Nodes(
            architecture=nodes.architecture,
            capacity_types=nodes.capacity_types,
            instance_categories=nodes.instance_categories,
            minimum_generation=nodes.minimum_generation,
            cpu=args.capacity.cpu,
            memory_gib=args.capacity.memory_gib,
            disk_gib=nodes.disk_gib,
            expire_after_hours=nodes.expire_after_hours,
            termination_grace_hours=grace_hours(args.longest_run_seconds),
            maximum_pods=_MAXIMUM_PODS,
            instance_profile=args.instance_profile,
            security_group=args.security_group_id,
            volume_key=args.data_key_arn,
            tags=dict(args.tags),
            subnets=tuple(args.subnet_ids) or None,
        ),
        encrypted_network=args.encrypted_network or None,
        pools={name: pool_values(pool) for name, pool in args.pools.items()} or None,
        secrets=SecretStore(namespaces=tuple(args.namespaces)),
        kubectl=Kubectl(image=f"registry.k8s.io/kubectl:v{args.version}.0"),
    )


def grace_hours(longest_run_seconds: int) -> int:
    """Return how many hours a node may take to drain, whole hours that the longest Job fits into.

    Once they are over, Karpenter ends what is left, `karpenter.sh/do-not-disrupt` or not:
    https://karpenter.sh/docs/concepts/disruption/#terminationgraceperiod
    """
    return max(_LEAST_GRACE_HOURS, -(-longest_run_seconds // 3600))


def pool_values(pool: NodePool) -> Pool:
    """Values of one pool."""
    limited = pool.open_files is not None or pool.processes_per_pod is not None
    limits = PoolLimits(open_files=pool.open_files, processes_per_pod=pool.processes_per_pod) if limited else None
    return Pool(
        instance_types=pool.instance_types,
        instance_categories=pool.instance_categories,
        minimum_generation=pool.minimum_generation,
        minimum_cpu=pool.minimum_cpu,
        maximum_cpu=pool.maximum_cpu,
        minimum_memory_mib=pool.minimum_memory_gib * MEBIBYTES_PER_GIB,
        minimum_network_mbps=(pool.minimum_network_gbps or 0) * 1000,
        capacity_types=pool.capacity_types,
        cpu=pool.maximum_nodes * pool.maximum_cpu,
        disk_gib=pool.disk_gib,
        disk_iops=pool.disk_iops,
        disk_throughput_mib=pool.disk_throughput_mib,
        limits=limits,
    )
