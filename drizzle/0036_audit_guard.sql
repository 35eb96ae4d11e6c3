-- Behind what a row that was put in past psm_append could hide (docs/decisions/0026-audit-chain.md): a number below one, and a time
-- of one's choice.

-- Not of the rows that are there: one that somebody has put in is for a verification to name, and must not stop the migration.
ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_seq_positive CHECK (seq > 0) NOT VALID;

-- Time goes forward from one row to the next. ordered_from is the last row of before this migration with which it does not.
ALTER TABLE audit_head ADD COLUMN at timestamptz, ADD COLUMN ordered_from bigint NOT NULL DEFAULT 0;
UPDATE audit_head SET
  at = (SELECT e.at FROM audit_entries e WHERE e.seq = audit_head.seq),
  ordered_from = coalesce((
    SELECT max(e.seq) FROM (SELECT seq, at < lag(at) OVER (ORDER BY seq) AS is_back FROM audit_entries WHERE seq > 0) e
    WHERE e.is_back), 0);

-- As in drizzle/0028_audit_chain.sql. New: where the clock was set back, a row says so before all others; a step of up to a second,
-- as clocks are corrected, is waited out in the time of the row before.
CREATE OR REPLACE FUNCTION psm_append(audit jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  entry audit_entries;
  head audit_head;
  since timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7733001);
  IF jsonb_array_length(audit) > 0 THEN
    SELECT * INTO STRICT head FROM audit_head;
    since := clock_timestamp();
    IF since < head.at - interval '1 second' THEN
      audit := jsonb_build_array(jsonb_build_object(
        'actor_kind', 'job', 'actor_name', 'database', 'action', 'audit.clock_set_back',
        'subject_kind', 'audit', 'subject_id', '', 'subject_label', '', 'request_id', audit -> 0 -> 'request_id',
        'changes', jsonb_build_object('at', jsonb_build_object(
          'before', to_char(head.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'after', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))) || audit;
      head.at := since;
    END IF;
    FOR entry IN SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, audit) LOOP
      entry.seq := nextval('audit_entries_seq_seq');
      entry.at := greatest(clock_timestamp(), head.at);
      entry.prev_hash := head.hash;
      entry.hash := psm_audit_hash(entry);
      INSERT INTO audit_entries OVERRIDING SYSTEM VALUE VALUES (entry.*);
      head.seq := entry.seq;
      head.count := head.count + 1;
      head.hash := entry.hash;
      head.at := entry.at;
    END LOOP;
    UPDATE audit_head SET seq = head.seq, count = head.count, hash = head.hash, at = head.at;
  END IF;
  IF jsonb_array_length(changes) > 0 THEN
    INSERT INTO change_feed (topic, subject_id)
      SELECT DISTINCT r.topic, r.subject_id FROM jsonb_to_recordset(changes) AS r(topic text, subject_id uuid);
    PERFORM pg_notify('psm_changes', '');
  END IF;
END $$;
