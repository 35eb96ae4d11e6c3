import type { Job } from '../../jobs/schedule'
import { sweepUploads } from './service/sweep'

export const uploadJobs: readonly Job[] = [
  {
    name: 'sweep-uploads',
    schedule: '30 */5 * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => sweepUploads(ctx, signal),
  },
]
