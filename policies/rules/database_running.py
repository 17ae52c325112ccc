"""Rules over how a database runs: its key, its parameters, its changes and its room."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.about import high, low, medium
from policies.rule import PRODUCTION, Level, resource_rule
from policies.rules.protection import is_copy
from policies.view import MISSING, UNKNOWN, Resource

_INSTANCE, _CLUSTER = "aws:rds/instance:Instance", "aws:rds/cluster:Cluster"
_PARAMETERS: Final = (
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
)
_WELL_KNOWN: Final = ("admin", "administrator", "master", "postgres", "root", "sa")
_ENDED: Final = ("rds-ca-2015", "rds-ca-2019")
"""Of 2024-08-22: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html."""
_OFF: Final = ("0", "off", "false")


def _stated(group: Resource) -> Mapping[Any, Any]:
    """The parameters of a group; nothing while they are not known as a whole."""
    return {group.value(f"{place}.name"): group.value(f"{place}.value") for place in group.places("parameters")}


@resource_rule(
    "database-customer-key",
    "Databases are encrypted with a customer key",
    _INSTANCE,
    _CLUSTER,
    about=medium(
        "The key's policy cannot be narrowed, and no copy goes to another account.",
        "Set kmsKeyId to the platform's data key when the database is made.",
        "CKV_AWS_327",
    ),
)
def database_customer_key(database: Resource) -> Iterator[str]:
    """A replica within the region has its source's key, and an instance of Aurora its cluster's."""
    source = database.has("replicateSourceDb") and is_copy(database)
    if database.is_set("storageEncrypted") and not database.has("kmsKeyId") and not source:
        yield "kmsKeyId is not set; name a customer key: it cannot be done later"


@resource_rule(
    "database-backups-outlive-it",
    "A production database's automated backups are kept when it is deleted",
    _INSTANCE,
    environments=PRODUCTION,
    about=medium(
        "A deletion by mistake takes every moment to go back to with it.",
        "Set deleteAutomatedBackups to false.",
    ),
)
def database_backups_outlive_it(database: Resource) -> Iterator[str]:
    if database.value("deleteAutomatedBackups") is True:
        yield "deleteAutomatedBackups is on; switch it off"


@resource_rule(
    "database-sessions-logged",
    "PostgreSQL writes down who comes and goes",
    *_PARAMETERS,
    about=medium(
        "Nobody can say who was in the database.",
        "Leave log_connections and log_disconnections on.",
    ),
)
def database_sessions_logged(group: Resource) -> Iterator[str]:
    stated = _stated(group)
    off = [each for each in ("log_connections", "log_disconnections") if str(stated.get(each)).lower() in _OFF]
    if off:
        yield f"{', '.join(off)} is off; switch it on"


@resource_rule(
    "database-statements-not-logged",
    "PostgreSQL does not write down every statement",
    *_PARAMETERS,
    about=medium(
        "What clients store, passwords among it, stands in the log in clear.",
        "Set log_statement to ddl, and log_parameter_max_length to 0.",
    ),
)
def database_statements_not_logged(group: Resource) -> Iterator[str]:
    stated = _stated(group).get("log_statement")
    if stated in ("all", "mod"):
        yield f"log_statement is {stated}, which writes down values; set ddl"


@resource_rule(
    "database-watched-closely",
    "A production database's operating system is watched",
    _INSTANCE,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=low(
        "Which process took the memory cannot be said afterwards.",
        "Set monitoringInterval to 60 or less, and name a monitoringRoleArn.",
        "CKV_AWS_118",
    ),
)
def database_watched_closely(database: Resource) -> Iterator[str]:
    if not database.at_least("monitoringInterval", 1):
        yield "monitoringInterval is 0; set 60 or less"


@resource_rule(
    "database-user-own",
    "The master user has no name that everybody tries",
    _INSTANCE,
    _CLUSTER,
    about=low(
        "Half of the credential is known.",
        "State another username.",
    ),
    # One that a stack adopts has the name that it was made with.
    level=Level.ADVISORY,
)
def database_user_own(database: Resource) -> Iterator[str]:
    for key in ("username", "masterUsername"):
        name = database.value(key)
        if isinstance(name, str) and name.lower() in _WELL_KNOWN:
            yield f"{key} {name} is tried first; state another one: it cannot be changed later"


@resource_rule(
    "database-modern-authority",
    "A database's certificate is of an authority that still holds",
    _INSTANCE,
    "aws:rds/clusterInstance:ClusterInstance",
    about=high(
        "Clients that check the certificate cannot connect, and others stop checking.",
        "Set caCertIdentifier to rds-ca-rsa2048-g1.",
        "CKV_AWS_211",
    ),
)
def database_modern_authority(database: Resource) -> Iterator[str]:
    authority = database.value("caCertIdentifier")
    if authority in _ENDED:
        yield f"caCertIdentifier {authority} has ended; use rds-ca-rsa2048-g1"


@resource_rule(
    "database-changes-in-window",
    "A change that restarts a production database waits for its window",
    _INSTANCE,
    _CLUSTER,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "A change of one figure is an interruption at noon.",
        "Leave applyImmediately off.",
    ),
)
def database_changes_in_window(database: Resource) -> Iterator[str]:
    if database.value("applyImmediately") is True:
        yield "applyImmediately is on; leave it off once the change is made"


@resource_rule(
    "database-major-upgrade-meant",
    "A new major version is installed only while somebody means it",
    _INSTANCE,
    _CLUSTER,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=low(
        "A change of one digit starts an upgrade that cannot be taken back.",
        "Leave allowMajorVersionUpgrade off but for the upgrade itself.",
    ),
)
def database_major_upgrade_meant(database: Resource) -> Iterator[str]:
    if database.value("allowMajorVersionUpgrade") is True:
        yield "allowMajorVersionUpgrade is on; leave it off once the upgrade is made"


@resource_rule(
    "database-storage-grows",
    "A production database's disk grows before it is full",
    _INSTANCE,
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "A full disk stops the database until somebody enlarges it.",
        "Set maxAllocatedStorage.",
    ),
)
def database_storage_grows(database: Resource) -> Iterator[str]:
    if database.value("maxAllocatedStorage") is MISSING or not database.at_least("maxAllocatedStorage", 1):
        yield "maxAllocatedStorage is not set; state how far the disk may grow"


@resource_rule(
    "database-old-passwords-refused",
    "PostgreSQL takes no password hash that can be replayed",
    *_PARAMETERS,
    about=medium(
        "Who reads a password's hash signs in with it.",
        "Set rds.accepted_password_auth_method to scram.",
    ),
)
def database_old_passwords_refused(group: Resource) -> Iterator[str]:
    stated = _stated(group).get("rds.accepted_password_auth_method")
    if stated not in (None, "scram", UNKNOWN, MISSING):
        yield f"rds.accepted_password_auth_method is {stated}; set scram"


RULES = (
    database_customer_key,
    database_backups_outlive_it,
    database_sessions_logged,
    database_statements_not_logged,
    database_watched_closely,
    database_user_own,
    database_modern_authority,
    database_changes_in_window,
    database_major_upgrade_meant,
    database_storage_grows,
    database_old_passwords_refused,
)
