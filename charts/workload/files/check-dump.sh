#!/bin/sh
# Checks the dump $1 of database $2 in $FOLDER against its manifest and against the server, and changes nothing.
set -eu

name="$1"
manifest="$FOLDER/$name.manifest"
archive="$FOLDER/$name"
refuse() {
    echo "The dump $name is refused: $1" >&2
    exit 1
}
value() { awk -F '\t' -v key="$1" '$1 == key { print $2; exit }' "$manifest"; }

[ -s "$manifest" ] || refuse "it has no manifest."
[ "$(value groundwork-dump)" = 1 ] || refuse "its manifest is of no known form."
sum="$(sed '$d' "$manifest" | sha256sum)"
[ "$(tail -n 1 "$manifest")" = "$(printf 'end\t%s' "${sum%% *}")" ] || refuse "its manifest was cut off or changed."
[ "$(value name)" = "$name" ] || refuse "its manifest is that of $(value name)."
[ "$(value database)" = "$2" ] || refuse "it is of the database $(value database), not of $2."
grep -q '^rows	' "$manifest" || refuse "it holds no table."

awk -F '\t' '$1 == "part" { print $2, $3, $4 }' "$manifest" >"$FOLDER/parts"
[ -s "$FOLDER/parts" ] || refuse "its manifest names no part."
: >"$FOLDER/sums"
while read -r sum bytes part; do
    case "$part" in *[!A-Za-z0-9._]* | .*) refuse "a part is called $part." ;; esac
    [ -f "$archive/$part" ] || refuse "its part $part is missing."
    found="$(wc -c <"$archive/$part")"
    [ "$found" -eq "$bytes" ] || refuse "its part $part holds $found bytes, not $bytes."
    echo "$sum  $part" >>"$FOLDER/sums"
done <"$FOLDER/parts"
# As many at a time as the restore has jobs; names hold nothing that xargs would part.
cut -c 67- "$FOLDER/sums" | (cd "$archive" && xargs -n 8 -P "${JOBS:-1}" sha256sum) >"$FOLDER/summed" || true
changed="$(grep -m 1 -vxF -f "$FOLDER/summed" "$FOLDER/sums" || true)"
[ -z "$changed" ] || refuse "its part ${changed#*  } is not what was dumped: its SHA-256 is another."
stated="$(wc -l <"$FOLDER/parts")"
found="$(find "$archive" -type f | wc -l)"
[ "$found" -eq "$stated" ] || refuse "it has $found files; its manifest names $stated."

version="$(value server)"
case "$version" in '' | *[!0-9]*) refuse "its manifest states no server's version." ;; esac
server="$(psql --no-psqlrc --tuples-only --no-align --dbname=postgres --command 'SHOW server_version_num')"
[ "$((version / 10000))" -le "$((server / 10000))" ] ||
    refuse "it is of PostgreSQL $((version / 10000)); this server is $((server / 10000)), and restores none of a newer one."
case "$(value format)" in
directory) source="$archive" ;;
custom) source="$archive/$2.backup" ;;
*) refuse "its format is $(value format)." ;;
esac
pg_restore --list "$source" >"$FOLDER/contents" || refuse "pg_restore cannot read it."
