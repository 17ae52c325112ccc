"""Folders that many pods or tasks see at once: one encrypted file system on EFS, with an entrance for each folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ec2, efs, vpc

from components.naming import zone_labels
from components.options import stateful

PORT = 2049
"""NFS; the mount helper wraps it in TLS."""
Folder = tuple[str, str]
"""A service, and the path at which it sees the folder."""

_PRIVATE_TO_THE_OWNER = "0750"


@dataclass(frozen=True)
class SharedVolume:
    """Where a folder is found. Nothing outside it can be reached through the access point."""

    file_system_id: Input[str]
    access_point_id: Input[str]
    access_point_arn: Input[str]
    file_system_arn: Input[str]


@dataclass(frozen=True, kw_only=True)
class SharedFilesArgs:
    """`folders` maps each service and path to the user that owns what is in it.

    `subnet_ids` has one subnet for each of `zones`, in their order. With `iam`, only roles of this account that are
    allowed to may mount; without, whoever carries `client_security_group_id`.
    """

    prefix: str
    region: str
    account_id: Input[str]
    zones: tuple[str, ...]
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    client_security_group_id: Input[str]
    data_key_arn: Input[str]
    folders: Mapping[Folder, int]
    iam: bool
    protect: bool


class SharedFiles(ComponentResource):
    """The file system, a mount target in every zone, and an access point for every folder."""

    arn: Output[str]
    volumes: dict[Folder, SharedVolume]
    ready: list[efs.MountTarget]
    """What mounts a folder waits for these."""

    def __init__(self, name: str, args: SharedFilesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:SharedFiles", name, None, opts)
        system = efs.FileSystem(
            f"{name}-system",
            creation_token=f"{args.prefix}-files",
            encrypted=True,
            kms_key_id=args.data_key_arn,
            performance_mode="generalPurpose",
            # Paid for by what is read and written, with nothing to size.
            throughput_mode="elastic",
            lifecycle_policies=[
                efs.FileSystemLifecyclePolicyArgs(transition_to_ia="AFTER_30_DAYS"),
                efs.FileSystemLifecyclePolicyArgs(transition_to_primary_storage_class="AFTER_1_ACCESS"),
            ],
            tags={"Name": f"{args.prefix}-files"},
            opts=stateful(self, protect=args.protect),
        )
        self.arn = system.arn
        efs.FileSystemPolicy(
            f"{name}-policy",
            file_system_id=system.id,
            policy=Output.all(system.arn, args.account_id).apply(lambda known: _policy(*known, iam=args.iam)),
            opts=ResourceOptions(parent=self),
        )
        # The stack's own vault keeps recovery points; EFS's automatic ones would go to another, and be paid for twice.
        efs.BackupPolicy(
            f"{name}-automatic-backups",
            file_system_id=system.id,
            backup_policy=efs.BackupPolicyBackupPolicyArgs(status="DISABLED"),
            opts=ResourceOptions(parent=self),
        )
        self.ready = self._mount_targets(name, args, system)
        self.volumes = {folder: self._volume(name, args, system, folder) for folder in args.folders}
        self.register_outputs({"arn": self.arn})

    def _mount_targets(self, name: str, args: SharedFilesArgs, system: efs.FileSystem) -> list[efs.MountTarget]:
        group = ec2.SecurityGroup(
            f"{name}-security-group",
            name=f"{args.prefix}-files",
            description="Shared files, from the product alone",
            vpc_id=args.vpc_id,
            opts=ResourceOptions(parent=self),
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-from-product",
            security_group_id=group.id,
            description="NFS from the nodes or tasks of the product",
            referenced_security_group_id=args.client_security_group_id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=ResourceOptions(parent=self),
        )
        return [
            efs.MountTarget(
                f"{name}-{letter}",
                file_system_id=system.id,
                subnet_id=subnet,
                security_groups=[group.id],
                opts=ResourceOptions(parent=self),
            )
            for letter, subnet in zip(zone_labels(args.region, args.zones), args.subnet_ids, strict=True)
        ]

    def _volume(self, name: str, args: SharedFilesArgs, system: efs.FileSystem, folder: Folder) -> SharedVolume:
        """Make the entrance, and the folder behind it when it is mounted first; every file in it is the user's."""
        service, path = folder
        user = args.folders[folder]
        point = efs.AccessPoint(
            f"{name}-{service}-{_label(path)}",
            file_system_id=system.id,
            posix_user=efs.AccessPointPosixUserArgs(uid=user, gid=user),
            root_directory=efs.AccessPointRootDirectoryArgs(
                path=f"/{service}/{_label(path)}",
                creation_info=efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=user, owner_gid=user, permissions=_PRIVATE_TO_THE_OWNER
                ),
            ),
            tags={"Name": f"{args.prefix}-{service}-{_label(path)}"},
            opts=ResourceOptions(parent=self),
        )
        return SharedVolume(
            file_system_id=system.id,
            access_point_id=point.id,
            access_point_arn=point.arn,
            file_system_arn=system.arn,
        )


def _label(path: str) -> str:
    return path.strip("/").replace("/", "-")


def _policy(arn: str, account: str, *, iam: bool) -> str:
    """Let clients in through access points and with TLS alone.

    Without `iam` a mount target's security group says who they are: a node mounts for its pods, and has no right of its
    own. https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html
    """
    actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    allow: dict[str, object] = {
        "Sid": "Clients",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root" if iam else "*"},
        "Action": actions,
        "Resource": arn,
        "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
    }
    refusals: dict[str, dict[str, object]] = {
        "WithoutTls": {"Bool": {"aws:SecureTransport": "false"}},
        "WithoutAccessPoint": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
    }
    deny = [
        {
            "Sid": name,
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": arn,
            "Condition": condition,
        }
        for name, condition in refusals.items()
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": [allow, *deny]})
