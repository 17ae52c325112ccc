"""Mistakes in the names of databases and roles, and in the cache's mode."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_OTHER = "any other name: PostgreSQL, what runs it or the platform has this one"
_TAKEN = "PostgreSQL, what runs it or the platform has this one"
_ONE_SHARD: dict[str, Raw] = {"cache.cluster_mode": "disabled"}
_SHARDED = "an output of a cache with cluster mode disabled"

CASES = (
    *(
        workload("database.role", name, _OTHER, "choose another, such as shop", given=name)
        for name in ("public", "none", "pg_monitor", "pg_", "postgres", "groundwork", "scratch", "rdsadmin", "rds_iam")
    ),
    *(
        workload("database.name", name, _OTHER, "choose another, such as shop", given=name)
        for name in ("postgres", "template0", "template1", "rdsadmin", "pgbouncer")
    ),
    workload("database.owner", "pg_monitor", _OTHER, "choose another, such as shop_owner"),
    workload("database.reader", {"role": "rds_iam"}, _OTHER, "such as shop_reader", at="database.reader.role"),
    workload("database.reader", {"role": "shop"}, "neither the role nor the owner", "", at="database.reader.role"),
    workload("database.privileges", ["select", "truncate"], "", "", at="database.privileges[1]"),
    workload(
        "database.reader",
        {"role": "reading", "users": ["apis"]},
        "a service or job of this file",
        "did you mean 'api'?",
        at="database.reader.users[0]",
    ),
    workload(
        "database.reader",
        {"role": "reading", "users": ["api"]},
        "whose secrets of the database are variables",
        "list them under `secrets` alone",
        at="database.reader.users[0]",
        also={"services.api.reads_secrets": ["DATABASE_URL"]},
    ),
    workload(
        "migration.secrets",
        ["DATABASE_URL", "POOLED_URL"],
        "past the pooler, which knows the application's role alone",
        "state database.owner as database.role",
        at="migration.secrets[1]",
        also={"database.pooler": {}, "secrets.POOLED_URL": {"kind": "wired", "output": "database.pooled_url"}},
    ),
    workload("cache.cluster_mode", "compatible", "enabled | disabled", "write enabled"),
    workload("cache.shards", 3, "1 with cluster mode disabled", "larger node_type", also=_ONE_SHARD),
    workload("cache.replicas_per_shard", 0, "automatic failover of shop's cache needs a replica", "", also=_ONE_SHARD),
    workload(
        "services.api.environment.READERS",
        {"output": "cache.reader_host"},
        _SHARDED,
        "cluster_mode: disabled",
        at="services.api.environment.READERS.output",
    ),
    workload(
        "secrets.READERS", {"kind": "wired", "output": "cache.reader_url"}, _SHARDED, "", at="secrets.READERS.output"
    ),
    workload(
        "database.extensions",
        ["pg_trgm", "vectors"],
        "an extension of RDS for PostgreSQL 16: address_standardizer",
        "did you mean 'vector'?",
        at="database.extensions[1]",
    ),
    workload(
        "database.further.reports",
        {"extensions": ["timescaledb"]},
        "an extension of RDS for PostgreSQL 16",
        "create it in a migration",
        at="database.further.reports.extensions[0]",
    ),
    workload(
        "database.extensions",
        ["postgis_topology"],
        "an extension of RDS for PostgreSQL 18",
        "",
        at="database.extensions[0]",
        also={"database.version": "18"},
    ),
    workload("database.extensions", ["vector", "vector"], "once", "remove", at="database.extensions[1]"),
    workload("database.further.reports", {"role": "reader"}, "unsupported", "", at="database.further.reports.role"),
    workload("database.further", {"shop": {}}, "the first database", "choose another", at="database.further.shop"),
    workload("database.further", {"rdsadmin": {}}, _TAKEN, "choose another", at="database.further.rdsadmin"),
    workload(
        "backups.restore_test",
        {"schedule": "0 5 * * 0"},
        "extensions that the image of PostgreSQL has not",
        "leave restore_test out",
        also={"database.further": {"reports": {"extensions": ["vector"]}}},
        given="vector",
    ),
    workload(
        "backups.restore_test",
        {"schedule": "0 5 * * 0"},
        "extensions that the image of PostgreSQL has not",
        "leave restore_test out",
        also={"database.extensions": ["pg_trgm", "vector"]},
        given="vector",
    ),
    workload(
        "secrets.REPORTS_URL",
        {"kind": "text", "text": "{database.report.url}"},
        "database.reports.url",
        "did you mean 'database.reports.url'?",
        at="secrets.REPORTS_URL.text",
        also={"database.further": {"reports": {}}},
    ),
    workload(
        "services.api.environment.REPORTS",
        {"text": "{database.reports.url}"},
        "outputs that are not secret",
        "kind: text",
        at="services.api.environment.REPORTS.text",
        also={"database.further": {"reports": {}}},
    ),
)
