import type { RawSql } from '../db/client'
import { REPEATS_KEPT_HOURS } from '../integrator/repeats'
import type { Job } from './schedule'

const LEFTOVER_AGE_MS = 24 * 3_600_000
const TRIMMED_AT_ONCE = 5_000
const RUNS_KEPT_DAYS = 30
const FEED_KEPT_DAYS = 7
/** Servers tell their jobs every quarter of an hour: one that none has told for a day is no more. */
const DEFINITIONS_KEPT_DAYS = 1

type OldRecords = Record<'feed' | 'runs' | 'definitions', number>

/** What belongs to no slice: leftovers of killed uploads, old feed entries and run rows. */
export const housekeepingJobs: readonly Job[] = [
  {
    name: 'sweep-incoming-blobs',
    schedule: '0 17 * * * *',
    runsAtStart: true,
    async run(ctx) {
      return { removed: await ctx.blobs.sweepIncoming(LEFTOVER_AGE_MS) }
    },
  },
  {
    name: 'trim-repeatable-writes',
    schedule: '0 27 * * * *',
    runsAtStart: false,
    run: ({ sql }, { signal }) => trimRepeatableWrites(sql, signal),
  },
  {
    name: 'trim-records',
    schedule: '0 41 2 * * *',
    runsAtStart: false,
    isDryRunnable: true,
    run: ({ sql }, { isDryRun }) => (isDryRun ? countOldRecords(sql) : trimRecords(sql)),
  },
]

/** Thousands at a time: so many may have come that one statement would take longer than it may. */
async function trimRepeatableWrites(sql: RawSql, signal: AbortSignal): Promise<{ removed: number }> {
  for (let removed = 0; ; ) {
    const gone = await sql`
      delete from repeatable_writes where ctid = any(array(
        select ctid from repeatable_writes
        where created_at < now() - make_interval(hours => ${REPEATS_KEPT_HOURS}) limit ${TRIMMED_AT_ONCE}))`
    removed += gone.count
    if (gone.count < TRIMMED_AT_ONCE || signal.aborted) return { removed }
  }
}

async function trimRecords(sql: RawSql): Promise<OldRecords> {
  const [feed] = await sql<{ gone: number }[]>`
    select psm_trim_change_feed(make_interval(days => ${FEED_KEPT_DAYS}))::float8 as gone`
  const runs = await sql`
    delete from job_runs where started_at < now() - make_interval(days => ${RUNS_KEPT_DAYS})`
  const definitions = await sql`
    delete from job_definitions where seen_at < now() - make_interval(days => ${DEFINITIONS_KEPT_DAYS})`
  return { feed: feed?.gone ?? 0, runs: runs.count, definitions: definitions.count }
}

async function countOldRecords(sql: RawSql): Promise<OldRecords> {
  const [old] = await sql<OldRecords[]>`
    select
      (select count(*)::float8 from change_feed where at < now() - make_interval(days => ${FEED_KEPT_DAYS})) as feed,
      (select count(*)::float8 from job_runs
        where started_at < now() - make_interval(days => ${RUNS_KEPT_DAYS})) as runs,
      (select count(*)::float8 from job_definitions
        where seen_at < now() - make_interval(days => ${DEFINITIONS_KEPT_DAYS})) as definitions`
  return { feed: old?.feed ?? 0, runs: old?.runs ?? 0, definitions: old?.definitions ?? 0 }
}
