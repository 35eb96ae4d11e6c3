-- What is wrong in the fleet and on the server. A job looks every minute; what it finds is kept in three steps: how a terminal
-- or a thing stands (standings, conditions), alerts that people see (one a terminal, or one for many), and what happened to them.

-- Where somebody has changed a rule; the others are as the program has them.
CREATE TABLE alert_rules (
  kind                text PRIMARY KEY,
  is_on               boolean NOT NULL,
  severity            text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  threshold           double precision,
  clear_threshold     double precision,
  raise_after_minutes int NOT NULL CHECK (raise_after_minutes >= 0),
  clear_after_minutes int NOT NULL CHECK (clear_after_minutes >= 0),
  -- Back within so long, it is the same alert again.
  quiet_minutes       int NOT NULL CHECK (quiet_minutes >= 0),
  -- So many terminals have an alert of their own; what comes beyond is one alert for all.
  grouped_from        int NOT NULL CHECK (grouped_from >= 0),
  in_bell             boolean NOT NULL,
  revision            int NOT NULL,
  updated_at          timestamptz NOT NULL,
  updated_by          text NOT NULL
);

CREATE TABLE alerts (
  id                 uuid PRIMARY KEY,
  kind               text NOT NULL,
  severity           text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  state              text NOT NULL CHECK (state IN ('raised', 'acknowledged', 'cleared')),
  subject_kind       text NOT NULL CHECK (subject_kind IN ('terminal', 'terminals', 'rollout', 'job', 'webhook', 'api-key')),
  -- Of many terminals the alert's own id.
  subject_id         text NOT NULL,
  label              text NOT NULL,
  detail             jsonb NOT NULL DEFAULT '{}',
  -- Terminals it is about now, and at the most; 1 of everything else.
  count              int NOT NULL,
  peak               int NOT NULL,
  -- Of how many people were last told, or said that they knew.
  told_count         int NOT NULL,
  in_bell            boolean NOT NULL,
  -- How often it was raised.
  times              int NOT NULL DEFAULT 1,
  first_raised_at    timestamptz NOT NULL,
  raised_at          timestamptz NOT NULL,
  -- When a terminal last came to it.
  joined_at          timestamptz NOT NULL,
  acknowledged_at    timestamptz,
  acknowledged_by    text,
  note               text,
  cleared_at         timestamptz,
  CHECK ((state = 'cleared') = (cleared_at IS NOT NULL)),
  CHECK (state <> 'acknowledged' OR acknowledged_by IS NOT NULL)
);
CREATE UNIQUE INDEX alerts_open ON alerts (kind, subject_id) WHERE state <> 'cleared';
CREATE INDEX alerts_raised ON alerts (raised_at, id);
CREATE INDEX alerts_state ON alerts (state, raised_at, id);
CREATE INDEX alerts_kind ON alerts (kind, subject_kind, cleared_at);
CREATE INDEX alerts_cleared ON alerts (cleared_at) WHERE cleared_at IS NOT NULL;

-- Terminals that are, or were a moment ago, in the condition of a kind. Most of the fleet has no row.
CREATE TABLE alert_standings (
  kind        text NOT NULL,
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  bad_since   timestamptz NOT NULL,
  -- Set while it is well again and not yet for long enough.
  good_since  timestamptz,
  -- Null until it has lasted long enough.
  alert_id    uuid REFERENCES alerts ON DELETE CASCADE,
  PRIMARY KEY (kind, terminal_id)
);
CREATE INDEX alert_standings_waiting ON alert_standings (kind, bad_since) WHERE alert_id IS NULL;
CREATE INDEX alert_standings_ending ON alert_standings (kind, good_since) WHERE good_since IS NOT NULL;
CREATE INDEX alert_standings_alert ON alert_standings (alert_id) WHERE alert_id IS NOT NULL;

-- The same of what is no terminal.
CREATE TABLE alert_conditions (
  kind       text NOT NULL,
  subject_id text NOT NULL,
  bad_since  timestamptz NOT NULL,
  good_since timestamptz,
  alert_id   uuid REFERENCES alerts ON DELETE CASCADE,
  PRIMARY KEY (kind, subject_id)
);

-- Which terminals an alert is about, and was.
CREATE TABLE alert_members (
  alert_id    uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  serial      text NOT NULL COLLATE "C",
  joined_at   timestamptz NOT NULL,
  left_at     timestamptz,
  PRIMARY KEY (alert_id, terminal_id)
);
CREATE INDEX alert_members_serial ON alert_members (alert_id, serial) INCLUDE (terminal_id, left_at);
CREATE INDEX alert_members_terminal ON alert_members (terminal_id, alert_id);

-- What happened to alerts, in an order that can be read on from: numbers are drawn under a lock that is held until
-- the commit (see psm_append), so whoever has read number n has missed none below it.
CREATE TABLE alert_events (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id    uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  what        text NOT NULL CHECK (what IN ('raised', 'reopened', 'grew', 'acknowledged', 'cleared')),
  at          timestamptz NOT NULL,
  count       int NOT NULL,
  by_name     text,
  note        text
);
CREATE INDEX alert_events_alert ON alert_events (alert_id, seq);

CREATE FUNCTION psm_append_alert_events(events jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7733031);
  INSERT INTO alert_events (alert_id, what, at, count, by_name, note)
    SELECT r.alert_id, r.what, r.at, r.count, r.by_name, r.note
    FROM jsonb_to_recordset(events) AS r(alert_id uuid, what text, at timestamptz, count int, by_name text, note text);
END $$;

-- How far a kind has been looked for among those that speak, and by which rule: another rule looks at all of them anew.
CREATE TABLE alert_looks (
  kind     text PRIMARY KEY,
  looked_at timestamptz NOT NULL,
  revision int NOT NULL
);
