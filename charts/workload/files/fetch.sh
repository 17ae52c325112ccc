#!/bin/sh
# Brings dumps to $FOLDER: of $PGDATABASE and of every database of $FURTHER, the one that $DUMP names, or the newest.
# $OLDEST_HOURS, where it is set, refuses an older one: a test of last month's dump proves nothing about tonight's.
set -eu

stored="${STORED_UNDER:-dumps}"

fetch() {
    database="$1" wanted="$2"
    pattern="^$stored/$database/$database-[0-9]{8}_[0-9]{6}-[0-9a-f]{8}\.manifest$"
    # The client asks its query of each page of a thousand keys apart: so it only lists, and the order is made here.
    aws s3api list-objects-v2 --bucket "$BUCKET" --prefix "$stored/$database/" --delimiter / \
        --query 'Contents[].[Key]' --output text >"$FOLDER/listing"
    grep -E "$pattern" "$FOLDER/listing" | sed 's|.*/||; s|\.manifest$||' | LC_ALL=C sort >"$FOLDER/names" || true
    name="$(tail -n 1 "$FOLDER/names")"
    if [ -z "$name" ]; then
        echo "There is no dump with a manifest in s3://$BUCKET/$stored/$database/." >&2
        exit 1
    fi
    if [ "$wanted" != newest ]; then
        if ! grep -qxF "$wanted" "$FOLDER/names"; then
            echo "There is no dump $wanted with a manifest in s3://$BUCKET/$stored/$database/; the newest is $name." >&2
            exit 1
        fi
        name="$wanted"
    fi
    recent
    object="s3://$BUCKET/$stored/$database/$name"
    aws s3 cp "$object.manifest" "$FOLDER/$name.manifest" --no-progress --only-show-errors
    room
    aws s3 cp "$object" "$FOLDER/$name" --recursive --no-progress --only-show-errors
    echo "$name" >"$FOLDER/$database.fetched"
    echo "$name was made $age hours ago."
}

recent() {
    stamp="$(echo "$name" | sed -E 's/.*-(....)(..)(..)_(..)(..)(..)-.*/\1-\2-\3 \4:\5:\6/')"
    age="$((($(date +%s) - $(date -u -d "$stamp" +%s)) / 3600))"
    if [ "$age" -ge "${OLDEST_HOURS:-1000000}" ]; then
        echo "The newest dump, $name, is $age hours old; the dumps have stopped." >&2
        exit 1
    fi
}

room() {
    needed="$(awk -F '\t' '$1 == "part" { bytes += $3 } END { printf "%.0f", bytes / 1024 }' "$FOLDER/$name.manifest")"
    free="$(df -Pk "$FOLDER" | awk 'NR == 2 { print $4 }')"
    if [ "$needed" -ge "$free" ]; then
        echo "The dump $name takes $needed KiB; $FOLDER has $free KiB." >&2
        exit 1
    fi
}

for each in $PGDATABASE ${FURTHER:-}; do
    fetch "$each" "${DUMP:-newest}"
done
