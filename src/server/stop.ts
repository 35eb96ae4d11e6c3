import { setTimeout as wait } from 'node:timers/promises'
import { uptimeMs } from '../core/clock'
import type { Listener } from './listener'
import type { Runtime } from './runtime'

/** Flushing and closing the database must not take longer than an init system waits after the grace period. */
export const STOP_LIMIT_MS = 30_000
/** `npm start` passes Ctrl-C on to a process that has heard it from the terminal already. */
const SAME_SIGNAL_MS = 1_000
/** Ends of connections that surface without a handler: the caller's doing, not a broken server. */
const CALLER_GONE = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'])

/**
 * Ends the process in order: SIGTERM or SIGINT drains the listeners (streams are told by `runtime.stopping`), stops the
 * runtime, database last, and exits 0. A second signal exits at once. An exception nobody caught leaves unknown state
 * behind, so it takes the same way out with exit code 1; a rejection nobody caught belongs to one request and is logged.
 */
export function stopOnSignals(runtime: Runtime, listeners: readonly Listener[]): void {
  const { log } = runtime
  let stoppingSinceMs: number | undefined
  const stop = (reason: string, exitCode: number) => {
    stoppingSinceMs = uptimeMs()
    log.info('stopping', { reason })
    void stopInOrder(runtime, listeners).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error('stopping_failed', { error: asError(error) })
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stoppingSinceMs === undefined) stop(signal, 0)
      else if (uptimeMs() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1)
    })
  process.on('unhandledRejection', (reason) => log.error('rejection_unhandled', { error: asError(reason) }))
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    if (CALLER_GONE.has(error.code ?? '')) {
      log.warn('connection_error_unhandled', { error })
      return
    }
    log.error('exception_uncaught', { error })
    if (stoppingSinceMs === undefined) stop('uncaughtException', 1)
  })
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

async function stopInOrder(runtime: Runtime, listeners: readonly Listener[]): Promise<void> {
  runtime.beginDrain()
  const { drainNoticeSeconds, drainSeconds } = runtime.settings.http
  // Until a balancer has asked /readyz again, it goes on sending: a closed door would cost those requests.
  await wait(drainNoticeSeconds * 1000)
  runtime.endStreams()
  const graceMs = drainSeconds * 1000
  const cut = await Promise.all(listeners.map((listener) => listener.drain(graceMs)))
  const cutConnections = cut.reduce((sum, one) => sum + one, 0)
  if (cutConnections > 0) runtime.log.warn('requests_cut', { cutConnections })
  await Promise.race([
    runtime.stop(),
    new Promise((_resolve, reject) =>
      setTimeout(() => reject(new Error('The runtime did not stop in time.')), STOP_LIMIT_MS).unref(),
    ),
  ])
  runtime.log.info('stopped')
}
