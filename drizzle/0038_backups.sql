-- Backups while the server runs.

-- Blobs that were to be deleted while a backup was being made: they go when it is done. Only such as are never named again.
CREATE TABLE blob_deletions (
  blob_key text PRIMARY KEY COLLATE "C",
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A month's partition is attached, as those of days are, instead of created in place: that would wait for whoever reads the
-- table, such as a backup, and every check-in would wait behind it.
CREATE OR REPLACE FUNCTION psm_ensure_partitions(parent text, months_ahead int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  start_at timestamptz;
  name text;
  made int := 0;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
                 WHERE c.relname = parent AND c.relnamespace = 'public'::regnamespace) THEN
    RAISE EXCEPTION '% is not a partitioned table', parent;
  END IF;
  PERFORM pg_advisory_xact_lock(7733002);
  FOR i IN 0..months_ahead LOOP
    start_at := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    name := parent || to_char(start_at AT TIME ZONE 'UTC', '"_y"YYYY"m"MM');
    IF to_regclass('public.' || quote_ident(name)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, start_at,
        (date_trunc('month', start_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;
