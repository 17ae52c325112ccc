"""The control plane: an EKS cluster with encrypted secrets, kept logs and a private endpoint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, eks, iam

from components.identity.granted import granted
from components.naming import role_name
from components.options import stateful
from components.refusals import Inputs, refusing
from settings import changes
from settings.existing import ExistingCluster
from settings.stack import ClusterSettings

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """`prefix` is the cluster's name. `network_ready`: what must exist before the cluster, and outlive it.

    `existing` is a cluster that is taken over: it keeps its role, and its log group if it has one.
    """

    prefix: str
    settings: ClusterSettings
    subnet_ids: Sequence[Input[str]]
    cluster_key_arn: Input[str]
    logs_key_arn: Input[str]
    network_ready: Sequence[Resource]
    protect: bool
    existing: ExistingCluster | None = None


class ControlPlane(ComponentResource):
    """The cluster without nodes or add-ons.

    Whoever first runs `up` is an administrator of the cluster, because the same run installs charts through its API.
    AWS reads that flag at creation alone and replaces the cluster when it changes, so it is fixed here and not a
    setting; everybody else enters by the access entries of the settings. `aws eks delete-access-entry` takes the
    creator's away once another administrator is listed.
    """

    cluster: eks.Cluster

    def __init__(self, name: str, args: ControlPlaneArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ControlPlane", name, None, opts)
        role_arn: Input[str]
        if args.existing is None:
            first, role_arn = [self._log_group(name, args)], self._role(name, args)
        else:
            first, role_arn = [], args.existing.role
        public = args.settings.public_access_cidrs
        options = ResourceOptions.merge(
            stateful(self, protect=args.protect),
            ResourceOptions.merge(
                ResourceOptions(depends_on=[*first, *args.network_ready]),
                refusing(f"{name}-cluster", _judge_version),
            ),
        )
        self.cluster = eks.Cluster(
            f"{name}-cluster",
            name=args.existing.name if args.existing else args.prefix,
            version=args.settings.version,
            role_arn=role_arn,
            access_config=eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=True
            ),
            vpc_config=eks.ClusterVpcConfigArgs(
                subnet_ids=list(args.subnet_ids),
                endpoint_private_access=True,
                endpoint_public_access=bool(public),
                public_access_cidrs=list(public) or None,
            ),
            encryption_config=eks.ClusterEncryptionConfigArgs(
                provider=eks.ClusterEncryptionConfigProviderArgs(key_arn=args.cluster_key_arn), resources=["secrets"]
            ),
            enabled_cluster_log_types=list(LOG_TYPES),
            # What EKS would install by itself comes as managed add-ons, with a version and a configuration.
            bootstrap_self_managed_addons=False,
            deletion_protection=args.settings.deletion_protection,
            upgrade_policy=eks.ClusterUpgradePolicyArgs(support_type=args.settings.support),
            zonal_shift_config=eks.ClusterZonalShiftConfigArgs(enabled=args.settings.zonal_shift),
            opts=options,
        )
        self.register_outputs({"name": self.cluster.name, "arn": self.cluster.arn})

    def _log_group(self, name: str, args: ControlPlaneArgs) -> cloudwatch.LogGroup:
        """Made first: EKS would create the group itself, unencrypted and kept for ever."""
        return cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{args.prefix}/cluster",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=ResourceOptions(parent=self),
        )

    def _role(self, name: str, args: ControlPlaneArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
        role = iam.Role(f"{name}-role", name=role_name(f"{args.prefix}-cluster"), assume_role_policy=_TRUST, opts=child)
        attachment = iam.RolePolicyAttachment(
            f"{name}-role-policy",
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
            opts=child,
        )
        # https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
        encryption = iam.RolePolicy(
            f"{name}-role-encryption",
            role=role.name,
            name="encryption",
            policy=Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
                            "Resource": args.cluster_key_arn,
                        }
                    ],
                }
            ),
            opts=child,
        )
        return granted(role.arn, [attachment, encryption])


def _judge_version(before: Inputs, after: Inputs) -> str | None:
    had, wanted = before.get("version"), after.get("version")
    return changes.kubernetes(had, wanted) if isinstance(had, str) and isinstance(wanted, str) else None
