-- Messages to other systems. An endpoint has a cursor for each kind of event; the dispatcher reads on from it, writes a
-- message and moves the cursor in one transaction. Messages of an endpoint go out one after another, by position.
CREATE SEQUENCE webhook_positions;

CREATE TABLE webhook_endpoints (
  id                uuid PRIMARY KEY,
  name              text NOT NULL,
  url               text NOT NULL,
  event_types       text[] NOT NULL,
  visibility        jsonb NOT NULL DEFAULT '{"kind": "all"}',
  state             text NOT NULL CHECK (state IN ('enabled', 'disabled')),
  -- An operator, an answer 410, or three days without one good answer.
  disabled_by       text CHECK (disabled_by IN ('operator', 'gone', 'failing')),
  disabled_at       timestamptz,
  -- The first bad answer since the last good one.
  failing_since     timestamptz,
  last_delivered_at timestamptz,
  delivered_count   bigint NOT NULL DEFAULT 0,
  failed_count      bigint NOT NULL DEFAULT 0,
  -- Whoever sends for this endpoint, and until when that is believed without word from it.
  claim_id          uuid,
  claimed_until     timestamptz,
  created_by        text NOT NULL,
  created_at        timestamptz NOT NULL,
  CHECK ((state = 'disabled') = (disabled_by IS NOT NULL))
);

-- Sealed: they sign, so a hash would not do.
CREATE TABLE webhook_secrets (
  id          uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  sealed      bytea NOT NULL,
  created_at  timestamptz NOT NULL,
  -- Set by a rotation; until then it signs beside its successor.
  expires_at  timestamptz
);
CREATE UNIQUE INDEX webhook_secrets_newest ON webhook_secrets (endpoint_id) WHERE expires_at IS NULL;
CREATE INDEX webhook_secrets_endpoint ON webhook_secrets (endpoint_id);

CREATE TABLE webhook_cursors (
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  event_type  text NOT NULL,
  -- Everything up to this number of the type's sequence has become messages.
  seq         bigint NOT NULL,
  PRIMARY KEY (endpoint_id, event_type)
);

CREATE TABLE webhook_messages (
  id               uuid PRIMARY KEY,
  endpoint_id      uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
  type             text NOT NULL,
  -- The very bytes that are signed.
  body             text NOT NULL,
  events           int NOT NULL,
  position         bigint NOT NULL,
  state            text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  -- Since it was written or replayed.
  attempts         int NOT NULL DEFAULT 0,
  first_attempt_at timestamptz,
  next_attempt_at  timestamptz NOT NULL,
  last_status      int,
  last_error       text,
  created_at       timestamptz NOT NULL,
  settled_at       timestamptz
);
CREATE INDEX webhook_messages_waiting ON webhook_messages (endpoint_id, position) WHERE state = 'pending';
CREATE INDEX webhook_messages_endpoint ON webhook_messages (endpoint_id, id);
CREATE INDEX webhook_messages_state ON webhook_messages (endpoint_id, state, id);
CREATE INDEX webhook_messages_settled ON webhook_messages (settled_at) WHERE state <> 'pending';

CREATE TABLE webhook_attempts (
  id           uuid PRIMARY KEY,
  message_id   uuid NOT NULL REFERENCES webhook_messages ON DELETE CASCADE,
  endpoint_id  uuid NOT NULL,
  at           timestamptz NOT NULL,
  is_delivered boolean NOT NULL,
  duration_ms  int NOT NULL,
  status       int,
  error        text,
  -- Its beginning, card numbers masked.
  answer       text NOT NULL
);
CREATE INDEX webhook_attempts_message ON webhook_attempts (message_id, id);
CREATE INDEX webhook_attempts_endpoint ON webhook_attempts (endpoint_id, at);
CREATE INDEX webhook_attempts_at ON webhook_attempts (at);
