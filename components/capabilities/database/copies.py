"""The database's automated backups in another region: its snapshots and its log, from which it is restored there."""

from pulumi import ResourceOptions
from pulumi_aws import rds

from components.capabilities.database.database import Database
from components.foundation.foundation import Foundation
from settings.sizes.database import DatabaseSettings


def copy_backups(
    foundation: Foundation, stack: DatabaseSettings, database: Database
) -> rds.InstanceAutomatedBackupsReplication | None:
    """Have RDS copy them where the stack's copies go; a live copy of the database in another region makes up for it.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
    """
    place, settings = foundation.encryption.copies, foundation.settings.stack
    if place is None or settings.followed or not stack.backup_retention_days:
        return None
    return rds.InstanceAutomatedBackupsReplication(
        "database-copies",
        region=place.region,
        source_db_instance_arn=database.arn,
        kms_key_id=place.key_arn,
        retention_period=stack.backup_retention_days,
        opts=ResourceOptions(parent=database),
    )
