import type { OfferedAction, TerminalPlan } from '../features/actions'
import { isAhead, LONGEST_IDLE_SECONDS, type TerminalDirectory } from './directory'

export interface PlansOptions {
  directory: TerminalDirectory
  /** Computes the plans of a batch of terminals. */
  compute(terminalIds: readonly string[]): Promise<Map<string, TerminalPlan>>
  maxBatch: number
  /** Non-empty plans kept in memory at most. */
  maxKept: number
}

interface Kept {
  actions: readonly OfferedAction[]
  untilSeconds: number
}

const NO_ACTIONS: readonly OfferedAction[] = []
/** A plan that nothing but a change can alter is looked at again once a day all the same. */

/**
 * What each terminal is to be told, as far as it is known without asking the database. Empty plans are a number in the
 * directory; the others are kept here, the least recently computed dropped first.
 */
export class Plans {
  readonly #options: PlansOptions
  readonly #kept = new Map<number, Kept>()
  readonly #computing = new Map<number, Promise<readonly OfferedAction[]>>()
  #isRunning = false
  #waiting: {
    slot: number
    resolve(actions: readonly OfferedAction[]): void
    reject(error: unknown): void
  }[] = []

  constructor(options: PlansOptions) {
    this.#options = options
  }

  /** The plan where it is known, without a query. */
  known(slot: number, nowSeconds: number): readonly OfferedAction[] | undefined {
    if (this.#options.directory.isIdle(slot, nowSeconds)) return NO_ACTIONS
    const kept = this.#kept.get(slot)
    return kept !== undefined && isAhead(kept.untilSeconds, nowSeconds) ? kept.actions : undefined
  }

  /** The plan, computed together with those of other terminals that wait for theirs. */
  compute(slot: number): Promise<readonly OfferedAction[]> {
    const running = this.#computing.get(slot)
    if (running !== undefined) return running
    const computed = new Promise<readonly OfferedAction[]>((resolve, reject) => {
      this.#waiting.push({ slot, resolve, reject })
      if (this.#isRunning) return
      this.#isRunning = true
      setImmediate(() => void this.#run())
    }).finally(() => this.#computing.delete(slot))
    this.#computing.set(slot, computed)
    return computed
  }

  forget(slot: number): void {
    this.#kept.delete(slot)
    this.#computing.delete(slot)
    this.#options.directory.forgetPlan(slot)
  }

  forgetAll(): void {
    this.#kept.clear()
    this.#computing.clear()
    this.#options.directory.forgetAllPlans()
  }

  /** One batch after the other: what one offers, the next one counts, where only so many may be at it at once. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maxBatch)
      const { directory } = this.#options
      const { epoch } = directory
      try {
        const plans = await this.#options.compute(batch.map(({ slot }) => directory.terminalId(slot)))
        for (const { slot, resolve } of batch) {
          const plan = plans.get(directory.terminalId(slot))
          if (plan !== undefined) this.#keep(slot, plan, epoch)
          resolve(plan?.actions ?? NO_ACTIONS)
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isRunning = false
  }

  #keep(slot: number, plan: TerminalPlan, epoch: number): void {
    // Computed across a change: good for this answer, not for the next.
    if (this.#options.directory.isForgottenSince(slot, epoch)) return
    const nowSeconds = Math.floor(Date.now() / 1000)
    const recheckSeconds =
      plan.recheckAt === null ? Number.POSITIVE_INFINITY : Math.ceil(plan.recheckAt.getTime() / 1000)
    const untilSeconds = Math.min(nowSeconds + LONGEST_IDLE_SECONDS, Math.max(recheckSeconds, nowSeconds + 1))
    this.#kept.delete(slot)
    if (plan.actions.length === 0) {
      this.#options.directory.setIdleUntil(slot, untilSeconds)
      return
    }
    this.#kept.set(slot, { actions: plan.actions, untilSeconds })
    if (this.#kept.size > this.#options.maxKept) {
      const oldest = this.#kept.keys().next().value
      if (oldest !== undefined) this.#kept.delete(oldest)
    }
  }
}
