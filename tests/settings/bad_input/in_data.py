"""Mistakes in the names of databases and roles."""

from tests.settings.bad_input.case import workload

_OTHER = "any other name: PostgreSQL, what runs it or the platform has this one"

CASES = (
    *(
        workload("database.role", name, _OTHER, "choose another, such as shop", given=name)
        for name in ("public", "none", "pg_monitor", "pg_", "postgres", "groundwork", "scratch", "rdsadmin", "rds_iam")
    ),
    *(
        workload("database.name", name, _OTHER, "choose another, such as shop", given=name)
        for name in ("postgres", "template0", "template1", "rdsadmin", "pgbouncer")
    ),
)
