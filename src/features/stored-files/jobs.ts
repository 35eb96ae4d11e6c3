import type { Job } from '../../jobs/schedule'
import { sweepStoredFiles } from './service/sweep'

export const storedFileJobs: readonly Job[] = [
  {
    name: 'sweep-stored-files',
    schedule: '50 */5 * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => sweepStoredFiles(ctx, signal),
  },
]
