#!/bin/sh
# Dumps $PGDATABASE into $FOLDER/<name>/ and, once all of it is there, lays <name>.manifest beside it: without its
# manifest no dump is stored, fetched or restored. The name holds the second and a random number, so that no dump ever
# takes another's place.
set -eu

here="$(dirname "$0")"
name="$PGDATABASE-$(date -u +%Y%m%d_%H%M%S)-$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')"
archive="$FOLDER/$name"
work="$FOLDER/.$name"
mkdir "$archive" "$work"
mkfifo "$work/statements" "$work/answer"

# One snapshot for the archive and for the counts: this session holds it until pg_dump has ended.
psql --no-psqlrc --quiet --no-password --tuples-only --no-align --set ON_ERROR_STOP=1 \
    <"$work/statements" >"$work/answer" &
session=$!
exec 3>"$work/statements" 4<"$work/answer"
cat >&3 <<SQL
SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET row_security = off;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot(), current_setting('server_version_num'), pg_database_size(current_database());
\o '$work/rows'
SQL
IFS='|' read -r snapshot version size <&4

# Several jobs write only the directory format, a file for each table; the custom format is one file.
case "$FORMAT" in
directory) set -- --jobs="$JOBS" --file="$archive" ;;
custom) set -- --file="$archive/$PGDATABASE.backup" ;;
*) echo "FORMAT is $FORMAT: it is directory or custom." >&2 && exit 1 ;;
esac
pg_dump --no-password --snapshot="$snapshot" --format="$FORMAT" --blobs "$@" 3>&- 4<&- &
dumping=$!
cat "$here/rows.sql" >&3
wait "$dumping"
echo 'COMMIT;' >&3
exec 3>&- 4<&-
wait "$session"

(cd "$archive" && find . -type f) | sed 's|^\./||' | LC_ALL=C sort >"$work/parts"
{
    printf 'groundwork-dump\t1\nname\t%s\ndatabase\t%s\nserver\t%s\nformat\t%s\nsize\t%s\n' \
        "$name" "$PGDATABASE" "$version" "$FORMAT" "$size"
    while read -r part; do
        sum="$(sha256sum "$archive/$part")"
        bytes="$(wc -c <"$archive/$part")"
        printf 'part\t%s\t%s\t%s\n' "${sum%% *}" "$bytes" "$part"
    done <"$work/parts"
    cat "$work/rows"
} >"$work/manifest"
# The last line is the sum of those above it: a manifest that was cut off has none.
sum="$(sha256sum "$work/manifest")"
printf 'end\t%s\n' "${sum%% *}" >>"$work/manifest"
mv "$work/manifest" "$FOLDER/$name.manifest"
rm -r "$work"
echo "$name holds $(wc -l <"$FOLDER/$name.manifest") lines of manifest, $size bytes in the database."
