# Make a key and a certificate in folder $2 for the name $1. Both live as long as the pod; clients ask for encryption
# (sslmode=require), not for a name, and the network policy says who they may be.
set -eu
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$1" \
  -keyout "$2/key.pem" -out "$2/certificate.pem" 2>"$2/log" || { cat "$2/log" >&2; exit 1; }
rm -f "$2/log"
