"""What every product on the cluster shares: node pool, storage class, priorities, secret store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.plans.capacity import MEBIBYTES_PER_GIB, NodeCapacity
from settings.stack import WorkloadNodes
from settings.workload.nodes import NodePool

_TIMEOUT_SECONDS = 1800
"""Removing the release waits until the last workload node has gone."""

_MAXIMUM_PODS = 110
"""What Kubernetes itself is tested for on a node below 30 vCPU; prefix delegation has addresses for more."""


@dataclass(frozen=True, kw_only=True)
class ClusterObjectsArgs:
    """`namespaces` may read secrets; `tags` go on every machine and volume that Karpenter makes."""

    cluster: str
    region: str
    zones: tuple[str, ...]
    version: str
    nodes: WorkloadNodes
    capacity: NodeCapacity
    instance_profile: Input[str]
    security_group_id: Input[str]
    data_key_arn: Input[str]
    namespaces: Sequence[str]
    tags: Mapping[str, str]
    provider: kubernetes.Provider
    after: Sequence[Resource]
    pools: Mapping[str, NodePool] = field(default_factory=dict[str, NodePool])
    encrypted_network: bool = False


class ClusterObjects(ComponentResource):
    """The local chart ./charts/cluster. It goes before the controllers at destroy, and its nodes with it."""

    release: Release

    def __init__(self, name: str, args: ClusterObjectsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ClusterObjects", name, None, opts)
        self.release = Release(
            f"{name}-release",
            name="cluster",
            chart="./charts/cluster",
            namespace="kube-system",
            values={
                "cluster": args.cluster,
                "region": args.region,
                "zones": list(args.zones),
                "nodes": {
                    "architecture": args.nodes.architecture,
                    "capacityTypes": list(args.nodes.capacity_types),
                    "instanceCategories": list(args.nodes.instance_categories),
                    "minimumGeneration": args.nodes.minimum_generation,
                    "cpu": args.capacity.cpu,
                    "memoryGib": args.capacity.memory_gib,
                    "diskGib": args.nodes.disk_gib,
                    "expireAfterHours": args.nodes.expire_after_hours,
                    "maximumPods": _MAXIMUM_PODS,
                    "instanceProfile": args.instance_profile,
                    "securityGroup": args.security_group_id,
                    "volumeKey": args.data_key_arn,
                    "tags": dict(args.tags),
                },
                **_pools(args),
                "secrets": {"namespaces": list(args.namespaces)},
                "kubectl": {"image": f"registry.k8s.io/kubectl:v{args.version}.0"},
            },
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=list(args.after)),
        )
        self.register_outputs({"release": self.release.name})


def _pools(args: ClusterObjectsArgs) -> dict[str, object]:
    """Values of the product's own pools, and of what every machine must be able to do; none where nothing is asked."""
    values: dict[str, object] = {"encryptedNetwork": True} if args.encrypted_network else {}
    if args.pools:
        values["pools"] = {name: pool_values(pool) for name, pool in args.pools.items()}
    return values


def pool_values(pool: NodePool) -> dict[str, object]:
    """Values of one pool. Bandwidth is in Mbit/s and memory in MiB, as Karpenter's labels are."""
    limits = {"openFiles": pool.open_files, "processesPerPod": pool.processes_per_pod}
    stated = {name: limit for name, limit in limits.items() if limit is not None}
    return {
        "instanceTypes": list(pool.instance_types),
        "instanceCategories": list(pool.instance_categories),
        "minimumGeneration": pool.minimum_generation,
        "minimumCpu": pool.minimum_cpu,
        "maximumCpu": pool.maximum_cpu,
        "minimumMemoryMib": pool.minimum_memory_gib * MEBIBYTES_PER_GIB,
        "minimumNetworkMbps": (pool.minimum_network_gbps or 0) * 1000,
        "capacityTypes": list(pool.capacity_types),
        "cpu": pool.maximum_nodes * pool.maximum_cpu,
        "diskGib": pool.disk_gib,
        "diskIops": pool.disk_iops,
        "diskThroughputMib": pool.disk_throughput_mib,
        **({"limits": stated} if stated else {}),
    }
