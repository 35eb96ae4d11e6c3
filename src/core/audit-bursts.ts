import type { Database } from '../db/client'
import type { AuditBursts, AuditCaller, Burst } from './context'
import type { Logger } from './log'
import { appendAudit } from './verb'

const WINDOW_MS = 60_000
const BEAT_MS = 5_000
const MOST_OPEN = 5_000
/** One caller leaves room for others. */
const MOST_OF_CALLER = 200

interface Open {
  caller: AuditCaller
  burst: Burst
  /** The row of its beginning. */
  first: Promise<void>
  untilMs: number
  /** Since the last row. */
  times: number
  amounts: Record<string, number>
}

/**
 * What one caller does over and over to one subject: the first time is a row at once; the times of the minute after it
 * share one, and so on until a minute passes without any. Memory is bounded. A process that is killed loses the count of
 * repetitions, never a beginning.
 */
export class AuditRows implements AuditBursts {
  readonly #db: Database
  readonly #log: Logger
  readonly #open = new Map<string, Open>()
  readonly #ofCaller = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #dropped = 0

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  /** What found no room, since the start. */
  get dropped(): number {
    return this.#dropped
  }

  async note(caller: AuditCaller, burst: Burst): Promise<void> {
    const who = nameOf(caller)
    const name = JSON.stringify([who, burst.action, burst.subject.kind, burst.subject.id, burst.after])
    const known = this.#open.get(name)
    if (known !== undefined) {
      known.times++
      known.caller = caller
      for (const [field, amount] of Object.entries(burst.amounts ?? {}))
        known.amounts[field] = (known.amounts[field] ?? 0) + amount
      return known.first
    }
    const isFull = this.#open.size >= MOST_OPEN || (this.#ofCaller.get(who) ?? 0) >= MOST_OF_CALLER
    if (isFull && burst.isDroppable === true) {
      this.#dropped++
      return
    }
    const first = this.#write(caller, burst, burst.amounts)
    if (isFull) return first
    const untilMs = Date.now() + WINDOW_MS
    this.#open.set(name, { caller, burst, first, untilMs, times: 0, amounts: {} })
    this.#ofCaller.set(who, (this.#ofCaller.get(who) ?? 0) + 1)
    this.#timer ??= setInterval(() => void this.flush(Date.now()), BEAT_MS).unref()
    try {
      await first
    } catch (error) {
      // The next time begins anew: nothing leaves without a row.
      this.#forget(name)
      throw error
    }
  }

  /** Writes the rows of windows that have ended by then. */
  async flush(nowMs: number): Promise<void> {
    for (const [name, open] of this.#open) {
      if (open.untilMs > nowMs) continue
      if (open.times === 0) {
        this.#forget(name)
        continue
      }
      const { times, amounts } = open
      Object.assign(open, { times: 0, amounts: {}, untilMs: nowMs + WINDOW_MS })
      await this.#write(open.caller, open.burst, { ...amounts, times }).catch((error: unknown) => {
        this.#log.warn('audit_burst_not_written', { times, error: error as Error })
        open.times += times
        for (const [field, amount] of Object.entries(amounts))
          open.amounts[field] = (open.amounts[field] ?? 0) + amount
      })
    }
  }

  /** Writes all that is still shared. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush(Number.POSITIVE_INFINITY)
  }

  #write(caller: AuditCaller, { action, subject, after }: Burst, amounts: Burst['amounts']): Promise<void> {
    return appendAudit(caller, this.#db, { action, subject, after: { ...after, ...amounts } })
  }

  #forget(name: string): void {
    const open = this.#open.get(name)
    if (open === undefined) return
    this.#open.delete(name)
    const who = nameOf(open.caller)
    const left = (this.#ofCaller.get(who) ?? 1) - 1
    if (left > 0) this.#ofCaller.set(who, left)
    else this.#ofCaller.delete(who)
    if (this.#open.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

const nameOf = ({ actor }: AuditCaller) =>
  actor.kind === 'job' ? `job ${actor.name}` : `${actor.kind} ${actor.id}`
