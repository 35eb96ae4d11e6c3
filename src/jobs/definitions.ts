import { Cron } from 'croner'
import type { RawSql } from '../db/client'
import type { Job } from './schedule'

/** Tells the database which jobs this server knows, so that every server's jobs can be shown and asked for. */
export async function publishJobs(sql: RawSql, jobs: readonly Job[]): Promise<void> {
  const rows = jobs.map((job) => ({
    name: job.name,
    schedule: job.schedule,
    is_dry_runnable: job.isDryRunnable === true,
  }))
  await sql`
    insert into job_definitions (name, schedule, is_dry_runnable, seen_at)
    select name, schedule, is_dry_runnable, now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(name text, schedule text, is_dry_runnable boolean)
    order by name
    on conflict (name) do update set
      schedule = excluded.schedule, is_dry_runnable = excluded.is_dry_runnable, seen_at = excluded.seen_at`
}

/** When a schedule beats next; null: never again. */
export function nextBeat(schedule: string, after: Date): Date | null {
  return new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun(after)
}
