import type { Job } from '../../../jobs/schedule'
import { takeSnapshot } from './overview'

const MONTHS_AHEAD = 2

export const statusJobs: readonly Job[] = [
  {
    name: 'status-partitions',
    schedule: '0 23 3 * * *',
    runsAtStart: true,
    async run({ sql }) {
      const [made] = await sql<{ made: number }[]>`
        select psm_ensure_partitions('status_history', ${MONTHS_AHEAD}) as made`
      return { made: made?.made ?? 0 }
    },
  },
  {
    name: 'fleet-snapshot',
    schedule: '0 * * * * *',
    runsAtStart: true,
    run: takeSnapshot,
  },
]
