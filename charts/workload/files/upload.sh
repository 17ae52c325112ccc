#!/bin/sh
# Stores each dump of $FOLDER under dumps/<database>/: its parts, and its manifest when all of them are there. The first
# of a month is stored under archives/ too where $ARCHIVED says so. The bucket encrypts all of it, and removes it in time.
set -eu

store() {
    aws s3 cp "$FOLDER/$name" "s3://$BUCKET/$1/$name" --recursive --no-progress --only-show-errors
    # A name that is taken is refused: nothing is ever overwritten.
    aws s3api put-object --bucket "$BUCKET" --key "$1/$name.manifest" --body "$FOLDER/$name.manifest" \
        --if-none-match '*' >/dev/null
    echo "s3://$BUCKET/$1/$name is stored."
}

for manifest in "$FOLDER"/*.manifest; do
    if [ ! -s "$manifest" ]; then
        echo "There is no dump to store." >&2
        exit 1
    fi
    name="$(basename "$manifest" .manifest)"
    database="${name%-*-*}"
    store "dumps/$database"
    if [ "${ARCHIVED:-no}" = yes ]; then
        stamp="${name#"$database"-}"
        month="$database-$(printf %.6s "$stamp")"
        archived="$(aws s3api list-objects-v2 --bucket "$BUCKET" --prefix "archives/$database/$month" --delimiter / \
            --query 'Contents[].[Key]' --output text)"
        case "$archived" in *.manifest*) ;; *) store "archives/$database" ;; esac
    fi
done
