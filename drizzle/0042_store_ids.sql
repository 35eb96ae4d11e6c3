-- Which store has the files of this database: a mark with the same id lies in it. `marked_at` is null until it does: what was there
-- before there were marks gets its own with the next start.
ALTER TABLE blob_place
  ADD COLUMN store_id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN marked_at timestamptz;
