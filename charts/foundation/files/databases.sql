-- One of the product's databases, after its roles. Run by the administrator in the `postgres` database; every statement
-- may be run again.
\getenv database APP_DATABASE
\getenv extensions APP_EXTENSIONS
\getenv owner APP_OWNER

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\connect :"database"
\ir grants.sql

-- Slow queries are found by their statistics; only RDS's administrator or a superuser may install them.
SELECT 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements'
WHERE EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements')
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser' OR (rolname = CURRENT_USER AND rolsuper)) \gexec

-- What the server trusts belongs to the database's owner, who may update it; the rest takes RDS's administrator.
SELECT CASE WHEN bool_or(trusted) THEN format('SET ROLE %I', :'owner') ELSE 'RESET ROLE' END,
       format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', wanted),
       'RESET ROLE'
FROM unnest(string_to_array(:'extensions', ',')) WITH ORDINALITY AS stated(wanted, place)
LEFT JOIN pg_available_extension_versions AS known ON known.name = wanted
GROUP BY wanted, place ORDER BY place \gexec
