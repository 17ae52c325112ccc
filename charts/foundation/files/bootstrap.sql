-- Run by the administrator in the `postgres` database; every statement may be run again.
\getenv database APP_DATABASE
\getenv role APP_ROLE
\getenv statement_timeout APP_STATEMENT_TIMEOUT
\getenv lock_timeout APP_LOCK_TIMEOUT
\getenv idle_timeout APP_IDLE_TIMEOUT

-- A new role has none of SUPERUSER, REPLICATION and BYPASSRLS, which only a superuser may even name.
SELECT format('CREATE ROLE %I', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"role" SET statement_timeout = :'statement_timeout';
ALTER ROLE :"role" SET lock_timeout = :'lock_timeout';
ALTER ROLE :"role" SET idle_in_transaction_session_timeout = :'idle_timeout';

SELECT rolsuper OR rolreplication OR rolbypassrls AS too_powerful FROM pg_roles WHERE rolname = :'role' \gset
\if :too_powerful
    DO $$ BEGIN RAISE EXCEPTION 'the role may do more than an application should: it was not made here'; END $$;
\endif

-- Only a member of a role may hand it a database (PostgreSQL 16 no longer makes a role's creator one that may).
GRANT :"role" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO :"role";

-- Nobody enters a database that was not given to them.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
FROM pg_database WHERE datname <> 'rdsadmin' AND pg_has_role(datdba, 'MEMBER') \gexec

\connect :"database"
ALTER SCHEMA public OWNER TO :"role";
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- Slow queries are found by their statistics; only RDS's administrator or a superuser may install them.
SELECT 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements'
WHERE EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements')
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser' OR (rolname = CURRENT_USER AND rolsuper)) \gexec
