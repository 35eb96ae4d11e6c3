-- What the server does on its own, seen and started by people.

-- Every server tells at its start which jobs it knows, and again every quarter of an hour: other instances' jobs show too.
CREATE TABLE job_definitions (
  name            text PRIMARY KEY COLLATE "C",
  -- Cron with seconds, UTC.
  schedule        text NOT NULL,
  is_dry_runnable boolean NOT NULL,
  seen_at         timestamptz NOT NULL
);

-- Somebody wants a job to run now: at most one open request a job. It stays until its run has ended, so that another
-- server begins anew where one died; `attempts` bounds that.
CREATE TABLE job_requests (
  name              text PRIMARY KEY COLLATE "C" REFERENCES job_definitions ON DELETE CASCADE,
  is_dry_run        boolean NOT NULL,
  requested_at      timestamptz NOT NULL,
  requested_by_kind text NOT NULL CHECK (requested_by_kind IN ('operator', 'integrator', 'job')),
  requested_by_name text NOT NULL,
  attempts          int NOT NULL DEFAULT 0,
  run_id            uuid
);

ALTER TABLE job_runs
  ADD COLUMN is_dry_run        boolean NOT NULL DEFAULT false,
  -- Both null where the beat began it.
  ADD COLUMN requested_by_kind text CHECK (requested_by_kind IN ('operator', 'integrator', 'job')),
  ADD COLUMN requested_by_name text,
  ADD COLUMN stop_asked_at     timestamptz,
  ADD COLUMN stop_asked_by     text,
  ADD COLUMN progress          jsonb;
ALTER TABLE job_runs DROP CONSTRAINT job_runs_outcome_check;
-- A run that has not ended and whose lease has is lost: nobody is there to write it down, so it is told by the leases.
ALTER TABLE job_runs ADD CONSTRAINT job_runs_outcome_check
  CHECK (outcome IN ('done', 'failed', 'stopped', 'lost_lease'));
-- In the order in which the job says it: people read it.
ALTER TABLE job_runs
  ALTER COLUMN details DROP DEFAULT,
  ALTER COLUMN details TYPE json USING details::json,
  ALTER COLUMN details SET DEFAULT '{}';
-- Ids grow with time: the history of a job is paged by them.
CREATE INDEX job_runs_history ON job_runs (name, id);
DROP INDEX job_runs_name;

-- A lease ends with its work. That servers whose clocks differ do not run the same beat twice is a matter of beats
-- alone: a request need not wait for it.
ALTER TABLE job_leases ADD COLUMN same_beat_until timestamptz NOT NULL DEFAULT '-infinity';
