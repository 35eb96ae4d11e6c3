-- The operator's wishes, one row per wish and terminal, with the way it went.
CREATE TABLE terminal_actions (
  id               uuid PRIMARY KEY,
  terminal_id      uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  kind             text NOT NULL CHECK (kind IN ('license', 'update', 'apps', 'keys', 'upload-ecr-log')),
  -- What the wish is about, such as a licence's id: a planner finds its own action again by it.
  subject_id       uuid NOT NULL,
  state            text NOT NULL DEFAULT 'offered' CHECK (state IN
                   ('offered', 'downloading', 'downloaded', 'installed', 'confirmed', 'failed', 'rejected', 'withdrawn')),
  body             jsonb NOT NULL,
  progress_percent int,
  reason           text,
  vendor_code      text,
  message          text,
  items            jsonb,
  offered_at       timestamptz NOT NULL,
  state_at         timestamptz NOT NULL,
  -- Until when a later check-in must prove what was reported as installed.
  confirm_by       timestamptz,
  -- A result that came after the action had been withdrawn or had failed.
  late_result      jsonb,
  -- When an operator asked for another try after it had failed: it stands in nothing's way any more.
  retried_at       timestamptz
);
-- At most one of a kind is on offer; what waits for its proof keeps nothing else from being offered.
CREATE UNIQUE INDEX terminal_actions_open ON terminal_actions (terminal_id, kind)
  WHERE state IN ('offered', 'downloading', 'downloaded');
-- What a planner has to look at again.
CREATE INDEX terminal_actions_standing ON terminal_actions (terminal_id)
  WHERE state IN ('offered', 'downloading', 'downloaded', 'installed', 'failed', 'rejected') AND retried_at IS NULL;
CREATE INDEX terminal_actions_unproved ON terminal_actions (confirm_by) WHERE state = 'installed';
CREATE INDEX terminal_actions_terminal ON terminal_actions (terminal_id, offered_at);
CREATE INDEX terminal_actions_subject ON terminal_actions (subject_id, terminal_id);
