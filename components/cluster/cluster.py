"""The cluster: control plane, access, system nodes, managed add-ons, and the provider that installs charts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.cluster.access import Access, AccessArgs
from components.cluster.api_access import ApiAccess, ApiAccessArgs, ClusterNetwork
from components.cluster.control_plane import ControlPlane, ControlPlaneArgs
from components.cluster.kubeconfig import kubeconfig, tunnel
from components.cluster.managed_add_ons import ClusterAddOns, ManagedAddOnsArgs, NodeAddOns
from components.cluster.system_nodes import SystemNodes, SystemNodesArgs, node_name
from settings.existing import ExistingCluster
from settings.stack import AccessEntry, ClusterSettings


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """`prefix` is the name of a cluster that is made; `network_ready`: the routes and endpoints that outlive the nodes.

    `managed_add_ons` names the optional add-ons that EKS itself keeps. `existing` is a cluster that is taken over.
    """

    prefix: str
    region: str
    settings: ClusterSettings
    network: ClusterNetwork
    subnet_ids: Sequence[Input[str]]
    logs_key_arn: Input[str]
    cluster_key_arn: Input[str]
    data_key_arn: Input[str]
    access: tuple[AccessEntry, ...]
    network_ready: Sequence[Resource]
    protect: bool
    added_subnet_ids: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    """The subnet of each zone that was added later, by the zone's letter."""
    managed_add_ons: Sequence[str] = ()
    existing: ExistingCluster | None = None


class Cluster(ComponentResource):
    """An EKS cluster that charts can be installed on: whatever is, depends on `ready` and uses `provider`."""

    name: Output[str]
    physical_name: str
    """What `name` will be, for names and rules that are made of it."""
    arn: Output[str]
    account_id: Output[str]
    endpoint: Output[str]
    certificate_authority: Output[str]
    security_group_id: Output[str]
    node_role_arn: Output[str]
    container_log_group_names: dict[str, Output[str]]
    provider: kubernetes.Provider
    ready: list[Resource]

    def __init__(self, name: str, args: ClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Cluster", name, None, opts)
        child = ResourceOptions(parent=self)
        self.physical_name = args.existing.name if args.existing else args.prefix
        plane = ControlPlane(
            f"{name}-control-plane",
            ControlPlaneArgs(
                prefix=args.prefix,
                settings=args.settings,
                subnet_ids=args.subnet_ids,
                cluster_key_arn=args.cluster_key_arn,
                logs_key_arn=args.logs_key_arn,
                network_ready=args.network_ready,
                protect=args.protect,
                existing=args.existing,
            ),
            child,
        )
        self._describe(plane)
        access = Access(f"{name}-access", AccessArgs(cluster_name=self.name, entries=args.access), child)
        add_ons = ManagedAddOnsArgs(
            prefix=args.prefix,
            region=args.region,
            account_id=self.account_id,
            cluster_name=self.name,
            cluster=self.physical_name,
            cluster_version=args.settings.version,
            logs_key_arn=args.logs_key_arn,
            data_key_arn=args.data_key_arn,
            log_retention_days=args.settings.log_retention_days,
            optional=args.managed_add_ons,
        )
        first = NodeAddOns(f"{name}-base", add_ons, child)
        nodes = SystemNodes(
            f"{name}-system",
            SystemNodesArgs(
                prefix=args.prefix,
                cluster_name=self.name,
                version=args.settings.version,
                settings=args.settings.system_nodes,
                subnet_ids=args.subnet_ids,
                added_subnet_ids=args.added_subnet_ids,
                data_key_arn=args.data_key_arn,
                after=[*first.add_ons, *args.network_ready],
            ),
            child,
        )
        then = ClusterAddOns(f"{name}-services", replace(add_ons, after=nodes.node_groups), child)
        self.node_role_arn = nodes.role_arn
        self.container_log_group_names = then.log_group_names
        self.provider = self._kubernetes(name, args, self._way_in(name, args, nodes))
        self.ready = [*nodes.node_groups, *first.add_ons, *then.add_ons, *access.associations]
        self.register_outputs({"name": self.name, "arn": self.arn, "endpoint": self.endpoint})

    def _describe(self, plane: ControlPlane) -> None:
        cluster = plane.cluster
        self.name = cluster.name
        self.arn = cluster.arn
        self.account_id = cluster.arn.apply(lambda arn: arn.split(":")[4])
        self.endpoint = cluster.endpoint
        self.certificate_authority = cluster.certificate_authority.apply(lambda authority: authority.data or "")
        self.security_group_id = cluster.vpc_config.apply(lambda config: config.cluster_security_group_id or "")

    def _way_in(self, name: str, args: ClusterArgs, nodes: SystemNodes) -> list[Resource]:
        """Build what the settings state, and name what has to stand before this machine reaches the API.

        The provider asks the API once, when it is configured. If nobody answers then, it fails for the whole run.
        """
        ready: list[Resource] = []
        if args.settings.network_access is not None:
            access = ApiAccessArgs(
                prefix=args.prefix,
                access=args.settings.network_access,
                network=args.network,
                security_group_id=self.security_group_id,
            )
            ready += ApiAccess(f"{name}-api", access, ResourceOptions(parent=self)).ready
        if args.settings.api_access == "tunnel":
            ready += nodes.node_groups
        return ready

    def _kubernetes(self, name: str, args: ClusterArgs, ready: Sequence[Resource]) -> kubernetes.Provider:
        through = tunnel(args.prefix, node_name(args.prefix)) if args.settings.api_access == "tunnel" else None
        config = Output.all(self.name, self.endpoint, self.certificate_authority).apply(
            lambda values: json.dumps(kubeconfig(values[0], args.region, values[1], values[2], through))
        )
        return kubernetes.Provider(
            f"{name}-provider",
            kubeconfig=config,
            # Only another cluster replaces what is installed; a renewed certificate or endpoint does not.
            cluster_identifier=self.arn,
            enable_server_side_apply=True,
            opts=ResourceOptions(parent=self, depends_on=list(ready)),
        )
