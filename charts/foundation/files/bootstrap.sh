#!/bin/sh
# Creates the product's databases and roles, or corrects them. Connection and credentials come from libpq's own variables
# (PGHOST, PGUSER, PGPASSWORD …) and APP_*, never from arguments, which every process on the machine could read.
# $APP_DATABASES holds the databases with blanks between, each as name=extension,extension. The owner may be the
# application's role itself; without $APP_READER nobody only reads. A role logs in as itself or, every second time that its
# password is rotated, as its clone: $APP_LOGIN, $APP_OWNER_LOGIN and $APP_READER_LOGIN say which has the password. Who asks
# how the server is, $APP_METRICS, sees statistics and nothing of the databases.
set -eu

here="$(dirname "$0")"
run() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }
refuse() {
    echo "$1 Nothing was changed." >&2
    exit 1
}
# A role without a password could not log in, and one of these names is not the product's to have.
check() {
    case "$1" in
    '' | public | none | postgres | pg_* | rds* | "$PGUSER") refuse "The role name '$1' is empty or reserved." ;;
    esac
    [ -n "$2" ] || refuse "The password of the role $1 is empty."
}
# psql turns the password into a SCRAM verifier before it sends it, so that the clear text reaches neither the server's log nor
# pg_stat_statements. Without a terminal it reads the two lines from its input.
set_password() { printf '%s\n%s\n' "$2" "$2" | run --set role="$1" --command '\password :"role"'; }

owner_login="${APP_OWNER_LOGIN:-$APP_OWNER}" login="${APP_LOGIN:-$APP_ROLE}" reader_login="${APP_READER_LOGIN:-${APP_READER-}}"
metrics_login="${APP_METRICS_LOGIN:-${APP_METRICS-}}"
check "$APP_OWNER" "$APP_OWNER_PASSWORD"
check "$owner_login" "$APP_OWNER_PASSWORD"
check "$APP_ROLE" "$APP_PASSWORD"
check "$login" "$APP_PASSWORD"
[ -z "${APP_READER+stated}" ] || check "$APP_READER" "$APP_READER_PASSWORD"
[ -z "${APP_READER+stated}" ] || check "$reader_login" "$APP_READER_PASSWORD"
[ -z "${APP_METRICS+stated}" ] || check "$APP_METRICS" "$APP_METRICS_PASSWORD"
[ -z "${APP_METRICS+stated}" ] || check "$metrics_login" "$APP_METRICS_PASSWORD"

run --file "$here/bootstrap.sql"
for each in $APP_DATABASES; do
    APP_DATABASE="${each%%=*}" APP_EXTENSIONS="${each#*=}" run --file "$here/databases.sql"
    echo "The database ${each%%=*} and its roles are as described; its extensions: ${each#*=}."
done
set_password "$owner_login" "$APP_OWNER_PASSWORD"
set_password "$login" "$APP_PASSWORD"
[ -z "${APP_READER+stated}" ] || set_password "$reader_login" "$APP_READER_PASSWORD"
[ -z "${APP_METRICS+stated}" ] || set_password "$metrics_login" "$APP_METRICS_PASSWORD"
