-- Merchants' slips: evidence. Added once, never altered; whole days leave for the archive.
--
-- A slip is filed under the time of its transaction, or under the time it came in where the terminal's clock cannot be
-- right or where that day is sealed already. `filed_at` has milliseconds, and `id` is a UUID version 7 made of it, so an
-- id alone says in which day's partition, or archive, its slip is.
CREATE SEQUENCE eslip_seq;
CREATE TABLE eslips (
  id             uuid NOT NULL,
  filed_at       timestamptz NOT NULL,
  -- In the order of commits: who has read up to a number has read every number below it that will ever exist.
  seq            bigint NOT NULL DEFAULT nextval('eslip_seq'),
  terminal_id    uuid NOT NULL,
  -- The terminal's merchant when the slip came.
  merchant_id    uuid,
  -- Its slipUid, or made of its content where it has none; unique for its terminal.
  identity       uuid NOT NULL,
  -- 128 bits of the SHA-256 of its content; a uuid is the smallest type that holds them.
  content_digest uuid NOT NULL,
  received_at    timestamptz NOT NULL,
  -- Why it is not filed under the terminal's own time.
  time_mark      text CHECK (time_mark IN ('wrong_clock', 'late')),
  had_pan        boolean NOT NULL,
  has_other_tid  boolean NOT NULL,
  type           text NOT NULL,
  result         text NOT NULL,
  amount         bigint NOT NULL CHECK (amount >= 0),
  currency       text NOT NULL COLLATE "C",
  tid            text COLLATE "C",
  mid            text COLLATE "C",
  rrn            text COLLATE "C",
  auth_code      text COLLATE "C",
  receipt_no     text COLLATE "C",
  last4          text COLLATE "C",
  scheme         text COLLATE "C",
  -- The whole slip as it was accepted, card numbers cut.
  content        json NOT NULL,
  PRIMARY KEY (filed_at, id)
) PARTITION BY RANGE (filed_at);
CREATE INDEX eslips_seq ON eslips (seq);
CREATE INDEX eslips_terminal ON eslips (terminal_id, filed_at);
CREATE INDEX eslips_merchant ON eslips (merchant_id, filed_at) WHERE merchant_id IS NOT NULL;
CREATE INDEX eslips_tid ON eslips (tid, filed_at);
CREATE INDEX eslips_mid ON eslips (mid, filed_at);
CREATE INDEX eslips_rrn ON eslips (rrn, filed_at);
CREATE INDEX eslips_auth_code ON eslips (auth_code, filed_at);
CREATE INDEX eslips_receipt_no ON eslips (receipt_no, filed_at);
CREATE INDEX eslips_last4 ON eslips (last4, filed_at);
CREATE INDEX eslips_amount ON eslips (amount, filed_at);
CREATE INDEX eslips_had_pan ON eslips (filed_at) WHERE had_pan;
CREATE INDEX eslips_time_mark ON eslips (time_mark, filed_at) WHERE time_mark IS NOT NULL;
CREATE TRIGGER eslips_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON eslips
  FOR EACH STATEMENT EXECUTE FUNCTION psm_refuse_change();

-- UNIQUE cannot span partitions, and a slip sent again must be known when its day has left for the archive: identities
-- stand beside the slips, for as long as the slip itself is kept anywhere.
CREATE TABLE eslip_identities (
  terminal_id    uuid NOT NULL,
  identity       uuid NOT NULL,
  slip_id        uuid NOT NULL,
  content_digest uuid NOT NULL,
  PRIMARY KEY (terminal_id, identity)
);

-- What came in by the hour, so that the sums of a long period need not be counted slip by slip. It stays when the slips
-- have left for the archive.
CREATE TABLE eslip_hours (
  hour     timestamptz NOT NULL,
  currency text NOT NULL COLLATE "C",
  type     text NOT NULL,
  result   text NOT NULL,
  count    bigint NOT NULL,
  amount   numeric NOT NULL,
  PRIMARY KEY (hour, currency, type, result)
) WITH (fillfactor = 50);

-- Days before this one take no more slips: they are on their way to the archive, or there.
CREATE TABLE eslip_horizon (
  is_only       boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  sealed_before date NOT NULL
);
INSERT INTO eslip_horizon (sealed_before) VALUES ('2020-01-01');

