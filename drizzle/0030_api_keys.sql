-- API keys: where they may be used from, how often, and secrets that give way to others without a gap.
ALTER TABLE api_keys
  -- Networks in canonical form, 10.0.0.0/8 or 2001:db8::/32; none: from everywhere.
  ADD COLUMN allowed_addresses text[] NOT NULL DEFAULT '{}',
  -- Null: API_REQUESTS_PER_MINUTE.
  ADD COLUMN requests_per_minute int CHECK (requests_per_minute BETWEEN 1 AND 1000000),
  ADD COLUMN last_used_address text,
  -- Calls from addresses that are not allowed.
  ADD COLUMN refused_calls bigint NOT NULL DEFAULT 0,
  ADD COLUMN last_refused_at timestamptz,
  ADD COLUMN last_refused_address text,
  -- Whom a secret of it was shown to beside its maker: they, too, do not approve what it deposits.
  ADD COLUMN renewer_ids uuid[] NOT NULL DEFAULT '{}';

-- Beside the states of 0002: a secret of an API key that another one has taken the place of is `retiring` and still opens
-- the door until it expires; of one key there is one at most.
ALTER TABLE credentials DROP CONSTRAINT credentials_state_check;
ALTER TABLE credentials ADD CONSTRAINT credentials_state_check
  CHECK (state IN ('pending', 'current', 'retiring', 'ended'));
ALTER TABLE credentials
  -- The visible beginning, by which people tell one secret from another. Of older ones it is not known.
  ADD COLUMN hint text,
  ADD COLUMN last_used_at timestamptz,
  ADD COLUMN last_used_address text;
CREATE UNIQUE INDEX credentials_retiring ON credentials (subject_kind, subject_id) WHERE state = 'retiring';
CREATE INDEX credentials_retiring_until ON credentials (expires_at) WHERE state = 'retiring';
-- A key's own end is in api_keys and may be moved; what stands here from now on is the end of one secret alone.
UPDATE credentials SET expires_at = NULL WHERE subject_kind = 'api_key';

-- Writes of programs that may be sent again: what was asked under an Idempotency-Key, and what came of it.
CREATE TABLE repeatable_writes (
  -- Operator or API key.
  caller_id  uuid NOT NULL,
  key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  -- SHA-256 of method, path and input.
  request    bytea NOT NULL,
  state      text NOT NULL CHECK (state IN ('reserved', 'begun', 'done')),
  -- Who works on it, where that takes several transactions, and until when it is believed to.
  attempt    uuid,
  held_until timestamptz,
  -- Sealed; null while there is none, and where it was too long to be kept.
  outcome    bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller_id, key)
);
CREATE INDEX repeatable_writes_created ON repeatable_writes (created_at);
