#!/bin/sh
# Brings the newest dump to $FOLDER; an old one, or none, fails: a test of last month's dump proves nothing about tonight's.
set -eu

newest="$(aws s3api list-objects-v2 --bucket "$BUCKET" --prefix dumps/ --output text \
    --query "sort_by(Contents[?ends_with(Key, '.sql.gz')] || \`[]\`, &LastModified)[-1].[LastModified, Key]")"
made="${newest%%	*}"
key="${newest#*	}"
if [ -z "$made" ] || [ "$made" = None ]; then
    echo "There is no dump in s3://$BUCKET/dumps/." >&2
    exit 1
fi
age="$((($(date +%s) - $(date -d "$made" +%s)) / 3600))"
if [ "$age" -ge "$OLDEST_HOURS" ]; then
    echo "The newest dump, $key, is $age hours old; the dumps have stopped." >&2
    exit 1
fi
aws s3 cp "s3://$BUCKET/$key" "$FOLDER/newest.sql.gz" --no-progress
echo "$key was made $age hours ago."
