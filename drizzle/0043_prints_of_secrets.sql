-- By what each server's secrets are known again, and since when they are these: servers of one database need the same. Null where
-- nobody knows: a server of an older version, or one that cannot read them.
ALTER TABLE server_instances
  ADD COLUMN secret_prints jsonb,
  ADD COLUMN prints_since timestamptz;
