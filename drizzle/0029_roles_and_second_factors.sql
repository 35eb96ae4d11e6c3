-- When a session last proved who it is of: by the whole way in, never by a part of it.
ALTER TABLE operator_sessions ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now();
UPDATE operator_sessions SET proved_at = created_at;

-- Dual control (PCI PIN 6): once there was a key officer, nobody becomes one, or is changed as one, by a single person's word.
-- `appointed_alone_by` is who appointed the first of them, whom nobody could confirm.
ALTER TABLE operators
  ADD COLUMN was_key_officer boolean NOT NULL DEFAULT false,
  ADD COLUMN appointed_alone_by uuid;
UPDATE operators SET was_key_officer = true WHERE role = 'key-officer';

-- What waits until a key officer confirms it. Rows go when it is done, withdrawn or too old; the audit keeps them.
CREATE TABLE operator_appointments (
  id                uuid PRIMARY KEY,
  operator_id       uuid NOT NULL REFERENCES operators ON DELETE CASCADE,
  kind              text NOT NULL CHECK (kind IN ('account', 'role', 'limits', 'password', 'second-factor')),
  -- Of new limits.
  visibility        jsonb,
  -- Of a new password: its hash, good for nothing until then.
  password          text,
  requested_by      uuid NOT NULL,
  requested_by_name text NOT NULL,
  requested_at      timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  UNIQUE (operator_id, kind)
);
