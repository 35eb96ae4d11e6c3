-- Where somebody calls from, on the audit rows of those who call.
ALTER TABLE audit_entries ADD COLUMN address text;
CREATE OR REPLACE FUNCTION psm_append(audit jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7733001);
  INSERT INTO audit_entries (actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_label, changes, request_id, address)
    SELECT r.actor_kind, r.actor_id, r.actor_name, r.action, r.subject_kind, r.subject_id, r.subject_label, r.changes, r.request_id, r.address
    FROM jsonb_to_recordset(audit) AS r(actor_kind text, actor_id uuid, actor_name text, action text, subject_kind text,
      subject_id text, subject_label text, changes jsonb, request_id text, address text);
  IF jsonb_array_length(changes) > 0 THEN
    INSERT INTO change_feed (topic, subject_id)
      SELECT DISTINCT r.topic, r.subject_id FROM jsonb_to_recordset(changes) AS r(topic text, subject_id uuid);
    PERFORM pg_notify('psm_changes', '');
  END IF;
END $$;

-- Who approves keys is neither an administrator nor who deposits them.
ALTER TABLE operators DROP CONSTRAINT operators_role_check;
ALTER TABLE operators ADD CONSTRAINT operators_role_check CHECK (role IN ('admin', 'operator', 'key-officer', 'viewer'));

-- Registered by people and programs; what a terminal says of itself is in its status.
ALTER TABLE terminals ADD COLUMN transport_key_kcv text CHECK (transport_key_kcv ~ '^[0-9A-F]{6,10}$');

-- Sealed bytes in the blob store. The row comes before the bytes and goes after them, so that none is left behind by a
-- process that died; what is not of any file after an hour, and what has ended, is deleted.
CREATE TABLE key_objects (
  blob_key   text PRIMARY KEY,
  created_at timestamptz NOT NULL,
  ended_at   timestamptz
);
CREATE INDEX key_objects_ended ON key_objects (ended_at) WHERE ended_at IS NOT NULL;

