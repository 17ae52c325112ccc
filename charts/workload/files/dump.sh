#!/bin/sh
# Dumps the database into /dump, compressed, and fails rather than leave an empty or broken file behind.
set -eu -o pipefail

# Several dumps a day carry the time too: each would replace the one before.
file="/dump/$PGDATABASE-$(date -u "+${STAMP:-%Y%m%d}").sql.gz"
pg_dump --no-password | gzip >"$file"
gzip -t "$file"
# A compressed dump of an empty database is some 500 bytes; a compressed nothing is 20.
size="$(wc -c <"$file")"
if [ "$size" -lt 100 ]; then
    echo "The dump holds $size bytes; nothing was written that could be restored." >&2
    exit 1
fi
echo "$file holds $size bytes."
