#!/usr/bin/env bash
# Writes a file as a comment of a pull request, in the place of the one that began with the same line.
# usage: comment.sh <pull request's number> <file>; takes GH_REPO, GH_TOKEN
set -euo pipefail
number=$1 file=$2
case $number in "" | *[!0-9]*) echo "the number of a pull request is wanted, and not '$number'" >&2 && exit 2 ;; esac
FIRST=$(head -n 1 "$file")
export FIRST
mine='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.FIRST))) | .id'
before=$(gh api --paginate "repos/$GH_REPO/issues/$number/comments" --jq "$mine" | head -n 1)
if [ -n "$before" ]; then
  gh api --method PATCH "repos/$GH_REPO/issues/comments/$before" --field "body=@$file" --silent
else
  gh api --method POST "repos/$GH_REPO/issues/$number/comments" --field "body=@$file" --silent
fi