CREATE FUNCTION psm_eslip_day_table(day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'eslips_' || to_char(day, '"y"YYYY"m"MM"d"DD');
$$;

-- Which slips programs have fetched: one row for each run of pages that follow one another on one day.
CREATE TABLE eslip_pulls (
  id         uuid PRIMARY KEY,
  actor_id   uuid NOT NULL,
  actor_name text NOT NULL,
  filter     jsonb NOT NULL,
  -- Above this number, up to that one.
  from_seq   bigint NOT NULL,
  to_seq     bigint NOT NULL,
  count      bigint NOT NULL,
  began_at   timestamptz NOT NULL,
  last_at    timestamptz NOT NULL
);
CREATE INDEX eslip_pulls_actor ON eslip_pulls (actor_id, last_at);
CREATE INDEX eslip_pulls_seq ON eslip_pulls (to_seq);

-- The partition of a day (UTC). Attached, not created in place: that would wait for every reader, and all would wait for
-- it. The application role has no DDL, so this runs as the owner, within bounds.
CREATE FUNCTION psm_ensure_eslip_day(day date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  name text := psm_eslip_day_table(day);
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN false;
  END IF;
  IF day < (SELECT sealed_before FROM eslip_horizon) OR day > current_date + 4 THEN
    RAISE EXCEPTION 'no slips are filed under %', day;
  END IF;
  PERFORM pg_advisory_xact_lock(7733002);
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE eslips INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
  EXECUTE format('ALTER TABLE eslips ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, day::timestamptz,
    (day + 1)::timestamptz);
  RETURN true;
END $$;

-- Stores the slips of a batch in one commit and says of each: stored, duplicate (the same came before), or conflict
-- (the same identity came before with other content). What can wait is done before the sequencer's lock is taken; that
-- one is held to the commit, so numbers become visible in their order. Raises PSM01 where days were sealed meanwhile that
-- `known_sealed` does not know of: the caller files the slips anew. Plans are kept for as long as a connection lives: one
-- made while the tables were small would read them whole for ever after.
CREATE FUNCTION psm_store_eslips(slips json, known_sealed date) RETURNS TABLE (slip_id uuid, outcome text)
  LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  given eslips[];
  fresh uuid[];
BEGIN
  SELECT array_agg(ROW(x.id, x.filed_at, 0, x.terminal_id, t.merchant_id, x.identity, x.content_digest, x.received_at,
      x.time_mark, x.had_pan,
      x.tid IS NOT NULL AND i.tids IS NOT NULL AND x.tid <> ALL (i.tids),
      x.type, x.result, x.amount, x.currency,
      coalesce(x.tid, CASE WHEN cardinality(i.tids) = 1 THEN i.tids[1] END),
      coalesce(x.mid, CASE WHEN cardinality(i.mids) = 1 THEN nullif(i.mids[1], '') END),
      x.rrn, x.auth_code, x.receipt_no, x.last4, x.scheme, x.content)::eslips
      ORDER BY x.terminal_id, x.identity, x.at)
    INTO given
    FROM json_to_recordset(slips) AS x(at int, id uuid, filed_at timestamptz, terminal_id uuid, identity uuid, content_digest uuid,
      received_at timestamptz, time_mark text, had_pan boolean, type text, result text, amount bigint, currency text,
      tid text, mid text, rrn text, auth_code text, receipt_no text, last4 text, scheme text, content json)
    LEFT JOIN terminals t ON t.id = x.terminal_id
    CROSS JOIN LATERAL (SELECT array_agg(k.tid) AS tids, array_agg(DISTINCT k.mid) AS mids
                        FROM terminal_tids k WHERE k.terminal_id = x.terminal_id) i;
  -- In the order of the key: two batches that share slips wait for one another and never in a circle.
  WITH added AS (
    INSERT INTO eslip_identities AS e (terminal_id, identity, slip_id, content_digest)
      SELECT g.terminal_id, g.identity, g.id, g.content_digest FROM unnest(given) g
      ON CONFLICT DO NOTHING RETURNING e.slip_id)
  SELECT array_agg(a.slip_id) INTO fresh FROM added a;
  IF fresh IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(7733003);
    IF (SELECT sealed_before FROM eslip_horizon) <> known_sealed THEN
      RAISE EXCEPTION 'days were sealed' USING ERRCODE = 'PSM01';
    END IF;
    PERFORM psm_ensure_eslip_day(d.day)
      FROM (SELECT DISTINCT (g.filed_at AT TIME ZONE 'UTC')::date AS day FROM unnest(given) g WHERE g.id = ANY (fresh)) d;
    INSERT INTO eslips (id, filed_at, terminal_id, merchant_id, identity, content_digest, received_at, time_mark, had_pan,
        has_other_tid, type, result, amount, currency, tid, mid, rrn, auth_code, receipt_no, last4, scheme, content)
      SELECT g.id, g.filed_at, g.terminal_id, g.merchant_id, g.identity, g.content_digest, g.received_at, g.time_mark,
        g.had_pan, g.has_other_tid, g.type, g.result, g.amount, g.currency, g.tid, g.mid, g.rrn, g.auth_code, g.receipt_no,
        g.last4, g.scheme, g.content
      FROM unnest(given) g WHERE g.id = ANY (fresh);
    INSERT INTO eslip_hours AS h (hour, currency, type, result, count, amount)
      SELECT date_trunc('hour', g.filed_at, 'UTC'), g.currency, g.type, g.result, count(*), sum(g.amount)
      FROM unnest(given) g WHERE g.id = ANY (fresh) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT (hour, currency, type, result)
        DO UPDATE SET count = h.count + excluded.count, amount = h.amount + excluded.amount;
  END IF;
  RETURN QUERY SELECT g.id,
      CASE WHEN g.id = e.slip_id THEN 'stored' WHEN g.content_digest = e.content_digest THEN 'duplicate' ELSE 'conflict' END
    FROM unnest(given) g JOIN eslip_identities e ON e.terminal_id = g.terminal_id AND e.identity = g.identity;
END $$;

-- Closes all days before this one to new slips. Waits for who is storing, and those who come after see it.
CREATE FUNCTION psm_seal_eslips(before date) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
  sealed date;
BEGIN
  IF before > (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'days are sealed when they are over, not before: %', before;
  END IF;
  PERFORM pg_advisory_xact_lock(7733003);
  UPDATE eslip_horizon SET sealed_before = greatest(sealed_before, before) RETURNING sealed_before INTO sealed;
  RETURN sealed;
END $$;

SELECT psm_ensure_eslip_day((now() AT TIME ZONE 'UTC')::date + i) FROM generate_series(0, 2) i;
