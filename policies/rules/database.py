"""Rules over PostgreSQL."""

from collections.abc import Iterator

from policies.about import critical, high, low, medium
from policies.rule import PRODUCTION, Level, resource_rule
from policies.rules.protection import is_copy, retiring
from policies.view import MISSING, UNKNOWN, Resource

_INSTANCE = "aws:rds/instance:Instance"
_CLUSTER = "aws:rds/cluster:Cluster"
LEAST_BACKUP_DAYS = 7


def _is_replica(instance: Resource) -> bool:
    return instance.has("replicateSourceDb") or instance.has("replicationSourceIdentifier")


@resource_rule(
    "database-encrypted",
    "Databases are encrypted at rest",
    _INSTANCE,
    _CLUSTER,
    about=high(
        "Whoever gets hold of a disk or a snapshot reads it.",
        "Set storageEncrypted; what stands unencrypted is restored from an encrypted copy of its snapshot.",
        "CKV_AWS_16",
        "CKV_AWS_96",
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
    "aws:rds/clusterInstance:ClusterInstance",
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
    _CLUSTER,
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
    _CLUSTER,
    about=high(
        "One wrong command deletes the database.",
        "Switch deletionProtection on.",
        "CKV_AWS_293",
        "CKV_AWS_139",
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
    _CLUSTER,
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
    _CLUSTER,
    about=high(
        "Whoever reads the state reads the master password.",
        "Switch manageMasterUserPassword on, or use passwordWo where there are read replicas.",
    ),
)
def database_managed_password(instance: Resource) -> Iterator[str]:
    """RDS manages no password of a PostgreSQL instance with read replicas; there it must be write-only."""
    if instance.has("password") or instance.has("masterPassword"):
        yield "the password stands in the state; use manageMasterUserPassword, or passwordWo with replicas"
    elif not (_is_replica(instance) or _writes(instance) or instance.is_set("manageMasterUserPassword")):
        yield "manageMasterUserPassword is off; switch it on, or give passwordWo where there are read replicas"


def _writes(instance: Resource) -> bool:
    return instance.has("passwordWo") or instance.has("masterPasswordWo")


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
    _CLUSTER,
    about=medium(
        "The log is lost with the instance, and nobody is told of what it says.",
        "List postgresql in enabledCloudwatchLogsExports.",
        "CKV_AWS_129",
        "CKV_AWS_324",
        "PCI DSS 10.2.1.1",
        "SOC 2 CC7.2",
    ),
)
def database_log_exports(instance: Resource) -> Iterator[str]:
    # MySQL's logs have other names.
    if "mysql" not in str(instance.value("engine")) and instance.lacks("enabledCloudwatchLogsExports", "postgresql"):
        yield "enabledCloudwatchLogsExports lacks postgresql"


@resource_rule(
    "database-forced-tls",
    "PostgreSQL refuses connections without TLS",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    about=high(
        "Passwords and rows cross the network in clear.",
        "Set the parameter rds.force_ssl to 1.",
        "CKV2_AWS_69",
    ),
)
def database_forced_tls(group: Resource) -> Iterator[str]:
    if (
        not str(group.value("family")).startswith(("postgres", "aurora-postgresql"))
        or group.value("parameters") is UNKNOWN
    ):
        return
    stated = {group.value(f"{place}.name"): group.value(f"{place}.value") for place in group.places("parameters")}
    if UNKNOWN not in stated and stated.get("rds.force_ssl") not in ("1", UNKNOWN):
        yield 'parameter rds.force_ssl is not "1"; set it'


@resource_rule(
    "database-parameters-own",
    "Databases have a parameter group of their own",
    _INSTANCE,
    level=Level.ADVISORY,
    about=low(
        "The defaults force no TLS and log nothing, and cannot be changed without a restart.",
        "Name a parameter group of your own in parameterGroupName.",
    ),
)
def database_parameters_own(instance: Resource) -> Iterator[str]:
    """A replica within the region starts with its source's group."""
    name = instance.value("parameterGroupName")
    if name is MISSING and not _is_replica(instance):
        yield "parameterGroupName is not set, so AWS's default group holds; name one of your own"
    if isinstance(name, str) and name.startswith("default."):
        yield f"parameterGroupName {name} is AWS's default; name one of your own"


@resource_rule(
    "database-minor-upgrades",
    "Databases take fixes of their version by themselves",
    _INSTANCE,
    "aws:rds/clusterInstance:ClusterInstance",
    about=medium(
        "A known flaw stays until somebody thinks of it.",
        "Leave autoMinorVersionUpgrade on.",
        "CKV_AWS_226",
        "CIS AWS 2.2.2",
        "PCI DSS 6.3.3",
    ),
)
def database_minor_upgrades(instance: Resource) -> Iterator[str]:
    if instance.value("autoMinorVersionUpgrade") is False:
        yield "autoMinorVersionUpgrade is off; switch it on"


@resource_rule(
    "database-snapshots-tagged",
    "Snapshots carry the tags of their database",
    _INSTANCE,
    _CLUSTER,
    level=Level.ADVISORY,
    about=low(
        "Nobody can say whose a snapshot is, and rules by tag pass it by.",
        "Switch copyTagsToSnapshot on.",
        "CKV2_AWS_60",
        "CKV_AWS_313",
        "SOC 2 CC7.5",
    ),
)
def database_snapshots_tagged(instance: Resource) -> Iterator[str]:
    if not instance.is_set("copyTagsToSnapshot"):
        yield "copyTagsToSnapshot is off; switch it on"


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
    database_parameters_own,
    database_minor_upgrades,
    database_snapshots_tagged,
)
