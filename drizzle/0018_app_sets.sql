-- Sets of applications, which terminals have which, and the rollouts that bring a new revision in waves.

CREATE TABLE app_sets (
  id                uuid PRIMARY KEY,
  name              text NOT NULL,
  notes             text NOT NULL DEFAULT '',
  -- Whether a new revision waits for a rollout, or goes to all terminals at once.
  goes_in_waves     boolean NOT NULL DEFAULT false,
  -- The newest one; it grows with every change of what terminals are to have.
  revision          int NOT NULL DEFAULT 1,
  -- The one that all connected terminals are to have; those that a rollout has reached are ahead of it.
  released_revision int NOT NULL DEFAULT 1,
  -- Grows with every change at all: who changes an older one is told.
  edition           int NOT NULL DEFAULT 1,
  created_by        text NOT NULL,
  created_at        timestamptz NOT NULL,
  updated_by        text NOT NULL,
  updated_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX app_sets_name ON app_sets (lower(name));

-- What the terminals of a set were to have, revision by revision; none is ever changed.
CREATE TABLE app_set_revisions (
  set_id         uuid NOT NULL REFERENCES app_sets ON DELETE CASCADE,
  revision       int NOT NULL,
  -- Everything else that a terminal reports is removed, but for what is protected.
  removes_others boolean NOT NULL,
  conditions     jsonb NOT NULL DEFAULT '{}',
  -- The packages it installs: from then on they are managed on its terminals, and go when no line names them any more.
  present        text[] NOT NULL COLLATE "C",
  -- Somebody changed the set, or a newer version of an application arrived.
  made_for       text NOT NULL CHECK (made_for IN ('change', 'newest')),
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  -- Since when all terminals of the set are led to it, or were; what a rollout brings to some is remembered with these.
  released_at    timestamptz,
  PRIMARY KEY (set_id, revision)
);

CREATE TABLE app_set_lines (
  set_id       uuid NOT NULL,
  revision     int NOT NULL,
  position     int NOT NULL,
  -- Null where the application was never uploaded, which must be absent, or is deleted since.
  app_id       uuid REFERENCES apps ON DELETE SET NULL,
  package      text NOT NULL COLLATE "C",
  want         text NOT NULL CHECK (want IN ('version', 'newest', 'absent')),
  -- The one it came to when the revision was made, also of the newest; null of an absent one, and once it is deleted.
  version_id   uuid REFERENCES app_versions ON DELETE SET NULL,
  version_code bigint,
  version_name text,
  PRIMARY KEY (set_id, revision, position),
  UNIQUE (set_id, revision, package),
  FOREIGN KEY (set_id, revision) REFERENCES app_set_revisions ON DELETE CASCADE
);
CREATE INDEX app_set_lines_version ON app_set_lines (version_id) WHERE version_id IS NOT NULL;
CREATE INDEX app_set_lines_app ON app_set_lines (app_id) WHERE app_id IS NOT NULL;

-- Which terminal has which set: one at most.
CREATE TABLE app_connections (
  terminal_id     uuid PRIMARY KEY REFERENCES terminals ON DELETE CASCADE,
  set_id          uuid NOT NULL REFERENCES app_sets,
  -- What the set meant when it was connected; what earlier revisions installed elsewhere is not this terminal's matter.
  since_revision  int NOT NULL,
  -- The one that a rollout has brought it to, where that is ahead of the released one.
  pinned_revision int,
  connected_by    text NOT NULL,
  connected_at    timestamptz NOT NULL
);
CREATE INDEX app_connections_set ON app_connections (set_id, terminal_id);

-- Packages that a terminal was told to install, or got by a rollout or by sets before its present one: they go unless that
-- names them too.
CREATE TABLE app_managed (
  terminal_id uuid PRIMARY KEY REFERENCES terminals ON DELETE CASCADE,
  packages    text[] NOT NULL COLLATE "C"
);

CREATE TABLE app_connection_history (
  id          uuid PRIMARY KEY,
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  set_id      uuid NOT NULL,
  set_name    text NOT NULL,
  what        text NOT NULL CHECK (what IN ('connected', 'disconnected')),
  by_name     text NOT NULL,
  at          timestamptz NOT NULL
);
CREATE INDEX app_connection_history_terminal ON app_connection_history (terminal_id, id);

-- Never removed from a terminal, whatever a set says: a package, or a name that ends in .* for all that begin so.
CREATE TABLE app_protected (
  pattern  text PRIMARY KEY COLLATE "C",
  notes    text NOT NULL DEFAULT '',
  added_by text NOT NULL,
  added_at timestamptz NOT NULL
);
INSERT INTO app_protected (pattern, added_by, added_at)
  SELECT pattern, 'psManager', now() FROM unnest(ARRAY[
    'android', 'android.*', 'com.android.*', 'com.google.android.*', 'com.qualcomm.*', 'com.mediatek.*', 'com.qti.*',
    'com.wiseasy.*', 'wangpos.*', 'com.wangpos.*', 'cn.weipass.*', 'com.weipass.*',
    'com.feitian.*', 'com.ftsafe.*', 'com.ftpos.*']) pattern;

-- A rollout brings a rule of updates, or a set of applications.
ALTER TABLE rollouts ALTER COLUMN rule_id DROP NOT NULL;
ALTER TABLE rollouts ADD COLUMN set_id uuid REFERENCES app_sets ON DELETE CASCADE;
ALTER TABLE rollouts ADD CHECK (num_nonnulls(rule_id, set_id) = 1);
ALTER TABLE rollouts ADD COLUMN subject_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(rule_id, set_id)) STORED;
ALTER TABLE rollouts RENAME COLUMN rule_revision TO subject_revision;
DROP INDEX rollouts_under_way, rollouts_rule;
CREATE UNIQUE INDEX rollouts_under_way ON rollouts (subject_id) WHERE state IN ('running', 'paused', 'halted');
CREATE INDEX rollouts_subject ON rollouts (subject_id, id);
CREATE INDEX rollouts_rule ON rollouts (rule_id) WHERE rule_id IS NOT NULL;
CREATE INDEX rollouts_set ON rollouts (set_id) WHERE set_id IS NOT NULL;

-- What rollouts bring, seen alike.
CREATE VIEW rollout_subjects AS
  SELECT 'rule' AS kind, id, name, revision, is_enabled, ends_at, updated_at FROM update_rules
  UNION ALL SELECT 'set', id, name, revision, true, NULL, updated_at FROM app_sets;
CREATE VIEW rollout_audience AS
  SELECT rule_id AS subject_id, terminal_id FROM assigned_terminals
  UNION ALL SELECT set_id, terminal_id FROM app_connections;

-- Planners look for the files that were offered, and for what is under way.
CREATE INDEX terminal_actions_apps ON terminal_actions (subject_id, state) WHERE kind = 'apps';
