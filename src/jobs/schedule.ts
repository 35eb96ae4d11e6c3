import { randomUUID } from 'node:crypto'
import { Cron } from 'croner'
import type { Ctx, Services } from '../core/context'
import { newId } from '../core/ids'
import type { RawSql } from '../db/client'

/**
 * Work on a beat. The schedule says when, a lease row says who, a run row says what happened.
 *
 * Every server has the same schedule. At the beat each tries to take the job's lease; one gets it, with a fencing token
 * one higher than the last holder's. The lease is extended while the work goes on; a server that cannot extend it has
 * lost it, tells its work to stop, and marks its run as `lost_lease`. A job checks `signal` between steps and may hand
 * `fence` to what it writes. A lease outlives a dead server by its length and no more.
 */
export interface Job {
  name: string
  /** When, in cron syntax with seconds, UTC. */
  schedule: string
  /** Also once at start, for what a stopped server missed. */
  runsAtStart: boolean
  run(ctx: Ctx, lease: { signal: AbortSignal; fence: number }): Promise<Record<string, unknown>>
}

const LEASE_SECONDS = 60
const EXTEND_EVERY_MS = 20_000
/** Two servers' clocks may differ: a beat is not run twice within this time. */
const SAME_BEAT_SECONDS = 5

export interface Schedule {
  stop(): Promise<void>
}

/** Starts the jobs of this server. */
export function startJobs(services: Services, jobs: readonly Job[]): Schedule {
  const holder = randomUUID()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const start = (job: Job) => {
    if (stopping.signal.aborted) return
    const run = runJob(services, job, holder, stopping.signal)
      .catch((error: unknown) => services.log.error('job_not_run', { job: job.name, error: error as Error }))
      .then(() => {
        running.delete(run)
      })
    running.add(run)
  }
  const crons = jobs.map(
    (job) => new Cron(job.schedule, { timezone: 'UTC', protect: true }, () => start(job)),
  )
  for (const job of jobs) if (job.runsAtStart) start(job)
  return {
    async stop() {
      for (const cron of crons) cron.stop()
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Runs a job once if its lease is free. False: another server has it. */
export async function runJob(
  services: Services,
  job: Job,
  holder: string,
  stopping: AbortSignal,
): Promise<boolean> {
  const { sql, log } = services
  const fence = await takeLease(sql, job.name, holder)
  if (fence === undefined) return false
  const runId = newId()
  await sql`insert into job_runs (id, name, holder, fence, started_at) values (${runId}, ${job.name}, ${holder}, ${fence}, now())`
  const lost = new AbortController()
  const extending = setInterval(() => {
    extendLease(sql, job.name, holder, fence)
      .then((isHeld) => isHeld || lost.abort())
      .catch(() => lost.abort())
  }, EXTEND_EVERY_MS)
  const signal = AbortSignal.any([lost.signal, stopping])
  const ctx: Ctx = { ...services, actor: { kind: 'job', name: job.name }, requestId: runId }
  let outcome: 'done' | 'failed' | 'lost_lease' = 'done'
  let details: Record<string, unknown> = {}
  try {
    details = await job.run(ctx, { signal, fence })
  } catch (error) {
    outcome = 'failed'
    details = { error: error instanceof Error ? error.message : String(error) }
    log.error('job_failed', { job: job.name, error: error as Error })
  } finally {
    clearInterval(extending)
  }
  if (lost.signal.aborted) outcome = 'lost_lease'
  await sql`update job_runs set ended_at = now(), outcome = ${outcome}, details = ${JSON.stringify(details)}::text::jsonb where id = ${runId}`
  await releaseLease(sql, job.name, holder, fence)
  return true
}

async function takeLease(sql: RawSql, name: string, holder: string): Promise<number | undefined> {
  const [lease] = await sql<{ fence: number }[]>`
    insert into job_leases as l (name, holder, fence, expires_at)
    values (${name}, ${holder}, 1, now() + make_interval(secs => ${LEASE_SECONDS}))
    on conflict (name) do update set
      holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
      where l.expires_at < now()
    returning fence::float8 as fence`
  return lease?.fence
}

async function extendLease(sql: RawSql, name: string, holder: string, fence: number): Promise<boolean> {
  const rows = await sql`
    update job_leases set expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where name = ${name} and holder = ${holder} and fence = ${fence} returning 1`
  return rows.length > 0
}

/** The lease stays taken for a moment longer, so that a server whose clock is behind does not run the same beat. */
async function releaseLease(sql: RawSql, name: string, holder: string, fence: number): Promise<void> {
  await sql`
    update job_leases set expires_at = now() + make_interval(secs => ${SAME_BEAT_SECONDS})
    where name = ${name} and holder = ${holder} and fence = ${fence}`
}
