import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Actor, Services } from '../core/context'
import { databaseFailure } from '../core/database-failure'
import { Failure, type FailureDetails, type FailureKind, failure, isFailure } from '../core/errors'
import { newId } from '../core/ids'
import type { KeptOutcome, Once } from '../core/once'
import type { Database } from '../db/client'

const MAX_KEY_CHARACTERS = 255
const PRINTABLE = /^[\x20-\x7e]+$/
/** Longer outcomes are not kept; that the work was done is. */
const MAX_OUTCOME_CHARACTERS = 8 * 1024 * 1024
/** How long a server that works on something is believed to live without saying so again. */
const HELD_SECONDS = 60
const HELD_AGAIN_MS = 20_000
/** Beside the locks of migrations, partitions and operators, which take numbers of one part. */
const LOCK_CLASS = 7733

export const REPEATS_KEPT_HOURS = 24

const invalidKey = failure(
  'invalid_input',
  'idempotency_key_invalid',
  `An Idempotency-Key has 1 to ${MAX_KEY_CHARACTERS} printable ASCII characters and no comma. Send one, such as a UUID, once.`,
)
const reused = failure(
  'unprocessable',
  'idempotency_key_reused',
  'Another request was sent under this Idempotency-Key. Take a new one for each.',
)
const inProgress = failure(
  'conflict',
  'idempotency_in_progress',
  'The same request is being worked on. Send it again in a moment.',
)
const inDoubt = failure(
  'conflict',
  'idempotency_in_doubt',
  'The server stopped in the middle of this, and a part of it was done. Look at what there is now, and send the rest under another Idempotency-Key.',
)
const answerLost = failure(
  'conflict',
  'idempotency_answer_lost',
  'This was done, but its answer was too long to be kept. Look at what there is now; do not send it again.',
)

/** A write as its caller names it. */
export interface NamedWrite {
  /** As `Idempotency-Key` says it. */
  key: string
  method: string
  /** With its parameters filled in. */
  path: string
  /** All that was sent, as parsed from JSON. */
  input: unknown
}

/** What an `Idempotency-Key` header says; undefined where there is none. @throws idempotency_key_invalid */
export function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = String(header).trim()
  // Sent twice it arrives as a list: which of the two is meant nobody knows. The draft's own form is a text in quotes.
  const isNone = key.length === 0 || key === '""'
  if (isNone || key.length > MAX_KEY_CHARACTERS || key.includes(',') || !PRINTABLE.test(key))
    throw invalidKey()
  return key
}

interface Row {
  request: Buffer
  state: 'reserved' | 'begun' | 'done'
  attempt: string | null
  isHeld: boolean
  outcome: Buffer | null
}

/**
 * Writes that may be sent again: `Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header-07. A row is kept for 24 hours by
 * caller and key.
 *
 * Work of one transaction writes its row in that transaction (`done`): after a crash there is neither or both. Two at once are told
 * apart by a lock that goes with the transaction. Work of several transactions holds a row while it lasts: `reserved`
 * until one of them commits, `begun` from then on, written in that very transaction; then `done`. A row whose server is
 * gone is taken over while it is `reserved`, as nothing was done, and in doubt once it is `begun`.
 *
 * Refusals that changed nothing leave no row. Outcomes may hold secrets and are sealed.
 */
export class RepeatableWrite implements Once {
  readonly #services: Pick<Services, 'db' | 'vault' | 'log'>
  readonly #callerId: string
  readonly #key: string
  readonly #request: Buffer
  readonly #onReplay: () => void

  /** @param onReplay told where the outcome is one that was kept */
  constructor(
    services: Pick<Services, 'db' | 'vault' | 'log'>,
    actor: Extract<Actor, { id: string }>,
    write: NamedWrite,
    onReplay: () => void,
  ) {
    this.#services = services
    this.#callerId = actor.id
    this.#key = write.key
    this.#request = createHash('sha256')
      .update(`${write.method} ${write.path}\n`)
      .update(JSON.stringify(write.input, inOrder) ?? '')
      .digest()
    this.#onReplay = onReplay
  }

