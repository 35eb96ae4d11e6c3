import type { RawSql } from '../../../db/client'
import { dropOldPartitions } from '../../../db/partitions'
import type { Job } from '../../../jobs/schedule'

const DAYS_AHEAD = 3

export const posLogJobs: readonly Job[] = [
  {
    name: 'pos-log-partitions',
    schedule: '0 29 */6 * * *',
    runsAtStart: true,
    async run({ sql, settings }) {
      const keepDays = Math.max(1, settings.monitoring.posLogDays)
      const made = await makeAhead(sql)
      const dropped = await dropOldPartitions(sql, 'pos_log', keepDays)
      await sql`delete from pos_log_gaps where to_at < now() - make_interval(days => ${keepDays})`
      return { made, dropped }
    },
  },
]

async function makeAhead(sql: RawSql): Promise<number> {
  const [row] = await sql<{ made: number }[]>`
    select count(*) filter (where psm_ensure_pos_log_day((now() at time zone 'UTC')::date + i))::int as made
    from generate_series(0, ${DAYS_AHEAD}::int) i`
  return row?.made ?? 0
}
