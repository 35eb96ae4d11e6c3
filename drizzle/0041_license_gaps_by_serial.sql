-- The licences of a terminal are looked for by its serial number, whatever the planner believes of a table it knows nothing of: on a new
-- installation it took the index by platform, and the first import of a hundred thousand licences read all that were there for each.
CREATE OR REPLACE FUNCTION psm_recount_license_gaps(serials text[]) RETURNS void LANGUAGE sql AS $$
  WITH wanted AS (
    SELECT t.id, t.serial, CASE WHEN held.waits IS NULL THEN 'none' WHEN held.waits THEN 'waiting' END AS kind
    FROM terminals t CROSS JOIN LATERAL (
      SELECT bool_or(d.accepted_at IS NULL) AS waits
      -- OFFSET keeps the platform out of the search.
      FROM (SELECT id, platform FROM licenses WHERE serial = t.serial AND state = 'current' OFFSET 0) l
        LEFT JOIN license_deliveries d ON d.license_id = l.id AND d.terminal_id = t.id
      WHERE l.platform = t.platform) held
    WHERE t.serial = ANY (serials)),
  closed AS (
    DELETE FROM terminal_license_gaps g USING wanted w WHERE g.terminal_id = w.id AND w.kind IS NULL)
  INSERT INTO terminal_license_gaps AS g (terminal_id, serial, kind)
    SELECT id, serial, kind FROM wanted WHERE kind IS NOT NULL ORDER BY id
    ON CONFLICT (terminal_id) DO UPDATE SET kind = excluded.kind WHERE g.kind <> excluded.kind;
$$;
