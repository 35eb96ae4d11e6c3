-- Licence files: opaque bytes in the blob store, and what is known of them. A licence may come before its terminal is
-- registered, so it belongs to a serial number and a platform; the terminal is found by these.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE licenses (
  id          uuid PRIMARY KEY,
  serial      text NOT NULL COLLATE "C",
  platform    text NOT NULL,
  -- The software it is for; a terminal can hold licences of several products.
  product     text NOT NULL DEFAULT '' COLLATE "C",
  lic_id      text NOT NULL COLLATE "C",
  issued_at   timestamptz,
  valid_until timestamptz,
  sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes  int NOT NULL,
  blob_key    text NOT NULL,
  file_name   text NOT NULL,
  format      text NOT NULL,
  state       text NOT NULL DEFAULT 'current' CHECK (state IN ('current', 'replaced', 'deleted')),
  -- The licence this one took the place of.
  replaces_id uuid REFERENCES licenses,
  sources     jsonb NOT NULL DEFAULT '{}',
  warnings    jsonb NOT NULL DEFAULT '[]',
  imported_by text NOT NULL,
  imported_at timestamptz NOT NULL,
  ended_at    timestamptz,
  ended_by    text
);
CREATE UNIQUE INDEX licenses_current ON licenses (serial, platform, product) WHERE state = 'current';
CREATE INDEX licenses_bytes ON licenses (sha256, serial);
CREATE INDEX licenses_lic_id ON licenses (lic_id text_pattern_ops);
CREATE INDEX licenses_serial_part ON licenses USING gin (serial gin_trgm_ops);
CREATE INDEX licenses_lic_id_part ON licenses USING gin (lic_id gin_trgm_ops);
CREATE INDEX licenses_expiring ON licenses (valid_until) WHERE state = 'current';
CREATE INDEX licenses_blob ON licenses (blob_key);
CREATE INDEX terminals_serial_part ON terminals USING gin (serial gin_trgm_ops);

-- How a licence reached its terminal.
CREATE TABLE license_deliveries (
  license_id    uuid NOT NULL REFERENCES licenses ON DELETE CASCADE,
  terminal_id   uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  offered_at    timestamptz,
  fetched_at    timestamptz,
  fetched_count int NOT NULL DEFAULT 0,
  -- When the terminal's status showed it.
  accepted_at   timestamptz,
  PRIMARY KEY (license_id, terminal_id)
);
CREATE INDEX license_deliveries_terminal ON license_deliveries (terminal_id);
