import type { Job } from '../../../jobs/schedule'
import { advanceRollouts } from './advance/run'

export const rolloutJobs: readonly Job[] = [
  {
    name: 'advance-rollouts',
    schedule: '*/15 * * * * *',
    runsAtStart: true,
    run: (ctx, { signal }) => advanceRollouts(ctx, signal),
  },
]
