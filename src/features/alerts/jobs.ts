import type { Job } from '../../jobs/schedule'
import { watchAlerts } from './evaluate/watch'
import { WATCH_JOB } from './lists'
import { trimAlerts } from './trim'

export const alertJobs: readonly Job[] = [
  {
    name: WATCH_JOB,
    schedule: '30 * * * * *',
    runsAtStart: true,
    run: watchAlerts,
  },
  {
    name: 'trim-alerts',
    schedule: '0 53 2 * * *',
    runsAtStart: false,
    run: trimAlerts,
  },
]
