"""The managed node group that carries the platform's own pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, eks

from components.cluster.node_role import NodeRole, NodeRoleArgs
from components.naming import bounded
from settings.facts.node_images import ami_type
from settings.stack import SystemNodes as SystemNodesSettings

SYSTEM_TAINT = "CriticalAddonsOnly"
POOL_LABEL = "groundwork.io/pool"
SYSTEM_POOL = "system"

_ROOT_DEVICE = "/dev/xvda"
_OF_ADDED_ZONE = (1, 2)
"""Nodes at least and at most in a zone that was added: one there carries what is spread over the zones."""


@dataclass(frozen=True, kw_only=True)
class SystemNodesArgs:
    """`after`: what the nodes need in place to become ready (the CNI, kube-proxy, the Pod Identity agent)."""

    prefix: str
    cluster_name: Input[str]
    version: str
    settings: SystemNodesSettings
    subnet_ids: Sequence[Input[str]]
    data_key_arn: Input[str]
    after: Sequence[Resource]
    added_subnet_ids: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    """The subnet of each zone that was added later, by the zone's letter: other subnets would replace a group."""


class SystemNodes(ComponentResource):
    """Nodes on Amazon Linux 2023, tainted so that the product's pods stay away.

    AL2023 keeps time by the Amazon Time Sync Service from its first boot (OB-122): nothing is configured for it.
    """

    node_groups: list[eks.NodeGroup]
    role_arn: Output[str]

    def __init__(self, name: str, args: SystemNodesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:SystemNodes", name, None, opts)
        child = ResourceOptions(parent=self)
        role = NodeRole(f"{name}-node", NodeRoleArgs(role_name=f"{args.prefix}-system-node"), child)
        template = self._launch_template(name, args)
        # As many as at least: nothing else sets this group's size, since Karpenter launches its nodes by itself.
        # A minimum above a size that is left alone would be refused (terraform-aws-modules/terraform-aws-eks#3683).
        sizes = args.settings.minimum, args.settings.maximum
        self.node_groups = [self._group(f"{name}-group", args, role.arn, template, args.subnet_ids, sizes)]
        for letter, subnet_id in args.added_subnet_ids.items():
            added = self._group(f"{name}-{letter}-group", args, role.arn, template, [subnet_id], _OF_ADDED_ZONE)
            self.node_groups.append(added)
        self.role_arn = role.arn
        self.register_outputs({"roleArn": self.role_arn, "nodeGroupName": self.node_groups[0].node_group_name})

    def _group(
        self,
        name: str,
        args: SystemNodesArgs,
        role_arn: Input[str],
        template: ec2.LaunchTemplate,
        subnet_ids: Sequence[Input[str]],
        sizes: tuple[int, int],
    ) -> eks.NodeGroup:
        least, most = sizes
        return eks.NodeGroup(
            name,
            # A prefix, not a name: a change that replaces the group brings up the new one before the old one goes.
            node_group_name_prefix=f"{bounded(args.prefix, 28)}-system-",
            cluster_name=args.cluster_name,
            version=args.version,
            ami_type=ami_type(args.settings.instance_types),
            capacity_type="ON_DEMAND",
            instance_types=list(args.settings.instance_types),
            node_role_arn=role_arn,
            subnet_ids=list(subnet_ids),
            scaling_config=eks.NodeGroupScalingConfigArgs(min_size=least, max_size=most, desired_size=least),
            update_config=eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            node_repair_config=eks.NodeGroupNodeRepairConfigArgs(enabled=True),
            launch_template=eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.latest_version.apply(str)),
            labels={POOL_LABEL: SYSTEM_POOL},
            taints=[eks.NodeGroupTaintArgs(key=SYSTEM_TAINT, value="true", effect="NO_SCHEDULE")],
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )

    def _launch_template(self, name: str, args: SystemNodesArgs) -> ec2.LaunchTemplate:
        label = {"Name": node_name(args.prefix)}
        return ec2.LaunchTemplate(
            f"{name}-template",
            name_prefix=f"{args.prefix}-system-",
            update_default_version=True,
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled",
                http_tokens="required",
                # One hop ends at the node: a pod cannot ask for the node's credentials.
                http_put_response_hop_limit=1,
                instance_metadata_tags="disabled",
            ),
            block_device_mappings=[
                ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name=_ROOT_DEVICE,
                    ebs=ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3",
                        volume_size=args.settings.disk_gib,
                        encrypted="true",
                        kms_key_id=args.data_key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            monitoring=ec2.LaunchTemplateMonitoringArgs(enabled=True),
            tag_specifications=[
                ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=label)
                for kind in ("instance", "volume", "network-interface")
            ],
            opts=ResourceOptions(parent=self),
        )


def node_name(prefix: str) -> str:
    """Return what the nodes' machines are called."""
    return f"{prefix}-system"
