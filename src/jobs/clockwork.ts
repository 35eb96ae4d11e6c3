import { randomBytes } from 'node:crypto'
import os from 'node:os'
import { Cron } from 'croner'
import type { Services } from '../core/context'
import { publishJobs } from './definitions'
import { type Job, runJob, type Trigger } from './schedule'

const REQUESTS_EVERY_MS = 1_000
const PUBLISH_SCHEDULE = '0 */15 * * * *'

export interface Clockwork {
  /** Begins nothing more, tells what runs to stop, and waits for it. */
  stop(): Promise<void>
}

/** Starts the jobs of this server: on their beats, and whenever somebody asks for one. */
export function startJobs(services: Services, jobs: readonly Job[]): Clockwork {
  const { sql, log } = services
  // A person who looks at the history wants to know the machine, not only that it was another one.
  const holder = `${os.hostname()}-${randomBytes(4).toString('hex')}`
  const byName = new Map(jobs.map((job) => [job.name, job]))
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const keep = (work: Promise<unknown>, failure: string, job?: string) => {
    const kept: Promise<void> = work
      .then(() => {})
      .catch((error: unknown) => log.error(failure, { job, error: error as Error }))
      .finally(() => underWay.delete(kept))
    underWay.add(kept)
    return kept
  }
  const start = (job: Job, trigger: Trigger) => {
    if (!stopping.signal.aborted)
      void keep(runJob(services, job, holder, stopping.signal, trigger), 'job_not_run', job.name)
  }
  const publish = () => keep(publishJobs(sql, jobs), 'jobs_not_published')

  let isAsking = false
  const askForRequests = async () => {
    const rows = await sql<{ name: string }[]>`
      select name from job_requests r
      where name in ${sql([...byName.keys()])}
        and not exists (select from job_leases l where l.name = r.name and l.expires_at > now())`
    for (const { name } of rows) {
      const job = byName.get(name)
      if (job !== undefined) start(job, 'request')
    }
  }
  const requests = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void keep(askForRequests(), 'job_requests_not_read').finally(() => {
      isAsking = false
    })
  }, REQUESTS_EVERY_MS)

  void publish()
  const crons = [
    new Cron(PUBLISH_SCHEDULE, { timezone: 'UTC' }, publish),
    ...jobs.map((job) => new Cron(job.schedule, { timezone: 'UTC' }, () => start(job, 'beat'))),
  ]
  for (const job of jobs) if (job.runsAtStart) start(job, 'beat')
  return {
    async stop() {
      clearInterval(requests)
      for (const cron of crons) cron.stop()
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}
