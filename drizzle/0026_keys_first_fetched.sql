-- When the terminal first had the bytes, under whichever offer: a status from before proves nothing, one from after it does.
ALTER TABLE key_files ADD COLUMN first_fetched_at timestamptz;
UPDATE key_files SET first_fetched_at = lease_until - interval '15 minutes' WHERE lease_until IS NOT NULL;
UPDATE key_files f SET first_fetched_at = e.at
  FROM (SELECT subject_id, min(at) AS at FROM audit_entries
    WHERE subject_kind = 'key-file' AND action = 'key.fetched' GROUP BY subject_id) e
  WHERE e.subject_id = f.id::text;

-- The person behind an API key, also where it was made by another key of theirs: names change.
ALTER TABLE api_keys ADD COLUMN maker_id uuid;
UPDATE api_keys k SET maker_id = e.actor_id
  FROM audit_entries e
  WHERE e.subject_kind = 'api_key' AND e.action = 'api_key.created' AND e.subject_id = k.id::text
    AND e.actor_kind = 'operator';

-- Files whose bytes are there: looked through each minute for terminals that have left service.
CREATE INDEX key_files_held ON key_files (id) WHERE purged_at IS NULL;
