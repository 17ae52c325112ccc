"""Karpenter: launches the nodes that pending pods need, and takes away what is not used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import eks, iam
from pulumi_kubernetes.helm.v3 import Release

from components.cluster import karpenter_permissions
from components.cluster.chart_add_on import ChartContext
from components.cluster.chart_release import ChartRelease, ChartReleaseArgs
from components.cluster.charts import CHARTS
from components.cluster.interruptions import Interruptions, InterruptionsArgs
from components.cluster.karpenter_permissions import KarpenterScope
from components.cluster.node_role import NodeRole, NodeRoleArgs
from components.naming import role_name


@dataclass(frozen=True, kw_only=True)
class KarpenterArgs:
    """`context.interruption_queue` is filled in here; `after` is the cluster's `ready`.

    `data_key_arn` encrypts the volumes of the nodes that are launched.
    """

    prefix: str
    cluster_name: Input[str]
    cluster_arn: Input[str]
    data_key_arn: Input[str]
    context: ChartContext
    provider: kubernetes.Provider
    after: Sequence[Resource]


class Karpenter(ComponentResource):
    """The controller with its queue and role, and the role, profile and access entry of the nodes it launches."""

    release: Release
    definitions: Release
    queue_name: Output[str]
    node_role_arn: Output[str]
    instance_profile: Output[str]

    def __init__(self, name: str, args: KarpenterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Karpenter", name, None, opts)
        child = ResourceOptions(parent=self)
        interruptions = Interruptions(f"{name}-interruptions", InterruptionsArgs(prefix=args.prefix), child)
        role = NodeRole(f"{name}-node", NodeRoleArgs(role_name=f"{args.prefix}-workload-node"), child)
        profile = iam.InstanceProfile(
            f"{name}-profile", name=role_name(f"{args.prefix}-workload-node"), role=role.role_name, opts=child
        )
        # A node without an entry is refused by the API and never becomes ready.
        entry = eks.AccessEntry(
            f"{name}-entry",
            cluster_name=args.cluster_name,
            principal_arn=role.arn,
            type="EC2_LINUX",
            opts=child,
        )
        self.definitions = ChartRelease(
            f"{name}-definitions",
            ChartReleaseArgs(
                prefix=args.prefix,
                release="karpenter-crd",
                add_on=CHARTS["karpenter-crd"],
                context=args.context,
                cluster_name=args.cluster_name,
                provider=args.provider,
                after=args.after,
            ),
            child,
        ).release
        scope = args.context.scope
        installed = ChartRelease(
            f"{name}-chart",
            ChartReleaseArgs(
                prefix=args.prefix,
                release="karpenter",
                add_on=CHARTS["karpenter"],
                context=replace(args.context, interruption_queue=interruptions.queue_name),
                cluster_name=args.cluster_name,
                provider=args.provider,
                # All that nodes need is there before the controller, and outlives it.
                after=[*args.after, self.definitions, interruptions, entry, profile, *role.attachments],
                statements=karpenter_permissions.statements(
                    KarpenterScope(
                        region=scope.region,
                        cluster=scope.cluster,
                        cluster_arn=args.cluster_arn,
                        queue_arn=interruptions.queue_arn,
                        node_role_arn=role.arn,
                        instance_profile_arn=profile.arn,
                        data_key_arn=args.data_key_arn,
                        zonal_shift=args.context.zonal_shift,
                    )
                ),
            ),
            child,
        )
        self.release = installed.release
        self.queue_name = interruptions.queue_name
        self.node_role_arn = role.arn
        self.instance_profile = profile.name
        self.register_outputs({"queueName": self.queue_name, "nodeRoleArn": self.node_role_arn})
