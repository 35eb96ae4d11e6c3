-- Slips' days that have left the database: one file a day, and a chain of manifests that says what is in them.

-- One row for each blob, written before the blob is: whenever a server dies over a day, what it was storing is still
-- named here, and the next run finds it. A row goes in the transaction that makes its blob an archive.
CREATE TABLE eslip_archive_blobs (
  blob_key  text PRIMARY KEY COLLATE "C",
  day       date NOT NULL,
  -- Whose attempt it was (job_leases.fence).
  fence     bigint NOT NULL,
  noted_at  timestamptz NOT NULL
);

-- The chain. `manifest` is the text that is hashed, and the same text lies beside the file; the columns are taken out of
-- it for queries. Rows come by psm_archive_eslip_day and are never altered but for the two marks of a deletion.
CREATE TABLE eslip_archives (
  -- 1, 2, 3 … without gaps.
  number         int PRIMARY KEY CHECK (number > 0),
  day            date NOT NULL UNIQUE,
  blob_key       text NOT NULL UNIQUE COLLATE "C",
  manifest_key   text NOT NULL UNIQUE COLLATE "C",
  rows           int NOT NULL CHECK (rows > 0),
  size_bytes     bigint NOT NULL,
  sha256         text NOT NULL,
  min_seq        bigint NOT NULL,
  max_seq        bigint NOT NULL,
  min_filed_at   timestamptz NOT NULL,
  max_filed_at   timestamptz NOT NULL,
  schema_version int NOT NULL,
  totals         jsonb NOT NULL,
  -- Of whom there is a slip in it, for holds and for limited callers.
  merchant_ids   uuid[] NOT NULL,
  written_at     timestamptz NOT NULL,
  manifest       text NOT NULL,
  previous_hash  text NOT NULL,
  hash           text NOT NULL UNIQUE,
  -- Final deletion: the file is no longer read from then on.
  deleted_at     timestamptz,
  -- Then identities go, then the file; set when nothing is left but this row.
  emptied_at     timestamptz
);
CREATE INDEX eslip_archives_seq ON eslip_archives (max_seq) WHERE deleted_at IS NULL;
CREATE INDEX eslip_archives_emptying ON eslip_archives (number) WHERE deleted_at IS NOT NULL AND emptied_at IS NULL;

-- A dispute, an audit, a court: what is held is not deleted, however old it is. Both ends of the period are days of it.
CREATE TABLE eslip_holds (
  id          uuid PRIMARY KEY,
  merchant_id uuid,
  from_day    date,
  to_day      date,
  reason      text NOT NULL,
  created_by  text NOT NULL,
  created_at  timestamptz NOT NULL,
  released_by text,
  released_at timestamptz,
  CHECK (merchant_id IS NOT NULL OR from_day IS NOT NULL OR to_day IS NOT NULL),
  CHECK (from_day <= to_day)
);
CREATE INDEX eslip_holds_open ON eslip_holds (id) WHERE released_at IS NULL;

