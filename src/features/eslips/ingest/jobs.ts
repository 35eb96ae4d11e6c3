import type { Job } from '../../../jobs/schedule'

const DAYS_AHEAD = 3

export const slipJobs: readonly Job[] = [
  {
    // Made by whoever stores the first slip of a day otherwise, while others wait for it.
    name: 'eslip-partitions',
    schedule: '0 11 */6 * * *',
    runsAtStart: true,
    async run({ sql }) {
      const [made] = await sql<{ made: number }[]>`
        select count(*) filter (where psm_ensure_eslip_day((now() at time zone 'UTC')::date + i))::int as made
        from generate_series(0, ${DAYS_AHEAD}::int) i`
      return { made: made?.made ?? 0 }
    },
  },
]
