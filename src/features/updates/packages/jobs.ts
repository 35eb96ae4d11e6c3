import type { Job } from '../../../jobs/schedule'
import { sweepPackageBlobs } from './service/sweep'

export const packageJobs: readonly Job[] = [
  {
    name: 'sweep-package-files',
    schedule: '50 */5 * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => sweepPackageBlobs(ctx, signal),
  },
]