-- What a key system has deposited for a terminal. Bytes are in the blob store, sealed under a data key of their own, and
-- that one wrapped here: without this row nothing is left of them.
CREATE TABLE key_files (
  id             uuid PRIMARY KEY,
  terminal_id    uuid NOT NULL REFERENCES terminals,
  sequence       bigint NOT NULL CHECK (sequence BETWEEN 1 AND 9007199254740991),
  kind           text NOT NULL CHECK (kind IN ('opaque', 'bundle')),
  batch          text,
  -- The API key, or null for the command line.
  depositor_id   uuid,
  depositor_name text NOT NULL,
  deposited_at   timestamptz NOT NULL,
  sha256         text NOT NULL,
  size_bytes     int NOT NULL,
  state          text NOT NULL CHECK (state IN ('unapproved', 'available', 'offered', 'delivered', 'installed', 'failed',
                   'expired', 'superseded', 'revoked')),
  state_at       timestamptz NOT NULL,
  -- Why it failed or was revoked, in the words of lists.ts.
  reason         text,
  not_after      timestamptz,
  approved_by    text,
  approved_at    timestamptz,
  -- New with every offer: what the terminal is told once is not told again under the same number.
  offer_id       uuid NOT NULL UNIQUE,
  -- Offers after the first that were made without a person.
  reoffers       int NOT NULL DEFAULT 0,
  lease_until    timestamptz,
  lease_fetches  int NOT NULL DEFAULT 0,
  -- Of what failed for a passing reason: when it is offered again.
  retry_at       timestamptz,
  -- The terminal says that it is installed, without check values to show it: until then its status has to.
  confirm_by     timestamptz,
  -- Header facts and KCVs by slot; never bytes.
  slots          jsonb NOT NULL DEFAULT '[]',
  transport_kcv  text,
  -- Numbers of the rules that warn.
  warnings       int[] NOT NULL DEFAULT '{}',
  -- What the terminal said that it has: [{slot, kcv}].
  reported_kcvs  jsonb,
  -- What it said last when that could not move the file any more: {state, reason, kcvs}.
  late_result    jsonb,
  blob_key       text REFERENCES key_objects,
  wrapping_key   text,
  wrapped_key    bytea,
  purged_at      timestamptz,
  UNIQUE (terminal_id, sequence),
  CHECK ((purged_at IS NULL) = (wrapped_key IS NOT NULL)),
  CHECK ((wrapped_key IS NULL) = (blob_key IS NULL) AND (wrapped_key IS NULL) = (wrapping_key IS NULL))
);
CREATE INDEX key_files_batch ON key_files (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX key_files_depositor ON key_files (depositor_id, id);
CREATE INDEX key_files_waiting ON key_files (terminal_id) WHERE state IN ('available', 'offered', 'delivered');
CREATE INDEX key_files_leases ON key_files (lease_until) WHERE state = 'delivered' OR state = 'offered' OR state = 'available';
CREATE UNIQUE INDEX key_files_blob ON key_files (blob_key) WHERE blob_key IS NOT NULL;
CREATE INDEX key_files_proofs ON key_files (confirm_by) WHERE confirm_by IS NOT NULL;
CREATE INDEX key_files_retries ON key_files (retry_at) WHERE retry_at IS NOT NULL;
CREATE INDEX key_files_expiry ON key_files (not_after) WHERE not_after IS NOT NULL AND purged_at IS NULL;
CREATE INDEX key_files_unpurged ON key_files (state_at) WHERE purged_at IS NULL AND state = 'failed';
CREATE INDEX key_files_wrapping ON key_files (wrapping_key, id) WHERE wrapped_key IS NOT NULL;

-- Check values of what was deposited, to see two devices with one key (PCI PIN 20-1).
CREATE TABLE key_prints (
  file_id      uuid NOT NULL REFERENCES key_files,
  slot         text NOT NULL,
  kcv          text,
  -- SHA-256 of the key block: the same ciphertext twice is one key for certain.
  block_sha256 bytea,
  PRIMARY KEY (file_id, slot)
);
CREATE INDEX key_prints_kcv ON key_prints (kcv) WHERE kcv IS NOT NULL;
CREATE INDEX key_prints_block ON key_prints (block_sha256) WHERE block_sha256 IS NOT NULL;

-- One row for each terminal that anything has happened to: what its page shows, counted and filtered without looking at
-- files. Written in the transactions that change files.
CREATE TABLE key_loads (
  terminal_id        uuid PRIMARY KEY REFERENCES terminals,
  -- Of the file with the highest sequence; 'none' where the terminal has only asked.
  state              text NOT NULL CHECK (state IN ('none', 'unapproved', 'available', 'offered', 'delivered', 'installed',
                       'failed', 'expired', 'superseded', 'revoked')),
  state_at           timestamptz NOT NULL,
  file_id            uuid REFERENCES key_files,
  -- The terminal has asked for keys and there were none; ends with the next deposit.
  requested_at       timestamptz,
  installed_sequence bigint,
  installed_at       timestamptz,
  -- Failures since the last success; delivery stops at the third.
  failures           int NOT NULL DEFAULT 0,
  suspended_at       timestamptz,
  -- Something is wrong that a person must look at: other KCVs than deposited, another transport key, too many failures.
  alarm              text,
  alarm_at           timestamptz,
  -- What the terminal reports of its transport key though another one is registered: each is an alarm once.
  other_transport_kcv text
);
CREATE INDEX key_loads_state ON key_loads (state, terminal_id);
CREATE INDEX key_loads_requested ON key_loads (requested_at) WHERE requested_at IS NOT NULL;
CREATE INDEX key_loads_alarm ON key_loads (alarm_at) WHERE alarm IS NOT NULL;
CREATE INDEX key_loads_suspended ON key_loads (suspended_at) WHERE suspended_at IS NOT NULL;
