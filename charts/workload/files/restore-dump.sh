#!/bin/sh
# Restores the dump $1, which check-dump.sh found good, into the empty database $PGDATABASE, whose owner is $ROLE, and
# holds what came of it against the manifest and the product's own checks.
set -eu

here="$(dirname "$0")"
manifest="$FOLDER/$1.manifest"
source="$FOLDER/$1"
[ -f "$source/toc.dat" ] || source="$(echo "$source"/*.backup)"
run() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }
# What the product's role owns, it makes, and may do no more here than it may in production.
as_role() { PGOPTIONS="-c role=$ROLE" "$@"; }

held="$(run --command "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%' AND NOT EXISTS
    (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('e', 'i'))")"
if [ "$held" -ne 0 ]; then
    echo "The database $PGDATABASE is not empty: it has $held tables, views and sequences. Nothing was restored." >&2
    exit 1
fi

# Extensions and the schema public belong to whoever made the database; grants follow at the end, since a role that was
# granted something may be missing here.
pg_restore --list "$source" >"$FOLDER/contents"
awk '$4 == "EXTENSION"' "$FOLDER/contents" >"$FOLDER/extensions"
awk '($4 == "ACL" && $6 " " $7 != "SCHEMA public") || $4 " " $5 == "DEFAULT ACL"' "$FOLDER/contents" >"$FOLDER/grants"
awk '!/^;/ && $4 != "EXTENSION" && $4 != "ACL" && $4 " " $5 != "DEFAULT ACL" && $4 " " $6 != "COMMENT EXTENSION" &&
    $4 " " $6 " " $7 != "COMMENT SCHEMA public" && $4 " " $6 != "SCHEMA public"' "$FOLDER/contents" >"$FOLDER/objects"
pg_restore --use-list="$FOLDER/extensions" --file="$FOLDER/extensions.sql" "$source"
run --file "$FOLDER/extensions.sql" >/dev/null
pg_restore --dbname="$PGDATABASE" --exit-on-error --no-owner --role="$ROLE" --jobs="$JOBS" \
    --use-list="$FOLDER/objects" "$source"
pg_restore --use-list="$FOLDER/grants" --file=- "$source" |
    # Of whatever name the owner was then: what is made from now on is made by this one.
    sed 's/^ALTER DEFAULT PRIVILEGES FOR ROLE [^ ]* /ALTER DEFAULT PRIVILEGES /' >"$FOLDER/grants.sql"
as_role psql --no-psqlrc --quiet --file "$FOLDER/grants.sql" >/dev/null 2>"$FOLDER/refused" || true
grep 'ERROR:' "$FOLDER/refused" | grep -v 'ERROR:  role ".*" does not exist$' >&2 && exit 1
sed -n 's/.*ERROR:  \(role ".*"\) does not exist$/Left out: what was granted to the \1, which this server does not have./p' \
    "$FOLDER/refused" | sort -u

# Counting reads every row, and statistics a part of them: one of the two waits for the disk while the other reckons.
as_role vacuumdb --quiet --analyze-only --jobs="$JOBS" &
analyzing=$!
as_role run --command "SET row_security = off" --file "$here/rows.sql" >"$FOLDER/after"
grep '^rows	' "$manifest" >"$FOLDER/stated"
if ! cmp -s "$FOLDER/stated" "$FOLDER/after"; then
    echo "The rows differ from the manifest's (<) after the restore (>):" >&2
    diff "$FOLDER/stated" "$FOLDER/after" >&2 || true
    exit 1
fi
wait "$analyzing"

# One check a line, as name=query; a good database answers t.
printf '%s\n' "${CHECKS:-}" | grep . >"$FOLDER/checks" || true
while IFS='=' read -r check query; do
    answer="$(as_role run --command "$query" </dev/null)" || answer="an error"
    if [ "$answer" != t ]; then
        echo "The check $check answers $answer, not t." >&2
        exit 1
    fi
done <"$FOLDER/checks"
size="$(run --command "SELECT pg_size_pretty(pg_database_size(current_database()))")"
echo "The dump $1 restores to $(wc -l <"$FOLDER/after") tables and $size, as its manifest states;" \
    "$(wc -l <"$FOLDER/checks") checks hold."
