#!/bin/sh
# Stores what the dump left in /dump; the bucket encrypts it and removes it when its time is over.
set -eu

for file in /dump/*.sql.gz; do
    if [ ! -s "$file" ]; then
        echo "There is no dump to store." >&2
        exit 1
    fi
    aws s3 cp "$file" "s3://$BUCKET/dumps/$(basename "$file")" --no-progress
done
