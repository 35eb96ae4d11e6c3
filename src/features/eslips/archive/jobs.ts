import type { Job } from '../../../jobs/schedule'
import { EXPIRE_JOB, expireArchives } from './expire'
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
  {
    name: EXPIRE_JOB,
    schedule: '0 53 3 * * *',
    runsAtStart: false,
    isDryRunnable: true,
    run: expireArchives,
  },
]
