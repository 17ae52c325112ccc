"""All add-on charts of a cluster, and how they are configured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.cluster.chart_add_on import ChartContext
from components.cluster.chart_permissions import ChartScope
from components.cluster.chart_release import ChartRelease, ChartReleaseArgs
from components.cluster.charts import CHARTS
from components.cluster.cluster import Cluster
from components.cluster.cluster_objects import ClusterObjects, ClusterObjectsArgs
from components.cluster.karpenter import Karpenter, KarpenterArgs
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.identity.pod_role import Statement
from settings.arithmetic.capacity import NodeCapacity
from settings.stack import ClusterSettings, NatMode
from settings.workload.nodes import NodePool

_ON_REQUEST = {**MESH_CHARTS, **OPTIONAL_CHARTS}
"""The mesh stands before whatever runs in it."""


@dataclass(frozen=True, kw_only=True)
class AddOnsArgs:
    """`secret_names` are patterns of the Secrets Manager names that the cluster may read, `*` at the end of each.

    `namespaces` may read them; `tags` are the stack's own, on what Karpenter launches and on the target groups.
    `optional` names charts that only some products need, each with what it may do beyond the table. `pools` are the
    product's own nodes, and `encrypted_network` admits only machines whose network cards encrypt. `node_subnet_ids` are
    where the product's nodes start, in a network that is not the stack's own.
    """

    prefix: str
    region: str
    zones: tuple[str, ...]
    cluster: Cluster
    settings: ClusterSettings
    nat: NatMode
    vpc_id: Input[str]
    secrets_key_arn: Input[str]
    data_key_arn: Input[str]
    secret_names: Sequence[str]
    namespaces: Sequence[str]
    capacity: NodeCapacity
    longest_run_seconds: int
    """How long a pod of the product may take that runs to an end: its node waits so long for it."""
    tags: Mapping[str, str]
    pools: Mapping[str, NodePool] = field(default_factory=dict[str, NodePool])
    encrypted_network: bool = False
    node_subnet_ids: Sequence[str] = ()
    copies_key_arn: Input[str] | None = None
    """The key of secrets that another region copies here."""
    optional: Mapping[str, Sequence[Statement]] = field(default_factory=dict[str, Sequence[Statement]])


class AddOns(ComponentResource):
    """The controllers; whatever uses nodes, secrets or target groups in the cluster depends on `ready`."""

    load_balancer_controller: Release
    external_secrets: Release
    metrics_server: Release
    reloader: Release
    karpenter: Release
    cluster_objects: Release
    optional: list[Release]
    workload_node_role_arn: Output[str]
    interruption_queue_name: Output[str]
    ready: list[Resource]

    def __init__(self, name: str, args: AddOnsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:AddOns", name, None, opts)
        child = ResourceOptions(parent=self)
        context = _context(args)
        self.load_balancer_controller = self._install(name, "aws-load-balancer-controller", args, context)
        # The load balancer controller's webhook answers for every Service and pod that is made: it comes first.
        first = [self.load_balancer_controller]
        self.external_secrets = self._install(name, "external-secrets", args, context, first)
        self.metrics_server = self._install(name, "metrics-server", args, context, first)
        self.reloader = self._install(name, "reloader", args, context, first)
        karpenter = Karpenter(
            f"{name}-karpenter",
            KarpenterArgs(
                prefix=args.prefix,
                cluster_name=args.cluster.name,
                cluster_arn=args.cluster.arn,
                data_key_arn=args.data_key_arn,
                context=context,
                provider=args.cluster.provider,
                after=[*args.cluster.ready, *first],
            ),
            child,
        )
        self.karpenter = karpenter.release
        self.cluster_objects = ClusterObjects(
            f"{name}-objects",
            ClusterObjectsArgs(
                cluster=args.cluster.physical_name,
                region=args.region,
                zones=args.zones,
                version=args.settings.version,
                nodes=args.settings.workload_nodes,
                capacity=args.capacity,
                longest_run_seconds=args.longest_run_seconds,
                instance_profile=karpenter.instance_profile,
                security_group_id=args.cluster.security_group_id,
                data_key_arn=args.data_key_arn,
                namespaces=args.namespaces,
                tags=args.tags,
                pools=args.pools,
                encrypted_network=args.encrypted_network,
                subnet_ids=args.node_subnet_ids,
                provider=args.cluster.provider,
                after=[self.karpenter, self.external_secrets],
            ),
            child,
        ).release
        self.optional = self._optional(name, args, context, first)
        self.workload_node_role_arn = karpenter.node_role_arn
        self.interruption_queue_name = karpenter.queue_name
        self.ready = [
            *first,
            self.external_secrets,
            self.metrics_server,
            self.reloader,
            karpenter.definitions,
            self.karpenter,
            self.cluster_objects,
            *self.optional,
        ]
        self.register_outputs({"interruptionQueueName": self.interruption_queue_name})

    def _optional(self, name: str, args: AddOnsArgs, context: ChartContext, first: Sequence[Release]) -> list[Release]:
        """Install the charts that were asked for, in the table's order, each after the one before it."""
        installed = list(first)
        for chart in (each for each in _ON_REQUEST if each in args.optional):
            nodes = [self.cluster_objects] if _ON_REQUEST[chart].cleans_up else []
            installed.append(self._install(name, chart, args, context, [*installed, *nodes]))
        return installed[len(first) :]

    def _install(
        self, name: str, chart: str, args: AddOnsArgs, context: ChartContext, after: Sequence[Resource] = ()
    ) -> Release:
        return ChartRelease(
            f"{name}-{chart}",
            ChartReleaseArgs(
                prefix=args.prefix,
                release=chart,
                add_on=CHARTS.get(chart) or _ON_REQUEST[chart],
                context=context,
                cluster_name=args.cluster.name,
                provider=args.cluster.provider,
                after=[*args.cluster.ready, *after],
                statements=args.optional.get(chart, ()),
            ),
            ResourceOptions(parent=self),
        ).release


def _context(args: AddOnsArgs) -> ChartContext:
    return ChartContext(
        scope=ChartScope(
            region=args.region,
            account_id=args.cluster.account_id,
            cluster=args.cluster.physical_name,
            secret_names=args.secret_names,
            secrets_key_arns=[key for key in (args.secrets_key_arn, args.copies_key_arn) if key is not None],
            database_prefix=args.prefix,
            stack_tags=dict(args.tags),
        ),
        vpc_id=args.vpc_id,
        cluster_endpoint=args.cluster.endpoint,
        interruption_queue="",
        zonal_shift=args.settings.zonal_shift,
        isolated=args.nat == "none",
    )
