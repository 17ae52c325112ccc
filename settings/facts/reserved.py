"""Names of databases and roles that are taken before the product's own come."""

MASTER_USERNAME = "groundwork"
"""The administrator that the platform makes."""

SCRATCH_USERNAME = "scratch"
"""The administrator of the server that a dump is restored into for a test (charts/workload/files/scratch-server.sh)."""

METRICS_USERNAME = "groundwork_metrics"
"""The role that the platform makes for who asks the database how it is; with a second log-in beside it."""

_DATABASES = ("postgres", "template0", "template1")
_ROLES = ("postgres", "public", "none")
"""PostgreSQL creates no role of the last two names, nor one that begins with pg_
(https://www.postgresql.org/docs/current/sql-createrole.html, and "Predefined Roles")."""

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
_RDS_DATABASES = ("rdsadmin", MASTER_USERNAME)
# https://www.pgbouncer.org/usage.html: the name of its own console
_POOLER_DATABASES = ("pgbouncer",)
_OPERATOR_ROLES = ("streaming_replica", "cnpg_pooler_pgbouncer", "cnpg_metrics_exporter")
"""CloudNativePG's own (https://cloudnative-pg.io/documentation/current/security/)."""


def taken_database(name: str, section: str) -> bool:
    """Whether a database of this name is there before the product's comes, or cannot be reached by it."""
    more = (*_RDS_DATABASES, *_POOLER_DATABASES) if section == "database" else _POOLER_DATABASES
    return name in (*_DATABASES, *more)


def taken_role(name: str, section: str) -> bool:
    """Whether a role of this name cannot be made, or would be another's."""
    if name in _ROLES or name.startswith("pg_"):
        return True
    if section == "database":
        own = (MASTER_USERNAME, SCRATCH_USERNAME, METRICS_USERNAME, f"{METRICS_USERNAME}_clone")
        return name in own or name.startswith("rds")
    return name in _OPERATOR_ROLES
