import type { Job } from '../../../jobs/schedule'
import { archiveOldDays } from './make/run'
import { ARCHIVE_JOB } from './make/steps'

export const archiveJobs: readonly Job[] = [
  {
    name: ARCHIVE_JOB,
    schedule: '0 23 1 * * *',
    runsAtStart: false,
    isDryRunnable: true,
    run: archiveOldDays,
  },
]
