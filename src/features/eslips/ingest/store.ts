import { newId } from '../../../core/ids'
import type { RawQuery, RawSql } from '../../../db/client'
import { type CardFinding, recordCardFindingsRaw } from '../../monitoring/card-findings'
import { openDays } from './days'
import { dayOf, fileSlip } from './filing'
import type { PreparedSlip } from './prepare'

export type StoreOutcome = 'stored' | 'duplicate' | 'conflict'

/** Days were sealed that this server did not know of. */
const SEALED = 'PSM01'
const UNKNOWN = ''
const DAY_MS = 86_400_000

/**
 * Stores batches of slips, each in one commit. What it answers is on disk.
 *
 * Which days still take slips is remembered; the database refuses a batch that was filed by an older memory, and it is
 * filed anew.
 */
export class SlipStore {
  readonly #sql: RawSql
  readonly #oldestDays: number
  /** Days whose tables are there. One that is dropped is sealed by then, and never asked for again. */
  readonly #open = new Set<string>()
  #sealedBefore = UNKNOWN

  /**
   * @param oldestDays slips of days before are filed under the time they came: each day has a table of its own, and who
   *   sends one slip of each of a thousand days must not make a thousand tables
   */
  constructor(sql: RawSql, oldestDays = Number.POSITIVE_INFINITY) {
    this.#sql = sql
    this.#oldestDays = oldestDays
  }

  /** Answers in the order given. */
  async store(slips: readonly PreparedSlip[]): Promise<StoreOutcome[]> {
    if (this.#sealedBefore === UNKNOWN) await this.#recall()
    try {
      return await this.#write(slips)
    } catch (error) {
      if ((error as { code?: unknown }).code !== SEALED) throw error
      await this.#recall()
      return this.#write(slips)
    }
  }

  async #recall(): Promise<void> {
    const [row] = await this.#sql<{ day: string }[]>`select sealed_before::text as day from eslip_horizon`
    this.#sealedBefore = row?.day ?? UNKNOWN
  }

  async #write(slips: readonly PreparedSlip[]): Promise<StoreOutcome[]> {
    const rows = slips.map((one, at) => this.#row(one, at))
    await this.#openDaysOf(rows)
    const json = `[${rows.map((row) => row.json).join()}]`
    const ask = async (query: RawQuery) => {
      const told = await query<{ slip_id: string; outcome: StoreOutcome }[]>`
        select slip_id, outcome from psm_store_eslips(${json}::text::json, ${this.#sealedBefore}::text::date)`
      const outcomes = new Map(told.map((one) => [one.slip_id, one.outcome]))
      return rows.map(({ id }) => outcomes.get(id) ?? missing(id))
    }
    if (!slips.some((one) => one.hadPan)) return ask(this.#sql)
    return this.#sql.begin(async (query) => {
      const outcomes = await ask(query)
      await recordCardFindingsRaw(query, findingsOf(slips, outcomes))
      return outcomes
    })
  }

  async #openDaysOf(rows: readonly { day: string }[]): Promise<void> {
    const days = [...new Set(rows.map(({ day }) => day))].filter((day) => !this.#open.has(day)).sort()
    if (days.length === 0) return
    await openDays(this.#sql, days)
    for (const day of days) this.#open.add(day)
  }

  #firstDay(nowMs: number): string {
    if (this.#oldestDays === Number.POSITIVE_INFINITY) return this.#sealedBefore
    const oldest = dayOf(nowMs - this.#oldestDays * DAY_MS)
    if (oldest < this.#sealedBefore) return this.#sealedBefore
    return oldest
  }

  #row(one: PreparedSlip, at: number): { id: string; day: string; json: string } {
    const { filedAtMs, timeMark } = fileSlip(
      one.occurredMs,
      one.receivedAtMs,
      this.#firstDay(one.receivedAtMs),
    )
    const id = newId(filedAtMs)
    const { slip } = one
    const fields = JSON.stringify({
      at,
      id,
      filed_at: new Date(filedAtMs).toISOString(),
      terminal_id: one.terminalId,
      identity: one.identity,
      content_digest: one.contentDigest,
      received_at: new Date(one.receivedAtMs).toISOString(),
      time_mark: timeMark,
      had_pan: one.hadPan,
      type: slip.type,
      result: slip.result,
      amount: slip.amount,
      currency: slip.currency,
      tid: slip.tid,
      mid: slip.mid,
      rrn: slip.rrn,
      auth_code: slip.authCode,
      receipt_no: slip.receiptNo,
      last4: slip.pan?.last4,
      scheme: slip.scheme,
    })
    return { id, day: dayOf(filedAtMs), json: `${fields.slice(0, -1)},"content":${one.content}}` }
  }
}

/** A slip that comes again was counted when it came first. */
function findingsOf(slips: readonly PreparedSlip[], outcomes: readonly StoreOutcome[]): CardFinding[] {
  return slips
    .filter((one, at) => one.hadPan && outcomes[at] === 'stored')
    .map((one) => ({ terminalId: one.terminalId, source: 'slip', count: 1, atMs: one.receivedAtMs }))
}

function missing(id: string): never {
  throw new Error(`The database said nothing of slip ${id}.`)
}
