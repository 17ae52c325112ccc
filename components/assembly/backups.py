"""The backups of what a stack's capabilities hold."""

from components.backup.backups import Backups, BackupsArgs
from components.capabilities.collected import Collected
from components.foundation.foundation import Foundation
from components.runtimes.contract import Runtime


def build_backups(foundation: Foundation, runtime: Runtime, capabilities: Collected) -> Backups:
    """Build the bucket, the vault, and the roles of what dumps and restores."""
    settings, kubernetes = foundation.settings, runtime.kubernetes
    return Backups(
        "backups",
        BackupsArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            settings=settings.stack.backup,
            workload=settings.workload,
            points=capabilities.points,
            data_key_arn=foundation.encryption.data_key_arn,
            cluster_name=kubernetes.cluster_name if kubernetes else None,
            namespace=settings.namespace,
            system_namespace=kubernetes.release_namespace if kubernetes else settings.namespace,
            protect=foundation.protect,
            retention=foundation.retention,
            copies=foundation.encryption.copies,
        ),
        foundation.child,
    )
