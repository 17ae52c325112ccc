-- Run by the administrator in the `postgres` database, once for each of the product's; every statement may be run again.
\getenv database APP_DATABASE
\getenv role APP_ROLE
\getenv extensions APP_EXTENSIONS

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO :"role";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;

\connect :"database"
ALTER SCHEMA public OWNER TO :"role";
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- What the server trusts belongs to the product's role, which may update it; the rest takes RDS's administrator.
SELECT CASE WHEN bool_or(trusted) THEN format('SET ROLE %I', :'role') ELSE 'RESET ROLE' END,
       format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', wanted),
       'RESET ROLE'
FROM unnest(string_to_array(:'extensions', ',')) WITH ORDINALITY AS stated(wanted, place)
LEFT JOIN pg_available_extension_versions AS known ON known.name = wanted
GROUP BY wanted, place ORDER BY place \gexec
