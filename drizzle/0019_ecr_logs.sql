-- Logs of the exchange between terminals and cash registers, card data cut out. The bytes are one blob each: blocks of
-- text, each packed on its own, one behind the other.
CREATE TABLE ecr_logs (
  id             uuid PRIMARY KEY,
  terminal_id    uuid NOT NULL REFERENCES terminals,
  -- As the terminal calls it; of the same name there may be several, the newest with the highest number.
  name           text NOT NULL,
  version        int,
  -- The row comes before the bytes and goes after them.
  state          text NOT NULL CHECK (state IN ('coming', 'kept', 'ended')),
  blob_key       text NOT NULL UNIQUE,
  charset        text NOT NULL CHECK (charset IN ('utf-8', 'ibm866', 'windows-1251')),
  -- Keyed hash of what the terminal sent, unpacked: tells the same content again. A plain one beside the cut text would give
  -- the numbers away to whoever tries them.
  content_mac    bytea,
  received_bytes bigint NOT NULL DEFAULT 0,
  size_bytes     bigint NOT NULL DEFAULT 0,
  packed_bytes   bigint NOT NULL DEFAULT 0,
  rows           int NOT NULL DEFAULT 0,
  card_numbers   int NOT NULL DEFAULT 0,
  -- [{at, packedBytes, sizeBytes, row, rows, firstTime, lastTime}]: where each block lies, and what is in it.
  blocks         jsonb NOT NULL DEFAULT '[]',
  -- The first and the last time in it, by the terminal's clock: 2026-11-27T10:00:00.
  first_time     text,
  last_time      text,
  -- The period, as the terminal says it.
  from_at        timestamptz,
  to_at          timestamptz,
  received_at    timestamptz NOT NULL,
  CHECK (state <> 'kept' OR (version IS NOT NULL AND content_mac IS NOT NULL)),
  UNIQUE (terminal_id, name, version)
);
CREATE INDEX ecr_logs_kept ON ecr_logs (id) WHERE state = 'kept';
CREATE INDEX ecr_logs_terminal ON ecr_logs (terminal_id, id) WHERE state = 'kept';
CREATE INDEX ecr_logs_unkept ON ecr_logs (received_at) WHERE state <> 'kept';

-- What operators ask terminals for. It is open until a log of the period comes, or it is given up.
CREATE TABLE ecr_log_requests (
  id           uuid PRIMARY KEY,
  terminal_id  uuid NOT NULL REFERENCES terminals,
  from_at      timestamptz NOT NULL,
  to_at        timestamptz NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  ended_at     timestamptz,
  -- The log that came for it; null where it was given up, or the log has been deleted since.
  log_id       uuid,
  is_fulfilled boolean NOT NULL DEFAULT false,
  CHECK (from_at < to_at)
);
CREATE INDEX ecr_log_requests_open ON ecr_log_requests (terminal_id, id) WHERE ended_at IS NULL;
CREATE INDEX ecr_log_requests_terminal ON ecr_log_requests (terminal_id, id);
