-- Updates of system components: packages, rules, who gets them, and at what pace.

-- One component at one version, for some models. Bytes are the vendor's and never repacked.
CREATE TABLE packages (
  id           uuid PRIMARY KEY,
  platform     text NOT NULL,
  component    text NOT NULL COLLATE "C",
  version      text NOT NULL COLLATE "C",
  -- None: for all models of the platform.
  models       text[] NOT NULL DEFAULT '{}',
  -- Of an incremental package: the version that must be there before.
  from_version text COLLATE "C",
  kind         text NOT NULL CHECK (kind IN ('android-ota', 'file-set')),
  notes        text NOT NULL DEFAULT '',
  -- What the inspector read in it, and what it warns of.
  inspected    jsonb NOT NULL DEFAULT '{}',
  warnings     jsonb NOT NULL DEFAULT '[]',
  file_count   int NOT NULL,
  size_bytes   bigint NOT NULL,
  -- By which its first file came: who asks again, because the answer got lost, gets the same package.
  upload_id    uuid UNIQUE,
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL
);
CREATE INDEX packages_component ON packages (platform, component, version);

-- In the order in which the terminal takes them.
CREATE TABLE package_files (
  package_id uuid NOT NULL REFERENCES packages ON DELETE CASCADE,
  position   int NOT NULL,
  name       text NOT NULL,
  target     text NOT NULL,
  sha256     text NOT NULL,
  size_bytes bigint NOT NULL,
  blob_key   text NOT NULL,
  PRIMARY KEY (package_id, position)
);
CREATE INDEX package_files_sha256 ON package_files (sha256);
CREATE INDEX package_files_blob ON package_files (blob_key);

-- One row for each blob of packages, from before it is stored until after it is gone; files of equal content share one.
CREATE TABLE package_blobs (
  blob_key     text PRIMARY KEY,
  state        text NOT NULL CHECK (state IN ('coming', 'kept', 'ended')),
  -- Which upload, in which of its versions, it holds the bytes of.
  content_id   text NOT NULL,
  size_bytes   bigint NOT NULL,
  -- While it is coming.
  stored_bytes bigint NOT NULL DEFAULT 0,
  sha256       text,
  state_at     timestamptz NOT NULL
);
CREATE INDEX package_blobs_content ON package_blobs (content_id);

