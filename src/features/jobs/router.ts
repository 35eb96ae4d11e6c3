import { mutationOf, queryOf, router } from '../../trpc/procedures'
import { getJob, listJobRuns, listJobs } from './queries'
import { JobPage, JobRunPage, JobView } from './schemas'
import { runJobNow, stopJob } from './service'

const tag = 'Jobs'

export const jobsRouter = router({
  list: queryOf(listJobs, {
    method: 'GET',
    path: '/jobs',
    summary: 'List what the servers do on their own',
    tag,
    output: JobPage,
  }),
  get: queryOf(getJob, {
    method: 'GET',
    path: '/jobs/{name}',
    summary: 'Get a job',
    tag,
    output: JobView,
  }),
  runs: queryOf(listJobRuns, {
    method: 'GET',
    path: '/jobs/{name}/runs',
    summary: 'List the runs of a job',
    tag,
    output: JobRunPage,
  }),
  runNow: mutationOf(runJobNow, {
    method: 'POST',
    path: '/jobs/{name}/runs',
    summary: 'Ask for a run out of turn',
    tag,
    status: 202,
    output: JobView,
  }),
  stop: mutationOf(stopJob, {
    method: 'POST',
    path: '/jobs/{name}/stop',
    summary: 'Stop a job, or take back a request',
    tag,
    output: JobView,
  }),
})
