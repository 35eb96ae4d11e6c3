import type { Job } from '../../../jobs/schedule'
import { countDue, JOB_NAME } from './snapshots'

export const analysisJobs: readonly Job[] = [
  {
    name: JOB_NAME,
    // How old numbers may become is a setting: each beat counts what has become older.
    schedule: '40 * * * * *',
    runsAtStart: true,
    run: (ctx, run) => countDue(ctx, run),
  },
]
