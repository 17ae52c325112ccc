#!/bin/sh
# Dumps $PGDATABASE and every database of $FURTHER, each into a file of its own; one that fails fails the job.
set -eu

here="$(dirname "$0")"
# Names of databases here are lower-case letters, digits and underscores.
for database in $PGDATABASE $FURTHER; do
    PGDATABASE="$database" sh "$here/dump.sh"
done
