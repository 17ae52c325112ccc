"""The EKS managed add-ons in the order that works: what nodes need first, then nodes, then what needs nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import cloudwatch, eks

from components.cluster import add_on_roles
from components.cluster.add_on_roles import CONTAINER_LOG_GROUPS, Scope
from components.cluster.managed_add_on import AddOnRole, ManagedAddOn, ManagedAddOnArgs
from components.cluster.system_nodes import SYSTEM_TAINT
from settings.facts.kubernetes import KUBERNETES

_ZONE_SPREAD = {
    "maxSkew": 1,
    "topologyKey": "topology.kubernetes.io/zone",
    "whenUnsatisfiable": "ScheduleAnyway",
}

_VPC_CNI: Mapping[str, Any] = {
    # Network policies are enforced on every node (OB-96), and their refusals are logged (OB-121).
    "enableNetworkPolicy": "true",
    "nodeAgent": {"enablePolicyEventLogs": "true", "enableCloudWatchLogs": "true"},
    # Sixteen addresses at a time: 110 pods fit a two-core node, where single addresses end at 29.
    "env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
}
_COREDNS: Mapping[str, Any] = {
    "autoScaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 10},
    "topologySpreadConstraints": [{**_ZONE_SPREAD, "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
}
_EBS_CSI: Mapping[str, Any] = {
    # The platform's own storage class is the default one: encrypted with the stack's key.
    "defaultStorageClass": {"enabled": False},
    "node": {"tolerateAllTaints": True},
}
FOLDER_CONTROLLER: Mapping[str, Any] = {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
"""The program makes the access points, so the driver's controller has little to do. The add-on's own request is 200m
for each of three containers: https://github.com/aws/containers-roadmap/issues/2758."""
_EFS_CSI: Mapping[str, Any] = {
    # Volumes are mounted on every node, whatever it is kept for.
    "node": {"tolerations": [{"operator": "Exists"}]},
    "controller": {"resources": FOLDER_CONTROLLER},
}
_CLOUDWATCH: Mapping[str, Any] = {
    # OB-105: every container's log, from every node.
    "containerLogs": {"enabled": True},
    # Metrics in detail are Prometheus' work; both would cost twice.
    "agent": {"config": {"logs": {"metrics_collected": {"kubernetes": {"enhanced_container_insights": False}}}}},
    "tolerations": [{"operator": "Exists"}],
    # The manager does not inherit that list, and no node is free of this taint when the add-on is installed.
    "manager": {"tolerations": [{"key": SYSTEM_TAINT, "operator": "Exists"}]},
}

_OPTIONAL: Final[Mapping[str, tuple[Mapping[str, Any], Callable[[], AddOnRole]]]] = {
    "aws-efs-csi-driver": (_EFS_CSI, add_on_roles.efs_csi_driver),
}
"""Add-ons that few stacks need, each with its configuration and what it may do."""


@dataclass(frozen=True, kw_only=True)
class ManagedAddOnsArgs:
    """Arguments of both stages; `after` is what the stage waits for, `optional` names what few stacks need.

    `cluster` is what `cluster_name` will be.
    """

    prefix: str
    region: str
    account_id: Input[str]
    cluster_name: Input[str]
    cluster: str
    cluster_version: str
    logs_key_arn: Input[str]
    data_key_arn: Input[str]
    log_retention_days: int
    optional: Sequence[str] = ()
    after: Sequence[Resource] = ()

    @property
    def scope(self) -> Scope:
        return Scope(region=self.region, account_id=self.account_id, cluster=self.cluster)


class NodeAddOns(ComponentResource):
    """What a node needs to become ready: addresses, service routing, credentials for pods."""

    add_ons: list[eks.Addon]

    def __init__(self, name: str, args: ManagedAddOnsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:NodeAddOns", name, None, opts)
        agent = _install(self, name, "eks-pod-identity-agent", args)
        proxy = _install(self, name, "kube-proxy", args)
        cni = _install(
            self, name, "vpc-cni", args, _VPC_CNI, add_on_roles.vpc_cni(args.scope), after=[*args.after, agent]
        )
        self.add_ons = [agent, proxy, cni]
        self.register_outputs({})


class ClusterAddOns(ComponentResource):
    """What needs nodes to run on: names, volumes, node health, container logs."""

    add_ons: list[eks.Addon]
    log_group_names: dict[str, Any]

    def __init__(self, name: str, args: ManagedAddOnsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ClusterAddOns", name, None, opts)
        groups = self._log_groups(name, args)
        self.log_group_names = {key: group.name for key, group in groups.items()}
        dns = _install(self, name, "coredns", args, _COREDNS)
        volumes = _install(
            self, name, "aws-ebs-csi-driver", args, _EBS_CSI, add_on_roles.ebs_csi_driver(args.data_key_arn)
        )
        health = _install(self, name, "eks-node-monitoring-agent", args)
        logs = _install(
            self,
            name,
            "amazon-cloudwatch-observability",
            args,
            _CLOUDWATCH,
            add_on_roles.cloudwatch_observability(args.scope),
            after=[*args.after, *groups.values()],
        )
        self.add_ons = [dns, volumes, health, logs]
        for add_on in args.optional:
            configuration, role = _OPTIONAL[add_on]
            self.add_ons.append(_install(self, name, add_on, args, configuration, role()))
        self.register_outputs({"logGroupNames": self.log_group_names})

    def _log_groups(self, name: str, args: ManagedAddOnsArgs) -> dict[str, cloudwatch.LogGroup]:
        """Make the groups before the agent does: it would leave them unencrypted and kept for ever."""
        return {
            group: cloudwatch.LogGroup(
                f"{name}-{group}-logs",
                name=f"/aws/containerinsights/{args.cluster}/{group}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=ResourceOptions(parent=self),
            )
            for group in CONTAINER_LOG_GROUPS
        }


def _install(
    parent: ComponentResource,
    name: str,
    add_on: str,
    args: ManagedAddOnsArgs,
    configuration: Mapping[str, Any] | None = None,
    role: AddOnRole | None = None,
    *,
    after: Sequence[Resource] | None = None,
) -> eks.Addon:
    component = ManagedAddOn(
        f"{name}-{add_on}",
        ManagedAddOnArgs(
            prefix=args.prefix,
            cluster_name=args.cluster_name,
            add_on=add_on,
            version=KUBERNETES[args.cluster_version].add_ons[add_on],
            configuration=configuration or {},
            role=role,
            after=args.after if after is None else after,
        ),
        ResourceOptions(parent=parent),
    )
    return component.add_on
