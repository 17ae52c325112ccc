"""The inputs of a primary and of its read replicas, side by side: what they share, and what only one may have."""

from dataclasses import dataclass

from pulumi import Input, Output
from pulumi_aws import rds

from settings.reserved import MASTER_USERNAME
from settings.stack import DatabaseSettings
from settings.workload.data import DatabaseNeeds

PORT = 5432
LOG_EXPORTS = ("postgresql", "upgrade")
_INSIGHTS_DAYS = {"standard": 7, "advanced": 465}
"""Days of Performance Insights that each Database Insights mode keeps; advanced needs 15 months
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.TurningOnAdvanced.html)."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every instance of the database is placed into."""

    subnet_group_name: Input[str]
    security_group_id: Input[str]
    parameter_group_name: Input[str]
    monitoring_role_arn: Output[str] | None
    data_key_arn: Input[str]
    protect: bool


@dataclass(frozen=True, kw_only=True)
class ManagedPassword:
    """RDS makes, keeps and rotates the master password, encrypted with this key."""

    secrets_key_arn: Input[str]


@dataclass(frozen=True, kw_only=True)
class GivenPassword:
    """The platform makes the master password; `generation` tells the provider that it is a new one."""

    password: Input[str]
    generation: int


def primary(
    identifier: str,
    settings: DatabaseSettings,
    needs: DatabaseNeeds,
    around: Surroundings,
    password: ManagedPassword | GivenPassword,
) -> rds.InstanceArgs:
    """Return the inputs of the primary. It takes the backups, and names its final snapshot when it is protected."""
    managed = isinstance(password, ManagedPassword)
    return rds.InstanceArgs(
        identifier=identifier,
        engine="postgres",
        engine_version=needs.version,
        instance_class=settings.instance_class,
        multi_az=settings.multi_az,
        port=PORT,
        username=MASTER_USERNAME,
        manage_master_user_password=True if managed else None,
        master_user_secret_kms_key_id=password.secrets_key_arn if managed else None,
        # Write-only: the provider sends it and never keeps it in the resource's state.
        password_wo=None if managed else password.password,
        password_wo_version=None if managed else password.generation,
        # What storage autoscaling adds is no drift: the provider compares only upwards while a maximum is set.
        allocated_storage=settings.storage_gib,
        max_allocated_storage=settings.maximum_storage_gib,
        storage_type=settings.storage_type,
        iops=settings.iops,
        storage_encrypted=True,
        kms_key_id=around.data_key_arn,
        db_subnet_group_name=around.subnet_group_name,
        vpc_security_group_ids=[around.security_group_id],
        publicly_accessible=False,
        parameter_group_name=around.parameter_group_name,
        ca_cert_identifier=settings.certificate_authority,
        backup_retention_period=settings.backup_retention_days,
        backup_window=settings.backup_window,
        # Backups outlive the instance when it is protected, so that a mistaken deletion loses no minute.
        delete_automated_backups=not around.protect,
        copy_tags_to_snapshot=True,
        skip_final_snapshot=not around.protect,
        final_snapshot_identifier=f"{identifier}-final" if around.protect else None,
        deletion_protection=settings.deletion_protection,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=True,
        allow_major_version_upgrade=False,
        apply_immediately=not around.protect,
        enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
        database_insights_mode=settings.insights,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=around.data_key_arn,
        performance_insights_retention_period=_INSIGHTS_DAYS[settings.insights],
        monitoring_interval=settings.monitoring_interval_seconds,
        monitoring_role_arn=around.monitoring_role_arn,
    )


def replica(
    identifier: str,
    settings: DatabaseSettings,
    around: Surroundings,
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
        kms_key_id=around.data_key_arn if elsewhere else None,
        db_subnet_group_name=around.subnet_group_name if elsewhere else None,
        port=PORT,
        # A replica whose storage cannot grow with its source's stops replicating when it is full.
        max_allocated_storage=settings.maximum_storage_gib,
        storage_type=settings.storage_type,
        iops=settings.iops,
        storage_encrypted=True,
        vpc_security_group_ids=[around.security_group_id],
        publicly_accessible=False,
        parameter_group_name=around.parameter_group_name,
        ca_cert_identifier=settings.certificate_authority,
        backup_retention_period=0,
        copy_tags_to_snapshot=True,
        skip_final_snapshot=True,
        deletion_protection=settings.deletion_protection,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=True,
        allow_major_version_upgrade=False,
        apply_immediately=not around.protect,
        enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
        performance_insights_enabled=True,
        performance_insights_kms_key_id=around.data_key_arn,
        # CreateDBInstanceReadReplica takes no mode of Database Insights, so a replica has the standard one.
        performance_insights_retention_period=_INSIGHTS_DAYS["standard"],
        monitoring_interval=settings.monitoring_interval_seconds,
        monitoring_role_arn=around.monitoring_role_arn,
    )
