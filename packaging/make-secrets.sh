#!/bin/sh
# Makes the secrets that compose.yaml hands over, each once: what is there stays. Keep a copy of the folder elsewhere.
#   sh packaging/make-secrets.sh [FOLDER]
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

random() { # bytes, as hexadecimal digits
  od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'
}
# The folder is closed to others; the files are read by the user of a container, who owns none of them.
keep() { # name, contents
  [ -e "$folder/$1" ] && return
  printf '%s\n' "$2" > "$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}

keep auth-secret "$(random 32)"
keep key-wrapping-keys "$(date +%Y%m%d):$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
keep metrics-token "$(random 24)"
keep postgres-password "$(random 24)"
keep database-password "$(random 24)"
keep database-owner-password "$(random 24)"
keep database-url "postgres://psm_app:$(cat "$folder/database-password")@postgres:5432/psm"
keep database-owner-url "postgres://psm_owner:$(cat "$folder/database-owner-password")@postgres:5432/psm"
keep s3-access-key-id "$(random 10)"
keep s3-secret-access-key "$(random 24)"
keep s3.env "CEPH_DEMO_ACCESS_KEY=$(cat "$folder/s3-access-key-id")
CEPH_DEMO_SECRET_KEY=$(cat "$folder/s3-secret-access-key")"
echo "Secrets are in $folder. Keep a copy elsewhere."
