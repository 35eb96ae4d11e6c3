import { setTimeout as wait } from 'node:timers/promises'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

export interface WarmUpParts {
  fill(): Promise<void>
  failed(error: unknown, retryMs: number): void
  /** Before the next try, after so many that failed. */
  pauseMs?(failures: number): number
}

/**
 * Fills the directory, and does not give up: without it each message of a terminal costs queries, so a server that could not fill
 * it while the database was slow would stay slow for good.
 */
export class WarmUp {
  readonly #parts: WarmUpParts
  readonly #stopping = new AbortController()
  #isAskedFor = false
  #running: Promise<void> | undefined

  constructor(parts: WarmUpParts) {
    this.#parts = parts
  }

  /** Resolves when it has been filled from now on, or the server stops. One at a time; all that ask meanwhile share the next. */
  request(): Promise<void> {
    this.#isAskedFor = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (let failures = 0; this.#isAskedFor && !signal.aborted; ) {
      this.#isAskedFor = false
      try {
        await this.#parts.fill()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        this.#isAskedFor = true
        const pauseMs = (this.#parts.pauseMs ?? pauseAfter)(++failures)
        this.#parts.failed(error, pauseMs)
        await wait(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
  }
}

const pauseAfter = (failures: number) => Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
