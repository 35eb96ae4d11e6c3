#!/bin/sh
# Run once by the container of PostgreSQL, as its superuser: the two roles of psManager and its database.
set -eu
secrets=${SECRETS_DIR:-/run/secrets}
psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  -v owner_password="$(cat "$secrets/database-owner-password")" \
  -v app_password="$(cat "$secrets/database-password")" <<'SQL'
CREATE ROLE psm_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE psm_app LOGIN PASSWORD :'app_password';
CREATE DATABASE psm OWNER psm_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE psm FROM PUBLIC;
GRANT CONNECT ON DATABASE psm TO psm_app;
SQL
