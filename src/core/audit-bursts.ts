import type { Database } from '../db/client'
import { uptimeMs } from './clock'
import type { AuditBursts, AuditCaller, Burst, Tally } from './context'
import type { Logger } from './log'
import { appendAudit } from './verb'

const WINDOW_MS = 60_000
const BEAT_MS = 5_000
const MOST_OPEN = 5_000
/** One caller leaves room for others. */
const MOST_OF_CALLER = 200
/** Callers that are told apart where only numbers are kept. */
const MOST_COUNTED = 1_000
const MOST_KINDS = 20
const NOTHING = Promise.resolve()
/** A kind may come from outside. */
const KIND_LENGTH = 200

interface Open {
  /** The last who did it: of those whose actions share the row. */
  caller: AuditCaller
  untilMs: number
  /** Since the last row. */
  times: number
}

interface OpenBurst extends Open {
  burst: Burst
  /** The row of its beginning. */
  first: Promise<void>
  amounts: Record<string, number>
}

interface OpenTally extends Open {
  tally: Tally
  kinds: Map<string, number>
}

/**
 * What one caller does over and over to one subject: the first time is a row at once; the times of the minute after it
 * share one, and so on until a minute passes without any. What finds no room is counted by kind in one row of its caller a
 * minute, and callers beyond a thousand share one. So memory and rows are bounded, and nothing is left out. A process that
 * is killed loses the count of a minute, never a beginning.
 */
export class AuditRows implements AuditBursts {
  readonly #db: Database
  readonly #log: Logger
  readonly #open = new Map<string, OpenBurst>()
  readonly #tallies = new Map<string, OpenTally>()
  readonly #ofCaller = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #counted = 0

  constructor(db: Database, log: Logger) {
    this.#db = db
    this.#log = log
  }

  /** What found no room for a row of its own, since the start. */
  get counted(): number {
    return this.#counted
  }

  async note(caller: AuditCaller, burst: Burst): Promise<void> {
    const who = nameOf(caller)
    const name = JSON.stringify([who, burst.action, burst.subject.kind, burst.subject.id, burst.after])
    const known = this.#open.get(name)
    if (known !== undefined) {
      known.times++
      known.caller = caller
      add(known.amounts, burst.amounts)
      return known.first
    }
    const isFull = this.#open.size >= MOST_OPEN || (this.#ofCaller.get(who) ?? 0) >= MOST_OF_CALLER
    if (isFull && burst.beyond !== undefined) {
      this.#counted++
      this.count(caller, burst.beyond)
      return
    }
    if (isFull) return this.#begin({ caller, burst })
    const open: OpenBurst = {
      caller,
      burst,
      first: NOTHING,
      untilMs: uptimeMs() + WINDOW_MS,
      times: 0,
      amounts: {},
    }
    open.first = this.#begin(open)
    this.#open.set(name, open)
    this.#ofCaller.set(who, (this.#ofCaller.get(who) ?? 0) + 1)
    this.#beat()
    try {
      await open.first
    } catch (error) {
      if (burst.beyond === undefined) {
        // The next time begins anew: nothing leaves without a row.
        this.#forget(name)
        throw error
      }
      // Whoever was refused does not come again for the sake of the row.
      open.times++
      add(open.amounts, burst.amounts)
      open.first = NOTHING
      this.#warn(open, error)
    }
  }

  count(caller: AuditCaller, tally: Tally): void {
    let name = JSON.stringify([nameOf(caller), tally.action, tally.subject.id])
    let by = caller
    if (!this.#tallies.has(name) && this.#tallies.size >= MOST_COUNTED) {
      name = JSON.stringify([tally.action, tally.subject.id])
      by = { ...caller, actor: { kind: 'job', name: 'others' } }
    }
    const known = this.#tallies.get(name)
    const open = known ?? { caller: by, tally, kinds: new Map(), times: 0, untilMs: 0 }
    open.caller = by
    addKind(open.kinds, tally.kind.slice(0, KIND_LENGTH), 1)
    open.times++
    if (known !== undefined) return
    this.#tallies.set(name, open)
    this.#beat()
    void this.#writeTally(name, open, uptimeMs())
  }

  /** Writes the rows of windows that have ended by then, on the clock that nobody sets. */
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
        open.times += times
        add(open.amounts, amounts)
        this.#warn(open, error)
      })
    }
    for (const [name, open] of this.#tallies)
      if (open.untilMs <= nowMs) await this.#writeTally(name, open, nowMs)
  }

  /** Writes all that is still shared. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.allSettled([...this.#open.values()].map(({ first }) => first))
    await this.flush(Number.POSITIVE_INFINITY)
  }

  async #begin(open: Pick<OpenBurst, 'caller' | 'burst'>): Promise<void> {
    const { caller, burst } = open
    if (burst.findSubject !== undefined)
      open.burst = { ...burst, subject: await burst.findSubject().catch(() => burst.subject) }
    await this.#write(caller, open.burst, burst.amounts)
  }

  #write(caller: AuditCaller, { action, subject, after }: Burst, amounts: Burst['amounts']): Promise<void> {
    return appendAudit(caller, this.#db, { action, subject, after: { ...after, ...amounts } })
  }

  async #writeTally(name: string, open: OpenTally, nowMs: number): Promise<void> {
    const { caller, tally, times, kinds } = open
    if (times === 0) {
      this.#tallies.delete(name)
      this.#rest()
      return
    }
    Object.assign(open, { times: 0, kinds: new Map(), untilMs: nowMs + WINDOW_MS })
    const told = [...kinds].map(([kind, count]) => ({ name: kind, times: count }))
    const named = told.reduce((sum, kind) => sum + kind.times, 0)
    const after = {
      ...tally.after,
      times,
      [tally.kinds]: told.sort((one, other) => other.times - one.times),
      ...(named < times ? { others: times - named } : {}),
    }
    try {
      await appendAudit(caller, this.#db, { action: tally.action, subject: tally.subject, after })
    } catch (error) {
      open.times += times
      for (const [kind, count] of kinds) addKind(open.kinds, kind, count)
      this.#warn(open, error)
    }
  }

  #warn({ times }: Open, error: unknown): void {
    this.#log.warn('audit_burst_not_written', { times, error: error as Error })
  }

  #beat(): void {
    this.#timer ??= setInterval(() => void this.flush(uptimeMs()), BEAT_MS).unref()
  }

  #rest(): void {
    if (this.#open.size > 0 || this.#tallies.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #forget(name: string): void {
    const open = this.#open.get(name)
    if (open === undefined) return
    this.#open.delete(name)
    const who = nameOf(open.caller)
    const left = (this.#ofCaller.get(who) ?? 1) - 1
    if (left > 0) this.#ofCaller.set(who, left)
    else this.#ofCaller.delete(who)
    this.#rest()
  }
}

function add(sums: Record<string, number>, amounts: Burst['amounts'] = {}): void {
  for (const [field, amount] of Object.entries(amounts)) sums[field] = (sums[field] ?? 0) + amount
}

/** Kinds beyond the bound are those that the sum has more than its parts. */
function addKind(kinds: Map<string, number>, kind: string, count: number): void {
  if (kinds.has(kind) || kinds.size < MOST_KINDS) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
}

const nameOf = ({ actor }: AuditCaller) =>
  actor.kind === 'job' ? `job ${actor.name}` : `${actor.kind} ${actor.id}`
