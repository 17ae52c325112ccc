#!/bin/sh
# Tries every dump that fetch.sh brought, each in a new database of the throw-away server. The role $ROLE owns what
# it owns in production, and may do no more here than it may there; $OTHERS are the roles that use what it owns.
set -eu

here="$(dirname "$0")"
for each in $PGDATABASE ${FURTHER:-}; do
    sh "$here/check-dump.sh" "$(cat "$FOLDER/$each.fetched")" "$each"
done
for each in $ROLE ${OTHERS:-}; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres --set role="$each" <<'SQL'
CREATE ROLE :"role" LOGIN;
SQL
done
for each in $PGDATABASE ${FURTHER:-}; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres --set role="$ROLE" --set database="$each" <<'SQL'
CREATE DATABASE :"database" OWNER :"role";
SQL
    # The product's checks are of its first database.
    [ "$each" = "$PGDATABASE" ] || CHECKS=""
    PGDATABASE="$each" CHECKS="${CHECKS:-}" sh "$here/restore-dump.sh" "$(cat "$FOLDER/$each.fetched")"
done
