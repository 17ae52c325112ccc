"""Rules over PostgreSQL."""

from collections.abc import Iterator

from policies.about import critical, high, low, medium
from policies.rule import PRODUCTION, resource_rule
from policies.rules.protection import is_copy, retiring
from policies.view import UNKNOWN, Resource

_INSTANCE = "aws:rds/instance:Instance"
LEAST_BACKUP_DAYS = 7


def _is_replica(instance: Resource) -> bool:
    return instance.has("replicateSourceDb")


@resource_rule(
    "database-encrypted",
    "Databases are encrypted at rest",
    _INSTANCE,
    about=high(
        "Whoever gets hold of a disk or a snapshot reads it.",
        "Set storageEncrypted; what stands unencrypted is restored from an encrypted copy of its snapshot.",
        "CKV_AWS_16",
        "CIS AWS 2.2.1",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.5",
    ),
)
def database_encrypted(instance: Resource) -> Iterator[str]:
    if not _is_replica(instance) and not instance.is_set("storageEncrypted"):
        yield "storageEncrypted is off; it cannot be switched on later without a new instance"


@resource_rule(
    "database-not-public",
    "Databases have no public address",
    _INSTANCE,
    about=critical(
        "The database answers to the whole internet.",
        "Switch publiclyAccessible off.",
        "CKV_AWS_17",
        "CIS AWS 2.2.3",
        "PCI DSS 1.3.1",
        "SOC 2 CC6.2",
    ),
)
def database_not_public(instance: Resource) -> Iterator[str]:
    if instance.value("publiclyAccessible") is True:
        yield "publiclyAccessible is on; switch it off and reach the database from inside the VPC"


@resource_rule(
    "database-multi-az",
    "A production database survives the loss of a zone",
    _INSTANCE,
    about=medium(
        "One zone that fails takes the product down for as long as it lasts.",
        "Switch multiAz on.",
        "CKV_AWS_157",
        "CIS AWS 2.2.4",
    ),
    environments=PRODUCTION,
)
def database_multi_az(instance: Resource) -> Iterator[str]:
    if not _is_replica(instance) and not instance.is_set("multiAz"):
        yield "multiAz is off; switch it on"


@resource_rule(
    "database-backups",
    "A production database can go back at least 7 days",
    _INSTANCE,
    about=high(
        "A mistake that is found after some days cannot be undone.",
        "Set backupRetentionPeriod to 7 days or more.",
        "CKV_AWS_133",
        "PCI DSS 10.3.3",
        "SOC 2 A1.1",
    ),
    environments=PRODUCTION,
)
def database_backups(instance: Resource) -> Iterator[str]:
    if not _is_replica(instance) and not instance.at_least("backupRetentionPeriod", LEAST_BACKUP_DAYS):
        yield f"backupRetentionPeriod is {instance.value('backupRetentionPeriod')}; set 7 to 35 days"


@resource_rule(
    "database-deletion-protection",
    "A production database refuses to be deleted",
    _INSTANCE,
    about=high(
        "One wrong command deletes the database.",
        "Switch deletionProtection on.",
        "CKV_AWS_293",
        "SOC 2 C1.1",
    ),
    environments=PRODUCTION,
)
def database_deletion_protection(instance: Resource) -> Iterator[str]:
    if not (instance.is_set("deletionProtection") or is_copy(instance) or retiring(instance)):
        yield "deletionProtection is off; switch it on"


@resource_rule(
    "database-final-snapshot",
    "A production database leaves a snapshot behind",
    _INSTANCE,
    about=high(
        "A deleted database cannot be brought back as it was last.",
        "Leave skipFinalSnapshot off and name a finalSnapshotIdentifier.",
    ),
    environments=PRODUCTION,
)
def database_final_snapshot(instance: Resource) -> Iterator[str]:
    if not _is_replica(instance) and not (
        instance.is_set("skipFinalSnapshot", False) or not instance.has("skipFinalSnapshot")
    ):
        yield "skipFinalSnapshot is on; name a finalSnapshotIdentifier instead"


@resource_rule(
    "database-managed-password",
    "The master password is RDS's own, or is only ever written",
    _INSTANCE,
    about=high(
        "Whoever reads the state reads the master password.",
        "Switch manageMasterUserPassword on, or use passwordWo where there are read replicas.",
    ),
)
def database_managed_password(instance: Resource) -> Iterator[str]:
    """RDS manages no password of a PostgreSQL instance with read replicas; there it must be write-only."""
    if instance.has("password"):
        yield "password is given, so it stands in the state; use manageMasterUserPassword, or passwordWo with replicas"
    elif not (_is_replica(instance) or instance.has("passwordWo") or instance.is_set("manageMasterUserPassword")):
        yield "manageMasterUserPassword is off; switch it on, or give passwordWo where there are read replicas"


@resource_rule(
    "database-insights",
    "Query insight is on, so that a slow query can be found",
    _INSTANCE,
    about=low(
        "A slow query can be seen, but not found.",
        "Switch performanceInsightsEnabled on.",
        "CKV_AWS_353",
    ),
)
def database_insights(instance: Resource) -> Iterator[str]:
    if not instance.is_set("performanceInsightsEnabled"):
        yield "performanceInsightsEnabled is off; switch it on"


@resource_rule(
    "database-log-exports",
    "PostgreSQL's log is kept outside the instance",
    _INSTANCE,
    about=medium(
        "The log is lost with the instance, and nobody is told of what it says.",
        "List postgresql in enabledCloudwatchLogsExports.",
        "CKV_AWS_129",
        "PCI DSS 10.2.1.1",
        "SOC 2 CC7.2",
    ),
)
def database_log_exports(instance: Resource) -> Iterator[str]:
    exports = instance.items("enabledCloudwatchLogsExports")
    if instance.value("enabledCloudwatchLogsExports") is not UNKNOWN and "postgresql" not in exports:
        yield "enabledCloudwatchLogsExports lacks postgresql"


@resource_rule(
    "database-forced-tls",
    "PostgreSQL refuses connections without TLS",
    "aws:rds/parameterGroup:ParameterGroup",
    about=high(
        "Passwords and rows cross the network in clear.",
        "Set the parameter rds.force_ssl to 1.",
        "CKV2_AWS_69",
    ),
)
def database_forced_tls(group: Resource) -> Iterator[str]:
    if not str(group.value("family")).startswith("postgres") or group.value("parameters") is UNKNOWN:
        return
    stated = {
        group.value(f"parameters.{index}.name"): group.value(f"parameters.{index}.value")
        for index in range(len(group.items("parameters")))
    }
    if stated.get("rds.force_ssl") not in ("1", UNKNOWN):
        yield 'parameter rds.force_ssl is not "1"; set it'


RULES = (
    database_encrypted,
    database_not_public,
    database_multi_az,
    database_backups,
    database_deletion_protection,
    database_final_snapshot,
    database_managed_password,
    database_insights,
    database_log_exports,
    database_forced_tls,
)
