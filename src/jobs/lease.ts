import type { RawSql } from '../db/client'
import type { Progress } from './pulse'

const LEASE_SECONDS = 60
/** Two servers' clocks may differ: a beat is not run twice within this time. */
const SAME_BEAT_SECONDS = 5
/** How often a request is begun, where servers die over it: a job that kills its server must not kill them all. */
const MOST_ATTEMPTS = 3

export interface Wish {
  name: string
  holder: string
  runId: string
}

/** A lease that is held, and the run it is held for. */
export interface Taken extends Wish {
  fence: number
  isDryRun: boolean
  isRequested: boolean
}

type Tx = Parameters<Parameters<RawSql['begin']>[1]>[0]

// Locks are taken in one order everywhere: request, lease, run.

/** The lease for a beat and its run row; undefined where the job runs, or has just run by this beat. */
export async function takeForBeat(sql: RawSql, wish: Wish): Promise<Taken | undefined> {
  return sql.begin(async (tx) => {
    const fence = await takeLease(tx, wish, tx`l.expires_at <= now() and l.same_beat_until <= now()`)
    if (fence === undefined) return undefined
    await tx`
      insert into job_runs (id, name, holder, fence, started_at)
      values (${wish.runId}, ${wish.name}, ${wish.holder}, ${fence}, now())`
    return { ...wish, fence, isDryRun: false, isRequested: false }
  })
}

/** The lease for an open request and its run row; undefined where there is none, or the job runs. */
export async function takeForRequest(sql: RawSql, wish: Wish): Promise<Taken | undefined> {
  const { name, runId, holder } = wish
  return sql.begin(async (tx) => {
    const [request] = await tx<{ isDryRun: boolean; attempts: number }[]>`
      select is_dry_run as "isDryRun", attempts from job_requests where name = ${name} for update skip locked`
    if (request === undefined) return undefined
    const fence = await takeLease(tx, wish, tx`l.expires_at <= now()`)
    if (fence === undefined) return undefined
    await tx`
      insert into job_runs (id, name, holder, fence, started_at, is_dry_run, requested_by_kind, requested_by_name)
      select ${runId}, ${name}, ${holder}, ${fence}, now(), is_dry_run, requested_by_kind, requested_by_name
      from job_requests where name = ${name}`
    if (request.attempts + 1 >= MOST_ATTEMPTS) await tx`delete from job_requests where name = ${name}`
    else await tx`update job_requests set attempts = attempts + 1, run_id = ${runId} where name = ${name}`
    return { ...wish, fence, isDryRun: request.isDryRun, isRequested: true }
  })
}

async function takeLease(
  tx: Tx,
  { name, holder }: Wish,
  isFree: ReturnType<Tx>,
): Promise<number | undefined> {
  const [lease] = await tx<{ fence: number }[]>`
    insert into job_leases as l (name, holder, fence, expires_at)
    values (${name}, ${holder}, 1, now() + make_interval(secs => ${LEASE_SECONDS}))
    on conflict (name) do update set
      holder = excluded.holder, fence = l.fence + 1, expires_at = excluded.expires_at
      where ${isFree}
    returning fence::float8 as fence`
  return lease?.fence
}

/** False: it has been lost. */
export async function extendLease(sql: RawSql, { name, holder, fence }: Taken): Promise<boolean> {
  const rows = await sql`
    update job_leases set expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where name = ${name} and holder = ${holder} and fence = ${fence} returning 1`
  return rows.length > 0
}

export interface End {
  outcome: 'done' | 'failed' | 'stopped' | 'lost_lease'
  /** As JSON. */
  details: string
  progress: Progress | undefined
  /** The server goes down in the middle, or has lost the lease: the request stays, and another server begins anew. */
  isLeftToOthers: boolean
}

/** Writes down what became of the run, and gives the lease and the request back. */
export async function endRun(sql: RawSql, taken: Taken, end: End): Promise<void> {
  const { name, holder, fence, runId, isRequested } = taken
  await sql.begin(async (tx) => {
    if (isRequested && !end.isLeftToOthers)
      await tx`delete from job_requests where name = ${name} and run_id = ${runId}`
    await tx`
      update job_leases set expires_at = now(), same_beat_until = ${
        isRequested ? tx`same_beat_until` : tx`now() + make_interval(secs => ${SAME_BEAT_SECONDS})`
      }
      where name = ${name} and holder = ${holder} and fence = ${fence}`
    await tx`
      update job_runs set ended_at = now(), outcome = ${end.outcome}, details = ${end.details}::text::json,
        progress = coalesce(${end.progress === undefined ? null : JSON.stringify(end.progress)}::text::jsonb, progress)
      where id = ${runId}`
  })
}
