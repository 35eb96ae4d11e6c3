import type { Job } from './schedule'

const LEFTOVER_AGE_MS = 24 * 3_600_000
const RUNS_KEPT_DAYS = 30

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
    name: 'trim-records',
    schedule: '0 41 2 * * *',
    runsAtStart: false,
    async run({ sql }) {
      const [feed] = await sql<
        { gone: number }[]
      >`select psm_trim_change_feed(interval '7 days')::float8 as gone`
      const runs = await sql`
        delete from job_runs where started_at < now() - make_interval(days => ${RUNS_KEPT_DAYS})`
      return { feed: feed?.gone ?? 0, runs: runs.count }
    },
  },
]
