-- Monitoring > Analysis: the fleet counted by what its terminals are, and the filters that find the terminals of each number.

-- What statuses can be filtered by besides. Columns of their own, so that a new status that says the same here touches no index.
ALTER TABLE terminal_status
  ADD COLUMN network_type     text GENERATED ALWAYS AS (status -> 'network' ->> 'type') STORED,
  ADD COLUMN network_operator text GENERATED ALWAYS AS (status -> 'network' ->> 'operator') STORED,
  ADD COLUMN components       jsonb GENERATED ALWAYS AS (status -> 'components') STORED;
CREATE INDEX terminal_status_os ON terminal_status (os, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_network_type ON terminal_status (network_type, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_network_operator ON terminal_status (network_operator, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_components ON terminal_status USING gin (components jsonb_path_ops);

-- How the latest wish of each kind went at each terminal: which of many is the latest has no index, so it is kept. The
-- database keeps it itself, for whatever writes actions.
CREATE TABLE terminal_latest_actions (
  terminal_id uuid NOT NULL REFERENCES terminals ON DELETE CASCADE,
  kind        text NOT NULL,
  serial      text NOT NULL COLLATE "C",
  action_id   uuid NOT NULL,
  offered_at  timestamptz NOT NULL,
  state       text NOT NULL,
  -- Why it failed or was rejected; null in every other state.
  reason      text,
  PRIMARY KEY (terminal_id, kind)
) WITH (fillfactor = 80);
CREATE INDEX terminal_latest_actions_state ON terminal_latest_actions (kind, state, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_latest_actions_reason ON terminal_latest_actions (reason, kind) INCLUDE (terminal_id)
  WHERE reason IS NOT NULL;

CREATE FUNCTION psm_reason_of(state text, reason text) RETURNS text LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN state IN ('failed', 'rejected') THEN coalesce(reason, 'other') END $$;

INSERT INTO terminal_latest_actions (terminal_id, kind, serial, action_id, offered_at, state, reason)
  SELECT DISTINCT ON (a.terminal_id, a.kind)
    a.terminal_id, a.kind, t.serial, a.id, a.offered_at, a.state, psm_reason_of(a.state, a.reason)
  FROM terminal_actions a JOIN terminals t ON t.id = a.terminal_id
  ORDER BY a.terminal_id, a.kind, a.offered_at DESC, a.id DESC;

CREATE FUNCTION psm_add_latest_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO terminal_latest_actions AS l (terminal_id, kind, serial, action_id, offered_at, state, reason)
    SELECT DISTINCT ON (a.terminal_id, a.kind)
      a.terminal_id, a.kind, t.serial, a.id, a.offered_at, a.state, psm_reason_of(a.state, a.reason)
    FROM added a JOIN terminals t ON t.id = a.terminal_id
    ORDER BY a.terminal_id, a.kind, a.offered_at DESC, a.id DESC
  ON CONFLICT (terminal_id, kind) DO UPDATE SET
    action_id = excluded.action_id, offered_at = excluded.offered_at, state = excluded.state, reason = excluded.reason
    WHERE (l.offered_at, l.action_id) <= (excluded.offered_at, excluded.action_id);
  RETURN NULL;
END $$;
CREATE TRIGGER terminal_actions_latest_added AFTER INSERT ON terminal_actions REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION psm_add_latest_actions();
-- Which one is the latest never changes afterwards; progress, which is told often, is none of what is kept.
CREATE FUNCTION psm_move_latest_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE terminal_latest_actions l SET state = a.state, reason = psm_reason_of(a.state, a.reason)
    FROM added a JOIN removed r USING (id)
    WHERE l.terminal_id = a.terminal_id AND l.kind = a.kind AND l.action_id = a.id
      AND (a.state, a.reason) IS DISTINCT FROM (r.state, r.reason);
  RETURN NULL;
END $$;
CREATE TRIGGER terminal_actions_latest_moved AFTER UPDATE ON terminal_actions
  REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_move_latest_actions();

-- A set of terminals that is too large to be counted at each look, and how it stood when it was counted last.
CREATE TABLE analysis_scopes (
  -- SHA-256 of the scope.
  key        text PRIMARY KEY,
  -- The limits of who looks, and the group and the merchant that were chosen.
  scope      jsonb NOT NULL,
  asked_at   timestamptz NOT NULL,
  -- Somebody wants newer numbers than there are.
  wanted_at  timestamptz,
  counted_at timestamptz,
  took_ms    int,
  counts     jsonb
);
CREATE INDEX analysis_scopes_asked ON analysis_scopes (asked_at);
