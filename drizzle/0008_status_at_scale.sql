-- The fleet is listed, filtered and counted at a million terminals. A list is read in its order from an index that
-- begins with what is filtered by, so the serial number is copied to where the filters lie. It never changes, so no copy
-- can go stale.

ALTER TABLE terminal_status ADD COLUMN serial text COLLATE "C";
UPDATE terminal_status s SET serial = t.serial FROM terminals t WHERE t.id = s.terminal_id;
ALTER TABLE terminal_status ALTER COLUMN serial SET NOT NULL;
DROP INDEX terminal_status_app;
DROP INDEX terminal_status_model;
DROP INDEX terminal_status_mismatch;
CREATE INDEX terminal_status_app ON terminal_status (app_name, app_version, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_app_version ON terminal_status (app_version, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_model ON terminal_status (model, serial) INCLUDE (terminal_id);
CREATE INDEX terminal_status_mismatch ON terminal_status (serial) INCLUDE (terminal_id) WHERE mismatches <> '{}';

ALTER TABLE terminal_group_members ADD COLUMN serial text NOT NULL DEFAULT '' COLLATE "C";
UPDATE terminal_group_members m SET serial = t.serial FROM terminals t WHERE t.id = m.terminal_id;
CREATE FUNCTION psm_copy_serial() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.serial INTO NEW.serial FROM terminals t WHERE t.id = NEW.terminal_id;
  RETURN NEW;
END $$;
CREATE TRIGGER terminal_group_members_serial BEFORE INSERT ON terminal_group_members
  FOR EACH ROW EXECUTE FUNCTION psm_copy_serial();
CREATE INDEX terminal_group_members_serial ON terminal_group_members (group_id, serial) INCLUDE (terminal_id);

DROP INDEX terminals_merchant;
DROP INDEX terminals_serial;
CREATE INDEX terminals_merchant ON terminals (merchant_id, serial) WHERE merchant_id IS NOT NULL;
CREATE UNIQUE INDEX terminals_serial ON terminals (serial) INCLUDE (id);

-- Every terminal has a presence from its registration on: who never called is found by the same index as who calls.
ALTER TABLE terminal_presence ALTER COLUMN last_seen_at DROP NOT NULL;
ALTER TABLE terminal_presence ALTER COLUMN next_check_in_seconds DROP NOT NULL;
INSERT INTO terminal_presence (terminal_id) SELECT id FROM terminals ON CONFLICT DO NOTHING;
CREATE FUNCTION psm_add_presence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO terminal_presence (terminal_id) SELECT id FROM added ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER terminals_presence AFTER INSERT ON terminals REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION psm_add_presence();
-- Who was seen last, and from when a terminal that stays silent is late. Both change with every check-in, so its update
-- touches the indexes too; without them the silent could only be found by reading all. What that costs is measured by
-- `npm run bench -- status`.
CREATE INDEX terminal_presence_seen ON terminal_presence ((coalesce(last_seen_at, '-infinity'::timestamptz)), terminal_id);
CREATE INDEX terminal_presence_late ON terminal_presence
  (((last_seen_at AT TIME ZONE 'UTC') + make_interval(secs => next_check_in_seconds * 4 / 3.0)), terminal_id);

-- How the fleet stood, minute by minute, for who sees all of it; kept for two days.
CREATE TABLE fleet_snapshots (
  at       timestamptz PRIMARY KEY,
  counters jsonb NOT NULL
);
