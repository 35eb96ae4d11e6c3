-- The audit log as a chain of hashes (docs/decisions/0026-audit-chain.md): whoever changes, removes or adds a row other
-- than by psm_append leaves a chain that does not fit.

-- A field in the canonical form: its length in bytes, a colon, its bytes in UTF-8, a comma; `-,` where there is none.
CREATE FUNCTION psm_audit_field(value text) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value IS NULL THEN '\x2d2c'::bytea
    ELSE convert_to(octet_length(convert_to(value, 'UTF8')) || ':', 'UTF8') || convert_to(value, 'UTF8') || '\x2c'::bytea END
$$;

ALTER TABLE audit_entries ADD COLUMN prev_hash bytea, ADD COLUMN hash bytea;

-- SHA-256 of a row's canonical form; src/features/audit/chain.ts computes the same on its own.
CREATE FUNCTION psm_audit_hash(e audit_entries) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(
    psm_audit_field('psm-audit/1') || psm_audit_field(e.seq::text) || psm_audit_field(encode(e.prev_hash, 'hex'))
    || psm_audit_field((extract(epoch FROM e.at) * 1000000)::bigint::text)
    || psm_audit_field(e.actor_kind) || psm_audit_field(e.actor_id::text) || psm_audit_field(e.actor_name)
    || psm_audit_field(e.action) || psm_audit_field(e.subject_kind) || psm_audit_field(e.subject_id)
    || psm_audit_field(e.subject_label) || psm_audit_field(e.changes::text) || psm_audit_field(e.request_id)
    || psm_audit_field(e.address))
$$;

-- Where the chain ends: without it nobody would miss the newest rows.
CREATE TABLE audit_head (
  id    int PRIMARY KEY CHECK (id = 1),
  seq   bigint NOT NULL,
  count bigint NOT NULL,
  hash  bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO audit_head (id, seq, count, hash) VALUES (1, 0, 0, decode(repeat('00', 32), 'hex'));

ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only;
DO $$
DECLARE
  entry audit_entries;
  head audit_head;
BEGIN
  SELECT * INTO STRICT head FROM audit_head;
  FOR entry IN SELECT * FROM audit_entries ORDER BY seq LOOP
    entry.prev_hash := head.hash;
    entry.hash := psm_audit_hash(entry);
    UPDATE audit_entries SET prev_hash = entry.prev_hash, hash = entry.hash WHERE seq = entry.seq;
    head.seq := entry.seq;
    head.count := head.count + 1;
    head.hash := entry.hash;
  END LOOP;
  UPDATE audit_head SET seq = head.seq, count = head.count, hash = head.hash;
END $$;
ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only;
ALTER TABLE audit_entries
  ALTER COLUMN prev_hash SET NOT NULL, ALTER COLUMN hash SET NOT NULL,
  ADD CHECK (octet_length(prev_hash) = 32), ADD CHECK (octet_length(hash) = 32);

CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION psm_refuse_change();

-- The sequencer (drizzle/0001_core.sql), now with the chain, and as the owner: the application has no INSERT of its own.
CREATE OR REPLACE FUNCTION psm_append(audit jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  entry audit_entries;
  head audit_head;
BEGIN
  PERFORM pg_advisory_xact_lock(7733001);
  IF jsonb_array_length(audit) > 0 THEN
    SELECT * INTO STRICT head FROM audit_head;
    FOR entry IN SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, audit) LOOP
      entry.seq := nextval('audit_entries_seq_seq');
      entry.at := clock_timestamp();
      entry.prev_hash := head.hash;
      entry.hash := psm_audit_hash(entry);
      INSERT INTO audit_entries OVERRIDING SYSTEM VALUE VALUES (entry.*);
      head.seq := entry.seq;
      head.count := head.count + 1;
      head.hash := entry.hash;
    END LOOP;
    UPDATE audit_head SET seq = head.seq, count = head.count, hash = head.hash;
  END IF;
  IF jsonb_array_length(changes) > 0 THEN
    INSERT INTO change_feed (topic, subject_id)
      SELECT DISTINCT r.topic, r.subject_id FROM jsonb_to_recordset(changes) AS r(topic text, subject_id uuid);
    PERFORM pg_notify('psm_changes', '');
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION psm_append FROM PUBLIC;

-- By what the log is searched.
CREATE INDEX audit_entries_at ON audit_entries (at);
CREATE INDEX audit_entries_action ON audit_entries (action, seq);
CREATE INDEX audit_entries_request ON audit_entries (request_id);
CREATE INDEX audit_entries_label ON audit_entries (lower(subject_label) COLLATE "C" text_pattern_ops, seq);
