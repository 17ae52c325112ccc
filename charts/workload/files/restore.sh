#!/bin/sh
# Restores $FOLDER/newest.sql.gz into a new database of the throw-away server, all of it or nothing, and looks at the result.
set -eu -o pipefail

dump="$FOLDER/newest.sql.gz"
gzip -t "$dump"
# A dump that stopped half way can be well packed, and psql takes the end of the file for the end of the rows.
if ! gunzip -c "$dump" | tail -n 20 | grep -q '^-- PostgreSQL database dump complete$'; then
    echo "The dump does not end as a complete one does." >&2
    exit 1
fi
run() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

# The application's role owns what it owns in production, and may do no more here than it may there.
run --dbname postgres --set role="$ROLE" --set database="$PGDATABASE" <<'SQL'
CREATE ROLE :"role" LOGIN;
CREATE DATABASE :"database" OWNER :"role";
SQL
gunzip -c "$dump" | run --single-transaction >/dev/null

tables="$(run --command "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\_%'")"
if [ "$tables" -eq 0 ]; then
    echo "The dump restores to a database without a table." >&2
    exit 1
fi
size="$(run --command "SELECT pg_size_pretty(pg_database_size(current_database()))")"
echo "The dump restores to $tables tables and $size."
