-- Which blobs the database names, and where they lie.

-- Of the bytes as they are stored, where the row knew only those that were handed over. Null: stored before there was this column.
ALTER TABLE ecr_logs ADD COLUMN packed_sha256 text;
ALTER TABLE key_objects ADD COLUMN size_bytes int, ADD COLUMN sha256 text;

-- Every blob that any row names. `is_kept`: it must be there; else it is coming or going. A blob that several rows name is in it
-- several times. Whoever keeps blobs is in here, or its blobs are orphans to those who look after the store. Types and
-- collations are the same in all parts: only then a page of one kind is read along that table's index.
CREATE VIEW named_blobs AS
  SELECT 'license'::text AS kind, blob_key, sha256, size_bytes::bigint AS size_bytes, true AS is_kept,
    ('licence ' || lic_id || ' of ' || serial) COLLATE "default" AS belongs_to
  FROM licenses
  UNION ALL
  SELECT 'package-file'::text, f.blob_key, f.sha256, f.size_bytes, true,
    (SELECT 'file ' || f.name || ' of package ' || p.component || ' ' || p.version || ' for ' || p.platform
      FROM packages p WHERE p.id = f.package_id) COLLATE "default"
  FROM package_files f
  UNION ALL
  SELECT 'app-version'::text, v.blob_key, v.sha256, v.size_bytes, true,
    (SELECT 'version ' || v.version_code || ' of application ' || a.package FROM apps a WHERE a.id = v.app_id)
      COLLATE "default"
  FROM app_versions v
  UNION ALL
  SELECT 'stored-file'::text, f.blob_key, f.sha256, f.size_bytes,
    f.state = 'kept' AND NOT EXISTS (SELECT FROM stored_file_uses u WHERE u.blob_key = f.blob_key),
    'a file that is to become a package or an application'::text
  FROM stored_files f
  UNION ALL
  SELECT 'upload-part'::text, p.blob_key, p.sha256, p.size_bytes::bigint, p.state = 'kept',
    (SELECT 'part ' || p.part_index || ' of the upload of ' || u.file_name FROM uploads u WHERE u.id = p.upload_id)
      COLLATE "default"
  FROM upload_parts p
  UNION ALL
  SELECT 'ecr-log'::text, l.blob_key, l.packed_sha256, l.packed_bytes, l.state = 'kept',
    (SELECT 'ECR log ' || l.name || ' of terminal ' || t.serial FROM terminals t WHERE t.id = l.terminal_id)
      COLLATE "default"
  FROM ecr_logs l
  UNION ALL
  SELECT 'key-file'::text, o.blob_key, o.sha256, o.size_bytes::bigint,
    o.ended_at IS NULL AND EXISTS (SELECT FROM key_files f WHERE f.blob_key = o.blob_key),
    (SELECT 'key file ' || f.sequence || ' of terminal ' || t.serial
      FROM key_files f JOIN terminals t ON t.id = f.terminal_id WHERE f.blob_key = o.blob_key) COLLATE "default"
  FROM key_objects o
  UNION ALL
  SELECT 'eslip-archive'::text, blob_key COLLATE "default", sha256, size_bytes, deleted_at IS NULL,
    ('slips of ' || day || ' (archive ' || number || ')') COLLATE "default"
  FROM eslip_archives WHERE emptied_at IS NULL
  UNION ALL
  SELECT 'eslip-archive'::text, blob_key COLLATE "default", NULL::text, NULL::bigint, false,
    ('slips of ' || day || ', not archived yet') COLLATE "default"
  FROM eslip_archive_blobs
  UNION ALL
  SELECT 'eslip-manifest'::text, manifest_key COLLATE "default", hash, octet_length(manifest)::bigint, true,
    ('manifest of the slips of ' || day || ' (archive ' || number || ')') COLLATE "default"
  FROM eslip_archives
  UNION ALL
  SELECT 'deletion'::text, blob_key COLLATE "default", NULL::text, NULL::bigint, false,
    'what is deleted after a backup'::text
  FROM blob_deletions;

-- Where blobs lie: one row, made with the first start. `other` may hold some of them too: it is being filled, or it is where they
-- were before. Each change makes a new epoch; servers say which one they work by.
CREATE TABLE blob_place (
  is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  home        text NOT NULL CHECK (home IN ('files', 's3')),
  other       text CHECK (other IN ('files', 's3') AND other <> home),
  writes_to   text NOT NULL CHECK (writes_to IN (home, coalesce(other, home))),
  epoch       int NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL,
  -- Who moves them just now, and until when that is believed without another word.
  mover       uuid,
  mover_until timestamptz
);
ALTER TABLE server_instances
  ADD COLUMN blob_epoch int NOT NULL DEFAULT 0,
  -- No put that began in an epoch before this one is still under way there.
  ADD COLUMN blob_drained_epoch int NOT NULL DEFAULT 0,
  ADD COLUMN blob_stores text[] NOT NULL DEFAULT '{}';

-- What has been copied to a store and read back from there as it should be: a move that was cut off goes on after these.
CREATE TABLE blob_copies (
  blob_key    text PRIMARY KEY COLLATE "C",
  store       text NOT NULL CHECK (store IN ('files', 's3')),
  verified_at timestamptz NOT NULL
);