-- What and when. Who: update_assignments. At what pace: rollouts.
CREATE TABLE update_rules (
  id         uuid PRIMARY KEY,
  name       text NOT NULL,
  platform   text NOT NULL,
  models     text[] NOT NULL DEFAULT '{}',
  is_enabled boolean NOT NULL DEFAULT true,
  -- The higher one wins where two concern one component.
  priority   int NOT NULL DEFAULT 0,
  conditions jsonb NOT NULL DEFAULT '{}',
  starts_at  timestamptz,
  ends_at    timestamptz,
  notes      text NOT NULL DEFAULT '',
  -- Grows with every change: who changes an older one is told.
  revision   int NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_by text NOT NULL DEFAULT '',
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX update_rules_name ON update_rules (lower(name));
CREATE INDEX update_rules_platform ON update_rules (platform, priority DESC, id);

CREATE TABLE update_rule_steps (
  rule_id           uuid NOT NULL REFERENCES update_rules ON DELETE CASCADE,
  position          int NOT NULL,
  package_id        uuid NOT NULL REFERENCES packages,
  -- Versions of the component from which this step may be taken; open where null.
  from_min          text,
  from_max          text,
  -- Offered only when all steps before it are proved.
  waits_for_earlier boolean NOT NULL DEFAULT false,
  PRIMARY KEY (rule_id, position)
);
CREATE INDEX update_rule_steps_package ON update_rule_steps (package_id);

-- Who gets what a rule says. It follows the TID, whichever terminal has it; a terminal without one is its own place.
CREATE TABLE update_assignments (
  id          uuid PRIMARY KEY,
  rule_id     uuid NOT NULL REFERENCES update_rules ON DELETE CASCADE,
  acquirer    text COLLATE "C",
  tid         text COLLATE "C",
  terminal_id uuid REFERENCES terminals ON DELETE CASCADE,
  assigned_by text NOT NULL,
  assigned_at timestamptz NOT NULL,
  CHECK ((tid IS NULL) <> (terminal_id IS NULL) AND (tid IS NULL) = (acquirer IS NULL))
);
CREATE UNIQUE INDEX update_assignments_tid ON update_assignments (tid, acquirer, rule_id) WHERE tid IS NOT NULL;
CREATE UNIQUE INDEX update_assignments_terminal ON update_assignments (terminal_id, rule_id) WHERE terminal_id IS NOT NULL;
CREATE INDEX update_assignments_rule ON update_assignments (rule_id, id);

-- Assigned and unassigned, by whom and when; the assignment itself may be gone.
CREATE TABLE update_assignment_history (
  id          uuid PRIMARY KEY,
  rule_id     uuid NOT NULL,
  rule_name   text NOT NULL,
  acquirer    text COLLATE "C",
  tid         text COLLATE "C",
  terminal_id uuid,
  what        text NOT NULL CHECK (what IN ('assigned', 'unassigned')),
  by_name     text NOT NULL,
  at          timestamptz NOT NULL
);
CREATE INDEX update_assignment_history_tid ON update_assignment_history (tid, id) WHERE tid IS NOT NULL;
CREATE INDEX update_assignment_history_terminal ON update_assignment_history (terminal_id, id) WHERE terminal_id IS NOT NULL;

-- The terminals to which rules are assigned, by their TIDs or themselves.
CREATE VIEW assigned_terminals AS
  SELECT a.rule_id, k.terminal_id FROM update_assignments a
    JOIN terminal_tids k ON k.tid = a.tid AND k.acquirer = a.acquirer AND k.is_live WHERE a.tid IS NOT NULL
  UNION
  SELECT a.rule_id, a.terminal_id FROM update_assignments a WHERE a.terminal_id IS NOT NULL;

-- A rule on its way to its terminals in waves. At most one of a rule is under way.
CREATE TABLE rollouts (
  id              uuid PRIMARY KEY,
  rule_id         uuid NOT NULL REFERENCES update_rules ON DELETE CASCADE,
  name            text NOT NULL,
  state           text NOT NULL CHECK (state IN ('running', 'paused', 'halted', 'finished', 'stopped')),
  -- The wave that is open now, from 0.
  wave            int NOT NULL DEFAULT 0,
  -- Terminals that may be at it at once; null: as many as there are.
  max_active      int CHECK (max_active > 0),
  -- An offer that is not taken for so long counts as failed.
  silent_minutes  int NOT NULL CHECK (silent_minutes > 0),
  -- Retries of one terminal by itself, and the wait before the first; each next one waits twice as long.
  max_retries     int NOT NULL DEFAULT 0 CHECK (max_retries BETWEEN 0 AND 10),
  retry_minutes   int NOT NULL DEFAULT 30 CHECK (retry_minutes > 0),
  -- Why it is halted, or was stopped.
  reason          jsonb,
  -- Of the rule as it was when this began, or was resumed: what was changed since goes to nobody unseen.
  rule_revision   int NOT NULL,
  revision        int NOT NULL DEFAULT 1,
  created_by      text NOT NULL,
  created_at      timestamptz NOT NULL,
  state_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX rollouts_under_way ON rollouts (rule_id) WHERE state IN ('running', 'paused', 'halted');
CREATE INDEX rollouts_state ON rollouts (state, id);
CREATE INDEX rollouts_rule ON rollouts (rule_id, id);

CREATE TABLE rollout_waves (
  rollout_id      uuid NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  position        int NOT NULL,
  -- A named pilot group, or a share of what is left after it, or a number of terminals.
  group_id        uuid,
  percent         double precision CHECK (percent > 0 AND percent <= 100),
  count           int CHECK (count > 0),
  -- Share of the wave that must have succeeded before the next opens, and share that failed at which all halts.
  success_percent double precision NOT NULL CHECK (success_percent BETWEEN 0 AND 100),
  error_percent   double precision NOT NULL CHECK (error_percent > 0 AND error_percent <= 100),
  -- Targets by state, as last counted: whoever shows a rollout counts nothing.
  counts          jsonb NOT NULL DEFAULT '{"waiting": 0, "active": 0, "succeeded": 0, "failed": 0, "excused": 0, "left": 0}',
  opened_at       timestamptz,
  finished_at     timestamptz,
  PRIMARY KEY (rollout_id, position)
);

CREATE TABLE rollout_targets (
  rollout_id   uuid NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  terminal_id  uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  wave         int NOT NULL,
  state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'active', 'succeeded', 'failed', 'left')),
  retries      int NOT NULL DEFAULT 0,
  -- Not offered again before.
  retry_at     timestamptz,
  reason       text,
  -- A failure that was known when somebody resumed the halted rollout: it counts no more.
  is_excused   boolean NOT NULL DEFAULT false,
  state_at     timestamptz NOT NULL,
  -- When it was last looked at; null: never, or it has to be looked at again.
  checked_at   timestamptz,
  PRIMARY KEY (rollout_id, terminal_id)
);
CREATE INDEX rollout_targets_state ON rollout_targets (rollout_id, state, terminal_id) INCLUDE (wave, is_excused);
CREATE INDEX rollout_targets_terminal ON rollout_targets (terminal_id);

CREATE TABLE rollout_events (
  id         uuid PRIMARY KEY,
  rollout_id uuid NOT NULL REFERENCES rollouts ON DELETE CASCADE,
  what       text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}',
  by_name    text,
  at         timestamptz NOT NULL
);
CREATE INDEX rollout_events_rollout ON rollout_events (rollout_id, id);

-- Where a terminal stands and how it may be served; what its place, not its hardware, decides.
ALTER TABLE terminals ADD COLUMN time_zone text;
ALTER TABLE terminals ADD COLUMN may_redirect boolean NOT NULL DEFAULT false;

-- One broken terminal replaced by another, and how to take it back.
CREATE TABLE swaps (
  id              uuid PRIMARY KEY,
  old_terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  new_terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  reason          text NOT NULL DEFAULT '',
  -- What both had before.
  before          jsonb NOT NULL,
  -- The keys of the new one have to be loaded anew.
  keys_requested  boolean NOT NULL DEFAULT true,
  by_name         text NOT NULL,
  at              timestamptz NOT NULL,
  undo_until      timestamptz NOT NULL,
  undone_at       timestamptz,
  -- When the old one is retired; null once it is, or when the swap was undone.
  retire_at       timestamptz,
  retired_at      timestamptz
);
CREATE INDEX swaps_old ON swaps (old_terminal_id, id);
CREATE INDEX swaps_new ON swaps (new_terminal_id, id);
CREATE INDEX swaps_retire ON swaps (retire_at) WHERE retire_at IS NOT NULL;

-- When the terminal last reported on it, be it more progress: what moves on is not silent.
ALTER TABLE terminal_actions ADD COLUMN heard_at timestamptz;
-- A planner looks for what is under way and for files that were offered.
CREATE INDEX terminal_actions_updates ON terminal_actions (subject_id, state) WHERE kind = 'update';
