"""The inputs of a primary and of its read replicas, side by side: what they share, and what only one may have."""

from dataclasses import dataclass
from typing import Final

from pulumi import Input, Output
from pulumi_aws import rds

from settings.facts import ports
from settings.facts.reserved import MASTER_USERNAME
from settings.retention import RetentionSettings
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds

PORT = ports.POSTGRESQL
LOG_EXPORTS = ("postgresql", "upgrade")
_INSIGHTS_DAYS = {"standard": 7, "advanced": 465}
"""Days of Performance Insights that each Database Insights mode keeps; advanced needs 15 months
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.TurningOnAdvanced.html)."""


@dataclass(frozen=True, kw_only=True)
class InstanceContext:
    """What every instance of the database is placed into."""

    subnet_group_name: Input[str]
    security_group_id: Input[str]
    parameter_group_name: Input[str]
    monitoring_role_arn: Output[str] | None
    data_key_arn: Input[str]
    retention: RetentionSettings
    username: str = MASTER_USERNAME
    final_snapshot: Input[str] | None = None
    """The name of the primary's last snapshot; None: it leaves none."""
    upgrade: bool = False
    """Whether a new major version may be made of it: at once, since the old version's parameter group goes."""
    now: bool = False
    """Whether changes are made at once, whatever the settings say."""


@dataclass(frozen=True, kw_only=True)
class ManagedPassword:
    """RDS makes, keeps and rotates the master password, encrypted with this key."""

    secrets_key_arn: Input[str]


@dataclass(frozen=True, kw_only=True)
class GivenPassword:
    """The platform makes the master password; `generation` tells the provider that it is a new one."""

    password: Input[str]
    generation: int


DATABASE_TAG: Final = "Database"
"""Names the product's database: where another name is stated, the engine knows what there was."""


def primary(
    identifier: str,
    settings: DatabaseSettings,
    needs: DatabaseNeeds,
    context: InstanceContext,
    password: ManagedPassword | GivenPassword | None,
) -> rds.InstanceArgs:
    """Return the inputs of the primary, which takes the backups. Without a password, somebody else keeps it."""
    managed = password if isinstance(password, ManagedPassword) else None
    given = password if isinstance(password, GivenPassword) else None
    return rds.InstanceArgs(
        identifier=identifier,
        engine="postgres",
        engine_version=needs.version,
        instance_class=settings.instance_class,
        multi_az=settings.multi_az,
        port=PORT,
        username=context.username,
        manage_master_user_password=True if managed else None,
        master_user_secret_kms_key_id=managed.secrets_key_arn if managed else None,
        # Write-only: the provider sends it and never keeps it in the resource's state.
        password_wo=given.password if given else None,
        password_wo_version=given.generation if given else None,
        # What storage autoscaling adds is no drift: the provider compares only upwards while a maximum is set.
        allocated_storage=settings.storage_gib,
        max_allocated_storage=settings.maximum_storage_gib,
        storage_type=settings.storage_type,
        iops=settings.iops,
        storage_encrypted=True,
        kms_key_id=context.data_key_arn,
        db_subnet_group_name=context.subnet_group_name,
        vpc_security_group_ids=[context.security_group_id],
        publicly_accessible=False,
        parameter_group_name=context.parameter_group_name,
        ca_cert_identifier=settings.certificate_authority,
        backup_retention_period=settings.backup_retention_days,
        backup_window=settings.backup_window,
        # Backups outlive the instance, so that a mistaken deletion loses no minute.
        delete_automated_backups=not context.retention.automated_backups,
        copy_tags_to_snapshot=True,
        # What is taken over has the tags that it has: an import refuses others.
        tags={DATABASE_TAG: needs.name} if password is not None else None,
        skip_final_snapshot=context.final_snapshot is None,
        final_snapshot_identifier=context.final_snapshot,
        deletion_protection=settings.deletion_protection,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=raises_minors(needs.version),
        allow_major_version_upgrade=context.upgrade,
        apply_immediately=at_once(settings, context),
        enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
        database_insights_mode=settings.insights,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=context.data_key_arn,
        performance_insights_retention_period=_INSIGHTS_DAYS[settings.insights],
        monitoring_interval=settings.monitoring_interval_seconds,
        monitoring_role_arn=context.monitoring_role_arn,
    )


def replica(
    identifier: str,
    settings: DatabaseSettings,
    needs: DatabaseNeeds,
    context: InstanceContext,
    source: Input[str],
    zone: Input[str] | None,
) -> rds.InstanceArgs:
    """Return the inputs of a read replica of `source`: in `zone`, of the instance of that identifier.

    Without a zone the source is in another region and named by its ARN; key and subnet group are then this region's
    own, and a standby is kept, for it is this replica that takes over (SL-122, AT-110).

    Engine, version, user, password and storage size are the source's, and so are key and subnet group within its
    region: AWS refuses them here. It takes no backups of its own and leaves no final snapshot, which AWS does not make
    of a replica.
    """
    elsewhere = zone is None
    return rds.InstanceArgs(
        identifier=identifier,
        replicate_source_db=source,
        instance_class=settings.instance_class,
        availability_zone=zone,
        multi_az=settings.multi_az if elsewhere else False,
        kms_key_id=context.data_key_arn if elsewhere else None,
        db_subnet_group_name=context.subnet_group_name if elsewhere else None,
        port=PORT,
        # A replica whose storage cannot grow with its source's stops replicating when it is full.
        max_allocated_storage=settings.maximum_storage_gib,
        storage_type=settings.storage_type,
        iops=settings.iops,
        storage_encrypted=True,
        vpc_security_group_ids=[context.security_group_id],
        publicly_accessible=False,
        parameter_group_name=context.parameter_group_name,
        ca_cert_identifier=settings.certificate_authority,
        backup_retention_period=0,
        copy_tags_to_snapshot=True,
        skip_final_snapshot=True,
        # Within the region it holds nothing that its source does not, and comes and goes with the number of readers.
        deletion_protection=settings.deletion_protection if elsewhere else False,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=raises_minors(needs.version),
        allow_major_version_upgrade=context.upgrade,
        apply_immediately=at_once(settings, context),
        enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
        performance_insights_enabled=True,
        performance_insights_kms_key_id=context.data_key_arn,
        # CreateDBInstanceReadReplica takes no mode of Database Insights, so a replica has the standard one.
        performance_insights_retention_period=_INSIGHTS_DAYS["standard"],
        monitoring_interval=settings.monitoring_interval_seconds,
        monitoring_role_arn=context.monitoring_role_arn,
    )


def raises_minors(version: str) -> bool:
    """Tell whether RDS raises the minor version by itself: where a major version is stated, and not one minor of it.

    With both, a raised minor differs from the stated one from the first window on, and each `up` would ask to go back,
    which RDS refuses. A prefix of the version compares as equal:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#engine_version-1
    """
    return "." not in version


def at_once(settings: DatabaseSettings, context: InstanceContext) -> bool:
    """Tell whether changes are made now, with the interruption that they bring, or in the maintenance window."""
    return settings.apply_changes == "now" or context.now or context.upgrade
