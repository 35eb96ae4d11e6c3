-- What terminals asked and what they were answered, day by day. Written behind the answers, in batches; it may be lost with
-- the process that was about to write it, and old days are dropped whole.

CREATE TABLE pos_log (
  -- When the request came; of a run, its first.
  at             timestamptz NOT NULL,
  -- Numbered by the server that answered; unique beside `at`.
  id             bigint NOT NULL,
  terminal_id    uuid NOT NULL,
  request_id     text NOT NULL,
  -- The message's name in the protocol, or 'unknown'.
  kind           text NOT NULL COLLATE "C",
  -- How many things were handed over: slips.
  items          int,
  -- In a few words of the protocol: a state, an id, the path of what is no message.
  about          text,
  status         smallint NOT NULL,
  code           text COLLATE "C",
  request_bytes  bigint NOT NULL,
  answer_bytes   bigint NOT NULL,
  -- Of a run, the longest.
  duration_ms    int NOT NULL,
  address        text NOT NULL,
  -- The answer did not leave as a whole.
  is_broken_off  boolean NOT NULL,
  -- Requests that followed one another and were answered alike are one row, a day at most.
  count          int NOT NULL,
  last_at        timestamptz NOT NULL,
  -- JSON without secrets and card numbers, cut where it is long; null where nothing may be kept.
  request_body   text,
  answer_body    text,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX pos_log_terminal ON pos_log (terminal_id, at, id);
-- Most are check-ins: those are found along the time.
CREATE INDEX pos_log_kind ON pos_log (kind, at, id) WHERE kind <> 'check-in';
CREATE INDEX pos_log_refused ON pos_log (at, id) WHERE status >= 400;
CREATE INDEX pos_log_code ON pos_log (code, at, id) WHERE code IS NOT NULL;

-- Where the log has a hole: requests that were answered and not written down, as the database was too slow for it.
CREATE TABLE pos_log_gaps (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  from_at timestamptz NOT NULL,
  to_at   timestamptz NOT NULL,
  dropped bigint NOT NULL
);
CREATE INDEX pos_log_gaps_to ON pos_log_gaps (to_at);

-- The partition of a day (UTC), with room in its pages for runs that grow. Attached, not created in place: that would wait
-- for every reader. The application role has no DDL, so this runs as the owner, within bounds.
CREATE FUNCTION psm_ensure_pos_log_day(day date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  name text := 'pos_log_' || to_char(day, '"y"YYYY"m"MM"d"DD');
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN false;
  END IF;
  IF day < current_date - 400 OR day > current_date + 4 THEN
    RAISE EXCEPTION 'the POS log has no day %', day;
  END IF;
  PERFORM pg_advisory_xact_lock(7733002);
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE pos_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = 90)', name);
  EXECUTE format('ALTER TABLE pos_log ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, day::timestamptz,
    (day + 1)::timestamptz);
  RETURN true;
END $$;
SELECT psm_ensure_pos_log_day(current_date);

-- Drops the oldest partition whose every row is older than so many days; its name, or null where there is none. Dropping
-- locks the whole table: it gives up soon (55P03), so that nobody waits long behind it.
CREATE FUNCTION psm_drop_old_partition(parent text, keep_days int) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
DECLARE
  found text;
BEGIN
  IF parent NOT IN ('pos_log', 'status_history') OR keep_days < 1 THEN
    RAISE EXCEPTION 'nothing of % older than % days may be dropped', parent, keep_days;
  END IF;
  SELECT p.name INTO found FROM (
    SELECT c.relname AS name,
      substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz AS ends_at
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = ('public.' || parent)::regclass) p
  WHERE p.ends_at <= now() - make_interval(days => keep_days)
  ORDER BY p.ends_at LIMIT 1;
  IF found IS NOT NULL THEN
    EXECUTE format('DROP TABLE %I', found);
  END IF;
  RETURN found;
END $$;
