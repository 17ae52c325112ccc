#!/bin/sh
# A PostgreSQL for one restore test. Only this pod reaches it, nothing it holds is kept, and so it spares the disk the
# writes that make a server safe.
set -eu

initdb --pgdata "$FOLDER/data" --username scratch --auth trust --encoding UTF8 --no-locale --no-sync >/dev/null
exec postgres -D "$FOLDER/data" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_wal_size=4GB -c autovacuum=off
