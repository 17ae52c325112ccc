#!/bin/sh
# Restores the dump that fetch.sh brought beside the database $PGDATABASE, as the administrator: into a new database,
# which takes its name once everything in it was checked. The one that had the name stays, under another.
set -eu

here="$(dirname "$0")"
name="$(cat "$FOLDER/$PGDATABASE.fetched")"
database="$PGDATABASE"
export PGDATABASE=postgres
run() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set database="$database" "$@"; }
refuse() {
    echo "$1 Nothing was changed." >&2
    exit 1
}

sh "$here/check-dump.sh" "$name" "$database" || refuse "The restore ends before it began."
clients="$(echo "SELECT count(*) || ' sessions, of ' || string_agg(DISTINCT usename, ', ') FROM pg_stat_activity
    WHERE datname = :'database' AND backend_type IS DISTINCT FROM 'autovacuum worker' HAVING count(*) > 0" | run)"
[ -z "$clients" ] || refuse "The database $database has $clients: stop whoever writes to it first."
needed="$(awk -F '\t' '$1 == "size" { print $2 }' "$FOLDER/$name.manifest")"
used="$(echo "SELECT coalesce(sum(pg_database_size(oid)), 0) FROM pg_database
    WHERE has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'MEMBER')" | run)"
# A tenth stays for the log of what is written.
[ "$((used + needed))" -le "$((STORAGE_GIB * 1073741824 / 10 * 9))" ] ||
    refuse "$used bytes are used and the dump takes $needed: that is over nine tenths of $STORAGE_GIB GiB."

# Names have 63 characters at most.
stamp="$(date -u +%Y%m%d_%H%M%S)"
restored="$(printf %.38s "$database")_restored_$stamp"
before="$(printf %.38s "$database")_before_$stamp"
APP_EXTENSIONS="$(printf '%s\n' $APP_DATABASES | sed -n "s/^$database=//p")"
export APP_DATABASE="$restored" APP_EXTENSIONS
run --file "$BOOTSTRAP/bootstrap.sql"
run --file "$BOOTSTRAP/databases.sql"
# Once more afterwards: a dump brings the grants of its day.
{ PGDATABASE="$restored" ROLE="$APP_OWNER" sh "$here/restore-dump.sh" "$name" && run --file "$BOOTSTRAP/databases.sql"; } || {
    echo "The restore failed in $restored, which nothing uses; $database is as it was." >&2
    exit 1
}

# Both names change or neither does.
run --set restored="$restored" --set before="$before" <<'SQL' || refuse "$restored is complete and could not take the name."
BEGIN;
ALTER DATABASE :"database" RENAME TO :"before";
ALTER DATABASE :"restored" RENAME TO :"database";
COMMIT;
SQL
echo "$database is the dump $name. What it was before is kept as $before."
