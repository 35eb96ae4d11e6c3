import type { Services } from '../core/context'
import type { Taken } from './lease'

export interface Progress {
  done: number
  /** Absent where nobody knows beforehand. */
  total?: number
  /** What is being done now, in kebab-case; `src/i18n/*\/jobs.ts` has words for it. */
  step?: string
}

const EVERY_MS = 1_000

export interface Pulse {
  report(progress: Progress): void
  /** Stops the beat; what was reported last and not written yet. */
  end(): Promise<Progress | undefined>
}

/**
 * Once a second while a job runs: the newest progress is written, and it is asked whether somebody wants it to stop or
 * another server has taken over.
 */
export function startPulse(
  services: Services,
  { runId, name }: Taken,
  heard: { onStop(): void; onLost(): void },
): Pulse {
  const { sql, log } = services
  let unwritten: Progress | undefined
  let beating: Promise<void> | undefined
  const beat = async () => {
    const progress = unwritten
    unwritten = undefined
    if (progress !== undefined)
      await sql`
        update job_runs set progress = ${JSON.stringify(progress)}::text::jsonb where id = ${runId}`
    const [run] = await sql<{ isAsked: boolean; isHeld: boolean }[]>`
      select r.stop_asked_at is not null as "isAsked",
        exists (select from job_leases l where l.name = r.name and l.fence = r.fence) as "isHeld"
      from job_runs r where r.id = ${runId}`
    if (run?.isAsked) heard.onStop()
    if (run?.isHeld === false) heard.onLost()
  }
  const timer = setInterval(() => {
    beating ??= beat()
      .catch((error: unknown) => log.warn('job_pulse_missed', { job: name, error: error as Error }))
      .finally(() => {
        beating = undefined
      })
  }, EVERY_MS)
  return {
    report(progress) {
      unwritten = progress
    },
    async end() {
      clearInterval(timer)
      await beating
      return unwritten
    },
  }
}
