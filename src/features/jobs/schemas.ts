import { z } from 'zod'
import { pageInput, pageOf } from '../../core/paging'
import { JOB_OUTCOMES } from './lists'

export type JobOutcome = (typeof JOB_OUTCOMES)[number]

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'a job has a name of small letters, digits and dashes')
  .describe('Such as `trim-records`.')

export const JobRef = z.object({ name })
export const ListJobsInput = z.object({ ...pageInput })
export const ListJobRunsInput = z.object({ ...pageInput, name, outcome: z.enum(JOB_OUTCOMES).optional() })
export const RunJobInput = z.object({
  name,
  isDryRun: z
    .boolean()
    .default(false)
    .describe('True: nothing is changed; the details of the run say what would be done.'),
})

const requester = z.object({ kind: z.enum(['operator', 'integrator', 'job']), name: z.string() })
export type JobRequester = z.infer<typeof requester>

const progress = z.object({
  done: z.number(),
  total: z.number().optional(),
  step: z.string().optional(),
})
export type JobProgress = z.infer<typeof progress>

export const JobRunView = z.object({
  id: z.uuid(),
  name: z.string(),
  server: z.string().describe('Which server runs it, or ran it.'),
  outcome: z
    .enum(JOB_OUTCOMES)
    .describe(
      '`stopped`: by somebody or with its server; `lost_lease`: another server took over while it worked; ' +
        '`lost`: its server died, nobody knows how far it came.',
    ),
  isDryRun: z.boolean(),
  requestedBy: requester.nullable().describe('Null: begun by the schedule.'),
  stopAskedBy: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  progress: progress.nullable().describe('Null for callers with limits.'),
  error: z.string().nullable().describe('Why it failed. Null for callers with limits.'),
  details: z
    .record(z.string(), z.unknown())
    .describe('What the job says of its work. Empty for callers with limits.'),
})
export type JobRun = z.infer<typeof JobRunView>
export const JobRunPage = pageOf(JobRunView)

export const JobView = z.object({
  name: z.string(),
  schedule: z.string().describe('In cron syntax with seconds, UTC.'),
  nextAt: z.iso.datetime().nullable(),
  isDryRunnable: z.boolean(),
  running: JobRunView.nullable(),
  last: JobRunView.nullable().describe('The newest run that is over.'),
  request: z
    .object({ at: z.iso.datetime(), by: requester, isDryRun: z.boolean() })
    .nullable()
    .describe('A run that was asked for and has not begun.'),
})
export type JobView = z.infer<typeof JobView>
export const JobPage = pageOf(JobView)
