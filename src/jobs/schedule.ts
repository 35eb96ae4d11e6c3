import type { Ctx, Services } from '../core/context'
import { newId } from '../core/ids'
import { endRun, extendLease, type Taken, takeForBeat, takeForRequest } from './lease'
import { type Progress, startPulse } from './pulse'

/**
 * Work on a beat. The schedule says when, a lease row says who, a run row says what happened.
 *
 * Every server has the same schedule. At the beat each tries to take the job's lease; one gets it, with a fencing token
 * one higher than the last holder's. The lease is extended while the work goes on; a server that cannot extend it has
 * lost it, tells its work to stop, and marks its run as `lost_lease`. A lease outlives a dead server by its length and
 * no more; the run it left behind is then `lost`.
 *
 * People may ask for a run out of turn: a request row, which whichever server sees it first takes together with the
 * lease. It goes when its run has ended. A server that dies or is shut down leaves it, and another one begins anew.
 */
export interface Job {
  /** In kebab-case: the name in addresses, logs and `src/i18n/*\/jobs.ts`, which must have words for it. */
  name: string
  /** When, in cron syntax with seconds, UTC. */
  schedule: string
  /** Also once at start, for what a stopped server missed. */
  runsAtStart: boolean
  /** Whether it can say what it would do without doing it. */
  isDryRunnable?: boolean
  /**
   * The work. What it returns is kept with the run and shown: numbers, texts, moments (ISO), lists and records of them,
   * 16 KiB of JSON at most; names that end in `Bytes`, `Seconds` or `Ms` are shown in that unit.
   */
  run(ctx: Ctx, run: JobRun): Promise<Record<string, unknown>>
}

export interface JobRun {
  /** Aborted when the lease is lost, when somebody stops the run, and when the server shuts down: ask between steps. */
  signal: AbortSignal
  /** Higher than that of any run of this job before; may be handed to what is written. */
  fence: number
  /** Tells how far the work is. Cheap: the newest is written once a second at most. */
  report(progress: Progress): void
  /** True: change nothing, and let the details say what would be done. Only where `isDryRunnable`. */
  isDryRun: boolean
}

/** What began a run: the clock, or somebody's request. */
export type Trigger = 'beat' | 'request'

const EXTEND_EVERY_MS = 20_000
const MOST_DETAILS_BYTES = 16 * 1024
const MOST_ERROR_CHARACTERS = 2_000

/** Runs a job once if its lease is free (and, by request, if there is one). False: there was nothing to do here. */
export async function runJob(
  services: Services,
  job: Job,
  holder: string,
  stopping: AbortSignal,
  trigger: Trigger = 'beat',
): Promise<boolean> {
  const { sql, log } = services
  const runId = newId()
  const take = trigger === 'beat' ? takeForBeat : takeForRequest
  const taken = await take(sql, { name: job.name, holder, runId })
  if (taken === undefined) return false
  const lost = new AbortController()
  const extending = setInterval(() => {
    extendLease(sql, taken)
      .then((isHeld) => isHeld || lost.abort())
      .catch(() => lost.abort())
  }, EXTEND_EVERY_MS)
  const asked = new AbortController()
  const pulse = startPulse(services, taken, {
    onStop: () => asked.abort(),
    onLost: () => lost.abort(),
  })
  const signal = AbortSignal.any([lost.signal, asked.signal, stopping])
  const ended = await work(services, job, taken, { signal, report: pulse.report })
  clearInterval(extending)
  const progress = await pulse.end()
  if (ended.outcome === 'failed') log.error('job_failed', { job: job.name, error: ended.error as Error })
  await endRun(sql, taken, {
    outcome: lost.signal.aborted ? 'lost_lease' : ended.outcome,
    details: ended.details,
    progress,
    isLeftToOthers: lost.signal.aborted || (stopping.aborted && ended.outcome === 'stopped'),
  })
  return true
}

interface Ended {
  outcome: 'done' | 'failed' | 'stopped'
  /** As JSON. */
  details: string
  error?: unknown
}

async function work(
  services: Services,
  job: Job,
  { runId, fence, isDryRun }: Taken,
  { signal, report }: Pick<JobRun, 'signal' | 'report'>,
): Promise<Ended> {
  const ctx: Ctx = { ...services, actor: { kind: 'job', name: job.name }, requestId: runId }
  try {
    // Another version may have taken the request: this one would do in earnest what was meant as a trial.
    if (isDryRun && job.isDryRunnable !== true) throw new Error('This server cannot run the job dry.')
    const details = toDetails(await job.run(ctx, { signal, fence, report, isDryRun }))
    return { outcome: signal.aborted ? 'stopped' : 'done', details }
  } catch (error) {
    if (signal.aborted && isAbort(error)) return { outcome: 'stopped', details: '{}' }
    const message = error instanceof Error ? error.message : String(error)
    return {
      outcome: 'failed',
      details: JSON.stringify({ error: message.slice(0, MOST_ERROR_CHARACTERS) }),
      error,
    }
  }
}

const isAbort = (error: unknown) => (error as { name?: string } | null)?.name === 'AbortError'

function toDetails(given: Record<string, unknown>): string {
  const json = JSON.stringify(given)
  const sizeBytes = Buffer.byteLength(json)
  return sizeBytes <= MOST_DETAILS_BYTES ? json : JSON.stringify({ leftOutBytes: sizeBytes })
}
