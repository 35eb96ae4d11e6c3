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

/** Once a second while a job runs: the newest progress is written, and it is asked whether somebody wants it to stop. */
export function startPulse(services: Services, { runId, name }: Taken, onStop: () => void): Pulse {
  const { sql, log } = services
  let unwritten: Progress | undefined
  let beating: Promise<void> | undefined
  const beat = async () => {
    const progress = unwritten
    unwritten = undefined
    const [run] =
      progress === undefined
        ? await sql<Asked[]>`select stop_asked_at is not null as "isAsked" from job_runs where id = ${runId}`
        : await sql<Asked[]>`
            update job_runs set progress = ${JSON.stringify(progress)}::text::jsonb where id = ${runId}
            returning stop_asked_at is not null as "isAsked"`
    if (run?.isAsked) onStop()
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

interface Asked {
  isAsked: boolean
}
