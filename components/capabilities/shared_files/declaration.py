"""Shared files: folders of a service that all its copies see, on EFS."""

from collections.abc import Mapping, Sequence

from components.backup.vault import RecoveryPoints
from components.capabilities.contract import Context, Given, Plan
from components.capabilities.shared_files.shared_files import PORT, SharedFiles, SharedFilesArgs
from components.capabilities.watched import Watched
from components.identity.pod_role import Statement
from components.product.reach import DataTier, Reach
from components.product.shared_volumes import Folder, SharedVolume
from settings import PlatformSettings
from settings.arithmetic.folder_alarms import folder_alarms


class SharedFilesCapability:
    """A service asks for it by a volume of the kind `shared`, and no section of the workload file."""

    name = "files"

    def plan(self, settings: PlatformSettings) -> Plan | None:
        if not settings.shared_folders:
            return None
        users = frozenset(service for service, _ in settings.shared_folders)
        # On a cluster the node mounts the folder for its pods.
        reach = Reach(use=self.name, place=DataTier(), ports=(PORT,), users=users, node_reaches=True)
        return Plan(reach=[reach], managed_add_ons=["aws-efs-csi-driver"], unencrypted=["elastic-file-system"])

    def build(self, context: Context) -> Given:
        foundation, settings = context.foundation, context.settings
        network, services = foundation.network, settings.workload.services
        # A task has a role of its own to mount with; on a cluster the node mounts.
        by_role = context.kubernetes is None
        made = SharedFiles(
            "files",
            SharedFilesArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                account_id=foundation.encryption.account_id,
                zones=settings.stack.zones,
                vpc_id=network.vpc_id,
                subnet_ids=network.data_subnet_ids,
                client_security_group_id=context.clients_group_id,
                data_key_arn=foundation.encryption.data_key_arn,
                folders={(name, path): services[name].security.user for name, path in settings.shared_folders},
                names={
                    (name, path): folder
                    for name, path in settings.shared_folders
                    if (folder := services[name].volumes[path].folder) is not None
                },
                iam=by_role,
                protect=foundation.protect,
                retention=foundation.retention,
            ),
            foundation.child,
        )
        return Given(
            resources=[made],
            folders=made.volumes,
            statements=_mounting(made.volumes) if by_role else {},
            watched=[Watched(label="files", dimensions={"FileSystemId": made.file_system_id}, alarms=folder_alarms())],
            points=[RecoveryPoints(name="files", label="files-selection", resource=made.arn)],
        )


def _mounting(volumes: Mapping[Folder, SharedVolume]) -> dict[str, Sequence[Statement]]:
    """Let each service mount its folders, each through its own access point."""
    found: dict[str, list[Statement]] = {}
    for (service, _), volume in volumes.items():
        statements = found.setdefault(service, [])
        statements.append(
            {
                "Sid": f"MountFolder{len(statements) + 1}",
                "Effect": "Allow",
                "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                "Resource": volume.file_system_arn,
                "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": volume.access_point_arn}},
            }
        )
    return dict(found)
