import { dropOldPartitions } from '../../../db/partitions'
import type { Job } from '../../../jobs/schedule'
import { takeSnapshot } from './overview'

const MONTHS_AHEAD = 2

export const statusJobs: readonly Job[] = [
  {
    name: 'status-partitions',
    schedule: '0 23 3 * * *',
    runsAtStart: true,
    async run({ sql, settings }) {
      const [made] = await sql<{ made: number }[]>`
        select psm_ensure_partitions('status_history', ${MONTHS_AHEAD}) as made`
      const keepDays = settings.monitoring.statusHistoryDays
      return { made: made?.made ?? 0, dropped: await dropOldPartitions(sql, 'status_history', keepDays) }
    },
  },
  {
    name: 'fleet-snapshot',
    schedule: '0 * * * * *',
    runsAtStart: true,
    run: takeSnapshot,
  },
]
