#!/bin/sh
# The restore test where one container must do: makes the throw-away server, restores into it, and stops it. Runs as root,
# to whom a task's disk belongs; PostgreSQL runs as its own user.
set -eu

chown postgres "$FOLDER"
su postgres -s /bin/sh -c "sh '$FOLDER/scratch-server.sh'" &
tries=0
until pg_isready --quiet --dbname=postgres --timeout=5; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
        echo "The throw-away server has not started for a minute." >&2
        exit 1
    fi
    sleep 1
done
sh "$FOLDER/restore.sh"
