import { randomUUID } from 'node:crypto'
import type { Ctx, Services } from '../../../src/core/context'
import { archiveJobs } from '../../../src/features/eslips/archive/jobs'
import { archiveDay } from '../../../src/features/eslips/archive/make/run'
import { ARCHIVE_JOB, type Step } from '../../../src/features/eslips/archive/make/steps'
import { SlipStore } from '../../../src/features/eslips/ingest'
import { runJob } from '../../../src/jobs/schedule'
import type { TestDatabase } from '../../support/postgres'
import { prepared, sale } from './slips'

export const never = new AbortController().signal

/** A day so many days ago (UTC). */
export const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)

/** A day's table, as its first slip would make it, whatever is sealed. */
export async function openDay(database: TestDatabase, day: string): Promise<void> {
  await database.sql`update eslip_horizon set sealed_before = ${day}::text::date`
  await database.sql`select psm_ensure_eslip_day(${day}::text::date)`
}

/** Opens a day and stores slips of it, from 10:00 on, a second apart; `more` changes each. */
export async function fillDay(
  database: TestDatabase,
  day: string,
  count: number,
  more: (at: number) => Record<string, unknown> = () => ({}),
  terminalIdOf: (at: number) => string = () => TERMINAL,
): Promise<string[]> {
  await openDay(database, day)
  return storeSlips(database, day, count, more, terminalIdOf)
}

export async function storeSlips(
  database: TestDatabase,
  day: string,
  count: number,
  more: (at: number) => Record<string, unknown> = () => ({}),
  terminalIdOf: (at: number) => string = () => TERMINAL,
): Promise<string[]> {
  const store = new SlipStore(database.sql)
  const startMs = Date.parse(`${day}T10:00:00Z`)
  const uids: string[] = []
  for (let from = 0; from < count; from += 500) {
    const batch = Array.from({ length: Math.min(500, count - from) }, (_, index) => {
      const at = from + index
      const slip = sale({
        localDateTime: new Date(startMs + at * 1000).toISOString(),
        amount: at + 1,
        ...more(at),
      })
      uids.push(slip.slipUid)
      return prepared(slip, terminalIdOf(at))
    })
    await store.store(batch)
  }
  return uids
}

export const TERMINAL = randomUUID()

/** Holds the job's lease, as a run of it does. */
export async function holdLease(database: TestDatabase): Promise<number> {
  const [lease] = await database.sql<{ fence: number }[]>`
    insert into job_leases (name, holder, fence, expires_at) values (${ARCHIVE_JOB}, 'test', 1, now() + interval '1 hour')
    on conflict (name) do update set fence = job_leases.fence + 1, expires_at = excluded.expires_at
    returning fence::float8 as fence`
  return lease?.fence ?? 0
}

export async function archive(database: TestDatabase, ctx: Ctx, day: string, steps?: readonly Step[]) {
  return archiveDay(ctx, day, { signal: never, fence: await holdLease(database) }, steps)
}

/** The whole job, as a beat begins it. */
export async function runArchiveJob(services: Services, database: TestDatabase, name = ARCHIVE_JOB) {
  await database.sql`
    update job_leases set expires_at = now(), same_beat_until = '-infinity' where name = ${name}`
  const job = archiveJobs.find((one) => one.name === name)
  if (job === undefined) throw new Error(`There is no job ${name}.`)
  await runJob(services, job, 'test', never)
  const [run] = await database.sql<{ outcome: string; details: Record<string, unknown> }[]>`
    select outcome, details from job_runs where name = ${name} order by started_at desc limit 1`
  return run
}
