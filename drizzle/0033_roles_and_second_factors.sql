-- When a session last proved who it is of: by the whole way in, never by a part of it.
ALTER TABLE operator_sessions ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now();
UPDATE operator_sessions SET proved_at = created_at;
