#!/bin/sh
# Creates every database that the product states, and its extensions, after the role and the first database are there.
# $APP_DATABASES holds them with blanks between, each as name=extension,extension.
set -eu

here="$(dirname "$0")"
sh "$here/bootstrap.sh"
for each in $APP_DATABASES; do
    APP_DATABASE="${each%%=*}" APP_EXTENSIONS="${each#*=}" \
        psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$here/databases.sql"
    echo "The database ${each%%=*} has its extensions: ${each#*=}."
done
