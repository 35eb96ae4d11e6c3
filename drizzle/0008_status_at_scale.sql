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

-- Which terminals have no licence, and which have one that waits: absence cannot be indexed, so it is kept. The database
-- keeps it itself, for whatever touches a terminal, a licence or a delivery.
CREATE TABLE terminal_license_gaps (
  terminal_id uuid PRIMARY KEY REFERENCES terminals ON DELETE CASCADE,
  serial      text NOT NULL COLLATE "C",
  kind        text NOT NULL CHECK (kind IN ('none', 'waiting'))
);
CREATE INDEX terminal_license_gaps_kind ON terminal_license_gaps (kind, serial) INCLUDE (terminal_id);

CREATE FUNCTION psm_recount_license_gaps(serials text[]) RETURNS void LANGUAGE sql AS $$
  WITH wanted AS (
    SELECT t.id, t.serial, CASE WHEN held.waits IS NULL THEN 'none' WHEN held.waits THEN 'waiting' END AS kind
    FROM terminals t CROSS JOIN LATERAL (
      SELECT bool_or(d.accepted_at IS NULL) AS waits
      FROM licenses l LEFT JOIN license_deliveries d ON d.license_id = l.id AND d.terminal_id = t.id
      WHERE l.serial = t.serial AND l.platform = t.platform AND l.state = 'current') held
    WHERE t.serial = ANY (serials)),
  closed AS (
    DELETE FROM terminal_license_gaps g USING wanted w WHERE g.terminal_id = w.id AND w.kind IS NULL)
  INSERT INTO terminal_license_gaps AS g (terminal_id, serial, kind)
    SELECT id, serial, kind FROM wanted WHERE kind IS NOT NULL ORDER BY id
    ON CONFLICT (terminal_id) DO UPDATE SET kind = excluded.kind WHERE g.kind <> excluded.kind;
$$;
SELECT psm_recount_license_gaps(array(SELECT serial FROM terminals));

CREATE FUNCTION psm_follow_license_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  serials text[];
BEGIN
  IF TG_TABLE_NAME = 'license_deliveries' THEN
    IF TG_OP = 'INSERT' THEN
      serials := array(SELECT l.serial FROM added a JOIN licenses l ON l.id = a.license_id);
    ELSE
      serials := array(SELECT l.serial FROM added a JOIN removed r USING (license_id, terminal_id)
        JOIN licenses l ON l.id = a.license_id WHERE (a.accepted_at IS NULL) <> (r.accepted_at IS NULL));
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    serials := array(SELECT serial FROM added);
  ELSIF TG_OP = 'DELETE' THEN
    serials := array(SELECT serial FROM removed);
  ELSIF TG_TABLE_NAME = 'licenses' THEN
    serials := array(SELECT unnest(array[a.serial, r.serial]) FROM added a JOIN removed r USING (id)
      WHERE a.state <> r.state OR a.platform <> r.platform OR a.serial <> r.serial);
  ELSE
    serials := array(SELECT a.serial FROM added a JOIN removed r USING (id) WHERE a.platform <> r.platform);
  END IF;
  IF cardinality(serials) > 0 THEN
    PERFORM psm_recount_license_gaps(serials);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER terminals_gaps_added AFTER INSERT ON terminals REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER terminals_gaps_changed AFTER UPDATE ON terminals REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER licenses_gaps_added AFTER INSERT ON licenses REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER licenses_gaps_changed AFTER UPDATE ON licenses REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER licenses_gaps_removed AFTER DELETE ON licenses REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER license_deliveries_gaps_added AFTER INSERT ON license_deliveries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
CREATE TRIGGER license_deliveries_gaps_changed AFTER UPDATE ON license_deliveries
  REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION psm_follow_license_gaps();
