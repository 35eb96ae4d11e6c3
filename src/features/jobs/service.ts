import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../../core/context'
import { type MutationScope, mutation } from '../../core/verb'
import {
  jobBeyondLimits,
  jobNotDryRunnable,
  jobNotFound,
  jobNotRunning,
  jobRequested,
  jobRunning,
} from './errors'
import { seesEverything } from './limits'
import { findJob } from './queries'
import { JobRef, type JobRequester, RunJobInput } from './schemas'
import { jobDefinitions, jobRequests } from './tables'

const permission = 'jobs:run'
const subjectOf = (id: string) => ({ kind: 'job', id, label: id })

// Locks are taken in the order of src/jobs/lease.ts: request, lease, run.

/**
 * Asks for a run out of turn; whichever server sees it first begins within two seconds or so. `job_not_found`,
 * `job_not_dry_runnable`, `job_running`, `job_requested`, `job_beyond_limits`.
 */
export const runJobNow = mutation({ permission, input: RunJobInput }, async (scope, { name, isDryRun }) => {
  requireEverything(scope.actor)
  const [known] = await scope.db
    .select({ isDryRunnable: jobDefinitions.isDryRunnable })
    .from(jobDefinitions)
    .where(eq(jobDefinitions.name, name))
  if (known === undefined) throw jobNotFound()
  if (isDryRun && !known.isDryRunnable) throw jobNotDryRunnable()
  const by = requesterOf(scope.actor)
  const asked = await scope.db
    .insert(jobRequests)
    .values({
      name,
      isDryRun,
      requestedAt: scope.clock.now(),
      requestedByKind: by.kind,
      requestedByName: by.name,
    })
    .onConflictDoNothing()
    .returning({ name: jobRequests.name })
  if ((await liveFence(scope, name)) !== undefined) throw jobRunning()
  if (asked.length === 0) throw jobRequested()
  scope.audit({ action: 'job.run_requested', subject: subjectOf(name), after: { isDryRun } })
  return findJob(scope, name)
})

/**
 * Asks a running job to stop, which it does between two of its steps, within two seconds or so where it is attentive;
 * takes back a request that has not begun. `job_not_found`, `job_not_running`, `job_beyond_limits`.
 */
export const stopJob = mutation({ permission, input: JobRef }, async (scope, { name }) => {
  requireEverything(scope.actor)
  await findJob(scope, name)
  // With its request, or another server would begin anew what was to end.
  const withdrawn = await scope.db.delete(jobRequests).where(eq(jobRequests.name, name)).returning()
  const fence = await liveFence(scope, name)
  const by = requesterOf(scope.actor)
  if (fence === undefined) {
    if (withdrawn.length === 0) throw jobNotRunning()
    scope.audit({ action: 'job.request_withdrawn', subject: subjectOf(name), after: { isWithdrawn: true } })
    return findJob(scope, name)
  }
  const stopped = await scope.db.execute(sql`
    update job_runs set stop_asked_at = now(), stop_asked_by = ${by.name}
    where name = ${name} and fence = ${fence} and ended_at is null and stop_asked_at is null returning 1`)
  if (stopped.length === 0) scope.nothingChanged()
  else scope.audit({ action: 'job.stop_requested', subject: subjectOf(name), after: { isStopped: true } })
  return findJob(scope, name)
})

/** The fence of the run that is under way; no beat takes the lease until this transaction has ended. */
async function liveFence({ db }: MutationScope, name: string): Promise<number | undefined> {
  const [lease] = await db.execute<{ fence: number | null }>(sql`
    select case when expires_at > now() then fence::float8 end as fence
    from job_leases where name = ${name} for share`)
  return lease?.fence ?? undefined
}

function requireEverything(actor: Actor): void {
  if (!seesEverything(actor)) throw jobBeyondLimits()
}

function requesterOf(actor: Actor): JobRequester {
  if (actor.kind === 'terminal') throw jobBeyondLimits()
  return { kind: actor.kind, name: actor.name }
}
