import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/** From this share of the event loop's time on, others wait for it. An archive by itself takes a quarter. */
const BUSY = 0.5
/** So many times as long as it has worked. */
const RESTS = 3
const LONGEST_REST_MS = 5_000

export interface Pace {
  /** Between two parts of the work: rests while the server is busy with other things. Throws when `signal` says so. */
  giveWay(signal: AbortSignal): Promise<void>
}

/**
 * A day can be moved any time, a terminal waits now. Priorities of threads are not enough: database and processors' memory
 * are shared, and have none.
 */
export function newPace(): Pace {
  let utilization = performance.eventLoopUtilization()
  let sinceMs = performance.now()
  return {
    async giveWay(signal) {
      signal.throwIfAborted()
      const restMs = restAfter(performance.now() - sinceMs, performance.eventLoopUtilization(utilization))
      if (restMs > 0) await pause(restMs, undefined, { signal })
      utilization = performance.eventLoopUtilization()
      sinceMs = performance.now()
    },
  }
}

/** How long to rest after so much work, in ms. */
export function restAfter(workedMs: number, { utilization }: { utilization: number }): number {
  return utilization < BUSY ? 0 : Math.min(LONGEST_REST_MS, workedMs * RESTS)
}
