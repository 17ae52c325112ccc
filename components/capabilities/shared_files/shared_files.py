"""Folders that many pods or tasks see at once: one encrypted file system on EFS, with an entrance for each folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import efs

from components.capabilities.clients import ClientsArgs, clients_alone
from components.naming import zone_labels
from components.options import stateful
from components.product.shared_volumes import Folder, SharedVolume
from settings.retention import EVERYTHING_KEPT, RetentionSettings

PORT = 2049
"""NFS; the mount helper wraps it in TLS."""
_PRIVATE_TO_THE_OWNER = "0750"


@dataclass(frozen=True, kw_only=True)
class SharedFilesArgs:
    """`folders` maps each service and path to the user that owns what is in it, the same for all that share one.

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
    retention: RetentionSettings = EVERYTHING_KEPT
    names: Mapping[Folder, str] = field(default_factory=dict[Folder, str])
    """Which of the folders are the same one under a name of its own; the others belong to their service."""


class SharedFiles(ComponentResource):
    """The file system, a mount target in every zone, and an access point for every folder."""

    arn: Output[str]
    file_system_id: Output[str]
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
            opts=stateful(self, protect=args.protect, retain=args.retention.shared_folders),
        )
        self.arn, self.file_system_id = system.arn, system.id
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
        places = {folder: _place(folder, args.names.get(folder)) for folder in args.folders}
        made = {places[folder]: user for folder, user in args.folders.items()}
        volumes = {place: self._volume(name, args, system, place, user) for place, user in made.items()}
        self.volumes = {folder: volumes[place] for folder, place in places.items()}
        self.register_outputs({"arn": self.arn})

    def _mount_targets(self, name: str, args: SharedFilesArgs, system: efs.FileSystem) -> list[efs.MountTarget]:
        group_id = clients_alone(
            name,
            ClientsArgs(
                name=f"{args.prefix}-files",
                description="Shared files, from the product alone",
                rule="product",
                rule_description="NFS from the nodes or tasks of the product",
                vpc_id=args.vpc_id,
                group_id=args.client_security_group_id,
                port=PORT,
            ),
            self,
        )
        return [
            efs.MountTarget(
                f"{name}-{letter}",
                file_system_id=system.id,
                subnet_id=subnet,
                security_groups=[group_id],
                opts=ResourceOptions(parent=self),
            )
            for letter, subnet in zip(zone_labels(args.region, args.zones), args.subnet_ids, strict=True)
        ]

    def _volume(
        self, name: str, args: SharedFilesArgs, system: efs.FileSystem, place: Folder, user: int
    ) -> SharedVolume:
        """Make the entrance, and the folder behind it when it is mounted first; every file in it is the user's."""
        owner, label = place
        point = efs.AccessPoint(
            f"{name}-{owner}-{label}",
            file_system_id=system.id,
            posix_user=efs.AccessPointPosixUserArgs(uid=user, gid=user),
            root_directory=efs.AccessPointRootDirectoryArgs(
                path=f"/{owner}/{label}",
                creation_info=efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=user, owner_gid=user, permissions=_PRIVATE_TO_THE_OWNER
                ),
            ),
            tags={"Name": f"{args.prefix}-{owner}-{label}"},
            opts=ResourceOptions(parent=self),
        )
        return SharedVolume(
            file_system_id=system.id,
            access_point_id=point.id,
            access_point_arn=point.arn,
            file_system_arn=system.arn,
        )


_COMMON = "_folders"
"""Where folders of several services are; no service has such a name."""


def _place(folder: Folder, name: str | None) -> Folder:
    """Return the two parts of a folder's path on the file system."""
    service, path = folder
    return (_COMMON, name) if name is not None else (service, _label(path))


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
