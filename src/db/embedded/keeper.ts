import { setTimeout as wait } from 'node:timers/promises'
import { type Launched, launch, type Plan } from './launch'
import type { HolderRole } from './owner'

const FIRST_PAUSE_MS = 500
/** Nobody is served meanwhile, and a try that fails costs some milliseconds. */
const LONGEST_PAUSE_MS = 2_000
/** Who has lived so long starts again at once. */
const STEADY_MS = 60_000

type Running = Launched & { pid: number }

interface Wishes {
  role: HolderRole
  onCrash?: (why: string) => void
  onReturn?: () => void
}

/**
 * Keeps the PostgreSQL of a server running: one that ended by itself, because memory or the disk gave out, is started
 * again, with growing pauses for as long as that fails.
 */
export class Keeper {
  readonly #stopping = new AbortController()
  readonly #kept: Promise<void>
  /** Why it is not there: told once, however many tries fail by it. */
  #told: string | undefined

  constructor(
    private readonly plan: Plan,
    private running: Running,
    private readonly wishes: Wishes,
  ) {
    this.#kept = this.#keep()
  }

  get pid(): number {
    return this.running.pid
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#interrupt()
    await this.#kept
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      const startedAt = performance.now()
      const why = await this.running.ended
      if (signal.aborted) return
      this.#tell(why)
      if (this.wishes.role !== 'server') return
      if (performance.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS
      do {
        await wait(pauseMs, undefined, { signal }).catch(() => {})
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
        if (signal.aborted) return
      } while (!(await this.#isBack()))
      // The wish to stop came while it was starting.
      if (signal.aborted) this.#interrupt()
      else {
        this.#told = undefined
        this.wishes.onReturn?.()
      }
    }
  }

  async #isBack(): Promise<boolean> {
    try {
      this.running = await launch(this.plan)
      return true
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  #tell(why: string): void {
    if (why === this.#told) return
    this.#told = why
    this.wishes.onCrash?.(why)
  }

  #interrupt(): void {
    if (this.running.state.isGone) return
    try {
      process.kill(this.running.pid, 'SIGINT')
    } catch {
      // Ended between the look and the signal.
    }
  }
}
