-- The product's roles. Run by the administrator in the `postgres` database; every statement may be run again.
\getenv owner APP_OWNER
\getenv role APP_ROLE
\getenv reader APP_READER
\getenv metrics APP_METRICS
\getenv owner_login APP_OWNER_LOGIN
\getenv login APP_LOGIN
\getenv reader_login APP_READER_LOGIN
\getenv metrics_login APP_METRICS_LOGIN
\getenv statement_timeout APP_STATEMENT_TIMEOUT
\getenv lock_timeout APP_LOCK_TIMEOUT
\getenv idle_timeout APP_IDLE_TIMEOUT
\if :{?reader} \else \set reader '' \endif
\if :{?owner_login} \else \set owner_login :owner \endif
\if :{?login} \else \set login :role \endif
\if :{?metrics} \else \set metrics '' \endif
\if :{?metrics_login} \else \set metrics_login :metrics \endif
\if :{?reader_login} \else \set reader_login :reader \endif

CREATE TEMPORARY TABLE stated AS
SELECT DISTINCT name FROM (VALUES (:'owner'), (:'role'), (:'reader'), (:'metrics')) AS roles(name) WHERE name <> '';
CREATE TEMPORARY TABLE clones AS
SELECT DISTINCT name, login
FROM (VALUES (:'owner', :'owner_login'), (:'role', :'login'), (:'reader', :'reader_login'), (:'metrics', :'metrics_login'))
    AS logins(name, login)
WHERE login <> name;
-- A new role has none of SUPERUSER, REPLICATION and BYPASSRLS, which only a superuser may even name.
SELECT format('CREATE ROLE %I', name) FROM (SELECT name FROM stated UNION SELECT login FROM clones) AS all_of_them
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT coalesce(bool_or(rolsuper OR rolreplication OR rolbypassrls), false) AS too_powerful
FROM pg_roles JOIN (SELECT name FROM stated UNION SELECT login FROM clones) AS all_of_them ON name = rolname \gset
\if :too_powerful
    DO $$ BEGIN RAISE EXCEPTION 'the role may do more than an application should: it was not made here'; END $$;
\endif

-- Only a member of a role may hand it a database (PostgreSQL 16 no longer makes a role's creator one that may).
SELECT format('ALTER ROLE %I LOGIN NOCREATEDB NOCREATEROLE', name),
       format('ALTER ROLE %I SET statement_timeout = %L', name, :'statement_timeout'),
       format('ALTER ROLE %I SET lock_timeout = %L', name, :'lock_timeout'),
       format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', name, :'idle_timeout'),
       format('GRANT %I TO CURRENT_USER', name)
FROM stated \gexec
-- So the owner's dump holds the large objects that the application made, which are nobody else's.
SELECT format('GRANT %I TO %I', :'role', :'owner') WHERE :'role' <> :'owner' \gexec
SELECT format('ALTER ROLE %I SET default_transaction_read_only = on', name)
FROM (VALUES (:'reader'), (:'metrics')) AS readers(name) WHERE name <> '' \gexec
-- A clone becomes its role as it connects; the limits are of whoever logs in.
SELECT format('ALTER ROLE %I LOGIN NOCREATEDB NOCREATEROLE', login),
       format('GRANT %I TO %I', name, login),
       format('ALTER ROLE %I SET statement_timeout = %L', login, :'statement_timeout'),
       format('ALTER ROLE %I SET lock_timeout = %L', login, :'lock_timeout'),
       format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login, :'idle_timeout'),
       CASE WHEN name IN (:'reader', :'metrics')
           THEN format('ALTER ROLE %I SET default_transaction_read_only = on', login) END,
       format('ALTER ROLE %I SET role = %L', login, name)
FROM clones \gexec

-- Nobody enters a database that was not given to them.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
FROM pg_database WHERE datname <> 'rdsadmin' AND pg_has_role(datdba, 'MEMBER') \gexec
-- Who asks how the server is sees everybody's statistics (pg_monitor), and enters the administrator's database alone, in
-- which the product has nothing.
SELECT format('GRANT CONNECT ON DATABASE postgres TO %I', :'metrics'), format('GRANT pg_monitor TO %I', :'metrics')
WHERE :'metrics' <> '' \gexec
