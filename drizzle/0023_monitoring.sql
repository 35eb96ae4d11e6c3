-- What became of a request for a log, in the terminal's own words: why it could not, how often it was asked, when it is asked again.
ALTER TABLE ecr_log_requests
  ADD COLUMN outcome     text CHECK (outcome IN ('answered', 'refused', 'failed', 'cancelled', 'unanswered')),
  -- How often the terminal said that it could not.
  ADD COLUMN failures    int NOT NULL DEFAULT 0,
  -- Until then it is not told again.
  ADD COLUMN retry_at    timestamptz,
  -- Of the last failure.
  ADD COLUMN reason      text,
  ADD COLUMN vendor_code text,
  ADD COLUMN message     text;
UPDATE ecr_log_requests SET outcome = CASE WHEN is_fulfilled THEN 'answered' ELSE 'unanswered' END
  WHERE ended_at IS NOT NULL;
-- Logs that retention has deleted since.
UPDATE ecr_log_requests r SET log_id = NULL
  WHERE log_id IS NOT NULL AND NOT EXISTS (SELECT FROM ecr_logs l WHERE l.id = r.log_id AND l.state = 'kept');
ALTER TABLE ecr_log_requests
  DROP COLUMN is_fulfilled,
  ADD CHECK ((outcome IS NULL) = (ended_at IS NULL));

-- Failures that nobody has answered yet: a request is looked at by them, not by those that wait.
CREATE INDEX terminal_actions_ecr_failed ON terminal_actions (subject_id)
  WHERE kind = 'upload-ecr-log' AND state IN ('failed', 'rejected') AND retried_at IS NULL;

-- A plain hash of what a terminal sent, ours or its own, beside a status of which card numbers were cut would give the missing
-- digits to whoever tries them: from now on ours is keyed, and theirs is not kept there. Whole statuses are asked for again.
UPDATE terminal_status SET status_digest = decode(repeat('00', 32), 'hex'), client_hash = NULL
  WHERE status::text ~ '[*]|<T[12]>|C{3}|(2A ?){3}';
