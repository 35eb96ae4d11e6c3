-- How operators sign in. Sessions, challenges and second factors have the shape the sign-in library asks for; what it
-- does not know (attempts by login, codes used up, the first administrator's link) is ours.
ALTER TABLE operators
  ADD COLUMN two_factor_enabled boolean NOT NULL DEFAULT false,
  ADD COLUMN last_sign_in_at timestamptz;

-- `token` opens nothing by itself: the cookie carries it signed with a secret that is not in the database.
CREATE TABLE operator_sessions (
  id           uuid PRIMARY KEY,
  operator_id  uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  token        text NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  -- Moves with use, at most once a minute: the idle limit counts from here.
  last_used_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  ip_address   text,
  user_agent   text
);
CREATE INDEX operator_sessions_operator ON operator_sessions (operator_id, id);
CREATE INDEX operator_sessions_expiry ON operator_sessions (expires_at);

-- Sign-ins between password and second factor.
CREATE TABLE operator_challenges (
  id         uuid PRIMARY KEY,
  identifier text NOT NULL,
  value      text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operator_challenges_identifier ON operator_challenges (identifier);

-- Secret and backup codes are encrypted with a secret that is not in the database.
CREATE TABLE operator_two_factors (
  id                        uuid PRIMARY KEY,
  operator_id               uuid NOT NULL UNIQUE REFERENCES operators ON DELETE CASCADE,
  secret                    text NOT NULL,
  backup_codes              text NOT NULL,
  verified                  boolean NOT NULL DEFAULT false,
  failed_verification_count integer NOT NULL DEFAULT 0,
  locked_until              timestamptz
);

-- RFC 6238 § 5.2: a code is good once.
CREATE TABLE operator_used_codes (
  operator_id uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  code_hash   bytea NOT NULL,
  used_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (operator_id, code_hash)
);

-- Failed attempts by what was typed as login, known or not, as a keyed hash: people type passwords into that field too.
CREATE TABLE sign_in_attempts (
  login_hash     bytea PRIMARY KEY,
  operator_id    uuid REFERENCES operators ON DELETE CASCADE,
  failures       integer NOT NULL DEFAULT 0,
  last_failed_at timestamptz NOT NULL,
  locked_until   timestamptz
);
CREATE INDEX sign_in_attempts_operator ON sign_in_attempts (operator_id);

-- One-time links for the first administrator, one for each server that started without any operator.
CREATE TABLE setup_tokens (
  token_hash bytea PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
