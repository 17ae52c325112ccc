#!/bin/sh
# Creates the product's database and its role, or corrects them. Connection and credentials come from libpq's own variables
# (PGHOST, PGUSER, PGPASSWORD …) and APP_*, never from arguments, which every process on the machine could read.
set -eu

here="$(dirname "$0")"
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/bootstrap.sql"

# psql turns the password into a SCRAM verifier before it sends it, so that the clear text reaches neither the server's log nor
# pg_stat_statements. Without a terminal it reads the two lines from its input.
printf '%s\n%s\n' "$APP_PASSWORD" "$APP_PASSWORD" |
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set role="$APP_ROLE" --command '\password :"role"'
echo "The database $APP_DATABASE and its role $APP_ROLE are as described."
