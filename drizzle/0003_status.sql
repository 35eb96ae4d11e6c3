-- What terminals say of themselves. The registry is the operator's word, this is theirs: neither overwrites the other.

-- The last status whose content was new. Room is left in the pages so that most updates touch no index.
CREATE TABLE terminal_status (
  terminal_id   uuid PRIMARY KEY REFERENCES terminals ON DELETE CASCADE,
  status        jsonb NOT NULL,
  status_digest bytea NOT NULL,
  client_hash   text,
  -- Registered facts that the terminal contradicts: 'serial', 'model', 'tid'.
  mismatches    text[] NOT NULL DEFAULT '{}',
  received_at   timestamptz NOT NULL,
  model         text GENERATED ALWAYS AS (status ->> 'model') STORED,
  os            text GENERATED ALWAYS AS (status ->> 'os') STORED,
  app_name      text GENERATED ALWAYS AS (status -> 'application' ->> 'name') STORED,
  app_version   text GENERATED ALWAYS AS (status -> 'application' ->> 'version') STORED
) WITH (fillfactor = 60);
CREATE INDEX terminal_status_app ON terminal_status (app_name, app_version, terminal_id);
CREATE INDEX terminal_status_model ON terminal_status (model, terminal_id);
CREATE INDEX terminal_status_mismatch ON terminal_status (terminal_id) WHERE mismatches <> '{}';

-- When a terminal was last heard of, and its vitals. Written in batches, may lag by seconds; room is left in the pages
-- so that the updates touch no index.
CREATE TABLE terminal_presence (
  terminal_id           uuid PRIMARY KEY REFERENCES terminals ON DELETE CASCADE,
  last_seen_at          timestamptz NOT NULL,
  next_check_in_seconds int NOT NULL,
  clock_skew_ms         bigint,
  vitals                jsonb,
  vitals_at             timestamptz
) WITH (fillfactor = 70);

-- What changed and when, by month.
CREATE TABLE status_history (
  id          bigint GENERATED ALWAYS AS IDENTITY,
  terminal_id uuid NOT NULL,
  at          timestamptz NOT NULL,
  changes     jsonb NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX status_history_terminal ON status_history (terminal_id, at);
SELECT psm_ensure_partitions('status_history', 2);
