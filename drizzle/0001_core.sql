-- What every slice stands on: the audit log, the change feed and their one sequencer; jobs; partitions.

CREATE TABLE audit_entries (
  seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_kind    text NOT NULL CHECK (actor_kind IN ('operator', 'integrator', 'terminal', 'job')),
  actor_id      uuid,
  actor_name    text NOT NULL,
  action        text NOT NULL,
  subject_kind  text NOT NULL,
  subject_id    text NOT NULL,
  subject_label text NOT NULL,
  changes       jsonb NOT NULL,
  request_id    text NOT NULL
);
CREATE INDEX audit_entries_subject ON audit_entries (subject_kind, subject_id, seq);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, seq);

CREATE TABLE change_feed (
  seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  topic      text NOT NULL CHECK (topic IN ('terminal', 'terminals', 'api_key', 'operator', 'settings')),
  subject_id uuid
);

-- The sequencer. Numbers are drawn under a lock that is held until the commit, so a reader who has seen number n has
-- seen every number below it that will ever exist. It is called as the last statement of a transaction: held shortly,
-- and never while rows are still to be locked (no deadlock). The notification is a hint; the feed is the truth.
CREATE FUNCTION psm_append(audit jsonb, changes jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7733001);
  INSERT INTO audit_entries (actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_label, changes, request_id)
    SELECT r.actor_kind, r.actor_id, r.actor_name, r.action, r.subject_kind, r.subject_id, r.subject_label, r.changes, r.request_id
    FROM jsonb_to_recordset(audit) AS r(actor_kind text, actor_id uuid, actor_name text, action text, subject_kind text,
      subject_id text, subject_label text, changes jsonb, request_id text);
  IF jsonb_array_length(changes) > 0 THEN
    INSERT INTO change_feed (topic, subject_id)
      SELECT DISTINCT r.topic, r.subject_id FROM jsonb_to_recordset(changes) AS r(topic text, subject_id uuid);
    PERFORM pg_notify('psm_changes', '');
  END IF;
END $$;

-- Appended, never altered: also where one role does everything and grants cannot say so.
CREATE FUNCTION psm_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION psm_refuse_change();
CREATE TRIGGER change_feed_append_only BEFORE UPDATE OR TRUNCATE ON change_feed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_refuse_change();

-- The feed is only of use to servers that are a few seconds behind: what is older than the horizon may go.
CREATE FUNCTION psm_trim_change_feed(keep interval) RETURNS bigint LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  WITH gone AS (DELETE FROM change_feed WHERE at < now() - greatest(keep, interval '1 day') RETURNING 1)
  SELECT count(*) FROM gone;
$$;

-- Jobs: a lease row with a fencing token says who, a run row says what happened.
CREATE TABLE job_leases (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  fence      bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE TABLE job_runs (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  holder     text NOT NULL,
  fence      bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  outcome    text CHECK (outcome IN ('done', 'failed', 'lost_lease')),
  details    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX job_runs_name ON job_runs (name, started_at);

-- Monthly partitions of a table partitioned by a timestamptz, for the months from now on. The application role has no
-- DDL, so this runs as the owner; the name is checked against the catalogue.
CREATE FUNCTION psm_ensure_partitions(parent text, months_ahead int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  start_at timestamptz;
  name text;
  made int := 0;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
                 WHERE c.relname = parent AND c.relnamespace = 'public'::regnamespace) THEN
    RAISE EXCEPTION '% is not a partitioned table', parent;
  END IF;
  PERFORM pg_advisory_xact_lock(7733002);
  FOR i IN 0..months_ahead LOOP
    start_at := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    name := parent || to_char(start_at AT TIME ZONE 'UTC', '"_y"YYYY"m"MM');
    IF to_regclass('public.' || quote_ident(name)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent, start_at,
        (date_trunc('month', start_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