-- Refuses whoever is not the job's present holder, and keeps the lease from changing hands until the commit.
CREATE FUNCTION psm_require_lease(job text, held_fence bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM job_leases l WHERE l.name = job AND l.fence = held_fence AND l.expires_at > now() FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another server has the job % now', job USING ERRCODE = 'PSM03';
  END IF;
END $$;

-- Puts a day's manifest at the end of the chain and drops the day, both or neither. It believes nobody: the day must be
-- closed to new slips and have as many as the manifest says, and the manifest must follow the last one (PSM02 where it
-- does not). Dropping locks all slips: it gives up soon (55P03), so that nobody waits long behind it. The lock is asked
-- for last.
CREATE FUNCTION psm_archive_eslip_day(manifest_text text, manifest_blob_key text, job text, held_fence bigint)
  RETURNS int LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
DECLARE
  m json := manifest_text::json;
  given_day date := (m ->> 'day')::date;
  name text := psm_eslip_day_table(given_day);
  last_number int;
  last_hash text;
  found bigint;
BEGIN
  PERFORM psm_require_lease(job, held_fence);
  PERFORM pg_advisory_xact_lock(7733004);
  IF given_day >= (SELECT sealed_before FROM eslip_horizon) OR to_regclass('public.' || name) IS NULL THEN
    RAISE EXCEPTION 'the day % cannot be archived: it is open, or not there', given_day;
  END IF;
  EXECUTE format('SELECT count(*) FROM %I', name) INTO found;
  IF found <> (m ->> 'rows')::bigint THEN
    RAISE EXCEPTION 'the day % has % slips, the archive %', given_day, found, m ->> 'rows';
  END IF;
  SELECT a.number, a.hash INTO last_number, last_hash FROM eslip_archives a ORDER BY a.number DESC LIMIT 1;
  IF (m ->> 'number')::int <> coalesce(last_number, 0) + 1 OR m ->> 'previousHash' <> coalesce(last_hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'the manifest does not follow the last one' USING ERRCODE = 'PSM02';
  END IF;
  INSERT INTO eslip_archives (number, day, blob_key, manifest_key, rows, size_bytes, sha256, min_seq, max_seq, min_filed_at,
      max_filed_at, schema_version, totals, merchant_ids, written_at, manifest, previous_hash, hash)
    VALUES ((m ->> 'number')::int, given_day, m ->> 'blobKey', manifest_blob_key, found, (m ->> 'sizeBytes')::bigint,
      m ->> 'sha256', (m ->> 'minSeq')::bigint, (m ->> 'maxSeq')::bigint, (m ->> 'minFiledAt')::timestamptz,
      (m ->> 'maxFiledAt')::timestamptz, (m ->> 'schemaVersion')::int, (m -> 'totals')::jsonb,
      ARRAY(SELECT json_array_elements_text(m -> 'merchantIds')::uuid), (m ->> 'writtenAt')::timestamptz, manifest_text,
      m ->> 'previousHash', encode(sha256(convert_to(manifest_text, 'UTF8')), 'hex'));
  DELETE FROM eslip_archive_blobs WHERE blob_key IN (m ->> 'blobKey', manifest_blob_key);
  EXECUTE format('DROP TABLE %I', name);
  RETURN last_number;
END $$;

-- A day without slips leaves no file.
CREATE FUNCTION psm_drop_empty_eslip_day(given_day date, job text, held_fence bigint) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
DECLARE
  name text := psm_eslip_day_table(given_day);
  has_any boolean;
BEGIN
  PERFORM psm_require_lease(job, held_fence);
  IF given_day >= (SELECT sealed_before FROM eslip_horizon) THEN
    RAISE EXCEPTION 'the day % is open', given_day;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_any;
  IF has_any THEN
    RAISE EXCEPTION 'the day % has slips', given_day;
  END IF;
  EXECUTE format('DROP TABLE %I', name);
END $$;

-- True where a hold keeps an archive.
CREATE FUNCTION psm_is_eslip_archive_held(archive_day date, archive_merchants uuid[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM eslip_holds h
    WHERE h.released_at IS NULL
      AND (h.from_day IS NULL OR h.from_day <= archive_day) AND (h.to_day IS NULL OR h.to_day >= archive_day)
      AND (h.merchant_id IS NULL OR h.merchant_id = ANY (archive_merchants)));
$$;

-- Gives an archive up for good, unless it is held or younger than `older_than`. Its row stays in the chain. Holds are made
-- under the same lock: one comes before the deletion or finds the archive deleted.
CREATE FUNCTION psm_delete_eslip_archive(archive_number int, older_than date, job text, held_fence bigint) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  deleted_day date;
BEGIN
  PERFORM psm_require_lease(job, held_fence);
  PERFORM pg_advisory_xact_lock(7733005);
  UPDATE eslip_archives a SET deleted_at = now()
    WHERE a.number = archive_number AND a.deleted_at IS NULL AND a.day < older_than
      AND NOT psm_is_eslip_archive_held(a.day, a.merchant_ids)
    RETURNING a.day INTO deleted_day;
  -- Its manifest says what the sums were; those that are shown are of slips that can be seen.
  DELETE FROM eslip_hours h
    WHERE h.hour >= deleted_day::timestamptz AND h.hour < (deleted_day + 1)::timestamptz;
  RETURN deleted_day IS NOT NULL;
END $$;

-- Forgets identities whose slips are in a deleted archive, and of those only such as it names: `terminal_ids[i]` with
-- `identities[i]`.
CREATE FUNCTION psm_forget_eslip_identities(archive_number int, terminal_ids uuid[], identities uuid[], slip_ids uuid[])
  RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone int;
BEGIN
  PERFORM 1 FROM eslip_archives a WHERE a.number = archive_number AND a.deleted_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'archive % is not deleted', archive_number;
  END IF;
  DELETE FROM eslip_identities e USING unnest(terminal_ids, identities, slip_ids) AS x(terminal_id, identity, slip_id)
    WHERE e.terminal_id = x.terminal_id AND e.identity = x.identity AND e.slip_id = x.slip_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

CREATE FUNCTION psm_note_eslip_archive_emptied(archive_number int) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  UPDATE eslip_archives SET emptied_at = now() WHERE number = archive_number AND deleted_at IS NOT NULL;
$$;
