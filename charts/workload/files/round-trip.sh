#!/bin/sh
# Measures, every $EVERY_SECONDS, how long one statement takes there and back on an open connection, and leaves the
# median of twenty for Prometheus. Without an answer there is no figure, and the scrape fails.
set -eu

measure() {
    {
        printf '%s\n' '\timing on'
        yes 'SELECT 1;' | head -n 21
    } | psql --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 | awk '/^Time: / { print $2 }' |
        tail -n 20 | sort -n | awk '{ all[NR] = $1 } END { if (NR < 20) exit 1; printf "%.6f", (all[10] + all[11]) / 2000 }'
}

while true; do
    if seconds="$(measure)"; then
        {
            echo '# HELP groundwork_database_round_trip_seconds One statement to the database and back.'
            echo '# TYPE groundwork_database_round_trip_seconds gauge'
            echo "groundwork_database_round_trip_seconds $seconds"
        } >"$FOLDER/next"
        mv "$FOLDER/next" "$FOLDER/metrics.txt"
    else
        rm -f "$FOLDER/metrics.txt"
    fi
    sleep "$EVERY_SECONDS"
done
