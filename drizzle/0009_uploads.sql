-- Files on their way in, in parts. An upload belongs to whoever announced it; what it is for is decided by the verb
-- that uses it.
CREATE TABLE uploads (
  id         uuid PRIMARY KEY,
  -- `operator:<id>`, `integrator:<id>`, or `job:<name>` at the command line.
  owner      text NOT NULL COLLATE "C",
  file_name  text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  part_bytes int NOT NULL CHECK (part_bytes > 0),
  created_at timestamptz NOT NULL,
  -- Moved on by every part.
  expires_at timestamptz NOT NULL
);
CREATE INDEX uploads_owner ON uploads (owner, id);
CREATE INDEX uploads_expiring ON uploads (expires_at);

-- One row for each blob, written before the blob and removed after it: whenever a server dies, what it was storing is
-- still named here, and the sweep finds it. That is why a row outlives its upload and has no foreign key.
CREATE TABLE upload_parts (
  blob_key   text PRIMARY KEY,
  upload_id  uuid NOT NULL,
  part_index int NOT NULL,
  state      text NOT NULL CHECK (state IN ('coming', 'kept', 'ended')),
  size_bytes int NOT NULL,
  -- Of the bytes that came; known with the last of them.
  sha256     text,
  state_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX upload_parts_kept ON upload_parts (upload_id, part_index) WHERE state = 'kept';
CREATE INDEX upload_parts_upload ON upload_parts (upload_id) WHERE state <> 'kept';
CREATE INDEX upload_parts_unkept ON upload_parts (state, state_at) WHERE state <> 'kept';

-- Licences by what their list is filtered and sorted by. Those without an end come last.
CREATE INDEX licenses_state ON licenses (state, id);
CREATE INDEX licenses_platform ON licenses (platform, state, id);
CREATE INDEX licenses_product ON licenses (product, state, id);
CREATE INDEX licenses_imported_by ON licenses (imported_by, id);
CREATE INDEX licenses_by_end ON licenses (state, (coalesce(valid_until, 'infinity'::timestamptz)), id);
CREATE INDEX licenses_replaces ON licenses (replaces_id) WHERE replaces_id IS NOT NULL;
