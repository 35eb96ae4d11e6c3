import { sql } from 'drizzle-orm'
import type { Actor } from '../core/context'
import type { Database } from '../db/client'

/**
 * Asks for a run of a job out of turn, in the caller's transaction; whichever server sees it first begins within two
 * seconds or so. Nothing happens where a run is asked for already, or no server knows the job.
 */
export async function askForRun(db: Database, name: string, by: Actor, now: Date): Promise<void> {
  if (by.kind === 'terminal') return
  await db.execute(sql`
    insert into job_requests (name, is_dry_run, requested_at, requested_by_kind, requested_by_name)
    select d.name, false, ${now.toISOString()}::timestamptz, ${by.kind}, ${by.name}
    from job_definitions d where d.name = ${name}
    on conflict do nothing`)
}
