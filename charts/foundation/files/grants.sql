-- Who owns the database that psql is connected to, and what the other roles may do in it. Run by a member of the owner and
-- of whoever owned it before; every statement may be run again, and all of them happen or none.
\getenv owner APP_OWNER
\getenv role APP_ROLE
\getenv reader APP_READER
\getenv privileges APP_PRIVILEGES
\getenv lock_timeout APP_LOCK_TIMEOUT
\if :{?reader} \else \set reader '' \endif

BEGIN;
-- A transfer waits for queries that run, and others wait behind it: rather it fails, and is tried again.
SELECT set_config('lock_timeout', :'lock_timeout', true) \g /dev/null
SELECT current_database() AS database, quote_ident(:'owner')::regrole::oid AS owner_id, former,
       former NOT IN (:'owner', CURRENT_USER) AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = former AND rolsuper)
       AS handed_over
FROM pg_namespace, pg_database, pg_get_userbyid(nspowner) AS schemas_owner,
    LATERAL (SELECT CASE schemas_owner WHEN 'pg_database_owner' THEN pg_get_userbyid(datdba) ELSE schemas_owner END)
        AS owners(former)
WHERE nspname = 'public' AND datname = current_database() \gset
\if :handed_over
    -- Who owned the schema owned what is in the database: one role did everything, or the owner has another name now.
    -- Schemas come first, since a new owner must be allowed to create in them.
    SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'owner')
    FROM pg_namespace WHERE nspowner = quote_ident(:'former')::regrole \gexec
    REASSIGN OWNED BY :"former" TO :"owner";
    -- That leaves out what it let others do with what it would make.
    SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s GRANT %s ON %s TO %s', :'owner',
                  CASE WHEN nspname IS NOT NULL THEN format('IN SCHEMA %I', nspname) END, privilege_type,
                  CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                     WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
                  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
    FROM pg_default_acl LEFT JOIN pg_namespace ON pg_namespace.oid = defaclnamespace, aclexplode(defaclacl)
    WHERE defaclrole = quote_ident(:'former')::regrole AND grantee NOT IN (defaclrole, :owner_id) \gexec
\endif
SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'owner')
FROM pg_database WHERE datname = current_database() AND datdba <> :owner_id \gexec
ALTER SCHEMA public OWNER TO :"owner";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE TEMPORARY TABLE audience ON COMMIT DROP AS
SELECT * FROM (VALUES (:'role', :'privileges', 'USAGE', 'CONNECT, TEMPORARY'), (:'reader', 'SELECT', 'SELECT', 'CONNECT'))
    AS stated(name, on_tables, on_sequences, on_database)
WHERE name NOT IN ('', :'owner');
SELECT format('GRANT %s ON DATABASE %I TO %I', on_database, :'database', name) FROM audience \gexec

-- What the owner makes from now on, in whatever schema, the others may use at once.
\set standing 'SELECT coalesce(string_agg(concat(defaclobjtype, item), '' '' ORDER BY concat(defaclobjtype, item)), '''') FROM pg_default_acl, unnest(defaclacl) AS item WHERE defaclrole = :owner_id AND defaclnamespace = 0'
SELECT (:standing) AS before \gset
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s %s ON %s %s %I', :'owner', verb, what, kind, preposition, name)
FROM audience, (VALUES (1, 'REVOKE', 'FROM'), (2, 'GRANT', 'TO')) AS verbs(place, verb, preposition),
    LATERAL (VALUES ('TABLES', on_tables), ('SEQUENCES', on_sequences), ('SCHEMAS', 'USAGE')) AS kinds(kind, granted),
    LATERAL (SELECT CASE verb WHEN 'GRANT' THEN granted ELSE 'ALL' END) AS privileges(what)
ORDER BY place \gexec
SELECT (:standing) <> :'before' OR :'handed_over' AS changed \gset

-- What is there already, where that changed; later runs leave alone what a migration took from a role again.
\if :changed
    WITH owned(kind, object) AS (
        SELECT 'SCHEMA', format('%I', nspname) FROM pg_namespace WHERE nspowner = :owner_id
        UNION ALL
        SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', nspname, relname)
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relowner = :owner_id AND nspowner = :owner_id AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    )
    SELECT format('REVOKE ALL ON %s %s FROM %I', kind, object, name),
           format('GRANT %s ON %s %s TO %I', granted, kind, object, name)
    FROM owned, audience,
        LATERAL (SELECT CASE kind WHEN 'SCHEMA' THEN 'USAGE' WHEN 'SEQUENCE' THEN on_sequences ELSE on_tables END)
            AS privileges(granted)
    ORDER BY object \gexec
\endif

-- A large object has no default privileges; one that the application made and that changed hands stays usable by it.
SELECT format('GRANT SELECT, UPDATE ON LARGE OBJECT %s TO %I', objects.oid, :'role')
FROM pg_largeobject_metadata AS objects JOIN audience ON name = :'role'
WHERE lomowner = :owner_id
  AND NOT coalesce(lomacl @> makeaclitem(quote_ident(:'role')::regrole, lomowner, 'SELECT', false), false) \gexec
COMMIT;
