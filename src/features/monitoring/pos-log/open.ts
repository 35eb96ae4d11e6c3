import { performance } from 'node:perf_hooks'
import type { Services } from '../../../core/context'
import type { RawSql } from '../../../db/client'
import type { TrafficLog } from '../../../terminal/traffic'
import { PosLogRecorder } from './recorder'
import { posLogWriter } from './write'

/** Some seconds of a fleet at full speed; a terminal's bodies may be as long as they like, so bytes are counted too. */
const QUEUE = { maxWaiting: 20_000, maxWaitingBytes: 32 * 1024 * 1024 } as const
/** Batches are short, for redacting one takes its time: at most 5,000 entries a second. */
const BATCHES = { batchRows: 100, maxBatches: 25 } as const
const BEAT_MS = 500
const WRITE_RUNS_EVERY_MS = 60_000
/** From this share of the event loop's time on, what can wait does. */
const BUSY = 0.5

export interface OpenPosLog {
  traffic: TrafficLog
  /** Entries that are not written yet. */
  readonly waiting: number
  /** Requests that will never be in the log, since the start. */
  readonly dropped: number
  /** Writes what is still queued. */
  stop(): Promise<void>
}

/** Takes everything for one more of a run that nobody writes down. */
const OFF: OpenPosLog = {
  traffic: { isCounted: () => true, note: () => {} },
  waiting: 0,
  dropped: 0,
  stop: async () => {},
}

/**
 * A recorder that writes to the database on a beat, one batch at a time, until it is stopped; none where the settings want no log.
 * @param sql a client of its own: in a shared one requests would wait behind a slow batch, for statements queue up there
 */
export function openPosLog(
  sql: RawSql,
  { log, settings }: Pick<Services, 'log' | 'settings'>,
  terminalIdOf: (slot: number) => string,
): OpenPosLog {
  if (settings.monitoring.posLogDays === 0) return OFF
  const recorder = new PosLogRecorder({
    ...QUEUE,
    ...BATCHES,
    writer: posLogWriter(sql),
    lateIntervals: settings.terminals.lateIntervals,
    writeRunsEveryMs: WRITE_RUNS_EVERY_MS,
    terminalIdOf,
    isBusy: newUtilization(),
  })
  const warn = (error: unknown) => log.warn('pos_log_not_written', { error: error as Error })
  let isStopped = false
  let beat: NodeJS.Timeout | undefined
  const nextBeat = () => {
    beat = setTimeout(() => {
      recorder
        .flush(Date.now())
        .catch(warn)
        .finally(() => isStopped || nextBeat())
    }, BEAT_MS)
  }
  nextBeat()
  return {
    traffic: recorder,
    get waiting() {
      return recorder.waiting
    },
    get dropped() {
      return recorder.dropped
    },
    async stop() {
      isStopped = true
      clearTimeout(beat)
      await recorder.close().catch(warn)
    },
  }
}

/** Whether the event loop was busy since it was asked last. Deno does not know: there it never is, and room alone decides. */
function newUtilization(): () => boolean {
  let before = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    return utilization > BUSY
  }
}
