-- Android applications: what was uploaded, as it was, and what was read in it.

-- Packages are not alone any more in keeping files that came by uploads: one table of blobs, one sweep.
ALTER TABLE package_blobs RENAME TO stored_files;
ALTER INDEX package_blobs_pkey RENAME TO stored_files_pkey;
ALTER INDEX package_blobs_content RENAME TO stored_files_content;

CREATE TABLE apps (
  id         uuid PRIMARY KEY,
  -- The application's own name for itself, such as com.example.loyalty.
  package    text NOT NULL UNIQUE COLLATE "C",
  notes      text NOT NULL DEFAULT '',
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);

-- One APK. Bytes are the maker's and never repacked.
CREATE TABLE app_versions (
  id              uuid PRIMARY KEY,
  app_id          uuid NOT NULL REFERENCES apps,
  version_code    bigint NOT NULL CHECK (version_code >= 0),
  version_name    text NOT NULL DEFAULT '',
  -- Its name as a user sees it: of the default resources, and in the two languages where it has them.
  label           text NOT NULL,
  label_en        text,
  label_ru        text,
  icon            bytea,
  icon_type       text CHECK (icon_type IN ('image/png', 'image/webp')),
  min_sdk         int NOT NULL,
  target_sdk      int NOT NULL,
  permissions     text[] NOT NULL DEFAULT '{}',
  -- Of its native code; none: it has no such code and runs anywhere.
  abis            text[] NOT NULL DEFAULT '{}',
  -- SHA-256 of the certificates that signed it, and of those whose place they have taken by a proven rotation.
  signers         text[] NOT NULL,
  earlier_signers text[] NOT NULL DEFAULT '{}',
  -- By which scheme it is signed, and what of that was verified.
  signature       jsonb NOT NULL,
  is_debuggable   boolean NOT NULL,
  is_test_only    boolean NOT NULL,
  warnings        jsonb NOT NULL DEFAULT '[]',
  file_name       text NOT NULL,
  sha256          text NOT NULL,
  size_bytes      bigint NOT NULL,
  blob_key        text NOT NULL,
  -- Why an administrator let it in though another signer made it than the versions before.
  override_reason text,
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL,
  UNIQUE (app_id, version_code)
);
CREATE INDEX app_versions_sha256 ON app_versions (sha256);
CREATE INDEX app_versions_blob ON app_versions (blob_key);

-- Uploads that versions were made of, or that brought what was there: who asks again, because the answer got lost, is told the same.
CREATE TABLE app_intakes (
  upload_id  uuid PRIMARY KEY,
  version_id uuid NOT NULL REFERENCES app_versions ON DELETE CASCADE,
  is_new     boolean NOT NULL,
  taken_by   text NOT NULL
);
CREATE INDEX app_intakes_version ON app_intakes (version_id);

-- Who needs a stored file: what is not in it may be swept away.
CREATE VIEW stored_file_uses AS
  SELECT blob_key, sha256, size_bytes FROM package_files
  UNION ALL SELECT blob_key, sha256, size_bytes FROM app_versions;