  async claim(tx: Database): Promise<KeptOutcome> {
    const [lock] = await tx.execute<{ isMine: boolean }>(sql`
      select pg_try_advisory_xact_lock(${LOCK_CLASS}, hashtext(${`${this.#callerId} ${this.#key}`})) as "isMine"`)
    if (lock?.isMine !== true) throw inProgress({ retryAfterSeconds: 1 })
    const row = await this.#find(tx)
    return row === undefined ? undefined : this.#outcomeOf(row)
  }

  async keep(tx: Database, output: unknown): Promise<void> {
    const kept = await tx.execute(sql`
      insert into repeatable_writes (caller_id, key, request, state, outcome)
      values (${this.#callerId}, ${this.#key}, ${this.#request}, 'done', ${await this.#seal({ output })})
      on conflict do nothing returning 1`)
    // Work of several transactions has taken the name meanwhile.
    if (kept.length === 0) throw inProgress({ retryAfterSeconds: 1 })
  }

  async around<Output>(run: (step: Once) => Promise<Output>): Promise<Output> {
    const attempt = newId()
    const before = await this.#reserve(attempt)
    if (before !== undefined) return before.output as Output
    const beat = setInterval(() => void this.#hold(attempt), HELD_AGAIN_MS)
    try {
      const output = await run(this.#step(attempt))
      await this.#settle(attempt, await this.#seal({ output }))
      return output
    } catch (error) {
      await this.#giveUp(attempt, error).catch((secondError: unknown) =>
        this.#services.log.warn('repeatable_write_not_settled', { error: secondError as Error }),
      )
      throw error
    } finally {
      clearInterval(beat)
    }
  }

  /** What one of several transactions asks: it marks the row as begun, and fails where the row is no longer this attempt's. */
  #step(attempt: string): Once {
    const step: Once = {
      claim: async () => undefined,
      keep: async (tx) => {
        const marked = await tx.execute(sql`
          update repeatable_writes set state = 'begun'
          where ${this.#isMine()} and attempt = ${attempt} and state <> 'done' returning 1`)
        if (marked.length === 0) throw inProgress({ retryAfterSeconds: 1 })
      },
      around: (run) => run(step),
    }
    return step
  }

  async #reserve(attempt: string): Promise<KeptOutcome> {
    const { db } = this.#services
    const heldUntil = sql`now() + make_interval(secs => ${HELD_SECONDS})`
    const reserve = () =>
      db.execute(sql`
        insert into repeatable_writes (caller_id, key, request, state, attempt, held_until)
        values (${this.#callerId}, ${this.#key}, ${this.#request}, 'reserved', ${attempt}, ${heldUntil})
        on conflict do nothing returning 1`)
    if ((await reserve()).length > 0) return undefined
    // An old row is gone with this, and its name is free.
    const row = await this.#find(db)
    if (row === undefined && (await reserve()).length > 0) return undefined
    if (row === undefined) throw inProgress({ retryAfterSeconds: 1 })
    const isAbandoned = row.state === 'reserved' && !row.isHeld && row.request.equals(this.#request)
    if (!isAbandoned) return this.#outcomeOf(row)
    const taken = await db.execute(sql`
      update repeatable_writes set attempt = ${attempt}, held_until = ${heldUntil}
      where ${this.#isMine()} and attempt = ${row.attempt} and state = 'reserved' returning 1`)
    if (taken.length === 0) throw inProgress({ retryAfterSeconds: 1 })
    return undefined
  }

  async #find(db: Database): Promise<Row | undefined> {
    await db.execute(sql`
      delete from repeatable_writes
      where ${this.#isMine()} and created_at < now() - make_interval(hours => ${REPEATS_KEPT_HOURS})`)
    const [row] = await db.execute<Row & Record<string, unknown>>(sql`
      select request, state, attempt, held_until > now() as "isHeld", outcome
      from repeatable_writes where ${this.#isMine()}`)
    return row
  }

  async #outcomeOf(row: Row): Promise<KeptOutcome> {
    if (!row.request.equals(this.#request)) throw reused()
    if (row.state !== 'done') throw row.isHeld ? inProgress({ retryAfterSeconds: 2 }) : inDoubt()
    if (row.outcome === null) throw answerLost()
    const kept = JSON.parse(await this.#services.vault.open(row.outcome, this.#owner())) as Kept
    this.#onReplay()
    if (!('refusal' in kept)) return { output: kept.output }
    const { kind, code, message, details } = kept.refusal
    throw new Failure(kind, code, message, details)
  }

  async #hold(attempt: string): Promise<void> {
    await this.#services.db
      .execute(sql`
        update repeatable_writes set held_until = now() + make_interval(secs => ${HELD_SECONDS})
        where ${this.#isMine()} and attempt = ${attempt} and state <> 'done'`)
      .catch((error: unknown) =>
        this.#services.log.warn('repeatable_write_not_held', { error: error as Error }),
      )
  }

  async #settle(attempt: string, outcome: Buffer | null): Promise<void> {
    await this.#services.db.execute(sql`
      update repeatable_writes set state = 'done', outcome = ${outcome}, held_until = null
      where ${this.#isMine()} and attempt = ${attempt}`)
  }

  /** Nothing was done: the name is free again. A part was, and the rest is refused: that is the outcome. Else nobody knows. */
  async #giveUp(attempt: string, error: unknown): Promise<void> {
    const { db } = this.#services
    const freed = await db.execute(sql`
      delete from repeatable_writes where ${this.#isMine()} and attempt = ${attempt} and state = 'reserved' returning 1`)
    if (freed.length > 0) return
    const isFinal = isFailure(error) && error.kind !== 'internal' && error.kind !== 'unavailable'
    if (isFinal && databaseFailure(error) === undefined) {
      const { kind, code, message, details } = error
      await this.#settle(attempt, await this.#seal({ refusal: { kind, code, message, details } }))
      return
    }
    await db.execute(sql`
      update repeatable_writes set held_until = now() where ${this.#isMine()} and attempt = ${attempt}`)
  }

  async #seal(kept: Kept): Promise<Buffer | null> {
    const text = JSON.stringify(kept)
    return text.length > MAX_OUTCOME_CHARACTERS ? null : this.#services.vault.seal(text, this.#owner())
  }

  #owner(): string {
    return `repeatable write ${this.#callerId} ${this.#key}`
  }

  #isMine() {
    return sql`caller_id = ${this.#callerId} and key = ${this.#key}`
  }
}

type Kept =
  | { output: unknown }
  | { refusal: { kind: FailureKind; code: string; message: string; details: FailureDetails } }

/** Fields by name: in which order a program writes them says nothing. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(fields)
}
